#!/usr/bin/env bash
# The stream at full speed beside kcat and a Python pair, each in turn.
#
#   scripts/bench-stream.sh [ROUNDS]    default 5
#
# INPUT is a prepared CSV (default: dataset/crime_preprocessed.csv). PEERS=no
# leaves kcat and Python out. The broker is an Apache Kafka of scripts/kafka.sh,
# one topic with one partition for each run; "embedded" is hotspot broker, which
# syncs what it acknowledges; hotspot up brings its own.
# Raw figures go to standard output: what, round, wall seconds, CPU seconds
# (user and system), peak memory in MB, rows per wall second. Then how long the
# broker and the api take from the start of the process to the first answer.
#
# Needs kcat, GNU time and python3 with venv (Debian: apt-get install kcat time
# python3-venv); the Python packages are pinned in bench-stream/requirements.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${1:-5}
input=${INPUT:-dataset/crime_preprocessed.csv}
peers=${PEERS:-yes}
work=$(mktemp -d)
own="" # the process of hotspot broker
cleanup() {
  [ -z "$own" ] || kill "$own" 2>/dev/null || true
  scripts/kafka.sh stop "$work/kafka"
  rm -rf "$work"
}
trap cleanup EXIT

need() {
  command -v "$1" >/dev/null || { echo "bench-stream: $1 is missing; install it (Debian: apt-get install $2)" >&2; exit 1; }
}
need time time
[ -f "$input" ] || { echo "bench-stream: $input is missing; make data writes one, INPUT names another" >&2; exit 1; }
make --no-print-directory build >/dev/null
rows=$(($(wc -l <"$input") - 1)) # lines: the city's rows have no line ends inside
batches=$((rows / 5000))
python=python3
if [ "$peers" = yes ]; then
  need kcat kcat
  venv=.cache/bench-stream
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r scripts/bench-stream/requirements.txt
  python=$venv/bin/python
fi

# measure NAME ROUND COMMAND...: one line of figures.
measure() {
  local name=$1 round=$2
  shift 2
  command time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/out" 2>"$work/err" ||
    { cat "$work/err" >&2; echo "bench-stream: $name failed" >&2; exit 1; }
  awk -v name="$name" -v round="$round" -v rows="$rows" \
    '{ printf "%-22s %d  wall %6.2f s  cpu %6.2f s  %4d MB  %8.0f rows/s\n", name, round, $1, $2 + $3, $4 / 1024, rows / $1 }' "$work/time"
}

# answered PORT [PATH]: it takes a connection, or answers PATH with 200.
answered() {
  local status
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  if [ -n "${2:-}" ]; then
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
    read -r status <&3 || status=""
    [[ $status == *" 200 "* ]] || return 1
  fi
  exec 3>&-
}

# begin NAME PORT PATH COMMAND...: starts it, and says when it first answered;
# its process id is in $begun.
begin() {
  local name=$1 port=$2 path=$3 from=${EPOCHREALTIME/./} took
  shift 3
  "$@" >"$work/out" 2>"$work/err" &
  begun=$!
  until answered "$port" "$path"; do
    kill -0 "$begun" 2>/dev/null || { cat "$work/err" >&2; echo "bench-stream: $name ended" >&2; exit 1; }
  done
  took=$((${EPOCHREALTIME/./} - from))
  printf '%-32s %6d ms to the first answer\n' "$name" $((took / 1000))
}

broker=$(scripts/kafka.sh start "$work/kafka")
echo "# bench-stream: $rows rows of $(wc -c <"$input") bytes, $rounds rounds, $(go env GOVERSION), $(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1-3 /proc/loadavg)"
full=(--brokers "$broker" --log-level error)
bin/producer "${full[@]}" --input "$input" --rejects "$work/rejects" --sleep-max 0 --topic source >/dev/null
if [ "$peers" = yes ]; then # what kcat sends: keys and values, as they are in the topic
  kcat -C -b "$broker" -t source -p 0 -o beginning -e -q -f '%k\t%s\n' >"$work/lines"
fi
embedded=(--brokers 127.0.0.1:19093 --log-level error)
begin "broker, nothing there" 19093 "" bin/hotspot broker --broker-listen 127.0.0.1:19093 --broker-data "$work/own" --log-level error
own=$begun
bin/producer "${embedded[@]}" --input "$input" --rejects "$work/rejects" --sleep-max 0 --topic source >/dev/null
for round in $(seq "$rounds"); do
  measure producer "$round" bin/producer "${full[@]}" --input "$input" --rejects "$work/rejects" --sleep-max 0 --topic "own-$round"
  measure consumer "$round" bin/consumer "${full[@]}" --topic source --dir "$work/dir" --batches "$batches"
  rm -rf "$work/dir"
  measure "producer, embedded" "$round" bin/producer "${embedded[@]}" --input "$input" --rejects "$work/rejects" --sleep-max 0 --topic "own-$round"
  measure "consumer, embedded" "$round" bin/consumer "${embedded[@]}" --topic source --dir "$work/dir" --batches "$batches"
  rm -rf "$work/dir"
  measure up "$round" bin/hotspot up --log-level error --input "$input" --rejects "$work/rejects" --sleep-max 0 --once "$batches" \
    --dir "$work/dir" --broker-data "$work/broker" --broker-listen 127.0.0.1:19092 --listen 127.0.0.1:16000 --web 127.0.0.1:18080
  rm -rf "$work/dir" "$work/broker"
  [ "$peers" = yes ] || continue
  for topic in kcat pair; do # an empty topic: the producer makes it and ends at row 1
    bin/producer "${full[@]}" --input "$input" --rejects "$work/rejects" --limit 1 --topic "$topic-$round" >/dev/null
  done
  measure "kcat produce" "$round" kcat -P -b "$broker" -t "kcat-$round" -p 0 -K '\t' -l -X acks=all -X linger.ms=5 \
    -H 'hotspot=2 123456 123457 0123456789abcdef0123456789abcdef -104.95,39.74;-105.2,39.55,-104.5,39.95;America/Denver;0 false city' "$work/lines"
  measure "kcat consume" "$round" kcat -C -b "$broker" -t source -p 0 -o beginning -e -q
  measure "python produce" "$round" "$python" scripts/bench-stream/pair.py produce "$broker" "pair-$round" "$input"
  measure "python consume, fits" "$round" env OMP_NUM_THREADS=1 "$python" scripts/bench-stream/pair.py consume "$broker" source "$rows"
done
bin/consumer "${embedded[@]}" --topic source --dir "$work/dir" --batches "$batches" >/dev/null
kill "$own" && wait "$own" || true
for round in $(seq "$rounds"); do
  begin "broker, $((rows * (rounds + 1))) rows there" 19093 "" bin/hotspot broker --broker-listen 127.0.0.1:19093 --broker-data "$work/own" --log-level error
  kill "$begun" && wait "$begun" || true
  begin "api, $batches models there" 16000 /models/latest bin/api --dir "$work/dir" --listen 127.0.0.1:16000 --web 127.0.0.1:18080 --log-level error
  kill "$begun" && wait "$begun" || true
done
