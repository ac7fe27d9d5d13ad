# klachtd: what everyone needs is `make demo` and `make test`.

VERSION := $(shell git describe --always --dirty --tags 2>/dev/null)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@latest
PREFIX ?= /usr/local
FUZZTIME ?= 30s

export CGO_ENABLED ?= 1

# A target fails when any command of a pipeline does.
SHELL := bash
.SHELLFLAGS := -o pipefail -ec

.PHONY: build test check lint demo bench fuzz train eval install

build: ## one static binary, ./klachtd
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o klachtd ./cmd/klachtd

demo: build ## the procedure at work, on embedded servers and a pretended clock
	./klachtd demo --out demo

test: ## everything, against embedded servers, Dovecot and Postfix; says what it left out
	.ci/needs
	.ci/test

lint: ## formatting, vet, staticcheck, and known vulnerabilities where their list can be reached
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted: $$unformatted"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	@go run $(GOVULNCHECK) ./... 2>.govulncheck.log || { grep -q 'vuln.go.dev\|dial\|lookup\|proxyconnect' .govulncheck.log && echo "left out: govulncheck (its list cannot be reached)" || { cat .govulncheck.log; exit 1; }; }; rm -f .govulncheck.log

check: lint test

bench: ## figures, beside the raw limit in the same run
	.ci/needs
	@go test -run '^$$' -bench . -benchmem ./internal/... | sed '/^ok/d; /no test files/d; /^PASS/d'
	@go test -run '^$$' -bench . -benchtime 100x -timeout 12m ./cmd/klachtd | sed '/^ok/d; /^PASS/d'

fuzz: ## every fuzz target, FUZZTIME each
	@pkgs=$$(go list ./...); for pkg in $$pkgs; do targets=$$(go test -list '^Fuzz' $$pkg | sed '/^Fuzz/!d'); for target in $$targets; do \
		echo "== $$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; done; done

train: ## learn reading mail anew from the labelled sets; writes model.tsv and ranking.tsv
	go test ./internal/intake -run 'TestTrain$$' -train -v -count=1
	go test ./internal/intake -run 'TestTrainRankings$$' -train -v -count=1

eval: ## how well mail is read, over every labelled set that is there; every miss outside the untouched part
	go test ./internal/intake -run TestLabelledMail -v -count=1 -misses

install: build
	install -D -m 0755 klachtd $(DESTDIR)$(PREFIX)/bin/klachtd
