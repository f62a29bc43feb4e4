# Every target is a line or two that a person could type; longer ones are
# scripts in scripts/. `make` alone lists them.

SHELL    = bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  = -s -w -X hotspot/internal/platform/cli.version=$(VERSION)
TOOL     = go tool -modfile=tools/go.mod
DATASET  = dataset/crime_preprocessed.csv
PROGRAMS = producer consumer api hotspot
ARGS    ?=
COUNT   ?= 10
BENCH   ?= .
FUZZTIME ?= 20s

.DEFAULT_GOAL := help

##@ Run
.PHONY: demo data broker produce consume api
demo: ## everything in one process, broker included, until Ctrl-C
	go run ./cmd/hotspot up $(ARGS)
data: $(DATASET) ## an invented city in dataset/, unless a file is there
$(DATASET):
	go run ./cmd/hotspot generate -o $@
broker: ## an in-process development broker on 127.0.0.1:9092
	go run ./cmd/hotspot broker $(ARGS)
produce: data ## one process: CSV to topic
	go run ./cmd/producer $(ARGS)
consume: ## one process: topic to batches and models
	go run ./cmd/consumer $(ARGS)
api: ## one process: batches and models to HTTP
	go run ./cmd/api $(ARGS)

##@ Build
.PHONY: build release clean
build: ## static binaries of all programs in bin/
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ $(PROGRAMS:%=./cmd/%)
release: ## archives for six systems, checksums and bill of materials in dist/
	scripts/release.sh $(VERSION)
clean: ## remove what was built; data, batches and models stay
	rm -rf bin dist .cache/cover.out .cache/bench.txt

##@ Check
.PHONY: test chaos race test-integration test-docker lint check
test: ## all tests that need only Go, and 20 s of fuzzing in all
	go vet ./...
	go test ./...
	cd internal/powercut && go test -mod=mod ./...
	scripts/fuzz.sh 1700ms
chaos: ## the long forms of all reliability tests, and a table; GOALS="G1|G5"
	scripts/chaos.sh '$(GOALS)'
race: ## the same tests under the race detector
	go test -race ./...
test-integration: ## the tests on a real Apache Kafka and a real Spark, and the page in Chromium
	scripts/test-spark.sh
	scripts/test-openapi.sh
	scripts/test-integration.sh
test-docker: ## docker-compose.yml on a docker engine: up, a kill -9 of each service, down
	scripts/test-docker.sh
lint: ## vet, staticcheck, golangci-lint, gofumpt, tidy; Windows and macOS build
	go vet ./...
	go mod tidy -diff
	$(TOOL) staticcheck ./...
	go tool -modfile=tools/lint/go.mod golangci-lint run ./...
	@files=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); test -z "$$files" || { echo "not formatted; run $(TOOL) gofumpt -w on:"; echo "$$files"; exit 1; }
	GOOS=windows go build ./... && GOOS=windows go vet ./...
	GOOS=darwin go build ./... && GOOS=darwin go vet ./...
check: ## lint, test, race: what should be green before a commit
	@$(MAKE) --no-print-directory lint test race || { echo 'what to do: CONTRIBUTING.md, "When make check finds something"'; exit 1; }

##@ Measure
.PHONY: bench bench-page bench-peers bench-spark bench-stream bench-api bench-growth fuzz cover
bench: ## benchmarks to .cache/bench.txt; COUNT=10 BENCH=.
	@mkdir -p .cache
	set -o pipefail; go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) ./... | tee .cache/bench.txt
bench-peers: ## k-means against scikit-learn, scipy, faiss and muesli, in turn
	scripts/bench-peers.sh
bench-spark: ## rows against core-seconds, native and Spark, to 4 million rows
	scripts/bench-spark.sh
bench-stream: ## the whole stream beside kcat and a Python pair; ROUNDS=5 INPUT=FILE
	scripts/bench-stream.sh $(ROUNDS)
bench-growth: ## the stream at 400,000, 4 and 40 million rows: time, disk, memory
	scripts/bench-growth.sh
bench-api: ## the api beside bare net/http, FastAPI and Flask; ROUNDS=5 INPUT=FILE
	scripts/bench-api.sh $(ROUNDS)
bench-page: ## the page in Chromium: bytes, times, frames at 5,000 and 394,279 rows
	cd internal/e2e/browser && go test -run '^$$' -bench Page -benchtime $(COUNT)x .
fuzz: ## every fuzz test for FUZZTIME=20s
	scripts/fuzz.sh $(FUZZTIME)
cover: ## lines that the tests reach, by function
	@mkdir -p .cache
	go test -coverprofile .cache/cover.out ./... && go tool cover -func .cache/cover.out

##@ Help
.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\nFlags of a program go into ARGS: make demo ARGS="--once 3 --sleep-max 0s"\n'
