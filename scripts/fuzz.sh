#!/usr/bin/env bash
# Every fuzz test of the module, one after the other; at the end what each has
# seen. What a finding needs is written to the package's testdata/fuzz/ by go.
#
#   scripts/fuzz.sh [TIME] [NAMES]   TIME for each, as go test -fuzztime takes it (20s);
#                                    NAMES: a regular expression of package and name
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
each=${1:-20s} names=${2:-.}
table=""
failed=0
for package in $(go list ./...); do
  for name in $(go test -list '^Fuzz' "$package" | sed -n '/^Fuzz/p'); do
    what="${package#hotspot/internal/} $name"
    grep -qE "$names" <<<"$what" || continue
    echo "== $what"
    if out=$(go test -run '^$' -fuzz "^$name\$" -fuzztime "$each" -parallel "${FUZZPARALLEL:-$(nproc)}" "$package" 2>&1); then
      last=$(grep -E '^fuzz: elapsed' <<<"$out" | tail -1)
      seen="$(sed -E 's/.*execs: ([0-9]+).*/\1/' <<<"$last") inputs, $(sed -E 's/.*\(total: ([0-9]+)\).*/\1/' <<<"$last") of them interesting"
    else
      failed=1
      echo "$out"
      seen="FAILED"
    fi
    table+=$(printf '%-40s %s\n' "$what" "$seen")$'\n'
  done
done
[ -n "$table" ] || { echo "no fuzz test is called $names" >&2; exit 1; }
echo "== each for $each"
printf '%s' "$table"
exit "$failed"
