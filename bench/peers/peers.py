"""Ours and other k-means, in turn, on the same rows.

    peers.py PREPARED.csv KMEANS_TEST_BINARY [ROUNDS [CASES]]     CASES: 1,2,7; all by default

Every program gets one thread, because two of them on a machine that does other
things as well say more of their waiting than of their work; hotspot's other
threads would be restarts side by side. Prints a table: for each case and program the medians over the rounds of the
wall time, the CPU time and the inertia. scripts/bench-peers.sh calls it.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy

import csv
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import faiss
import numpy as np
import scipy.cluster.vq as vq
from sklearn.cluster import KMeans

warnings.filterwarnings("ignore")  # scipy's empty clusters; the inertia shows them
GRID = 2.0**20


def rows(path):
    """East and north in km, and the hour as a point on a circle."""
    out = []
    for r in csv.DictReader(open(path, newline="")):
        if not r["GEO_LON"] or not r["GEO_LAT"]:
            continue
        lon, lat = float(r["GEO_LON"]), float(r["GEO_LAT"])
        if not (-105.2 <= lon <= -104.5 and 39.55 <= lat <= 39.95):
            continue
        rad = math.pi / 180 * 6371.0088
        when = r["FIRST_OCCURRENCE_DATE"]
        hour = int(when[11:13]) / 24 * 2 * math.pi if when else 0
        out.append(((lon + 104.95) * rad * 0.7689534235222645, (lat - 39.74) * rad, 3 * math.sin(hour), 3 * math.cos(hour)))
    return np.rint(np.array(out) * GRID) / GRID


def inertia(x, centroids):
    best = np.full(len(x), np.inf)
    for c in centroids:
        best = np.minimum(best, ((x - c) ** 2).sum(1))
    return best.sum()


def timed(fit):
    wall, cpu = time.perf_counter(), time.process_time()
    centroids = fit()
    return time.perf_counter() - wall, time.process_time() - cpu, centroids


def sklearn(x, k, restarts, start, seed):
    if start is not None:
        return KMeans(k, init=start, n_init=1, tol=1e-4, algorithm="lloyd").fit(x).cluster_centers_
    return KMeans(k, n_init=restarts, tol=1e-4, random_state=seed).fit(x).cluster_centers_


def scipy(x, k, restarts, start, seed):
    if start is not None:
        return vq.kmeans(x, start, thresh=1e-4)[0]
    return vq.kmeans(x, k, iter=restarts, thresh=1e-4, rng=np.random.default_rng(seed))[0]


def faiss_(x, k, restarts, start, seed):
    m = faiss.Kmeans(x.shape[1], k, niter=25, nredo=restarts, seed=seed, min_points_per_centroid=1, max_points_per_centroid=10**9)
    m.train(x.astype("float32"), init_centroids=None if start is None else start.astype("float32"))
    return m.centroids.astype("float64")


def ours(binary, x, k, restarts, start, seed, engine, workers):
    with tempfile.TemporaryDirectory() as d:
        x.tofile(os.path.join(d, "x"))
        if start is not None:
            start.tofile(os.path.join(d, "start"))
        case = {"d": x.shape[1], "k": k, "restarts": restarts, "seed": seed, "engine": engine, "workers": workers}
        json.dump(case, open(os.path.join(d, "case"), "w"))
        p = subprocess.run([binary, "-test.run", "^TestPeerSide$", "-test.v"], env={**os.environ, "HOTSPOT_PEERS": d}, capture_output=True, text=True, check=True)
        line = next(l for l in p.stdout.splitlines() if l.startswith("{"))
        r = json.loads(line)
        return r["wall"], r["cpu"], np.array(r["centroids"]).reshape(k, -1)


def main():
    path, binary = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    everything = rows(path)
    cases = [
        ("batch, 10 restarts", everything[:5000, :2], 5, 10, False, ["sklearn", "scipy", "faiss", "muesli"]),
        ("batch, 10 restarts", everything[:5000, :2], 10, 10, False, ["sklearn", "scipy", "faiss", "muesli"]),
        ("all, 10 restarts", everything[:, :2], 10, 10, False, ["sklearn", "faiss"]),
        ("all, 10 restarts", everything, 10, 10, False, ["sklearn", "faiss"]),
        ("batch, same start", everything[:5000, :2], 5, 1, True, ["sklearn", "scipy", "faiss"]),
        ("all, same start", everything[:, :2], 10, 1, True, ["sklearn", "scipy", "faiss"]),
        ("all, same start", everything, 10, 1, True, ["sklearn", "scipy", "faiss"]),
    ]
    if len(sys.argv) > 4:
        cases = [cases[int(i) - 1] for i in sys.argv[4].split(",")]
    others = {"sklearn": sklearn, "scipy": scipy, "faiss": faiss_}
    print(f"{'case':34} {'program':12} {'wall ms':>10} {'cpu ms':>10} {'times ours':>10} {'cpu':>7} {'inertia':>15}")
    for name, x, k, restarts, same, peers in cases:
        start = np.ascontiguousarray(x[np.random.default_rng(1).choice(len(x), k, replace=False)]) if same else None
        x = np.ascontiguousarray(x)
        got = {}
        for seed in range(1, rounds + 1):
            for peer in ["ours", *peers]:
                if peer in others:
                    if seed == 1:
                        others[peer](x[: 20 * k], k, 1, None, seed)  # threads and imports
                    result = timed(lambda: others[peer](x, k, restarts, start, seed))
                else:
                    result = ours(binary, x, k, restarts, start, seed, "muesli" if peer == "muesli" else "native", 1)
                got.setdefault(peer, []).append((result[0], result[1], inertia(x, result[2])))
        base = [statistics.median(r[i] for r in got["ours"]) for i in range(3)]
        for peer, r in got.items():
            wall, cpu, fit = (statistics.median(v[i] for v in r) for i in range(3))
            what = f"{name}, {len(x)} d{x.shape[1]} k{k}"
            print(f"{what:34} {peer:12} {wall * 1e3:10.2f} {cpu * 1e3:10.2f} {wall / base[0]:10.1f} {cpu / base[1]:7.1f} {fit:15.2f}", flush=True)


main()
