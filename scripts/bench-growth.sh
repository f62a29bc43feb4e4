#!/usr/bin/env bash
# Does time grow with the rows and memory not? The invented city in several
# sizes, made as it is sent: generate | producer --input -, then a consumer,
# then the consumer once more, which finds nothing left to do.
#
#   scripts/bench-growth.sh [ROWS...]    default 400000 4000000 40000000
#
# 40 million rows need some 35 GB of disk and 10 minutes. Everything lies in a
# temporary folder (TMPDIR). The broker is an Apache Kafka of scripts/kafka.sh.
# Output: one line of figures for each size and role, tab separated, and the
# same as a drawing in .cache/growth.svg.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ $# -gt 0 ] || set -- 400000 4000000 40000000
command -v /usr/bin/time >/dev/null || { echo "bench-growth: GNU time is missing; install it (Debian: apt-get install time)" >&2; exit 1; }
work=$(mktemp -d)
cleanup() {
  scripts/kafka.sh stop "$work/kafka"
  rm -rf "$work"
}
trap cleanup EXIT

make --no-print-directory build >/dev/null
mkdir -p .cache
table=.cache/growth.tsv
: >"$table"

# row ROWS ROLE BYTES: a line of figures from what GNU time wrote.
row() {
  local wall user sys memory
  read -r wall user sys memory <"$work/time"
  awk -v rows="$1" -v role="$2" -v bytes="$3" -v wall="$wall" -v cpu="$user $sys" -v kib="$memory" 'BEGIN {
    split(cpu, c, " ")
    printf "%d\t%s\t%.2f\t%.2f\t%.1f\t%.1f\t%.0f\n", rows, role, wall, c[1] + c[2], kib * 1024 / 1e6, bytes / 1e6, rows / wall }' | tee -a "$table"
}
timed=(/usr/bin/time -f '%e %U %S %M' -o "$work/time")
bytes() { du -sb "$1" | cut -f1; }

broker=$(scripts/kafka.sh start "$work/kafka")
echo "# bench-growth: $(go env GOVERSION), $(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1-3 /proc/loadavg)"
printf '# rows\trole\twall s\tcpu s\tpeak MB\tdisk MB\trows/s\n'
for rows; do
  args=(--brokers "$broker" --topic "growth-$rows" --log-level error)
  before=$(bytes "$work/kafka")
  bin/hotspot generate --rows "$rows" -o - --log-level error 2>/dev/null |
    "${timed[@]}" bin/producer "${args[@]}" --input - --bounds=-105.2,39.55,-104.5,39.95 --sleep-max 0 >/dev/null
  row "$rows" producer $(($(bytes "$work/kafka") - before))
  consume=(bin/consumer "${args[@]}" --dir "$work/dir" --batches $((rows / 5000)))
  "${timed[@]}" "${consume[@]}" >/dev/null
  row "$rows" consumer "$(bytes "$work/dir")"
  "${timed[@]}" "${consume[@]}" >/dev/null
  row "$rows" "consumer, again" "$(bytes "$work/dir")"
  rm -rf "$work/dir"
done
python3 scripts/bench-stream/growth.py "$table" >.cache/growth.svg
echo "# the drawing is .cache/growth.svg"
