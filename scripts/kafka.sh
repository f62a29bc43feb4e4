#!/usr/bin/env bash
# A real Apache Kafka on this machine, without docker: the jars come from
# Maven once and are kept in .cache.
#
#   scripts/kafka.sh fetch            the jars, unless they are there
#   scripts/kafka.sh start [FOLDER]   one broker; prints its address
#   scripts/kafka.sh stop [FOLDER]    SIGTERM, and wait until it is gone
#   scripts/kafka.sh kill [FOLDER]    SIGKILL: the broker as a power cut leaves it
#   scripts/kafka.sh status [FOLDER]  prints its address; exit 1 when it is down
#
# FOLDER (default .cache/kafka-run) holds data, port, pid and server.log of one
# broker. Starting again in the same FOLDER goes on with the same data on the
# same port. Remove the FOLDER to begin anew.
#
# Needs bash, mvn (for fetch) and Java 17 or later.
set -euo pipefail

version=4.3.1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
test_files=$root/deploy/kafka-test
jars=$root/.cache/kafka-$version
java=(java -Xmx512m "-Dlog4j2.configurationFile=$test_files/log4j2.properties" -cp "$jars/*")
cluster_id=aG90c3BvdCB0ZXN0IG9uZQ # 16 bytes, base64url: "hotspot test one"
start_timeout=60                  # seconds
stop_timeout=30

say() { printf 'kafka.sh: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

fetch() {
  [ -d "$jars" ] && return
  command -v mvn >/dev/null || die "mvn is missing; install Maven (Debian: apt-get install maven)"
  say "fetching Apache Kafka $version with Maven into .cache"
  local part=$jars.part.$$ # its own, because another run may fetch at the same time
  mkdir -p "$part"
  mvn --batch-mode --quiet --file "$test_files/pom.xml" dependency:copy-dependencies \
    -Dkafka.version="$version" -DincludeScope=runtime -DoutputDirectory="$part" >"$part.log" 2>&1 ||
    {
      cat "$part.log" >&2
      rm -rf "$part" "$part.log"
      die "Maven could not fetch Kafka; its reason stands above"
    }
  rm "$part.log"
  if [ -d "$jars" ]; then rm -rf "$part"; else mv "$part" "$jars"; fi # another run was first, or not
}

# taken PORT: something answers there.
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port prints a port that nothing listens on. It lies below 32768: above,
# the system gives ports to clients, and a client can then meet itself.
free_port() {
  local port tries
  for tries in $(seq 1 100); do
    port=$((20000 + RANDOM % 12000))
    taken "$port" || { echo "$port"; return; }
  done
  die "no free port between 20000 and 32000 in $tries tries"
}

configure() {
  local port controller
  port=$(free_port)
  controller=$(free_port)
  while [ "$controller" = "$port" ]; do controller=$(free_port); done
  mkdir -p "$folder"
  cat >"$folder/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$folder/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
PROPERTIES
  "${java[@]}" kafka.tools.StorageTool format -t "$cluster_id" \
    -c "$folder/server.properties" >"$folder/format.log" 2>&1 ||
    { cat "$folder/format.log" >&2; die "the data folder could not be formatted"; }
  echo "$port" >"$folder/port"
}

# running: the pid of FOLDER is alive and is a Kafka, not another program that
# was given the same number later.
running() {
  [ -f "$folder/pid" ] || return 1
  local pid command
  pid=$(cat "$folder/pid")
  kill -0 "$pid" 2>/dev/null || return 1
  if [ -r "/proc/$pid/cmdline" ]; then
    command=$(tr '\0' ' ' <"/proc/$pid/cmdline")
  else
    command=$(ps -p "$pid" -o args=)
  fi
  case $command in *kafka.Kafka*) ;; *) return 1 ;; esac
}

start() {
  command -v java >/dev/null || die "java is missing; install Java 17 or later (Debian: apt-get install default-jre-headless)"
  fetch
  if running; then
    status
    return
  fi
  [ -f "$folder/port" ] || configure
  local port from i
  port=$(cat "$folder/port")
  taken "$port" && die "port $port is taken by another program; end that, or remove $folder to have a new port chosen"
  touch "$folder/server.log"
  from=$(wc -c <"$folder/server.log")
  nohup "${java[@]}" kafka.Kafka "$folder/server.properties" \
    >>"$folder/server.log" 2>&1 </dev/null &
  echo $! >"$folder/pid"
  for ((i = 0; i < start_timeout * 5; i++)); do
    if tail -c "+$((from + 1))" "$folder/server.log" | grep -c 'Kafka Server started' >/dev/null; then
      status
      return
    fi
    running || break
    sleep 0.2
  done
  tail -n 20 "$folder/server.log" >&2
  kill_now
  die "the broker did not come up; the end of $folder/server.log stands above"
}

# gone waits until the broker has ended and its port is free again.
gone() {
  local i
  for ((i = 0; i < stop_timeout * 5; i++)); do
    running || taken "$(cat "$folder/port")" || { rm -f "$folder/pid"; return 0; }
    sleep 0.2
  done
  return 1
}

stop() {
  running || return 0
  kill "$(cat "$folder/pid")"
  gone || { say "still there after $stop_timeout s: SIGKILL"; kill_now; }
}

kill_now() {
  running || return 0
  kill -9 "$(cat "$folder/pid")"
  gone
}

status() {
  running || { say "no broker runs in $folder"; return 1; }
  echo "127.0.0.1:$(cat "$folder/port")"
}

command=${1:-help}
folder=${2:-$root/.cache/kafka-run}
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
case $command in
fetch | start | stop | status) "$command" ;;
kill) kill_now ;;
help | -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" ;;
*) die "unknown command $command; see scripts/kafka.sh help" ;;
esac
