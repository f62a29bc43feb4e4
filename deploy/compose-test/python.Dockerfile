# Stands in for python:3.11-slim: Debian's Python under that image's paths. Its
# pip installs without a virtual environment, and trusts what this machine trusts.
FROM hotspot-test-python
RUN echo deb http://deb.debian.org/debian bookworm-updates main >>/etc/apt/sources.list && \
    echo deb http://deb.debian.org/debian-security bookworm-security main >>/etc/apt/sources.list && \
    rm /usr/lib/python3.11/EXTERNALLY-MANAGED && \
    ln -s /usr/bin/python3 /usr/bin/pip /usr/local/bin/
COPY ca-certificates.crt /etc/ssl/test/
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin PIP_CERT=/etc/ssl/test/ca-certificates.crt
CMD ["python3"]
