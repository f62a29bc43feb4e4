# Stands in for the image of Go: this machine's, and the modules of go.sum. What
# the suite imports is compiled already, as deploy/Dockerfile compiles it, so
# that a test of changed sources compiles them alone. The modules themselves are
# left to deploy/Dockerfile.
FROM hotspot-test-base
COPY go /usr/local/go
COPY download /proxy
ENV PATH=/usr/local/go/bin:/usr/bin:/bin GOPROXY=file:///proxy GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
COPY go.mod go.sum packages /warm/
RUN cd /warm && export GOMODCACHE=/warm/modules && CGO_ENABLED=0 go build -trimpath -tags nobroker $(cat packages) && \
    go clean -modcache && rm -rf /warm
