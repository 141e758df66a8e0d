# replsim: make test is what CI runs; the others are for working on it.
.PHONY: all test check lint race bench swarm nightly results validation schema install cross clean

all: check test

# All checks and tests. Go alone is needed; the tools are pinned in go.mod.
test: lint
	go test -timeout 20m ./...
	go test -race -short ./sim/... ./models/... ./workload/... ./measure/... ./experiment/... ./swarm/...

# Formatting, vet and staticcheck.
lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

check: lint cross

# Everything under the race detector, slow.
race:
	go test -race ./...

# Benchmarks; read two runs of it with: go tool benchstat old.txt new.txt
bench:
	go test -run '^$$' -bench . -benchmem ./...

# A long hunt for mistakes in the models. Scenarios that fail go to out/swarm.
swarm:
	go run ./cmd/replsim swarm --seeds 20000 --out out/swarm
	go run ./cmd/replsim swarm --model raft --seeds 2000 --out out/swarm
	go run ./cmd/replsim swarm --model paxos --seeds 2000 --out out/swarm

# Nightly: the same, and thousands of histories of Raft and Multi-Paxos that have to be
# linearizable.
nightly: swarm
	go test ./models/raft -run TestChaos -seeds 2000 -timeout 1h
	go test ./models/paxos -run TestHistories -seeds 700 -timeout 1h

# Run every shipped scenario again and replace its committed results.
results:
	go run ./cmd/replsim results

# Hold the simulator against closed forms, published figures and real databases:
# docs/validation.md.
validation:
	go run ./cmd/replsim verify --out docs/validation.md

# Generate what is made from the Go types: JSON Schema and the reference of keys.
schema:
	go test ./scenarios -run 'Schema|Reference' -update

install:
	go install ./cmd/replsim

# It builds for these.
cross:
	@for target in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; do \
		echo "build $$target"; \
		GOOS=$${target%/*} GOARCH=$${target#*/} CGO_ENABLED=0 go build -o /dev/null ./cmd/replsim || exit 1; \
	done

clean:
	rm -rf bin out
