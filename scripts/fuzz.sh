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
for file in $(grep -rlE '^func Fuzz' --include='*_test.go' internal | sort); do
  package=./${file%/*}
  for name in $(sed -nE 's/^func (Fuzz[A-Za-z0-9]*)\(.*/\1/p' "$file"); do
    what="${package#./internal/} $name"
    grep -qE "$names" <<<"$what" || continue
    echo "== $what"
    # When the time is over while a worker is busy, go says so and fails, with
    # nothing found; a finding names the input that it has written.
    if out=$(go test -run '^$' -fuzz "^$name\$" -fuzztime "$each" -parallel "${FUZZPARALLEL:-$(nproc)}" "$package" 2>&1) ||
      { grep -q 'context deadline exceeded' <<<"$out" && ! grep -qE 'Failing input|panic:|_test\.go:' <<<"$out"; }; then
      last=$(grep -E '^fuzz: elapsed' <<<"$out" | tail -1)
      seen=$(sed -nE 's/.*execs: ([0-9]+) .*\(total: ([0-9]+)\).*/\1 inputs, corpus of \2/p' <<<"$last")
      [ -n "$seen" ] || seen="no more than the corpus: ${last#fuzz: elapsed: }"
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
