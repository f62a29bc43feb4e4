#!/bin/bash
# What apache/kafka does at its start: the environment becomes
# server.properties and the data folder is formatted, by Kafka's own program.
# Started again, it finds a folder that is formatted already, which is no error.
result=$(java -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
  --default-configs-dir /etc/kafka/docker --mounted-configs-dir /mnt/shared/config --final-configs-dir /opt/kafka/config 2>&1) ||
  grep -i "already formatted" <<<"$result" || { echo "$result"; exit 1; }
exec java $KAFKA_HEAP_OPTS -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/server.properties
