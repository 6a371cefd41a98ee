# Latchkey's commands. `make run` needs Go alone; `make test` says at its end how many tests ran.
GO ?= go
PYTHON ?= python3
ARCH ?= arm64 # of the functions: arm64 or amd64, as template.yaml's Architecture has it

.PHONY: run process build functions lambda-local localstack sam-build test lint template-lint unit test-localstack fuzz-seconds fuzz bench tools help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

run: process ## start the server on its embedded store, latchkey.db
	@exec bin/latchkey serve

process: ## build bin/latchkey
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/latchkey ./cmd/latchkey

build: process ## build bin/latchkey, and dist/<op>/bootstrap for AWS
	$(call compile,$(ARCH),dist)

functions: ## build dist/local/<op>/bootstrap, for this machine
	$(call compile,$$($(GO) env GOHOSTARCH),dist/local)

lambda-local: process functions .tools/dynamodb-local/installed ## start the functions behind a gateway's imitation, on DynamoDB Local
	@$(GO) build -o bin/lambda-local ./localstack/lambda-local
	@exec bin/lambda-local

# ENDPOINT is a LocalStack that runs already, such as that of localstack/compose.yaml.
localstack: process .tools/sam/installed $(if $(ENDPOINT),,.tools/localstack/installed .tools/dynamodb-local/installed) ## start LocalStack, deploy to it, and serve the API
	@$(GO) build -o bin/localstack ./localstack/up
	@exec bin/localstack $(if $(ENDPOINT),-endpoint $(ENDPOINT))

# The same bytes wherever a function is built: no path and no commit is in them.
FUNCTION = CGO_ENABLED=0 GOOS=linux GOARCH=$(strip $(1)) $(GO) build -tags lambda.norpc -trimpath -buildvcs=false -ldflags '-s -w'
OPS = $(patsubst functions/%/main.go,%,$(wildcard functions/*/main.go))

define compile
	@mkdir -p $(2)/bin && $(call FUNCTION,$(1)) -o $(2)/bin/ ./functions/...
	@for op in $(OPS); do mkdir -p $(2)/$$op && ln -f $(2)/bin/$$op $(2)/$$op/bootstrap || exit 1; done
endef

# What `sam build` runs for each function: build-VerifyFunction, and so on.
build-%Function:
	@$(call FUNCTION,$(ARCH)) -o $(ARTIFACTS_DIR)/bootstrap ./functions/$$(echo $* | tr A-Z a-z)

SAM = SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 .tools/sam/bin/sam

sam-build: build .tools/sam/installed ## sam builds what make builds, one function or all of them
	@mkdir -p .aws-sam
	@$(SAM) build --build-dir .aws-sam/all >.aws-sam/log 2>&1 || { cat .aws-sam/log; exit 1; }
	@$(SAM) build VerifyFunction --build-dir .aws-sam/one >.aws-sam/log 2>&1 || { cat .aws-sam/log; exit 1; }
	@for built in .aws-sam/all/*Function .aws-sam/one/*Function; do \
		op=$$(basename $$built Function | tr A-Z a-z); cmp $$built/bootstrap dist/$$op/bootstrap || exit 1; done
	@echo "sam builds the same bytes: $(words $(OPS)) functions"

test: ## everything that must hold
	@$(MAKE) --no-print-directory -j 4 tools
	@$(MAKE) --no-print-directory -j 1 lint template-lint sam-build unit test-localstack fuzz-seconds

lint:
	@unformatted="$$(gofmt -l cmd functions localstack shared)"; if [ -n "$$unformatted" ]; then echo "not gofmt'd: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

template-lint: .tools/sam/installed .tools/checkov/installed
	@$(SAM) validate --lint
	@.tools/sam/bin/cfn-lint template.yaml
	@.tools/checkov/bin/checkov --file template.yaml

# What ran through which door, of a test's record.
counts = grep -hoE '[0-9]+ (scripts|events|bad requests|lines of [^"]*contract) through the door \\"[^"]*"(, (of which )?[0-9]+[a-z ]*)?' $(1) | tr -d '\\' | sort -u

unit: tools functions process
	@mkdir -p dist
	$(GO) tool gotestsum --format pkgname-and-test-fails --jsonfile dist/test.json -- -race -count=1 -timeout 15m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(ON_LOCALSTACK))")
	@$(call counts,dist/test.json)

# What runs LocalStack has the machine for itself: it is slow, and the functions' time is measured.
ON_LOCALSTACK = ./localstack/cloud ./localstack/up

test-localstack: .tools/localstack/installed .tools/dynamodb-local/installed .tools/sam/installed ## deploy to LocalStack, and test through it
	@mkdir -p dist
	$(GO) tool gotestsum --format pkgname-and-test-fails --jsonfile dist/test-localstack.json -- -race -count=1 -p 1 -timeout 15m $(ON_LOCALSTACK)
	@$(call counts,dist/test-localstack.json)

# Each fuzz target, as package:name.
FUZZ = $(shell grep -rhoE --include='*_test.go' -H '^func Fuzz[A-Za-z0-9]+' cmd localstack shared | sed 's|/[^/]*:func |:|')

fuzz-seconds:
	@for f in $(FUZZ); do $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 3s ./$${f%:*} || exit 1; done

fuzz: ## fuzz each parser for ten minutes
	@for f in $(FUZZ); do $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 10m ./$${f%:*} || exit 1; done

bench: ## time the hot paths
	$(GO) test -run '^$$' -bench . -benchtime 2s ./...

# What the tests run beside Go, and nothing else needs: each in a folder of its own, once.
tools: .tools/dynamodb-local/installed .tools/sam/installed .tools/checkov/installed .tools/moto/installed .tools/localstack/installed ## install into .tools what the tests need
	@:

.tools/dynamodb-local/installed: localstack/dynamolocal/pom.xml
	@echo "installing DynamoDB Local into $(@D)"
	@rm -rf $(@D)/lib
	@mkdir -p $(@D)
	@mvn -q -B -f $< dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D)/lib >$(@D)/log 2>&1 || { cat $(@D)/log; exit 1; }
	@touch $@

.tools/localstack/installed: override PYTHON = $$(localstack/python/find-python313)
.tools/%/installed: localstack/python/%.txt
	@echo "installing $* into $(@D), which takes a minute or two"
	@python="$(PYTHON)" && "$$python" -m venv --clear $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@
