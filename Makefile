# make demo runs a working mall; make test is the whole truth. Both install
# what they need on a Debian machine that has Go.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: build demo test prove lint tools packages clean

GOLANGCI := v2.15.0
AXE      := 4.14.1
ES_CHECK := 9.8.1
# An independent reading of Indonesian words, for the lexicon of the voice.
G2P      := 0.2.1
# Versions of chrome-aws-lambda that carry a Chromium 64 and a Chromium 69: the
# engines of televisions of 2018 and 2020.
CHROMIUM64 := 64.0.3264
CHROMIUM69 := 1.6.3

# program:package. Only what is missing is asked for: where Node.js came with its
# own npm, Debian's npm package would be refused.
NEEDS := gcc:gcc gcc:libc6-dev chromium:chromium pdftotext:poppler-utils zbarimg:zbar-tools espeak-ng:espeak-ng strace:strace node:nodejs npm:npm

export CGO_ENABLED := 1

build:
	@command -v gcc > /dev/null || { echo "gcc is missing: SQLite is C. apt-get install gcc libc6-dev"; exit 1; }
	@[ -f antre ] || echo "building antre; the first build compiles SQLite and takes 1 to 2 minutes"
	go build -trimpath -o antre ./cmd/antre

demo: build
	./antre demo

# Debian packages, only where a program is missing. The pages are measured in
# Liberation, which Chromium does not bring along. Of PostgreSQL only the
# programs are wanted: tests start their own, so none is set up for the system.
packages:
	@missing=""; for n in $(NEEDS); do command -v $${n%%:*} > /dev/null || missing="$$missing $${n#*:}"; done; \
	[ -e /usr/share/fonts/truetype/liberation ] || missing="$$missing fonts-liberation"; \
	ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -n "$$missing" ]; then \
		echo "installing what is missing:$$missing"; \
		run=""; [ "$$(id -u)" = 0 ] || run=sudo; \
		$$run apt-get update -qq; \
		[ -e /etc/postgresql-common/createcluster.conf ] || { $$run mkdir -p /etc/postgresql-common; \
			echo "create_main_cluster = false" | $$run tee /etc/postgresql-common/createcluster.conf > /dev/null; }; \
		DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing > /dev/null; \
	fi

tools: packages .tools/golangci-lint-$(GOLANGCI) .tools/npm-$(AXE)-$(ES_CHECK)-$(G2P) .tools/chromium64 .tools/chromium69

.tools/golangci-lint-$(GOLANGCI):
	@echo "building golangci-lint $(GOLANGCI); 1 to 2 minutes, once"
	@mkdir -p .tools
	GOBIN=$(CURDIR)/.tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	@touch $@

.tools/npm-$(AXE)-$(ES_CHECK)-$(G2P):
	@mkdir -p .tools
	npm install --prefix .tools --no-save --no-audit --no-fund --loglevel=error axe-core@$(AXE) es-check@$(ES_CHECK) indo-g2p@$(G2P)
	@touch $@

# The package holds the browser packed; its own program for unpacking is left alone.
.tools/chromium64 .tools/chromium69: .tools/chromium%:
	@mkdir -p $@.d
	npm install --prefix $@.d --ignore-scripts --no-save --no-audit --no-fund --loglevel=error chrome-aws-lambda@$(CHROMIUM$*)
	node -e 'const fs=require("fs"),z=require("zlib"),d="$@.d/node_modules/chrome-aws-lambda/bin/",f=fs.readdirSync(d).find(n=>/^chromium.*\.br$$/.test(n));fs.writeFileSync("$@.part",z.brotliDecompressSync(fs.readFileSync(d+f)),{mode:0o755})'
	@rm -rf $@.d
	@mv $@.part $@

lint: tools
	go vet ./...
	go vet -tags e2e,prove ./cmd/antre/...
	.tools/golangci-lint run ./...
	.tools/golangci-lint run --build-tags e2e,prove ./cmd/antre/e2e/
	.tools/node_modules/.bin/es-check es5 'display/web/tv*.js' display/web/servers.js display/web/device.js display/web/pair.js

# Tests of several servers are on PostgreSQL in any pass, and run in the first.
# The random days are one goroutine's: they run beside PostgreSQL's pass rather
# than slowly under the race detector.
test: lint build
	@rm -rf test-output && mkdir -p test-output
	go test -race -skip TestRules -json ./... > test-output/unit.json || { $(SUMMARY) test-output/unit.json; exit 1; }
	go test -run TestRules -json ./queue/store > test-output/rules.json & \
	ANTRE_TEST_ENGINE=postgres go test -count=1 -skip 'TestShared|TestMigrate|TestExamine' -json ./queue/store > test-output/postgres.json || { $(SUMMARY) test-output/postgres.json; exit 1; }; \
	wait $$! || { $(SUMMARY) test-output/rules.json; exit 1; }
	go test -run TestPlayedTime -json ./display/... ./cmd/antre > test-output/played.json || { $(SUMMARY) test-output/played.json; exit 1; }
	go test -count=1 -parallel 4 -tags e2e -json -timeout 18m ./cmd/antre/e2e > test-output/e2e.json || { $(SUMMARY) test-output/e2e.json; exit 1; }
	@$(SUMMARY) test-output/unit.json test-output/rules.json test-output/postgres.json test-output/played.json test-output/e2e.json

prove: tools build
	@mkdir -p test-output
	go test -count=1 -tags prove -v -timeout 60m ./cmd/antre/e2e
	go test -count=1 -tags prove -v -run TestProve -timeout 30m ./cmd/antre
	go test -count=1 -tags prove -v -run 'TestRules|TestProve' -timeout 60m ./queue/store
	ANTRE_TEST_ENGINE=postgres go test -count=1 -tags prove -v -run TestRules -timeout 60m ./queue/store
	go test -run '^$$' -bench . -benchtime 2s -timeout 30m ./queue/store

# Says what ran, and shows what failed; a skipped test counts as a failure.
SUMMARY := node cmd/antre/e2e/summary.js

clean:
	rm -rf antre .tools test-output
