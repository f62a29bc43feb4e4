"""A careful pair on confluent-kafka (librdkafka), to measure beside hotspot.

pair.py produce BROKERS TOPIC CSV    rows as JSON, with key and one header
pair.py consume BROKERS TOPIC ROWS   rows to batches of 5,000, a KMeans fit each
"""

import csv
import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition

ROWS_IN_BATCH = 5000


def produce(brokers, topic, path):
    producer = Producer({
        "bootstrap.servers": brokers, "acks": "all", "linger.ms": 5,
        "batch.size": 1_000_000, "queue.buffering.max.messages": 200_000,
    })
    dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    failed = []

    def delivered(error, _):
        if error:
            failed.append(error)

    with open(path, newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            value = dumps(row)
            header = [("hotspot", b"2 %d %d 0123456789abcdef0123456789abcdef -104.95,39.74;-105.2,39.55,-104.5,39.95;;0 false city" % (number, number + 1))]
            while True:
                try:
                    producer.produce(topic, value, row["INCIDENT_ID"], headers=header, on_delivery=delivered)
                    break
                except BufferError:
                    producer.poll(0.01)
            if number % 1000 == 0:
                producer.poll(0)
    producer.flush()
    if failed:
        sys.exit(f"{len(failed)} rows failed: {failed[0]}")


def consume(brokers, topic, rows):
    import numpy
    from sklearn.cluster import KMeans

    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "bench", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    batch, seen = [], 0
    end = time.monotonic() + 600
    while seen < rows and time.monotonic() < end:
        for message in consumer.consume(5000, 1.0):
            if message.error():
                sys.exit(str(message.error()))
            row = json.loads(message.value())
            seen += 1
            if row["GEO_LON"]:
                batch.append((float(row["GEO_LON"]), float(row["GEO_LAT"])))
            if seen % ROWS_IN_BATCH == 0:
                KMeans(5, n_init=10, random_state=1).fit(numpy.array(batch))
                batch = []
    consumer.close()
    if seen < rows:
        sys.exit(f"{seen} of {rows} rows came")


if __name__ == "__main__":
    if sys.argv[1] == "produce":
        produce(*sys.argv[2:5])
    else:
        consume(sys.argv[2], sys.argv[3], int(sys.argv[4]))
