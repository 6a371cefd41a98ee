# Latchkey's commands. `make run` needs Go alone; `make test` says at its end how many tests ran.
GO ?= go

.PHONY: run build lambda-local functions test lint unit fuzz-seconds fuzz bench help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

run: build ## start the server on its embedded store, latchkey.db
	@exec bin/latchkey serve

build: ## build bin/latchkey
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/latchkey ./cmd/latchkey

lambda-local: build functions ## run the functions as on AWS, behind its gateway, on DynamoDB Local
	@$(GO) build -o bin/lambda-local ./localstack/lambda-local
	@exec bin/lambda-local

functions: ## build dist/local/<op>/bootstrap, for this machine
	@for op in $(notdir $(wildcard functions/*)); do CGO_ENABLED=0 $(GO) build -tags lambda.norpc -trimpath -ldflags '-s -w' -o dist/local/$$op/bootstrap ./functions/$$op || exit 1; done

test: lint unit fuzz-seconds ## everything that must hold

lint:
	@unformatted="$$(gofmt -l cmd localstack shared)"; if [ -n "$$unformatted" ]; then echo "not gofmt'd: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

unit:
	$(GO) tool gotestsum --format pkgname-and-test-fails -- -race -count=1 -timeout 10m ./...

# Each fuzz target, as package:name.
FUZZ = $(shell grep -rhoE --include='*_test.go' -H '^func Fuzz[A-Za-z0-9]+' cmd localstack shared | sed 's|/[^/]*:func |:|')

fuzz-seconds:
	@for f in $(FUZZ); do $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 3s ./$${f%:*} || exit 1; done

fuzz: ## fuzz each parser for ten minutes
	@for f in $(FUZZ); do $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 10m ./$${f%:*} || exit 1; done

bench: ## time the hot paths
	$(GO) test -run '^$$' -bench . -benchtime 2s ./...
