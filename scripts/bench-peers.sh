#!/usr/bin/env bash
# Ours and other k-means in turn, on the city's rows, in one run.
#
#   scripts/bench-peers.sh [PREPARED.csv]   default: the city's file, which
#                                           HOTSPOT_TEST_DATA names the folder of
#
# ROUNDS=5 are the rounds, CASES=1,2 only some of the cases.
# Needs python3 with venv; its packages are pinned in bench/peers. Spark needs
# java, 17 or newer; without it there is a line NOT RUN. About ten minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .cache
data=${1:-}
if [ -z "$data" ]; then
  : "${HOTSPOT_TEST_DATA:?name a prepared file, or the folder of the city\'s crime.csv.gz}"
  data=.cache/peers.csv
  [ -f "$data" ] || go run ./cmd/hotspot prepare "$HOTSPOT_TEST_DATA/crime.csv.gz" -o "$data"
fi
if ! cmp -s bench/peers/requirements.txt .cache/peers/requirements.txt; then
  rm -rf .cache/peers
  python3 -m venv .cache/peers
  .cache/peers/bin/pip install --quiet -r bench/peers/requirements.txt
  cp bench/peers/requirements.txt .cache/peers/
fi
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # numpy chooses for the processor at hand
go test -c -o .cache/kmeans.test ./internal/kmeans
echo "# scripts/bench-peers.sh, $(date -u +%F), $(nproc) cores, $(go version | cut -d' ' -f3,4), $(.cache/peers/bin/python --version)"
.cache/peers/bin/python bench/peers/peers.py "$data" .cache/kmeans.test "${ROUNDS:-5}" ${CASES:+"$CASES"}
