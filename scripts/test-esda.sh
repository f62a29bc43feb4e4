#!/usr/bin/env bash
# Are the cells of `hotspot spots --cells` those of esda (PyPI)? z, p and adjusted p of
# every cell, to 1e-9, on the invented city and, where HOTSPOT_TEST_DATA names the
# folder of the city's file, on a batch of Denver.
#
#   scripts/test-esda.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/need.sh
need python3-venv python3 --version
mkdir -p .cache
python=.cache/esda/bin/python
if ! "$python" -c 'import esda' 2>/dev/null; then
  python3 -m venv .cache/esda
  "$python" -m pip install --quiet esda==2.9.0 libpysal==4.14.1 scipy==1.17.1 || {
    echo "NOT RUN: esda, since PyPI cannot be reached"
    exit 77
  }
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/hotspot" ./cmd/hotspot
"$work/hotspot" generate --rows 5000 -o "$work/city.csv" 2>/dev/null
"$work/hotspot" spots --cells "$work/city.csv" >"$work/city-cells.csv" 2>/dev/null
cells=("$work/city-cells.csv")
if [ -n "${HOTSPOT_TEST_DATA:-}" ]; then
  "$work/hotspot" prepare "$HOTSPOT_TEST_DATA/crime.csv.gz" -o "$work/denver.csv" >/dev/null 2>&1
  head -n 5001 "$work/denver.csv" >"$work/batch.csv"
  cp "$work/denver.csv.meta.json" "$work/batch.csv.meta.json"
  "$work/hotspot" spots --cells "$work/batch.csv" >"$work/denver-cells.csv" 2>/dev/null
  cells+=("$work/denver-cells.csv")
fi
"$python" -W ignore - "${cells[@]}" <<'PYTHON'
import csv, os, sys
import numpy as np
from esda.getisord import G_Local
from libpysal.weights import W
from scipy.stats import false_discovery_control

for path in sys.argv[1:]:
    with open(path) as f:
        rows = list(csv.DictReader(f))
    # Cells of 250 m in whole numbers, from their middles in degrees.
    lon = np.array([float(r["lon"]) for r in rows])
    lat = np.array([float(r["lat"]) for r in rows])
    side = 0.25 / (6371.0088 * np.pi / 180)
    y = np.rint((lat - lat[0]) / side).astype(int)
    x = np.rint((lon - lon[0]) / (side / np.cos(np.radians(39.74)))).astype(int)
    at = {(a, b): i for i, (a, b) in enumerate(zip(x, y))}
    assert len(at) == len(rows), "two cells at one place"
    near = {i: [at[a + dx, b + dy] for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx or dy) and (a + dx, b + dy) in at] for (a, b), i in at.items()}
    w = W(near, silence_warnings=True)
    counts = np.array([float(r["rows"]) for r in rows])
    g = G_Local(counts, w, transform="B", permutations=0, star=True)
    p = 2 * g.p_norm  # esda's is of one side
    worst = max(
        np.abs(g.Zs - [float(r["z"]) for r in rows]).max(),
        np.abs(p - [float(r["p"]) for r in rows]).max(),
        np.abs(false_discovery_control(p) - [float(r["p_adjusted"]) for r in rows]).max(),
    )
    print(f"{os.path.basename(path)}: {len(rows)} cells, {int(counts.sum())} rows, at most {worst:.1e} apart")
    assert worst < 1e-9, path
print(f"test-esda: ok, {len(sys.argv) - 1} batches")
PYTHON
