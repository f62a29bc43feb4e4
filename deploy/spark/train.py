"""Train k-means models with Spark, from batch files or from Kafka.

    spark-submit train.py --input batch-000001.csv --start start.json --output result.json
    spark-submit train.py --input 'batch-*.csv' ...            one model of all of them
    spark-submit train.py --each --input a.csv --input b.csv   one model of each
    spark-submit --jars ... train.py --kafka-brokers HOST:PORT --kafka-topic T \
        --kafka-ranges '{"0":[0,5000]}' ...                    exact offsets, end excluded

start.json holds the initial centroids, one list of [east_km, north_km] for each
model. They decide the result together with the rows, to the last bit: places
lie on a grid of 2^-20 km and are summed as integers, so neither the number of
partitions nor their order changes a number. Iterations, ties, emptied clusters
and the end are those of the engine native (package kmeans).

result.json holds centroids, sizes, inertia and the counts that describe a
cluster; nothing in it grows with the rows. It appears whole or not at all.
--labels has the executors write the cluster of every row, beside it.
"""

import argparse
import json
import math
import os
import sys
import tempfile
import time
from fractions import Fraction

import numpy as np
import pyspark
from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

FORMAT = "hotspot.spark/2"
VERSION = "4.2"  # of Spark: what the tests ran on
GRID = float(2**20)  # steps in a kilometer
HALF = 26  # bits: squares are summed in two halves, so that 10^10 of them fit into 64 bits
DENVER = {
    "origin": {"lon": -104.95, "lat": 39.74},
    "earth_radius_km": 6371.0088,
    "bounds": {"lon": [-105.2, -104.5], "lat": [39.55, 39.95]},
}
USED = ["OFFENSE_ID", "GEO_LON", "GEO_LAT", "OFFENSE_CATEGORY_ID", "NEIGHBORHOOD_ID"]


class Refused(Exception):
    """Something that the person who started this can put right."""


def say(stage, detail=""):
    """Reports progress; the program that waits reads these lines."""
    print(f"hotspot-spark: {stage} {detail}".rstrip(), flush=True)


def cosine(lat):
    """The cosine of the origin's latitude as package feature has it."""
    return 0.7689534235222645 if lat == 39.74 else round(math.cos(math.radians(lat)), 12)


def read_files(spark, paths):
    """The used columns of CSV files with a header, all as text."""
    df = spark.read.csv(paths, header=True, escape='"')
    missing = [c for c in USED if c not in df.columns]
    if missing:
        raise Refused(f"{paths[0]}: no column {', '.join(missing)}; prepare the file with hotspot prepare")
    return df.select(*USED)


def check_ranges(spark, settings, topic, ranges):
    """Refuses ranges that the topic does not hold. Spark would only say that
    data may have been lost, after two minutes."""
    jvm = spark.sparkContext._jvm
    props = jvm.java.util.Properties()
    bytes_ = "org.apache.kafka.common.serialization.ByteArrayDeserializer"
    for key, value in {"key.deserializer": bytes_, "value.deserializer": bytes_, "default.api.timeout.ms": "15000",
                       **settings}.items():
        props.setProperty(key, value)
    try:
        consumer = jvm.org.apache.kafka.clients.consumer.KafkaConsumer(props)
    except TypeError as e:
        raise Refused("the Kafka connector is missing; fetch the jars with mvn dependency:copy-dependencies "
                      "-f deploy/spark/pom.xml and name them with spark-submit --jars") from e
    except Py4JError as e:
        raise Refused(f"the settings of Kafka are refused: {cause(e)}") from e
    try:
        found = consumer.partitionsFor(topic)
        have = {p.partition() for p in found} if found else set()
        for p, (start, end) in ranges.items():
            if int(p) not in have:
                raise Refused(f"topic {topic} has no partition {p}; it has {sorted(have)}")
            asked = jvm.java.util.ArrayList()
            asked.add(jvm.org.apache.kafka.common.TopicPartition(topic, int(p)))
            first = list(consumer.beginningOffsets(asked).values())[0]
            last = list(consumer.endOffsets(asked).values())[0]
            if not first <= start < end <= last:
                raise Refused(f"topic {topic}, partition {p}: the range [{start}, {end}) is not within "
                              f"[{first}, {last}), which the broker holds; ask for what is there")
    except Py4JError as e:
        raise Refused(f"no answer about topic {topic} from {settings['bootstrap.servers']}: {cause(e)}; "
                      "check --kafka-brokers and --kafka-conf") from e
    finally:
        consumer.close(jvm.java.time.Duration.ofSeconds(1))


def cause(e):
    """The innermost reason of Java, in one line."""
    found = getattr(e, "java_exception", None)
    while found is not None and found.getCause() is not None:
        found = found.getCause()
    return str(found.toString() if found is not None else e).splitlines()[0]


def read_kafka(spark, settings, topic, ranges):
    """The rows of exact offset ranges, {partition: [first, end]}."""
    check_ranges(spark, settings, topic, ranges)
    df = (
        spark.read.format("kafka")
        .options(**{"kafka." + key: value for key, value in settings.items()})
        .option("assign", json.dumps({topic: [int(p) for p in ranges]}))
        .option("startingOffsets", json.dumps({topic: {p: r[0] for p, r in ranges.items()}}))
        .option("endingOffsets", json.dumps({topic: {p: r[1] for p, r in ranges.items()}}))
        .option("failOnDataLoss", "true")
        .load()
    )
    schema = ", ".join(f"{c} STRING" for c in USED)
    value = F.from_json(F.col("value").cast("string"), schema)
    return df.select(value.alias("row")).select(*[F.col("row." + c) for c in USED])


def project(df, frame):
    """Adds east and north as package feature computes them, to the bit; what
    is null was skipped for the reason in skip."""
    lon, lat = (F.expr(f"try_cast(trim({c}) AS DOUBLE)") for c in ("GEO_LON", "GEO_LAT"))
    radius, radian = frame["earth_radius_km"], math.pi / 180
    east = F.lit(radius) * ((lon - F.lit(frame["origin"]["lon"])) * F.lit(radian)) * F.lit(cosine(frame["origin"]["lat"]))
    north = F.lit(radius) * ((lat - F.lit(frame["origin"]["lat"])) * F.lit(radian))
    bounds = frame["bounds"]
    inside = lon.between(*bounds["lon"]) & lat.between(*bounds["lat"])
    return df.select(
        (F.rint(east * GRID) / GRID + 0.0).alias("east"),
        (F.rint(north * GRID) / GRID + 0.0).alias("north"),
        F.when(lon.isNull() | lat.isNull(), "no_location").when(~inside, "out_of_area").otherwise("").alias("skip"),
        F.coalesce(F.col("OFFENSE_CATEGORY_ID"), F.lit("")).alias("category"),
        F.coalesce(F.col("NEIGHBORHOOD_ID"), F.lit("")).alias("neighborhood"),
        "OFFENSE_ID",
    )


def blocks(points, partitions=0):
    """The distinct places: for each partition an array of [steps east, steps
    north, rows]. Only places cross from Spark's JVM to Python, and they are
    fewer than the rows: a city's crimes lie at its addresses."""
    places = points.groupBy("east", "north").agg(F.count("*").alias("rows"))
    steps = places.select(*[(F.col(c) * GRID).cast("long") for c in ("east", "north")], "rows")
    if partitions:
        steps = steps.repartition(partitions)

    def block(rows):
        yield np.array([tuple(r) for r in rows], dtype=np.int64).reshape(-1, 3)

    return steps.rdd.mapPartitions(block).persist(StorageLevel.MEMORY_AND_DISK)


def total(values, rows):
    """The sum of values times rows, as Python's unbounded integer."""
    return (int(((values >> HALF) * rows).sum()) << HALF) + int(((values & ((1 << HALF) - 1)) * rows).sum())


def moments(block):
    """Places, rows and, for each column, the sum and the sum of squares."""
    rows = block[:, 2]
    sums = [(int((v * rows).sum()), total(v * v, rows)) for v in (block[:, 0], block[:, 1])]
    return [len(block), int(rows.sum())] + [s for pair in sums for s in pair]


def step(block, centroids):
    """What one block adds to an iteration: for each cluster [rows, sum east,
    sum north], the sum of squared distances, and the farthest place, of equals
    the least one. A place that is equally near to two goes to the lower."""
    east, north, rows = block[:, 0], block[:, 1], block[:, 2]
    nearest = np.full(len(block), np.inf)
    label = np.zeros(len(block), dtype=np.int64)
    for c, (e, n) in enumerate(centroids):
        square = (east - float(e)) ** 2 + (north - float(n)) ** 2
        closer = square < nearest
        nearest[closer], label[closer] = square[closer], c
    sums = np.zeros((len(centroids), 3), dtype=np.int64)
    np.add.at(sums, label, np.stack([rows, rows * east, rows * north], axis=1))
    farthest = np.flatnonzero(nearest == nearest.max(initial=-1))
    far = max(((float(nearest[i]), -int(east[i]), -int(north[i])) for i in farthest), default=None)
    return sums, total(nearest.astype(np.int64), rows), far


def merged(a, b):
    """The sum of two steps."""
    return a[0] + b[0], a[1] + b[1], max((f for f in (a[2], b[2]) if f), default=None)


def assign(places, centroids):
    """A step over all blocks, and the centroids after emptied clusters have taken
    the farthest places."""
    while True:
        sums, inertia, far = places.map(lambda b: step(b, centroids)).reduce(merged)
        empty = [c for c, n in enumerate(sums[:, 0]) if n == 0]
        if not empty:
            return sums, inertia, centroids
        centroids = [(-far[1], -far[2]) if c == empty[0] else at for c, at in enumerate(centroids)]


def fit(places, start, max_iterations, tolerance):
    """Lloyd's iterations over blocks of places from the start centroids, in
    kilometers, as package kmeans has them: they end when nothing changes or
    the squared shifts add up to at most tolerance times the columns' mean
    variance. Returns centroids, sizes, inertia, iterations and status."""
    count, n, *sums = places.map(moments).reduce(lambda a, b: [x + y for x, y in zip(a, b)])
    if count < len(start):
        raise Refused(f"distinct usable places: {count}; clusters asked for: {len(start)}; "
                      "take more rows or a smaller k")
    variance = float(sum(Fraction(n * square - s * s, n * n) for s, square in (sums[:2], sums[2:])) / 2) / GRID**2
    limit = tolerance * variance
    sums, inertia, at = assign(places, [tuple(round(v * GRID) for v in c) for c in start])
    iterations, status, said = 0, "iteration_limit", -math.inf
    while status == "iteration_limit" and iterations < max_iterations:
        iterations += 1
        before = sums
        means = [(round(e / c), round(n / c)) for c, e, n in sums.tolist()]
        shift = sum(((a - b) / GRID) ** 2 for old, new in zip(at, means) for a, b in zip(new, old))
        sums, inertia, at = assign(places, means)
        if shift <= limit or (sums == before).all():
            status = "converged"
        if status == "converged" or time.monotonic() - said >= 1:
            say("iteration", f"{iterations}, inertia {inertia / GRID**2:.3f} km2, moved {math.sqrt(shift) * 1000:.1f} m")
            said = time.monotonic()
    return [[e / GRID, n / GRID] for e, n in at], sums[:, 0].tolist(), inertia / GRID**2, iterations, status


def labelled(points, centroids):
    """points with the number of the nearest centroid; ties go to the lowest."""
    squares = F.array(*[
        (F.col("east") - F.lit(e)) * (F.col("east") - F.lit(e)) + (F.col("north") - F.lit(n)) * (F.col("north") - F.lit(n))
        for e, n in centroids
    ])
    return points.withColumn("squares", squares).withColumn(
        "label", F.expr("array_position(squares, array_min(squares)) - 1").cast("int")).drop("squares")


def describe(df, sizes):
    """The counts of every cluster, aggregated in Spark in one pass."""
    clusters = [{"size": n, "categories": {}, "neighborhoods": {}} for n in sizes]
    found = [0] * len(sizes)
    member = {"category": "categories", "neighborhood": "neighborhoods"}
    sets = [["label"]] + [["label", kind] for kind in member]
    counts = df.groupingSets(sets, "label", *member).agg(F.count("*").alias("rows")).collect()
    for r in sorted(counts, key=lambda r: (-r["rows"], r["category"] or r["neighborhood"] or "")):
        kind = next((kind for kind in member if r[kind] is not None), None)
        if kind is None:
            found[r["label"]] = r["rows"]
        elif r[kind]:
            clusters[r["label"]][member[kind]][r[kind]] = r["rows"]
    if found != list(sizes):
        raise RuntimeError(f"the rows of the clusters are {found}, those of their places {list(sizes)}")
    return clusters


def train(spark, raw, start, frame=None, max_iterations=300, tolerance=1e-4, partitions=0, labels=None):
    """One model from the text rows raw: what stands in result.json for it."""
    rows = project(raw, frame or DENVER)
    if not labels:
        rows = rows.drop("OFFENSE_ID")
    if partitions:
        rows = rows.repartition(partitions)
    rows = rows.cache()
    places = None
    try:
        skipped = {r["skip"]: r["count"] for r in rows.groupBy("skip").count().collect()}
        trained = skipped.get("", 0)
        say("read", f"{sum(skipped.values())} rows, {trained} usable, {rows.rdd.getNumPartitions()} partitions")
        if not trained:
            raise Refused("no row has a usable place; do the rows lie within the bounds of the frame?")
        points = rows.where(F.col("skip") == "")
        places = blocks(points, partitions)
        centroids, sizes, inertia, iterations, status = fit(places, start, max_iterations, tolerance)
        found = labelled(points, centroids)
        clusters = describe(found, sizes)
        if labels:
            found.select("OFFENSE_ID", F.col("label").alias("cluster")).write.csv(labels, header=True)
        return {
            "rows": {"total": sum(skipped.values()), "trained": trained,
                     "no_location": skipped.get("no_location", 0), "out_of_area": skipped.get("out_of_area", 0)},
            "iterations": iterations, "status": status, "inertia": inertia, "centroids": centroids, "clusters": clusters,
        }
    finally:
        rows.unpersist()
        if places:
            places.unpersist()


def write(path, result):
    """Writes the result whole, readable by whoever started this."""
    fd, part = tempfile.mkstemp(prefix=".tmp-", dir=os.path.dirname(path) or ".")
    with os.fdopen(fd, "w") as f:
        json.dump(result, f)
    os.chmod(part, 0o644)
    os.replace(part, path)


def pairs(texts):
    """KEY=VALUE texts as a dictionary."""
    for text in texts:
        if not text.partition("=")[1]:
            raise Refused(f"--kafka-conf {text}: want KEY=VALUE")
    return dict(text.split("=", 1) for text in texts)


def ranges_of(text):
    """The value of --kafka-ranges."""
    try:
        ranges = {str(int(p)): [int(first), int(end)] for p, (first, end) in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        ranges = {}
    if not ranges:
        raise Refused(f'--kafka-ranges {text}: want {{"partition": [first offset, offset after the last], …}}')
    return ranges


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--input", action="append", default=[], help="file, glob or URL of CSV with a header; may be repeated")
    p.add_argument("--each", action="store_true", help="one model of each --input, not one of all")
    p.add_argument("--kafka-brokers", help="HOST:PORT, …")
    p.add_argument("--kafka-topic")
    p.add_argument("--kafka-ranges", help='{"partition": [first offset, offset after the last]}')
    p.add_argument("--kafka-conf", action="append", default=[], metavar="KEY=VALUE", help="setting of Kafka's client; may be repeated")
    p.add_argument("--start", required=True, help="JSON file of the initial centroids of every model")
    p.add_argument("--frame", help="JSON of a model's frame; Denver unless given")
    p.add_argument("--max-iterations", type=int, default=300)
    p.add_argument("--tolerance", type=float, default=1e-4, help="share of the mean variance that the squared shifts may add up to at the end")
    p.add_argument("--partitions", help="N or N,N,…, for every model: spread its rows over so many; 0 = as they come")
    p.add_argument("--output", required=True, help="file for the result")
    p.add_argument("--labels", help="folder or URL for OFFENSE_ID and cluster of every row, in a folder model-N each")
    a = p.parse_args(argv)
    if bool(a.input) == bool(a.kafka_topic):
        p.error("name the rows by --input or by --kafka-topic, not both")
    if a.kafka_topic and not (a.kafka_brokers and a.kafka_ranges):
        p.error("--kafka-topic needs --kafka-brokers and --kafka-ranges")
    return a


def main(argv):
    a = arguments(argv)
    if not pyspark.__version__.startswith(VERSION + "."):
        raise Refused(f"Spark {pyspark.__version__} was found, {VERSION} is needed; pip install -r deploy/spark/requirements.txt")
    with open(a.start) as f:
        starts = json.load(f)
    inputs = [[i] for i in a.input] if a.each else [a.input]
    if len(starts) != len(inputs):
        raise Refused(f"{a.start} holds the centroids of {len(starts)} models, the input makes {len(inputs)}")
    partitions = [int(n) for n in a.partitions.split(",")] if a.partitions else [0] * len(inputs)
    if len(partitions) != len(inputs):
        raise Refused(f"--partitions has {len(partitions)} numbers, the input makes {len(inputs)} models")
    frame = json.loads(a.frame) if a.frame else None
    if a.kafka_topic:
        kafka = {**pairs(a.kafka_conf), "bootstrap.servers": a.kafka_brokers}
        ranges = ranges_of(a.kafka_ranges)
    spark = SparkSession.builder.appName("hotspot").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        say("session", f"Spark {spark.version}, {spark.sparkContext.master}")
        models = []
        for i, (paths, start, spread) in enumerate(zip(inputs, starts, partitions), 1):
            raw = read_kafka(spark, kafka, a.kafka_topic, ranges) if a.kafka_topic else read_files(spark, paths)
            labels = f"{a.labels}/model-{i:06}" if a.labels else None
            models.append(train(spark, raw, start, frame, a.max_iterations, a.tolerance, spread, labels))
            say("model", f"{i} of {len(inputs)}")
        write(a.output, {"format": FORMAT, "spark": spark.version, "models": models})
        say("done", f"{len(models)} models")
    finally:
        spark.stop()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as e:
        print(f"hotspot-spark: error: {e}", file=sys.stderr, flush=True)
        sys.exit(3)
