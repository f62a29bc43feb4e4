#!/usr/bin/env bash
# Does a release work where there is no network? Makes the archive of this
# system, unpacks it elsewhere, and in a network namespace that holds nothing
# but the loopback device runs the suite up to model 3 and verifies it.
#
#   scripts/test-release.sh
#
# Exit 0: passed. 77: no such namespace can be made here; the last line says why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

offline=(unshare --map-root-user --net)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${offline[@]}" ip link set lo up 2>"$work/reason" || {
  echo "test-release: NOT RUN: no network namespace can be made here: $(tail -n 1 "$work/reason")"
  exit 77
}
system=$(go env GOOS)_$(go env GOARCH)
DIST=$work/dist scripts/release.sh test "${system/_//}"
(cd "$work/dist" && sha256sum --quiet -c SHA256SUMS)
tar -C "$work" -xzf "$work/dist/hotspot_test_$system.tar.gz"
"${offline[@]}" bash -euc '
  ip link set lo up
  [ -z "$(ip route)" ]
  cd "$1"
  ./hotspot --version
  ./hotspot up --once 3 --sleep-max 0
  ./hotspot verify --input dataset/crime_preprocessed.csv
' offline "$work/hotspot_test_$system"
echo "test-release: ok: $system, without a network"
