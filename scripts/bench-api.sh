#!/usr/bin/env bash
# The api beside a bare net/http handler, FastAPI and Flask, in one run, each in
# turn; then what its start takes.
#
#   scripts/bench-api.sh [ROUNDS [SECONDS]]    default 5 rounds of 3 s
#
# INPUT is a prepared CSV; its rows make the folder that is served and started
# with. Default: the invented city, 3 batches. With the city's 394,736 rows the
# start is that of 78 batches. PORT (default 24100) is the first of five ports.
# "all on" is with --access-log, JSON to /dev/null; request ids, metrics and
# recovery are always on. The peers serve the same answers from a dict.
#
# Needs wrk and python3 with venv (Debian: apt-get install wrk python3-venv); the
# Python packages are pinned in bench-api/requirements.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v wrk >/dev/null || { echo "bench-api: wrk is missing; install it (Debian: apt-get install wrk)" >&2; exit 1; }
port=${PORT:-24100}
venv=$PWD/.cache/bench-api
mkdir -p .cache
if ! cmp -s scripts/bench-api/requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r scripts/bench-api/requirements.txt
  cp scripts/bench-api/requirements.txt "$venv/"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/" ./cmd/api ./cmd/hotspot ./internal/testkit/bare
input=${INPUT:-}
if [ -z "$input" ]; then
  input=$work/city.csv
  "$work/hotspot" generate -o "$input" 2>/dev/null
fi
batches=$((($(wc -l <"$input") - 1) / 5000))
"$work/hotspot" up --input "$input" --dir "$work/folder" --once "$batches" --sleep-max 0s --listen 127.0.0.1:0 --web "" \
  --broker-listen 127.0.0.1:0 --broker-data "$work/broker" >"$work/up.log" 2>&1 || { tail -n 5 "$work/up.log" >&2; exit 1; }
rm -rf "$work/broker"
echo "# scripts/bench-api.sh, $(date -u +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $(go version | cut -d' ' -f3,4), $("$venv/bin/python" --version), $batches batches"
"$venv/bin/python" scripts/bench-api/run.py "$work" "$work/folder" "$port" "${1:-5}" "${2:-3}"
echo
echo "# the start, $batches batches"
"$venv/bin/python" scripts/bench-api/start.py "$work/api" "$work/folder" "$port" 5
