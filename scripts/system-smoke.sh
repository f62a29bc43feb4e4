#!/usr/bin/env bash
# Does the suite run on this system, and give the bytes that it gives on every
# other? It runs up to model 3, lets a consumer of its own be killed in the
# middle and go on, verifies, and writes the SHA-256 of batches and models.
#
#   scripts/system-smoke.sh SUMS_FILE
#
# Needs Go and bash (on Windows, that of git).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
sums=${1:?usage: scripts/system-smoke.sh SUMS_FILE}

work=$(mktemp -d)
broker=""
cleanup() {
  [ -z "$broker" ] || kill "$broker" 2>/dev/null || true
  rm -rf "$work" 2>/dev/null || true
}
trap cleanup EXIT
go build -o "$work/" ./cmd/producer ./cmd/consumer ./cmd/api ./cmd/hotspot
data=$work/crime.csv
topic=(--brokers 127.0.0.1:19092 --topic smoke)

echo "== up, to model 3"
"$work/hotspot" generate -o "$data"
"$work/hotspot" up --once 3 --sleep-max 0 --input "$data" --dir "$work/up" --broker-data "$work/up-broker" \
  --broker-listen 127.0.0.1:0 --listen 127.0.0.1:0 --web 127.0.0.1:0

echo "== a consumer, killed while rows come"
"$work/hotspot" broker --broker-listen 127.0.0.1:19092 --broker-data "$work/broker" &
broker=$!
"$work/producer" "${topic[@]}" --input "$data" --sleep-max 200us &
producer=$!
for _ in 1 2 3 4 5; do
  "$work/consumer" "${topic[@]}" --dir "$work/killed" &
  consumer=$!
  sleep 1
  kill -9 "$consumer" || true
  wait "$consumer" 2>/dev/null || true
done
wait "$producer"
"$work/consumer" "${topic[@]}" --dir "$work/killed" --batches 3
"$work/hotspot" verify --dir "$work/killed" --input "$data"

echo "== the bytes"
digest() { (cd "$1" && { sha256sum -- *.csv model-*.json 2>/dev/null || shasum -a 256 -- *.csv model-*.json; } | sed 's/ \*/  /'); }
digest "$work/up" | tee "$sums"
digest "$work/killed" | diff "$sums" - && echo "system-smoke: ok"
