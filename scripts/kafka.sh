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
# FOLDER (default .cache/kafka-run) holds data, ports, pid and server.log of one
# broker. Starting again in the same FOLDER goes on with the same data on the
# same ports. Remove the FOLDER to begin anew. Beside the printed address, which
# needs nothing, the broker listens on 127.0.0.1 at the ports in these files:
#
#   port.sasl    TLS, and SASL PLAIN or SCRAM: user ann, tls/password
#   port.mtls    TLS, with a client certificate: tls/client.pem, tls/client.key
#   port.behind  in the clear; sends its clients to port.proxy, where nobody
#                listens: that is for a proxy
#
# tls/ca.pem has signed all certificates; they are of no use elsewhere.
#
# Needs bash, openssl, mvn (for fetch) and Java 17 or later.
set -euo pipefail

version=4.3.1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
test_files=$root/deploy/kafka-test
jars=$root/.cache/kafka-$version
java=(java -Xmx512m "-Dlog4j2.configurationFile=$test_files/log4j2.properties" -cp "$jars/*")
cluster_id=aG90c3BvdCB0ZXN0IG9uZQ # 16 bytes, base64url: "hotspot test one"
password="open sesame 42" # of user ann; it opens nothing but this broker
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

# certify NAME EXTENSION: a key and a certificate of the authority in tls/.
certify() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$1.key" -out "$1.csr" 2>>openssl.log
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
    -extfile <(echo "$2") -out "$1.pem" 2>>openssl.log
}

# certificates makes tls/: an authority, the broker's certificate, a client's.
certificates() {
  command -v openssl >/dev/null || die "openssl is missing; install it (Debian: apt-get install openssl)"
  mkdir -p "$folder/tls"
  (
    cd "$folder/tls"
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
      -subj "/CN=hotspot test authority" -keyout ca.key -out ca.pem 2>>openssl.log
    certify server "subjectAltName=IP:127.0.0.1,DNS:localhost"
    certify client "extendedKeyUsage=clientAuth"
    cat server.key server.pem >broker.pem
    echo "$password" >password
  ) || die "openssl could not make the certificates; see $folder/tls/openssl.log"
}

configure() {
  local ports=() port
  while [ "${#ports[@]}" -lt 6 ]; do
    port=$(free_port)
    case " ${ports[*]-} " in *" $port "*) ;; *) ports+=("$port") ;; esac
  done
  local controller=${ports[1]} sasl=${ports[2]} mtls=${ports[3]} behind=${ports[4]} proxy=${ports[5]}
  port=${ports[0]}
  mkdir -p "$folder"
  certificates
  cat >"$folder/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller,SASL://127.0.0.1:$sasl,MTLS://127.0.0.1:$mtls,BEHIND://127.0.0.1:$behind
advertised.listeners=PLAINTEXT://127.0.0.1:$port,SASL://127.0.0.1:$sasl,MTLS://127.0.0.1:$mtls,BEHIND://127.0.0.1:$proxy
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,MTLS:SSL,BEHIND:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location=$folder/tls/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location=$folder/tls/ca.pem
listener.name.mtls.ssl.client.auth=required
listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_ann="$password";
listener.name.sasl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
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
    --add-scram "SCRAM-SHA-256=[name=ann,password=$password]" --add-scram "SCRAM-SHA-512=[name=ann,password=$password]" \
    -c "$folder/server.properties" >"$folder/format.log" 2>&1 ||
    { cat "$folder/format.log" >&2; die "the data folder could not be formatted"; }
  echo "$sasl" >"$folder/port.sasl"
  echo "$mtls" >"$folder/port.mtls"
  echo "$behind" >"$folder/port.behind"
  echo "$proxy" >"$folder/port.proxy"
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
