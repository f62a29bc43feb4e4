#!/usr/bin/env bash
# Does another processor give the same bytes? The program built for arm64 runs
# under qemu up to model 3, and its batches and models are compared with those
# of this machine.
#
#   scripts/test-arm64.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
die() {
  echo "test-arm64: $*" >&2
  exit 1
}
. scripts/need.sh
need qemu-user-static qemu-aarch64-static --version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/here" ./cmd/hotspot
CGO_ENABLED=0 GOARCH=arm64 go build -o "$work/arm64" ./cmd/hotspot
"$work/here" generate -o "$work/crime.csv" >/dev/null 2>&1
up() { # NAME COMMAND...
  local name=$1
  shift
  "$@" up --once 3 --sleep-max 0 --input "$work/crime.csv" --dir "$work/$name.dir" --broker-data "$work/$name.broker" \
    --broker-listen 127.0.0.1:0 --listen 127.0.0.1:0 --web 127.0.0.1:0 >"$work/$name.log" 2>&1 ||
    { tail -n 20 "$work/$name.log"; die "$name failed"; }
}
CGO_ENABLED=0 GOARCH=arm64 go test -exec qemu-aarch64-static ./internal/stat >"$work/test.log" 2>&1 || { tail -n 20 "$work/test.log"; die "internal/stat failed"; }
up here "$work/here"
up arm64 qemu-aarch64-static "$work/arm64"
digest() { (cd "$work/$1.dir" && sha256sum -- *.csv model-*.json); }
[ "$(digest here | wc -l)" = 6 ] || die "six files were expected"
diff <(digest here) <(digest arm64)
echo "test-arm64: ok, the same bytes on $(go env GOARCH) and arm64 (qemu)"
