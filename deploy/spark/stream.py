"""Copies the rows of a folder of batches to parquet, each once, while the folder grows.

    spark-submit stream.py dataset-kafka crimes
"""

import sys

from pyspark.sql import SparkSession

COLUMNS = """INCIDENT_ID OFFENSE_ID OFFENSE_CODE OFFENSE_CODE_EXTENSION OFFENSE_TYPE_ID OFFENSE_CATEGORY_ID
FIRST_OCCURRENCE_DATE LAST_OCCURRENCE_DATE REPORTED_DATE GEO_LON GEO_LAT DISTRICT_ID PRECINCT_ID
NEIGHBORHOOD_ID IS_CRIME IS_TRAFFIC VICTIM_COUNT CITY_ID""".split()

folder, crimes = sys.argv[1:]
spark = SparkSession.builder.appName("crimes").getOrCreate()
rows = spark.readStream.option("maxFileAge", "36500d").csv(  # no batch is too old
    folder,
    schema=", ".join(f"{c} STRING" for c in COLUMNS),
    header=True,
    enforceSchema=False,  # the header is checked
    escape='"',
    multiLine=True,  # a quoted field may hold line ends
    pathGlobFilter="batch-*[0-9].csv",  # and no batch-000079.partial.csv
)
query = rows.writeStream.format("parquet").start(crimes, checkpointLocation=crimes + ".checkpoint")
query.awaitTermination()
