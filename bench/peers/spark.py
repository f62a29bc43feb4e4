"""The side of Spark in peers.py: one warm session, a fit per line of stdin.

    spark.py < lines of JSON {"x": file of float64s, "d", "k", "restarts", "seed"}

Prints for each line one of JSON: wall seconds, CPU seconds of the JVM and its
children, and the centroids. Spark's KMeans has no restarts: so many fits, of
which the best is kept, are what a user would write. The session, its start and
the rows in a cached frame are not in the figures; a fit is.
"""

import json
import os
import sys
import time

import numpy as np
from pyspark.ml.clustering import KMeans
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[2]")
    .appName("peers")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.memory", "2g")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
TICK = os.sysconf("SC_CLK_TCK")


def cpu():
    """CPU seconds of the JVM, which is the child of this process, and of this one."""
    me, total = os.getpid(), time.process_time()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat[1]) == me:
            total += (int(stat[11]) + int(stat[12])) / TICK
    return total


frames = {}
for line in sys.stdin:
    c = json.loads(line)
    if c["x"] not in frames:
        x = np.fromfile(c["x"]).reshape(-1, c["d"])
        frames[c["x"]] = spark.createDataFrame([(Vectors.dense(r),) for r in x.tolist()], ["features"]).cache()
        frames[c["x"]].count()
        KMeans(k=c["k"], seed=0).fit(frames[c["x"]])  # classes loaded, code compiled
    before, began, best = cpu(), time.perf_counter(), None
    for i in range(c["restarts"]):
        m = KMeans(k=c["k"], seed=c["seed"] * 1000 + i, maxIter=300, tol=1e-4).fit(frames[c["x"]])
        if best is None or m.summary.trainingCost < best.summary.trainingCost:
            best = m
    wall = time.perf_counter() - began
    print(json.dumps({"wall": wall, "cpu": cpu() - before, "centroids": [v.tolist() for v in best.clusterCenters()]}), flush=True)
