#!/usr/bin/env bash
# Rows against core-seconds, native beside Spark: bench/spark/bench.py on the
# city's rows, tiled up to 4 million.
#
#   scripts/bench-spark.sh [PREPARED.csv]   default: the city's file, which
#                                           HOTSPOT_TEST_DATA names the folder of
#
# ROWS=5000,50000 are the sizes, PLOT=FILE.svg the plot (docs/spark-rows.svg).
# Needs what scripts/test-spark.sh needs, and 2 GB of disk in .cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/test-spark.sh setup >/dev/null
data=${1:-}
if [ -z "$data" ]; then
  : "${HOTSPOT_TEST_DATA:?name a prepared file, or the folder of the city\'s crime.csv.gz}"
  data=.cache/peers.csv
  [ -f "$data" ] || go run ./cmd/hotspot prepare "$HOTSPOT_TEST_DATA/crime.csv.gz" -o "$data"
fi
go build -o .cache/hotspot-bench ./cmd/hotspot
mkdir -p .cache/bench-spark
echo "# scripts/bench-spark.sh, $(date -u +%F), $(nproc) cores, $(go version | cut -d' ' -f3,4), Spark $(sed -n 's/pyspark==//p' deploy/spark/requirements.txt), load $(cut -d' ' -f1 /proc/loadavg)"
python3 bench/spark/bench.py .cache/hotspot-bench "$PWD/.cache/spark/bin/spark-submit" "$data" .cache/bench-spark "${PLOT:-docs/spark-rows.svg}" ${ROWS:+"$ROWS"}
