#!/usr/bin/env bash
# Does another processor give the same bytes? The program built for arm64 runs
# under qemu up to model 3, and its batches and models are compared with those
# of this machine.
#
#   scripts/test-arm64.sh
#
# Exit 77 and a reason where qemu-user cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v qemu-aarch64-static >/dev/null; then
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user-static >/dev/null ||
    { echo "test-arm64: NOT RUN: qemu-aarch64-static is missing; install it (Debian: qemu-user-static)"; exit 77; }
fi
go build -o "$work/here" ./cmd/hotspot
CGO_ENABLED=0 GOARCH=arm64 go build -o "$work/arm64" ./cmd/hotspot
"$work/here" generate -o "$work/crime.csv" >/dev/null 2>&1
up() { # NAME COMMAND...
  local name=$1
  shift
  "$@" up --once 3 --sleep-max 0 --input "$work/crime.csv" --dir "$work/$name.dir" --broker-data "$work/$name.broker" \
    --broker-listen 127.0.0.1:0 --listen 127.0.0.1:0 --web 127.0.0.1:0 >"$work/$name.log" 2>&1 ||
    { tail -n 20 "$work/$name.log"; echo "test-arm64: $name failed" >&2; exit 1; }
}
up here "$work/here"
up arm64 qemu-aarch64-static "$work/arm64"
digest() { (cd "$work/$1.dir" && sha256sum -- *.csv model-*.json); }
[ "$(digest here | wc -l)" = 6 ] || { echo "test-arm64: six files were expected" >&2; exit 1; }
diff <(digest here) <(digest arm64)
echo "test-arm64: ok, the same bytes on $(go env GOARCH) and arm64 (qemu)"
