# Everything that is done with the source. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

SPEED   ?= 5
ORDERS  ?= packaging/demo/data/lunch-orders.tsv
GO      ?= go

.PHONY: help build demo test check prove bench lint screenshots licenses deps

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

build: ## the programs, into bin/
	$(GO) build -o bin/tyngo-edge ./edge
	$(GO) build -o bin/tyngo-cloud ./cloud
	$(GO) build -o bin/printersim ./drivers/printer/cmd/printersim
	$(GO) build -o bin/tyngo-demo ./packaging/demo

demo: build ## head office, a box, two printers and a real lunch (SPEED=orders a second, ORDERS=file)
	@exec bin/tyngo-demo --bin bin --speed $(SPEED) --orders $(ORDERS)

deps: ## what the tests need beside Go, with apt where it is missing
	@packaging/deps

# What drives whole programs and browsers from outside has no races of its own.
OUTSIDE := ./sync/e2e/... ./edge/web ./cloud/web
# Of the tests of the whole box, those in which several things happen at once; in the others
# one request follows the other, and each starts a box: they have none either.
CROWD := Twenty|Forty|Eight|TwoWho|TwoWaiters|TwiceTo|OnceAndIs|SpentOnce|Addresses|PINs|Stop|Printer|Restart

# SQLite is C made Go, and does with pointers what C does: looking at each of them costs a
# quarter of the time. It stays under the race detector: without it, the linker may take its
# copies of generic code of the library for all, and races are seen where none are.
RACE := -race -gcflags='modernc.org/...=-d=checkptr=0'

# vet has looked at all before. As many packages at a time as there are processors: some
# tests hold how long something takes.
TEST := $(GO) test -vet=off -timeout 12m

test: deps ## all tests, with the race detector where there can be races
	$(GO) vet ./...
	$(TEST) $(RACE) $$($(GO) list ./... | grep -vE '/sync/e2e|/edge/box$$|/(edge|cloud)/web$$')
	$(TEST) $(RACE) -run '$(CROWD)' ./edge/box
	$(TEST) -skip '$(CROWD)' ./edge/box
	$(TEST) $(OUTSIDE)

check: lint ## what a change must pass: format, vet, staticcheck, types, short tests
	$(GO) test -short $$($(GO) list ./... | grep -v /e2e)
	$(GO) test -run 'House|Floor|Imports|Meet|Files|Table|Store|GoFile|Committed' ./sync/e2e

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@if command -v tsc >/dev/null; then for p in sync/ui edge/web/tablet edge/web/audit edge/web/people edge/web/documents cloud/web/today cloud/web/documents cloud/web/floor; do tsc -p $$p/jsconfig.json || exit 1; done; else echo "tsc is not installed: types of the pages are not checked"; fi

prove: build ## the promises, at full size: P=order|kill|power|boxes|dinner|sync|fuzz one of them, without P all that did not hold yet at this commit
	$(GO) build -o bin/tyngo-prove ./sync/e2e/prove
	bin/tyngo-prove $(if $(P),--proof $(P)) $(if $(SEED),--seed $(SEED)) --table docs/proofs.md

bench: build ## how fast it is, beside what this machine can do, into bin/bench.json; about twenty minutes
	$(GO) build -o bin/tyngo-bench ./sync/e2e/bench
	bin/tyngo-bench --keep bin --table docs/bench.md

screenshots: ## every picture of docs/images, of the real programs
	$(GO) run ./sync/e2e/screens docs/images

licenses: ## the licences of everything that is built in
	@$(GO) run ./packaging/licenses
