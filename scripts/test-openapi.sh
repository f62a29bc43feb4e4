#!/usr/bin/env bash
# The api, asked by schemathesis for everything that its OpenAPI document
# allows and much that it does not: no 5xx, no answer that is not described, no
# valid request refused. Needs Python 3 with venv; schemathesis is fetched.
#
#   scripts/test-openapi.sh
#
# Left out: /events, which has no end, and the stateful phase, which feeds the
# members of one answer to other routes by their names (the template
# "/crimes/{id}" of GET / as an id).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=4.32.5

die() {
  printf 'test-openapi: %s\n' "$*" >&2
  exit 1
}
if ! python3 -m venv --help >/dev/null 2>&1; then
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] ||
    die "python3 with venv is missing; install it (Debian: apt-get install python3-venv) and run this again"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi
venv=$PWD/.cache/schemathesis-$version
[ -x "$venv/bin/schemathesis" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q "schemathesis==$version"
}

work=$(mktemp -d "$PWD/.cache/openapi.XXXXXX")
api=
cleanup() {
  [ -z "$api" ] || kill "$api" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
go build -o "$work/" ./cmd/hotspot ./cmd/api
(cd "$work" && ./hotspot up --once 3 --sleep-max 0s --listen 127.0.0.1:0 --web "" --broker-listen 127.0.0.1:0 >up.log 2>&1) ||
  { tail -n 20 "$work/up.log"; die "no folder to serve"; }
"$work/api" --dir "$work/dataset-kafka" --listen 127.0.0.1:0 --web "" --log-format json 2>"$work/api.log" &
api=$!
url=
for _ in $(seq 100); do
  url=$(sed -n 's/.*"api":"\([^"]*\)".*/\1/p' "$work/api.log" | head -n 1)
  [ -n "$url" ] && curl -sf -o /dev/null "$url/readyz" && break
  sleep 0.1
done
[ -n "$url" ] || die "the api did not start"
(cd "$work" && "$venv/bin/schemathesis" run "$url/openapi.json" --exclude-path /events \
  --phases examples,coverage,fuzzing --max-examples 50 --seed 1 --generation-deterministic)
echo "test-openapi: ok"
