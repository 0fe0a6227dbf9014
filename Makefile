# What one does with a clone of Rostrum. `make` alone lists it.

HOST ?= 0.0.0.0
PORT ?= 8443
DATA ?= data
ARGS ?=
PYTEST ?=
EXAMPLES ?= 100
JOBS ?= $(shell echo $$(($$(nproc) + 2)))

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# What happens in real time, and browsers, have processes of their own; the others take what these leave (tests/conftest.py).
# The short ones come last, so that no core is left idle.
SIDE_BY_SIDE := -n $(JOBS) --dist loadfile --no-loadscope-reorder
# Each database has its run. What never asks one need not run twice, nor what takes minutes of sound and pictures: it is
# made beside PostgreSQL, where nothing else is in a hurry; browsers, letters, doors and faults of disks beside SQLite.
SOUND_AND_PICTURES := tests/media $(addprefix tests/broadcasts/test_,running.py mix.py live_files.py one_encoding.py) \
	$(addprefix tests/recordings/test_,one_worker.py recording.py speakers.py voices.py)
WITHOUT_DATABASE := tests/browser tests/deploy tests/test_doctor.py tests/test_tls.py tests/mail/test_pictures.py tests/recordings/test_faults.py

.PHONY: help run web engine test test-web test-sqlite test-postgresql test-whole fuzz check fix bench screenshots doctor clean

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24
	@echo
	@echo '  HOST=$(HOST) PORT=$(PORT) DATA=$(DATA) ARGS="any flags of rostrum serve" belong to make run; PYTEST="flags" to make test and make fuzz'

run: ## install what is missing, build, and start the server
	@began=$$SECONDS; scripts/setup python web $(if $(findstring --media,$(ARGS)),,engine worker-packages); echo "ready to start after $$((SECONDS - began)) s" >&2
	@exec $(BIN)/rostrum serve --host $(HOST) --port $(PORT) --data-dir $(DATA) $(ARGS)

web: ## build the web app, if its sources changed
	@scripts/setup web

engine: ## build the media engine, if there is none
	@scripts/setup python engine

test: ## install what the tests need and run all of them, on both databases
	@scripts/setup python-dev test-packages web engine web-test
	@$(MAKE) --keep-going test-postgresql test-sqlite

test-sqlite:
	@echo '==> on SQLite, with browsers, $(JOBS) side by side' >&2
	@$(BIN)/pytest $(SIDE_BY_SIDE) $(SOUND_AND_PICTURES:%=--ignore=%) $(PYTEST)

test-postgresql:
	@echo '==> on PostgreSQL, with sound and pictures, $(JOBS) side by side' >&2
	@ROSTRUM_TEST_DATABASE=postgresql $(BIN)/pytest $(SIDE_BY_SIDE) $(WITHOUT_DATABASE:%=--ignore=%) $(PYTEST)

test-whole: ## every test on each of the two databases, also those that `make test` runs on one of them only
	@scripts/setup python-dev test-packages web engine web-test
	@failed=0; for database in postgresql sqlite; do echo "==> everything on $$database" >&2; \
		ROSTRUM_TEST_DATABASE=$$database $(BIN)/pytest $(SIDE_BY_SIDE) $(PYTEST) || failed=1; done; exit $$failed

fuzz: ## odd requests for some minutes; EXAMPLES=500 makes it longer, PYTEST="-k web" narrower
	@scripts/setup python-dev
	@ROSTRUM_FUZZ=$(EXAMPLES) $(BIN)/pytest --timeout 0 tests/fuzz $(PYTEST)

check: ## formatting, lint, types, import laws, web checks
	@scripts/setup python-dev
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@scripts/setup web-check

fix: ## let the tools correct formatting and what they can of lint
	@scripts/setup python-dev
	$(BIN)/ruff check --fix --quiet || true
	$(BIN)/ruff format

bench: ## measure against the peers; ARGS="--help" shows the parts
	@scripts/setup python-bench bench-packages web engine
	$(BIN)/python -m bench $(ARGS)

screenshots: ## take the pictures under docs/screenshots/ again, in Chromium
	@scripts/setup python-dev test-packages web engine
	@ROSTRUM_SCREENSHOTS=docs/screenshots $(BIN)/pytest tests/browser/test_pages.py tests/browser/test_meeting_pages.py tests/browser/test_live_pages.py tests/browser/test_busy.py tests/mail/test_pictures.py \
		tests/media/composition/test_composer.py $(PYTEST)

doctor: ## check this machine and the data folder
	@scripts/setup python
	@$(BIN)/rostrum doctor --data-dir $(DATA)

clean: ## remove what was built or installed here; keeps data/ and the engine in ~/.cache/rostrum
	rm -rf .venv web/node_modules web/dist web/.build-stamp .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +
