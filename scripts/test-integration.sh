#!/usr/bin/env bash
# The tests that need more than Go: the same tests as in make test, run on a
# real Apache Kafka, which HOTSPOT_TEST_BROKERS names to them.
#
#   scripts/test-integration.sh [PACKAGE...]   those below, unless named
#
# Then, unless packages are named: the page in a real Chromium; deploy/kubernetes
# read into Kubernetes' own types, the dashboard into Grafana's; arm64 under qemu;
# the cells of hotspot spots beside esda; the Windows program under Wine; docker-compose.yml on a docker engine; the alerts
# in promtool; the release's archive without a network.
# What this machine cannot do stands as NOT RUN in the last lines.
#
# What is missing (mvn, java, chromium, promtool) is installed with apt-get where that is possible.
# Where it is not, this script fails and says what to install: a missing tool
# is an error here, not a skip. The whole output of the tests stays in
# .cache/test-integration.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The packages whose tests honor HOTSPOT_TEST_BROKERS.
packages=(
  ./internal/stream/...
  ./internal/producer/...
  ./internal/consumer/...
  ./internal/check/verify/...
  ./internal/check/doctor/...
  ./internal/e2e/...
)
all=1
[ $# = 0 ] || { packages=("$@") all=0; }
java_least=17

die() {
  printf 'test-integration: %s\n' "$*" >&2
  exit 1
}

. scripts/need.sh

echo "== tools"
need default-jre-headless java -version
need maven mvn --version
need openssl openssl version
need chromium chromium --version
need curl curl --version
need prometheus promtool --version
java_found=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
[ "${java_found:-0}" -ge "$java_least" ] ||
  die "java is version ${java_found:-unknown}; Apache Kafka needs $java_least or later"

echo "== Apache Kafka"
mkdir -p .cache
folder=$(mktemp -d "$PWD/.cache/kafka-test.XXXXXX") # of this run alone
log=$folder/test.log
cleanup() {
  local code=$?
  scripts/kafka.sh stop "$folder"
  [ ! -f "$log" ] || cp "$log" .cache/test-integration.log
  if [ "$code" = 0 ]; then rm -rf "$folder"; else echo "the broker's log is $folder/server.log"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
HOTSPOT_TEST_BROKERS=$(scripts/kafka.sh start "$folder")
export HOTSPOT_TEST_BROKERS
export HOTSPOT_TEST_KAFKA=$folder # its other ports, certificates, and the broker itself: scripts/kafka.sh
echo "listening on $HOTSPOT_TEST_BROKERS"

echo "== tests"
started=$SECONDS
code=0
# One package at a time: they share one broker and its disk.
go test -count=1 -p 1 -timeout 10m -v "${packages[@]}" >"$log" 2>&1 || code=$?
grep -E '^(ok|FAIL|---? FAIL|panic:)|no test files' "$log" || true
[ "$code" = 0 ] || { echo "-- the last 200 lines"; tail -n 200 "$log"; }

if [ "$code" = 0 ] && [ "$all" = 1 ]; then
  echo "== the page in Chromium; pictures go to .cache/screenshots"
  (cd internal/e2e/browser && go test -count=1 -timeout 10m -v ./...) >>"$log" 2>&1 || code=$?
  [ "$code" = 0 ] || { echo "-- the last 200 lines"; tail -n 200 "$log"; }
fi

# part NAME COMMAND: one of the parts that may be impossible here; exit 77 then.
not_run=()
part() {
  local name=$1 result=0 last
  shift
  echo "== $name"
  "$@" >"$folder/part.log" 2>&1 || result=$?
  cat "$folder/part.log" >>"$log"
  last=$(tail -n 1 "$folder/part.log")
  case $result in
  0) echo "$last"; [[ $last != *"NOT RUN"* ]] || not_run+=("$last") ;;
  77) not_run+=("$last") ;;
  *) code=$result && echo "-- the last 60 lines" && tail -n 60 "$folder/part.log" ;;
  esac
}
if [ "$code" = 0 ] && [ "$all" = 1 ]; then
  part "Kubernetes' own types" bash -c 'cd deploy/kubernetes/strict && go test -count=1 ./...'
  part "Grafana's own types" bash -c 'cd deploy/observability/strict && go test -count=1 ./...'
  part "the same bytes on arm64" scripts/test-arm64.sh
  part "the cells of hotspot spots beside esda" scripts/test-esda.sh
  part "the Windows program under Wine" scripts/test-windows.sh
  part "docker-compose.yml on a docker engine" scripts/test-docker.sh
  part "the alerts on invented numbers" bash -c 'promtool test rules deploy/observability/rules_test.yml && echo "alerts: ok"'
  part "the release's archive without a network" scripts/test-release.sh
fi

count() { grep -cE "^ *--- $1:" "$log" || true; }
echo "== summary"
echo "on Apache Kafka $HOTSPOT_TEST_BROKERS: $(count PASS) passed, $(count FAIL) failed, $(count SKIP) not run, $((SECONDS - started)) s"
# A test says why it does not run in the line before.
awk '/_test\.go:[0-9]+: / { why = $0; sub(/^.*_test\.go:[0-9]+: /, "", why) }
  /^ *--- SKIP:/ { n[why]++ }
  END { for (why in n) printf "NOT RUN: %d: %s\n", n[why], why }' "$log"
for why in ${not_run[@]+"${not_run[@]}"}; do echo "$why"; done
[ "$code" = 0 ] && [ "$(count PASS)" -gt 0 ] && echo "test-integration: ok" && exit 0
die "failed; the whole output is in .cache/test-integration.log"
