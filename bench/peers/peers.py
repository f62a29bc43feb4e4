"""Ours and other k-means, in turn, on the same rows.

    peers.py PREPARED.csv KMEANS_TEST_BINARY [ROUNDS [CASES]]     CASES: 1,2,7; all by default

Every program but Spark, which has local[2], gets one thread, because two of
them on a machine that does other things as well say more of their waiting than
of their work; hotspot's other threads would be restarts side by side. Prints a
table: for each case and program the medians over the rounds of the wall time,
the CPU time and the inertia. A program that has used BUDGET seconds in a case
has no further round in it; the column "runs" says how many it had.
scripts/bench-peers.sh calls it.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy

import collections
import csv
import json
import math
import shutil
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
BUDGET = 12.0
CATEGORIES = 13


def rows(path):
    """East and north in km, the hour as a point on a circle, and a column of 0
    and 1 for each of the most frequent categories: 17 columns."""
    out, categories = [], []
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
        categories.append(r["OFFENSE_CATEGORY_ID"])
    count = collections.Counter(categories)
    top = sorted(count, key=lambda c: (-count[c], c))[:CATEGORIES]
    one_hot = np.array(categories)[:, None] == np.array(top)[None, :]
    return np.hstack([np.rint(np.array(out) * GRID) / GRID, one_hot.astype(float)])


def tiled(x, n):
    """n rows, those of x again and again, each moved by up to 50 m."""
    x = np.tile(x, (n // len(x) + 1, 1))[:n]
    return np.rint((x + np.random.default_rng(1).uniform(-0.05, 0.05, x.shape)) * GRID) / GRID


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


class Spark:
    """A session that stays warm between fits, in a process of its own."""

    def __init__(self):
        self.dir = tempfile.TemporaryDirectory()
        self.process = None

    def fit(self, x, k, restarts, seed):
        path = os.path.join(self.dir.name, "x")
        if self.process is None:
            x.tofile(path)
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spark.py")
            self.process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        print(json.dumps({"x": path, "d": x.shape[1], "k": k, "restarts": restarts, "seed": seed}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"spark.py ended with {self.process.wait()}; run it by hand to see why")
        r = json.loads(line)
        return r["wall"], r["cpu"], np.array(r["centroids"])

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
        self.dir.cleanup()


def main():
    path, binary = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    everything = rows(path)
    batch, two, four = everything[:5000], everything[:, :2], everything[:, :4]
    libraries = ["sklearn", "scipy", "faiss"]
    cases = [
        ("batch, 10 restarts", batch[:, :2], 5, 10, False, [*libraries, "muesli"]),
        ("batch, 10 restarts", batch[:, :2], 10, 10, False, [*libraries, "muesli"]),
        ("batch, 10 restarts", batch[:, :2], 50, 10, False, [*libraries, "muesli"]),
        ("batch, 10 restarts", batch[:, :4], 10, 10, False, [*libraries, "muesli"]),
        ("batch, 10 restarts", batch, 10, 10, False, [*libraries, "muesli"]),
        ("batch, 1 restart", batch[:, :2], 5, 1, False, ["sklearn", "spark"]),
        ("all, 10 restarts", two, 10, 10, False, libraries),
        ("all, 10 restarts", four, 10, 10, False, libraries),
        ("all, 1 restart", two, 10, 1, False, [*libraries, "muesli"]),
        ("batch, same start", batch[:, :2], 5, 1, True, libraries),
        ("all, same start", two, 10, 1, True, libraries),
        ("all, same start", two, 50, 1, True, libraries),
        ("all, same start", four, 10, 1, True, libraries),
        ("all, same start", everything, 10, 1, True, libraries),
        ("all, same start", everything, 50, 1, True, libraries),
        ("tiled, same start", None, 10, 1, True, libraries),
    ]
    if len(sys.argv) > 4:
        cases = [cases[int(i) - 1] for i in sys.argv[4].split(",")]
    others, spark = {"sklearn": sklearn, "scipy": scipy, "faiss": faiss_}, Spark()
    print(f"{'case':38} {'program':8} {'runs':>4} {'wall ms':>10} {'cpu ms':>10} {'times ours':>10} {'cpu':>7} {'inertia':>15}")
    for name, x, k, restarts, same, peers in cases:
        x = np.ascontiguousarray(tiled(two, 4_000_000) if x is None else x)
        start = np.ascontiguousarray(x[np.random.default_rng(1).choice(len(x), k, replace=False)]) if same else None
        what = f"{name}, {len(x)} d{x.shape[1]} k{k}"
        if "spark" in peers and not shutil.which("java"):
            print(f"NOT RUN: {what}: spark needs java, and there is none in PATH", flush=True)
            peers = [p for p in peers if p != "spark"]
        got, used = {}, collections.Counter()
        for seed in range(1, rounds + 1):
            for peer in ["ours", *peers]:
                if used[peer] > BUDGET:
                    continue
                if peer in others:
                    if seed == 1:
                        others[peer](x[: 20 * k], k, 1, None, seed)  # threads and imports
                    result = timed(lambda: others[peer](x, k, restarts, start, seed))
                elif peer == "spark":
                    result = spark.fit(x, k, restarts, seed)
                else:
                    result = ours(binary, x, k, restarts, start, seed, "muesli" if peer == "muesli" else "native", 1)
                used[peer] += result[0]
                got.setdefault(peer, []).append((result[0], result[1], inertia(x, result[2])))
        base = [statistics.median(r[i] for r in got["ours"]) for i in range(3)]
        for peer, r in got.items():
            wall, cpu, fit = (statistics.median(v[i] for v in r) for i in range(3))
            print(f"{what:38} {peer:8} {len(r):4} {wall * 1e3:10.2f} {cpu * 1e3:10.2f} {wall / base[0]:10.1f} {cpu / base[1]:7.1f} {fit:15.2f}", flush=True)
    spark.close()


main()
