"""Unit tests of train.py on small frames: pytest deploy/spark, in the
environment of requirements-test.txt. scripts/test-spark.sh runs them."""

import json
import math
import os
import sys

import numpy as np
import pyspark
import pytest
from pyspark import cloudpickle
from pyspark.mllib.clustering import KMeans, KMeansModel
from pyspark.sql import SparkSession

import train

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
cloudpickle.register_pickle_by_value(train)  # the workers do not find it by its name


@pytest.fixture(scope="session")
def spark():
    found = (
        SparkSession.builder.master("local[2]").appName("test_train")
        .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g").getOrCreate()
    )
    yield found
    found.stop()


def rows(spark, *lines):
    """Text rows: lon lat category neighborhood, "-" for nothing."""
    texts = [[None if t == "-" else t for t in line.split()] for line in lines]
    return spark.createDataFrame(
        [(str(i), lon, lat, what, where) for i, (lon, lat, what, where) in enumerate(texts)],
        ", ".join(f"{c} STRING" for c in train.USED))


def at(east, north):
    """A place east and north of the origin of Denver's frame, in steps of 10 m."""
    lon = -104.95 + math.degrees(east / 6371.0088 / 0.7689534235222645)
    return f"{lon:.9f} {39.74 + math.degrees(north / 6371.0088):.9f}"


TWO_TOWNS = [
    f"{at(-5, 0)} larceny hale",
    f"{at(-5, 1)} larceny hale",
    f"{at(-4, 0)} arson -",
    f"{at(6, 0)} larceny cbd",
    f"{at(6, 2)} murder cbd",
    "- 39.7 larceny hale",
    "-104.9 north larceny hale",
    "-106.0 39.7 larceny hale",
]


@pytest.fixture(scope="session")
def two_towns(spark):
    return train.train(spark, rows(spark, *TWO_TOWNS), [[-1, 0], [1, 0]])


def test_every_row_is_counted_once(two_towns):
    assert two_towns["rows"] == {"total": 8, "trained": 5, "no_location": 2, "out_of_area": 1}
    assert [c["size"] for c in two_towns["clusters"]] == [3, 2]


def test_the_centroid_is_the_mean_on_the_grid(two_towns):
    assert two_towns["status"] == "converged"
    for got, want in zip(two_towns["centroids"], [[-14 / 3, 1 / 3], [6, 1]]):
        assert got == pytest.approx(want, abs=3e-6)
        assert all((v * 2**20).is_integer() for v in got)
    assert two_towns["inertia"] == pytest.approx(2 / 3 + 2 / 3 + 2, abs=1e-4)


def test_a_cluster_is_described_by_its_rows(two_towns):
    west, east = two_towns["clusters"]
    assert west["categories"] == {"larceny": 2, "arson": 1} and list(west["categories"]) == ["larceny", "arson"]
    assert west["neighborhoods"] == {"hale": 2}


@pytest.fixture(scope="session")
def crowd(spark):
    """900 rows on about 700 places, and centroids to begin at."""
    rng = np.random.default_rng(1)
    places = np.round(rng.normal(0, 3, (900, 2)) + rng.choice([-6.0, 0.0, 6.0], (900, 1)), 1)
    lines = [f"{at(*p)} c{i % 3} n{i % 5}" for i, p in enumerate(places.tolist())]
    return lines, [[-3, 1], [0, 0], [2, 5], [4, -4]]


def test_partitions_and_order_change_no_bit(spark, crowd):
    lines, start = crowd
    want = train.train(spark, rows(spark, *lines), start, partitions=1)
    assert want["iterations"] > 3
    assert train.train(spark, rows(spark, *reversed(lines)), start, partitions=2) == want
    assert train.train(spark, rows(spark, *lines), start, partitions=8) == want


def test_spark_mllib_finds_the_same(spark, crowd):
    lines, start = crowd
    got = train.train(spark, rows(spark, *lines), start, tolerance=1e-12)
    points = train.project(rows(spark, *lines), train.DENVER).select("east", "north").rdd.map(list).cache()
    found = KMeans.train(points, len(start), maxIterations=300, epsilon=1e-9, initialModel=KMeansModel(start))
    for a, b in zip(got["centroids"], found.clusterCenters):
        assert math.dist(a, b) < 1e-5
    assert got["inertia"] == pytest.approx(found.computeCost(points), rel=1e-9)


def test_labels_are_written_for_every_row(spark, crowd, tmp_path):
    lines, start = crowd
    got = train.train(spark, rows(spark, *lines), start, labels=str(tmp_path / "labels"))
    found = spark.read.csv(str(tmp_path / "labels"), header=True).collect()
    assert sorted(int(r["OFFENSE_ID"]) for r in found) == list(range(900))
    counts = [sum(r["cluster"] == str(c) for r in found) for c in range(4)]
    assert counts == [c["size"] for c in got["clusters"]]


def test_an_emptied_cluster_takes_the_farthest_place(spark):
    lines = [f"{at(x, 0)} larceny hale" for x in (0, 1, 2, 30)]
    got = train.train(spark, rows(spark, *lines), [[1, 0], [-25, -25]])
    assert [c["size"] for c in got["clusters"]] == [3, 1]


def test_hundreds_of_clusters(spark):  # 1,000, the most that a model may have, takes 15 core-seconds
    lines = [f"{at(x, y)} larceny hale" for x in range(-10, 10) for y in range(-5, 6)]
    start = [[x, y] for x in range(-10, 10) for y in range(-5, 5)]  # the last row of places is left
    got = train.train(spark, rows(spark, *lines), start, max_iterations=1)
    assert len(got["clusters"]) == 200 and sum(c["size"] for c in got["clusters"]) == 220


def test_iterations_end_at_their_limit(spark, crowd):
    lines, start = crowd
    got = train.train(spark, rows(spark, *lines), start, max_iterations=1)
    assert (got["iterations"], got["status"]) == (1, "iteration_limit")
    assert sum(c["size"] for c in got["clusters"]) == 900


def test_too_few_places_are_refused(spark):
    same = [f"{at(1, 1)} larceny hale"] * 5
    with pytest.raises(train.Refused, match="distinct usable places: 1; clusters asked for: 2"):
        train.train(spark, rows(spark, *same), [[0, 0], [1, 1]])
    with pytest.raises(train.Refused, match="no row has a usable place"):
        train.train(spark, rows(spark, *TWO_TOWNS[5:]), [[0, 0]])


def test_a_file_without_a_place_is_refused(spark, tmp_path):
    (tmp_path / "a.csv").write_text("OFFENSE_ID,GEO_LON\n1,2\n")
    with pytest.raises(train.Refused, match="no column GEO_LAT.*hotspot prepare"):
        train.read_files(spark, [str(tmp_path / "a.csv")])


def test_without_the_connector_kafka_is_refused(spark):
    with pytest.raises(train.Refused, match="connector is missing.*mvn"):
        train.read_kafka(spark, {"bootstrap.servers": "127.0.0.1:1"}, "crimes", {"0": [0, 1]})


def test_sums_do_not_overflow():
    steps = np.array([2**26, -2**26, 3])
    rows_ = np.array([10**10, 10**10, 7])
    assert train.total(steps * steps, rows_) == 2 * 2**52 * 10**10 + 63
    sums, inertia, _ = train.step(np.stack([steps, steps, rows_], axis=1), [(0, 0)])
    assert sums.tolist() == [[2 * 10**10 + 7, 21, 21]]
    assert inertia == 2 * (2 * 2**52 * 10**10 + 63)


def test_equal_distances_go_to_the_lower_cluster():
    block = np.array([[0, 0, 1]])
    assert train.step(block, [(5, 0), (-5, 0)])[0][:, 0].tolist() == [1, 0]


def test_ranges_and_settings_are_checked():
    assert train.ranges_of('{"0": [0, 5]}') == {"0": [0, 5]}
    for text in ("", "{}", "[]", '{"x": [0, 1]}', '{"0": [0]}', '{"0": 5}'):
        with pytest.raises(train.Refused, match="--kafka-ranges"):
            train.ranges_of(text)
    assert train.pairs(["a=b=c"]) == {"a": "b=c"}
    with pytest.raises(train.Refused, match="KEY=VALUE"):
        train.pairs(["a"])


def test_another_spark_is_refused(monkeypatch):
    monkeypatch.setattr(pyspark, "__version__", "3.5.1")
    with pytest.raises(train.Refused, match="Spark 3.5.1 was found, 4.2 is needed"):
        train.main(["--input", "a.csv", "--start", "s.json", "--output", "r.json"])


def test_the_result_is_whole_and_readable(tmp_path):
    path = tmp_path / "result.json"
    path.write_text("old")
    train.write(str(path), {"a": 1})
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["result.json"] and path.stat().st_mode & 0o777 == 0o644
