# Latchkey's commands. `make run` needs Go alone; `make test` says at its end how many tests ran.
GO ?= go

.PHONY: run build test lint unit fuzz-seconds fuzz bench tools-moto help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

run: build ## start the server on its embedded store, latchkey.db
	@exec bin/latchkey serve

build: ## build bin/latchkey
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/latchkey ./cmd/latchkey

test: tools lint unit fuzz-seconds ## everything that must hold

tools: .tools/dynamodb-local/stamp ## fetch what the tests run beside Go: DynamoDB Local, which needs Java 17

.tools/dynamodb-local/stamp: localstack/dynamolocal/pom.xml
	mvn -q -B -f $< dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.tools/dynamodb-local/lib
	@touch $@

lint:
	@unformatted="$$(gofmt -l cmd shared localstack)"; if [ -n "$$unformatted" ]; then echo "not gofmt'd: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

unit: tools-moto
	$(GO) tool gotestsum --format pkgname-and-test-fails -- -race -count=1 -timeout 10m ./...

# Each fuzz target, as package:name.
FUZZ = $(shell grep -rhoE --include='*_test.go' -H '^func Fuzz[A-Za-z0-9]+' cmd localstack shared | sed 's|/[^/]*:func |:|')

fuzz-seconds:
	@for f in $(FUZZ); do $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 3s ./$${f%:*} || exit 1; done

fuzz: ## fuzz each parser for ten minutes
	@for f in $(FUZZ); do $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 10m ./$${f%:*} || exit 1; done

tools-moto: .tools/python-moto/stamp ## install moto, which stands in for AWS KMS in tests

.tools/python-moto/stamp: localstack/moto/requirements.txt
	@python3 -m venv --clear $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

bench: ## time the hot paths
	$(GO) test -run '^$$' -bench . -benchtime 2s ./...
