#!/usr/bin/env bash
# Spark, a real one: the unit tests of train.py, stream.py killed while a folder
# grows, the same models as native's from the same start, the roles and their
# end, exact ranges of a real Kafka on a cluster of this machine whose worker is
# killed.
#
#   scripts/test-spark.sh         all of it
#   scripts/test-spark.sh setup   only fetch Spark and the connector into .cache
#
# Needs Java 17 or later, Maven and Python 3 with venv; what is missing is
# installed with apt-get where that is possible. The rows are the city's where
# HOTSPOT_TEST_DATA names their folder, else an invented city's. The whole
# output stays in .cache/test-spark.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() {
  printf 'test-spark: %s\n' "$*" >&2
  exit 1
}

. scripts/need.sh

echo "== Spark"
need default-jre-headless java -version
need maven mvn --version
need openssl openssl version
need python3-venv python3 -m venv --help
mkdir -p .cache
venv=$PWD/.cache/spark
jars=$PWD/.cache/spark-jars
wanted=$(cat deploy/spark/requirements.txt deploy/spark/requirements-test.txt)
if [ "$(cat "$venv/installed" 2>/dev/null)" != "$wanted" ]; then
  echo "installing pyspark into .cache/spark"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r deploy/spark/requirements-test.txt
  echo "$wanted" >"$venv/installed"
fi
if ! cmp -s deploy/spark/pom.xml "$jars/pom.xml"; then
  echo "fetching the Kafka connector into .cache/spark-jars"
  rm -rf "$jars"
  mvn --batch-mode --quiet -f deploy/spark/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars"
  cp deploy/spark/pom.xml "$jars/"
fi
[ "${1:-}" != setup ] || exit 0

log=.cache/test-spark.log
started=$SECONDS
folder=$(mktemp -d "$PWD/.cache/kafka-spark.XXXXXX")
cleanup() {
  scripts/kafka.sh stop "$folder"
  rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
unset PYSPARK_PYTHON PYSPARK_DRIVER_PYTHON SPARK_HOME

echo "== train.py and stream.py"
"$venv/bin/python3" -m pytest -q -p no:cacheprovider deploy/spark >"$log" 2>&1 ||
  { tail -n 100 "$log"; die "train.py or stream.py failed; the whole output is in $log"; }
tail -n 1 "$log"

echo "== programs, Kafka and a cluster"
HOTSPOT_TEST_BROKERS=$(scripts/kafka.sh start "$folder")
export HOTSPOT_TEST_BROKERS
export HOTSPOT_TEST_SPARK=$venv/bin/spark-submit HOTSPOT_TEST_SPARK_JARS=$jars
code=0
go test -count=1 -timeout 20m -v -run Spark ./internal/e2e >>"$log" 2>&1 || code=$?
grep -E '^(ok|FAIL|--- |panic:)' "$log" || true
[ "$code" = 0 ] || { echo "-- the last 200 lines"; tail -n 200 "$log"; die "failed; the whole output is in $log"; }
echo "== native and Spark from the same initial centroids"
echo "| rows | partitions | trained | iterations | inertia, km² | centroids apart | same cluster |"
sed -n 's/.*TABLE //p' "$log"
echo "test-spark: ok, $((SECONDS - started)) s"
