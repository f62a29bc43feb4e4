"""Train k-means models with Spark, from batch files or from Kafka.

    spark-submit train.py --input batch-000001.csv --start start.json --output result.json
    spark-submit train.py --input 'batch-*.csv' ...            one model of all of them
    spark-submit train.py --each --input a.csv --input b.csv   one model of each
    spark-submit --jars ... train.py --kafka-brokers HOST:PORT --kafka-topic T \
        --kafka-ranges '{"0":[0,5000]}' ...                    exact offsets, end excluded

start.json holds the initial centroids, one list of [east_km, north_km] for each
model. They decide the result together with the rows: kilometers lie on a grid
of 2^-20, so the sums of a cluster are exact, and neither the number of
partitions nor their order changes a centroid.

result.json holds centroids, sizes, inertia and the counts that describe a
cluster; nothing in it grows with the rows. It appears whole or not at all.
"""

import argparse
import json
import math
import os
import sys
import tempfile

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

FORMAT = "hotspot.spark/1"
VERSION = "4.2"  # of Spark: what the tests ran on
GRID = float(2**20)  # steps in a kilometer
DENVER = {
    "origin": {"lon": -104.95, "lat": 39.74},
    "earth_radius_km": 6371.0088,
    "bounds": {"lon": [-105.2, -104.5], "lat": [39.55, 39.95]},
}
COLUMNS = [
    "INCIDENT_ID", "OFFENSE_ID", "OFFENSE_CODE", "OFFENSE_CODE_EXTENSION",
    "OFFENSE_TYPE_ID", "OFFENSE_CATEGORY_ID", "FIRST_OCCURRENCE_DATE", "REPORTED_DATE",
    "GEO_LON", "GEO_LAT", "DISTRICT_ID", "PRECINCT_ID",
    "NEIGHBORHOOD_ID", "IS_CRIME", "IS_TRAFFIC", "VICTIM_COUNT",
]
USED = ["GEO_LON", "GEO_LAT", "FIRST_OCCURRENCE_DATE", "OFFENSE_CATEGORY_ID", "NEIGHBORHOOD_ID"]


class Refused(Exception):
    """Something that the person who started this can put right."""


def say(stage, detail=""):
    """Reports progress; the program that waits reads these lines."""
    print(f"hotspot-spark: {stage} {detail}".rstrip(), flush=True)


def cosine(lat):
    """The cosine of the origin's latitude as package feature has it."""
    return 0.7689534235222645 if lat == 39.74 else round(math.cos(math.radians(lat)), 12)


def snap(v):
    """The nearest multiple of 2^-20, ties to even."""
    return round(v * GRID) / GRID + 0.0


def read_files(spark, paths):
    """The used columns of CSV files with a header, all as text."""
    df = spark.read.csv(paths, header=True, escape='"')
    missing = [c for c in USED if c not in df.columns]
    if missing:
        raise Refused(f"{paths[0]}: no column {', '.join(missing)}; prepare the file with hotspot prepare")
    return df.select(*USED)


def check_ranges(spark, brokers, topic, ranges):
    """Refuses ranges that the topic does not hold. Spark would only say that
    data may have been lost, after two minutes."""
    jvm = spark.sparkContext._jvm
    props = jvm.java.util.Properties()
    for key, value in {
        "bootstrap.servers": brokers,
        "key.deserializer": "org.apache.kafka.common.serialization.ByteArrayDeserializer",
        "value.deserializer": "org.apache.kafka.common.serialization.ByteArrayDeserializer",
        "default.api.timeout.ms": "15000",
    }.items():
        props.setProperty(key, value)
    try:
        consumer = jvm.org.apache.kafka.clients.consumer.KafkaConsumer(props)
    except TypeError as e:
        raise Refused("the Kafka connector is missing; fetch the jars with mvn dependency:copy-dependencies "
                      "-f deploy/spark/pom.xml and name them with spark-submit --jars") from e
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
                              f"[{first}, {last}), which the broker holds")
    finally:
        consumer.close()


def read_kafka(spark, brokers, topic, ranges):
    """The rows of exact offset ranges, {partition: [first, end]}."""
    check_ranges(spark, brokers, topic, ranges)
    df = (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", brokers)
        .option("assign", json.dumps({topic: [int(p) for p in ranges]}))
        .option("startingOffsets", json.dumps({topic: {p: r[0] for p, r in ranges.items()}}))
        .option("endingOffsets", json.dumps({topic: {p: r[1] for p, r in ranges.items()}}))
        .option("failOnDataLoss", "true")
        .load()
    )
    schema = ", ".join(f"{c} STRING" for c in COLUMNS)
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
        F.coalesce(F.expr("try_cast(substring(FIRST_OCCURRENCE_DATE, 12, 2) AS INT)"), F.lit(-1)).alias("hour"),
        F.coalesce(F.col("OFFENSE_CATEGORY_ID"), F.lit("")).alias("category"),
        F.coalesce(F.col("NEIGHBORHOOD_ID"), F.lit("")).alias("neighborhood"),
    )


def fit(spark, points, start, max_iterations, epsilon):
    """Lloyd's iterations of spark.mllib from the given centroids: the centroids
    and how many iterations they took."""
    # The wrapper KMeans.train drops the number of iterations on the way.
    from pyspark.mllib.common import callMLlibFunc
    from pyspark.mllib.linalg import Vectors

    vectors = points.rdd.map(lambda r: Vectors.dense(r[0], r[1]))
    found = callMLlibFunc("trainKMeansModel", vectors, len(start), max_iterations, "k-means||", 0, 2, epsilon,
                          [Vectors.dense(c) for c in start], "euclidean")
    centers = [[snap(float(v)) for v in c.toArray()] for c in found.clusterCenters()]
    return centers, found.numIter()


def labelled(points, centroids):
    """points with the number of the nearest centroid; ties go to the lowest."""
    squares = F.array(*[
        (F.col("east") - F.lit(e)) * (F.col("east") - F.lit(e)) + (F.col("north") - F.lit(n)) * (F.col("north") - F.lit(n))
        for e, n in centroids
    ])
    df = points.withColumn("squares", squares).withColumn("square", F.array_min("squares"))
    return df.withColumn("label", F.expr("array_position(squares, square) - 1").cast("int")).drop("squares")


def describe(df, k):
    """Sizes, inertia and the counts of every cluster, aggregated in Spark."""
    clusters = [{"size": 0, "hours": [0] * 24, "hours_unknown": 0, "categories": {}, "neighborhoods": {}} for _ in range(k)]
    inertia = 0.0
    for r in sorted(df.groupBy("label").agg(F.count("*").alias("n"), F.sum("square").alias("sum")).collect()):
        clusters[r["label"]]["size"] = r["n"]
        inertia += r["sum"]
    for r in df.groupBy("label", "hour").count().collect():
        c = clusters[r["label"]]
        if 0 <= r["hour"] < 24:
            c["hours"][r["hour"]] = r["count"]
        else:
            c["hours_unknown"] += r["count"]
    for column, member in (("category", "categories"), ("neighborhood", "neighborhoods")):
        counts = df.where(F.col(column) != "").groupBy("label", column).count().collect()
        for r in sorted(counts, key=lambda r: (r["label"], -r["count"], r[column])):
            clusters[r["label"]][member][r[column]] = r["count"]
    return clusters, inertia


def train(spark, raw, start, frame=None, max_iterations=300, epsilon=1e-6, partitions=0):
    """One model from the text rows raw: what stands in result.json for it."""
    rows = project(raw, frame or DENVER)
    if partitions:
        rows = rows.repartition(partitions)
    rows = rows.cache()
    try:
        skipped = {r["skip"]: r["count"] for r in rows.groupBy("skip").count().collect()}
        trained = skipped.get("", 0)
        say("read", f"{sum(skipped.values())} rows, {trained} usable, {rows.rdd.getNumPartitions()} partitions")
        if trained < len(start):
            raise Refused(f"{trained} usable rows are fewer than the {len(start)} clusters asked for; take more rows or a smaller k")
        points = rows.where(F.col("skip") == "")
        centroids, iterations = fit(spark, points.select("east", "north"), start, max_iterations, epsilon)
        say("fit", f"{iterations} iterations")
        clusters, inertia = describe(labelled(points, centroids), len(start))
        for i, c in enumerate(clusters):
            if c["size"] == 0:
                raise Refused(f"cluster {i} got no rows; take other initial centroids or a smaller k")
        return {
            "rows": {"total": sum(skipped.values()), "trained": trained,
                     "no_location": skipped.get("no_location", 0), "out_of_area": skipped.get("out_of_area", 0)},
            "iterations": iterations,
            "status": "converged" if iterations < max_iterations else "iteration_limit",
            "inertia": inertia, "centroids": centroids, "clusters": clusters,
        }
    finally:
        rows.unpersist()


def write(path, result):
    """Writes the result whole, readable by whoever started this."""
    fd, part = tempfile.mkstemp(prefix=".tmp-", dir=os.path.dirname(path) or ".")
    with os.fdopen(fd, "w") as f:
        json.dump(result, f)
    os.chmod(part, 0o644)
    os.replace(part, path)


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--input", action="append", default=[], help="file, glob or URL of CSV with a header; may be repeated")
    p.add_argument("--each", action="store_true", help="one model of each --input, not one of all")
    p.add_argument("--kafka-brokers")
    p.add_argument("--kafka-topic")
    p.add_argument("--kafka-ranges", help='{"partition": [first offset, offset after the last]}')
    p.add_argument("--start", required=True, help="JSON file of the initial centroids of every model")
    p.add_argument("--frame", help="JSON of a model's frame; Denver unless given")
    p.add_argument("--max-iterations", type=int, default=300)
    p.add_argument("--epsilon", type=float, default=1e-6, help="km that a centroid moves at most in the last iteration")
    p.add_argument("--partitions", help="N or N,N,…, for every model: spread its rows over so many; 0 = as they come")
    p.add_argument("--output", required=True)
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
    spark = SparkSession.builder.appName("hotspot").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        say("session", f"Spark {spark.version}, {spark.sparkContext.master}")
        models = []
        for paths, start, spread in zip(inputs, starts, partitions):
            if a.kafka_topic:
                raw = read_kafka(spark, a.kafka_brokers, a.kafka_topic, json.loads(a.kafka_ranges))
            else:
                raw = read_files(spark, paths)
            models.append(train(spark, raw, start, frame, a.max_iterations, a.epsilon, spread))
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
