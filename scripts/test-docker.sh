#!/usr/bin/env bash
# docker-compose.yml, run for real: up, questions, a kill -9 of every service,
# Spark, alerts, a file of one's own, down -v.
#
#   scripts/test-docker.sh
#
# Where a docker engine answers already, it is used, with the images that are
# named in docker-compose.yml. Elsewhere an engine of this script's own is
# started (root, Debian's docker.io), in a network namespace of its own, so that
# no port and no firewall rule of this machine is touched; images are then not
# pulled but made here once and kept in .cache/docker: Debian with Java and the
# jars of Apache Kafka, whose own KafkaDockerWrapper reads the environment as in
# apache/kafka; Debian's Prometheus and Python; the Go of this machine.
# scripts/docker-engine.sh does all that.
#
# Exit 0: passed; the last line says what was left out. 77: no engine can be
# started here; the last line says why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
cache=$root/.cache/docker
test_files=$root/deploy/compose-test
kafka_image=apache/kafka:4.3.1
prometheus_image=$(sed -n 's/^ *image: \(prom\/prometheus:.*\)/\1/p' docker-compose.yml)
go_image=$(sed -n 's/^ARG GO_IMAGE=//p' deploy/Dockerfile)
python_image=$(sed -n 's/^ARG PYTHON_IMAGE=//p' deploy/Dockerfile)
export COMPOSE_PROJECT_NAME=hotspot-test COMPOSE_IGNORE_ORPHANS=1

say() { printf 'test-docker: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
not_run() { say "NOT RUN: $*"; exit 77; }

engine=""                                   # pid of our own dockerd
left_out=""                                 # for the last line
work=$(mktemp -d /tmp/hotspot-docker.XXXXXX) # short: it holds sockets
inside() { if [ -n "$engine" ]; then nsenter -t "$engine" -n "$@"; else "$@"; fi; }
compose() { inside "${compose_command[@]}" --profile observability --profile spark "$@"; }

cleanup() {
  local code=$? group
  for group in $(jobs -pr); do kill -- "-$group" 2>/dev/null || true; done # those of meanwhile
  if [ "$code" != 0 ] && [ "$code" != 77 ] && [ -n "${compose_command:-}" ]; then
    compose ps -a || true
    compose logs --tail 20 2>&1 | tail -n 120 || true
  fi
  [ -z "${compose_command:-}" ] || compose down -v --timeout 5 >/dev/null 2>&1 || true
  if [ -n "$engine" ]; then
    uplink off
    kill "$engine" 2>/dev/null || true
    for _ in $(seq 300); do kill -0 "$engine" 2>/dev/null || break; sleep 0.1; done
  fi
  rm -rf "$work" "$cache/my.csv" "$cache/my.csv.meta.json" 2>/dev/null || true
}
trap cleanup EXIT
trap 'say "failed in line $LINENO: $BASH_COMMAND"' ERR
trap 'exit 130' INT
trap 'exit 143' TERM

install() {
  command -v "$1" >/dev/null && return
  echo "installing $2, because $1 is missing"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

# meanwhile COMMAND...: in the background and in a process group of its own, until
# it ends or this script does.
meanwhile() {
  set -m
  "$@" &
  set +m
}

. scripts/docker-engine.sh

# pull: the images, from where they are published. A name that does not exist is an error.
pull() {
  local image
  for image in "$go_image" "$python_image" $(sed -n 's/^ *image: \(.*\/.*\)/\1/p' docker-compose.yml); do
    docker image inspect "$image" >/dev/null 2>&1 || docker pull -q "$image" >"$work/pull.log" 2>&1 && continue
    if grep -qi 'manifest unknown\|manifest for .* not found\|: not found$' "$work/pull.log"; then die "there is no image $image"; fi
    not_run "the docker engine cannot pull $image: $(tail -n 1 "$work/pull.log")"
  done
}

# find_compose: the plugin, else v2 as built here, else Debian's 1.29.
find_compose() {
  if docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  elif [ -n "$engine" ] && [ -x "$cache/docker-compose" ]; then
    compose_command=("$cache/docker-compose")
  else
    install docker-compose docker-compose || not_run "docker compose could not be installed"
    compose_command=(docker-compose)
  fi
  all_flag=-a # 1.29 lists ended containers without it
  [ "${compose_command[0]}" != docker-compose ] || all_flag=""
  say "with $("${compose_command[@]}" version --short), engine $(docker version -f '{{.Server.Version}}')"
}

# until_true WHAT COMMAND...: within five minutes, for a machine that has other work.
until_true() {
  local deadline=$((SECONDS + 300)) what=$1
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || die "$what: not in time"
    sleep 0.5
  done
}
id_of() { compose ps ${all_flag} -q "$1" | head -n 1; }
state_of() { docker inspect -f "$2" "$(id_of "$1")"; }
healthy() { [ "$(state_of "$1" '{{.State.Health.Status}}')" = healthy ]; }
ask() { inside curl -fsS --max-time 5 "http://127.0.0.1:$1"; }
# holds PORT/PATH TEXT
holds() { ask "$1" | grep -F -- "$2" >/dev/null; }
# tool ARGS: a tool of the image, beside the others
tool() {
  docker run --rm --network "${COMPOSE_PROJECT_NAME}_default" --read-only --cap-drop ALL \
    -v "${COMPOSE_PROJECT_NAME}_data:/data:ro" -v "${COMPOSE_PROJECT_NAME}_dataset:/dataset:ro" hotspot:local "$@"
}

build() {
  mkdir -p "$cache"
  compose build "$1" >"$cache/build-$1.log" 2>&1 || { tail -n 30 "$cache/build-$1.log"; die "the image of $1 could not be built"; }
}

# as_up: the same city through hotspot up on this machine.
as_up() {
  go build -o "$work/hotspot" ./cmd/hotspot
  "$work/hotspot" generate -o "$work/crime.csv"
  # Another city: no container but the producer's sees its sidecar.
  "$work/hotspot" generate --rows 6000 --seed 7 -o "$work/seven.csv"
  awk -F, -v OFS=, 'NR > 1 && $10 != "" { $10 += 105; $11 += 11.7 } { print }' "$work/seven.csv" >"$work/elsewhere.csv"
  "$work/hotspot" prepare "$work/elsewhere.csv" -o "$cache/my.csv" --title Elsewhere --bounds=-0.2,51.25,0.5,51.65
  "$work/hotspot" up --once 3 --sleep-max 0 --input "$work/crime.csv" --dir "$work/up" --broker-data "$work/broker" \
    --broker-listen 127.0.0.1:0 --listen 127.0.0.1:0 --web 127.0.0.1:0
}

docker info >/dev/null 2>&1 || start_engine
if [ -n "$engine" ]; then
  building=""
  docker compose version >/dev/null 2>&1 || { meanwhile build_compose >"$cache/compose.log" 2>&1; building=$!; }
  stand_ins
  [ -z "$building" ] || wait "$building" || true # find_compose looks
else
  pull
fi
find_compose
started=$SECONDS
compose down -v --timeout 5 >/dev/null 2>&1 || true
say "image"
build dataset
size=$(docker image inspect -f '{{.Size}}' hotspot:local)
[ "$size" -lt 22000000 ] || die "the image has $size bytes, want less than 22 MB"
say "image of $size bytes"
spark=""
if [ -z "$engine" ] || uplink on; then
  meanwhile build spark
  spark=$!
else
  left_out="; NOT RUN: the profile spark, whose image is built with a network: $(tail -n 1 "$cache/uplink.log")"
fi

services=(kafka dataset producer consumer api prometheus)
[ -n "$engine" ] || services+=(grafana) # it has no stand-in
say "up"
begin=$SECONDS
meanwhile as_up >"$work/as_up.log" 2>&1
as_up=$!
compose up -d "${services[@]}"
until_true "the api is healthy" healthy api
until_true "the consumer is healthy" healthy consumer
say "healthy after $((SECONDS - begin)) s"
until_true "model 3 answers" ask 6000/models/3
crime=$(ask 6000/models/3/clusters/0/crimes | python3 -c 'import json, sys; print(json.load(sys.stdin)["crimes"][0]["crime_id"])')
ask "6000/model3/$crime/cluster"
inside curl -fsS -H 'Accept: text/html' http://127.0.0.1:8080/ | grep -ci '<title' >/dev/null
confined() {
  [ "$(state_of "$1" '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}')" = \
    "65532:65532 true [ALL] [no-new-privileges:true]" ] || die "$1 is not what docker-compose.yml says"
}
for service in producer consumer api; do confined "$service"; done
for port in 6000 8080 9090; do
  inside ss -ltn | grep -E "127.0.0.1:$port " >/dev/null || die "port $port is not published on 127.0.0.1"
  if inside ss -ltn | grep -E "(0\.0\.0\.0|\*|\[::\]):$port " >/dev/null; then die "port $port is published on every address"; fi
done

say "a kill -9 of each service"
for service in kafka consumer api; do
  pid=$(state_of "$service" '{{.State.Pid}}') count=$(state_of "$service" '{{.RestartCount}}')
  kill -9 "$pid" 2>/dev/null || sudo kill -9 "$pid"
  again() { [ "$(state_of "$service" '{{.RestartCount}}')" -gt "$count" ] && healthy "$service"; }
  until_true "$service is healthy again" again
done
compose restart producer >/dev/null 2>&1
ended() { [ "$(state_of producer '{{.State.Status}} {{.State.ExitCode}}')" = "exited 0" ]; }
until_true "the producer ends again, with nothing left to send" ended
until_true "model 3 answers still" ask 6000/models/3
tool verify --dir /data --input /dataset/crime_preprocessed.csv --brokers kafka:9092

if [ -n "$spark" ]; then
  wait "$spark" || exit 1 # it has said why
  uplink off
  say "Spark's models of the same batches, by an image of $(docker image inspect -f '{{.Size}}' hotspot-spark:local) bytes"
  compose up -d spark # it works while the next parts wait
fi

say "the same bytes as hotspot up on this machine"
wait "$as_up" || { tail -n 20 "$work/as_up.log"; die "hotspot up failed"; }
docker cp "$(id_of api):/data" "$work/data" >/dev/null
for n in 1 2 3; do
  cmp "$work/up/model-00000$n.json" "$work/data/model-00000$n.json" || die "model $n differs"
  cmp "$work/up/batch-00000$n.csv" "$work/data/batch-00000$n.csv" || die "batch $n differs"
done

say "every panel of the dashboard finds its numbers in Prometheus"
until_true "prometheus has scraped the consumer" holds '9090/api/v1/query?query=hotspot_consumer_lag_messages' '"value"'
python3 - "$work" <<'PYTHON' >"$work/expressions"
import json, urllib.parse
for panel in json.load(open("deploy/observability/grafana/hotspot.json"))["panels"]:
    for target in panel.get("targets", []):
        print(urllib.parse.quote(target["expr"]), panel["title"].replace(" ", "_"))
PYTHON
while read -r expression panel; do
  case $expression in *producer* | *dead_letters*) continue ;; esac # the producer has ended; nothing was set aside
  until_true "panel $panel" holds "9090/api/v1/query?query=$expression" '"value"'
done <"$work/expressions"
compose stop consumer >/dev/null 2>&1
until_true "an alert for a consumer that is down" holds 9090/api/v1/alerts HotspotConsumerDown
compose start consumer >/dev/null 2>&1

if [ -n "$spark" ]; then
  spark_ended() { [ "$(state_of spark '{{.State.Status}}')" = exited ]; }
  until_true "Spark ends" spark_ended
  compose logs --no-log-prefix spark >"$work/spark.log" 2>&1
  [ "$(state_of spark '{{.State.ExitCode}}')" = 0 ] || { tail -n 60 "$work/spark.log"; die "Spark failed"; }
  grep -E 'session|done|^/data|converged' "$work/spark.log"
  [ "$(grep -c '^5 areas, converged' "$work/spark.log")" = 3 ] || die "Spark trained no model of each batch"
  confined spark
fi

say "down -v, and a file of one's own"
compose down -v --timeout 10 >/dev/null 2>&1
[ -z "$(docker volume ls -q -f "name=${COMPOSE_PROJECT_NAME}_")" ] || die "down -v left volumes behind"
DATASET=./.cache/docker/my.csv TOPIC=my-city compose up -d kafka dataset producer consumer api
until_true "model 1 of one's own file" ask 6000/models/1
docker cp "$(id_of api):/data/batch-000001.json" "$work/own.json" >/dev/null
grep -q '"area": "0.15,51.45;-0.2,51.25,0.5,51.65;;0"' "$work/own.json" || die "the batch does not say where its city lies"
docker cp "$(id_of api):/data/model-000001.json" "$work/own-model.json" >/dev/null
grep -q '"status": "converged"' "$work/own-model.json" || die "no areas in another city: $(grep '"reason"' "$work/own-model.json")"
compose down -v --timeout 10 >/dev/null 2>&1
say "ok, $((SECONDS - started)) s$left_out"
