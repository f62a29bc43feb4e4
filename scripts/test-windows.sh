#!/usr/bin/env bash
# Does the program built for Windows run, and give the same bytes? It runs under
# Wine: up to model 3 in folders with spaces and backslashes in their names, a
# consumer that is killed and goes on, locks, taken ports, the page, Ctrl-C; and
# the tests of the packages that differ by system.
#
#   scripts/test-windows.sh
#
# Wine is not Windows. It shows that the program starts, that its calls of the
# system are understood, and what becomes of errors that have Windows' numbers. It
# does not show NTFS (fsync, the deletion of an open file, symbolic links), virus
# scanners, a console window, the firewall, arm64, or the speed of anything.
#
# Exit 77 and a reason on another processor, where Debian has no such Wine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
die() {
  echo "test-windows: $*" >&2
  exit 1
}
. scripts/need.sh
[ "$(go env GOHOSTOS)/$(go env GOHOSTARCH)" = linux/amd64 ] || { echo "test-windows: NOT RUN: Wine is used on linux/amd64 only"; exit 77; }
bin=/usr/lib/wine # Debian's; wine64 is not in PATH without the package wine
need wine64 $bin/wine64 --version
need curl curl --version
work=$(mktemp -d)
mkdir "$work/prefix"
export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
started=()
cleanup() {
  for pid in ${started[@]+"${started[@]}"}; do { kill -9 "$pid" && wait "$pid"; } 2>/dev/null || true; done
  [ ! -d "$WINEPREFIX" ] || timeout 20 $bin/wineserver -k >/dev/null 2>&1 || true # that of this prefix alone
  rm -rf "$work"
}
trap cleanup EXIT
# The server outlives the programs; no test must wait for it to close its output.
$bin/wineserver -p >/dev/null 2>&1
timeout 120 $bin/wine64 wineboot -i >/dev/null 2>&1 || die "Wine makes no prefix here"
system32=$WINEPREFIX/drive_c/windows/system32
if [ ! -e "$system32/bcryptprimitives.dll" ]; then # Wine 8
  need gcc-mingw-w64-x86-64-win32 x86_64-w64-mingw32-gcc-win32 --version
  x86_64-w64-mingw32-gcc-win32 -Wall -Os -s -shared -nostdlib -Wl,-e,DllMain,--image-base=0x180000000 -o "$system32/bcryptprimitives.dll" \
    scripts/windows/bcryptprimitives.c -lkernel32 -ladvapi32
  export WINEDLLOVERRIDES="$WINEDLLOVERRIDES;bcryptprimitives=n"
fi

go build -o "$work/here" ./cmd/hotspot
CGO_ENABLED=0 GOOS=windows go build -o "$work/hotspot.exe" ./cmd/hotspot
cd "$work"
w() { timeout 120 $bin/wine64 hotspot.exe "$@"; }
# start NAME ARGUMENT...: one that runs on, with its output in NAME.log; $pid.
start() {
  local name=$1
  shift
  $bin/wine64 hotspot.exe "$@" >"$name.log" 2>&1 &
  pid=$!
  started+=("$pid")
}
soon() { # WHAT COMMAND...: within 20 s
  local what=$1
  shift
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return
    sleep .1
  done
  tail -n 5 ./*.log >&2
  die "$what: not within 20 s"
}
digest() { (cd "$1" && sha256sum -- *.csv model-*.json); }
same() { # WHAT FOLDER
  [ "$(digest here.dir | wc -l)" = 6 ] || die "six files were expected"
  diff <(digest here.dir) <(digest "$2") || die "$1: other bytes than here"
}
# refused WHAT WORDS ARGUMENT...: it must end with a failure that says WORDS.
refused() {
  local what=$1 words=$2
  shift 2
  if w "$@" >refused.log 2>&1; then die "$what: was not refused"; fi
  grep -qF -- "$words" refused.log || die "$what: said $(cat refused.log)"
}
free=127.0.0.1:0
once=(--once 3 --sleep-max 0 --broker-listen $free --listen $free --web $free)

echo "== generate, up to model 3, verify"
./here generate -o here.csv >/dev/null 2>&1
mkdir 'a city'
w generate -o 'a city\crime.csv' >generate.log 2>&1 || die "generate: $(tail generate.log)"
cmp here.csv 'a city/crime.csv'
cmp here.csv.meta.json 'a city/crime.csv.meta.json'
./here up "${once[@]}" --input here.csv --dir here.dir --broker-data here.broker >here.log 2>&1 || die "up failed here: $(tail here.log)"
for _ in first again; do
  w up "${once[@]}" --input 'a city\crime.csv' --dir 'a city\models' --broker-data 'a city\broker' >up.log 2>&1 || die "up failed: $(tail up.log)"
  same up 'a city/models'
done
w verify --dir 'a city\models' --input 'a city\crime.csv' >verify.log 2>&1 || die "verify: $(tail verify.log)"

echo "== a consumer, killed while rows come; locks"
start broker broker --broker-listen $free --broker-data 'own broker'
soon "the broker" grep -q 'development broker started' broker.log
broker=$(sed -n 's/.*"address":"\([0-9.:]*\)".*/\1/p' broker.log)
refused "a second broker in the folder" "is in use by" broker --broker-listen $free --broker-data 'own broker'
refused "a second broker at the port" "port ${broker#*:} is taken" broker --broker-listen "$broker" --broker-data other
start producer producer --brokers "$broker" --topic smoke --input 'a city\crime.csv' --sleep-max 500us
producer=$pid
for _ in 1 2 3; do
  start consumer consumer --brokers "$broker" --topic smoke --dir killed
  consumer=$pid
  soon "the consumer" test -e killed/.lock
  sleep 1
  [ -e second ] || refused "a second consumer in the folder" "is in use by" consumer --brokers "$broker" --topic smoke --dir killed
  touch second
  kill -9 "$consumer"
  wait "$consumer" 2>/dev/null || true
done
wait "$producer" || die "the producer: $(tail producer.log)"
w consumer --brokers "$broker" --topic smoke --dir killed --batches 3 >consumer.log 2>&1 || die "the consumer: $(tail consumer.log)"
same "a killed consumer" killed
w verify --dir killed --input 'a city\crime.csv' --with-topic --brokers "$broker" --topic smoke >verify.log 2>&1 || die "verify: $(tail verify.log)"

echo "== the api, its page, explain, Ctrl-C"
start api api --dir killed --listen $free --web ''
soon "the api" grep -q '"listening"' api.log
api=$(sed -n 's|.*"api":"http://\([0-9.:]*\)".*|\1|p' api.log)
soon "the models" curl -sf "http://$api/readyz"
refused "a second api at the port" "is taken" api --dir killed --listen "$api" --web ''
curl -s "http://$api/model1/2018174723/cluster" >answer
grep -q '"cluster":3' answer || die "the api answered $(cat answer)"
curl -s -H 'Accept: text/html' "http://$api/" >page.html
grep -q '<title>' page.html || die "the api serves no page"
w explain 2018174723 --model 1 --dir killed --api "http://$api" >explain.log 2>&1 || die "explain: $(tail explain.log)"
kill -INT "$pid"
wait "$pid" || die "the api ended with $? at Ctrl-C"
start ended up --input 'a city\crime.csv' --dir ended --broker-data 'ended broker' --sleep-max 20ms \
  --broker-listen $free --listen $free --web ''
soon "rows" test -s 'ended broker/partitions/denver-crime-0/0.dat'
kill -INT "$pid"
wait "$pid" || die "up ended with $? at Ctrl-C"
[ -s 'ended broker/partitions/denver-crime-0/snapshot.json' ] || die "at Ctrl-C the broker did not write its end"
# Line ends are those of Linux; a broker's .dat is no text.
ends=$(grep -rlI $'\r' --include='*.json' --include='*.csv' --include='*.jsonl' --include='*.log' 'a city' killed ended ./*.log || true)
[ -z "$ends" ] || die "carriage returns in $ends"

cd "$OLDPWD"
echo "== tests of what differs by system"
# TestEndAtEveryPoint leaves a file open, which Windows deletes and Wine does not;
# the other two need symbolic links, which Wine says it has made and has not.
CGO_ENABLED=0 GOOS=windows go test -count=1 -timeout 100s -exec "timeout 120 $bin/wine64" \
  -skip 'TestEndAtEveryPoint|TestAnOutputNeverReplacesAnInputOrALink|TestPrepareRefuses/own_input_through_a_link' \
  ./internal/platform/durable ./internal/platform/broker ./internal/platform/cli ./internal/check/doctor ./internal/train/spark ./internal/input/prepare
echo "test-windows: ok, the same bytes on $(go env GOHOSTOS) and Windows ($($bin/wine64 --version))"
