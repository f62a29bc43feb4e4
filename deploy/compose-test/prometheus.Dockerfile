# Stands in for prom/prometheus: Debian's, with its user and folder.
FROM hotspot-test-base
RUN mkdir /prometheus && chown nobody /prometheus
USER nobody
ENTRYPOINT ["/usr/bin/prometheus"]
