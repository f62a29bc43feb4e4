# Stands in for apache/kafka where no image can be pulled: scripts/test-docker.sh.
# User, folders, ports and volumes are those of the real one.
FROM hotspot-test-base
RUN useradd --uid 1000 appuser && mkdir -p /opt/kafka/config /etc/kafka/docker /mnt/shared/config /var/lib/kafka/data /etc/kafka/secrets && \
    touch /etc/kafka/docker/server.properties /etc/kafka/docker/log4j2.yaml /etc/kafka/docker/tools-log4j2.yaml && \
    chown -R appuser /opt/kafka /etc/kafka /mnt/shared/config /var/lib/kafka
COPY kafka-4.3.1 /opt/kafka/libs
COPY kafka.sh /etc/kafka/docker/run
USER appuser
EXPOSE 9092
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data"]
CMD ["bash", "/etc/kafka/docker/run"]
