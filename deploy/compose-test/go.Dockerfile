# Stands in for the image of Go: this machine's, and the modules of go.sum.
FROM hotspot-test-base
COPY go /usr/local/go
COPY download /proxy
ENV PATH=/usr/local/go/bin:/usr/bin:/bin GOPROXY=file:///proxy GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
