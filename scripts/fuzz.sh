#!/usr/bin/env bash
# Every fuzz test of the module, one after the other.
#
#   scripts/fuzz.sh [TIME]   TIME for each, as go test -fuzztime takes it (20s)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
each=${1:-20s}
ran=0
for package in $(go list ./...); do
  for name in $(go test -list '^Fuzz' "$package" | sed -n '/^Fuzz/p'); do
    echo "== $package $name"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "$each" "$package"
    ran=$((ran + 1))
  done
done
echo "== $ran fuzz tests ran for $each each"
[ "$ran" -gt 0 ]
