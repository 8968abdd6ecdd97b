# Everything a person or CI does here is a task of this file. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
UV     := uv==0.13.9

export PYTHONPATH := $(CURDIR)

# The clients in other languages, each with the program without which it is passed over, and a call of a target of each.
CLIENTS   := go:go typescript:npm java:mvn
GENERATED := clients/python/src/prorata/v1 clients/go/proratav1 clients/typescript/src/prorata clients/java/src/generated
each_client = set -e; for client in $(CLIENTS); do \
	  if command -v $${client\#*:} >/dev/null; then $(MAKE) --no-print-directory -C clients/$${client%:*} $(1); \
	  else echo "clients/$${client%:*}: no $(1), as this machine has no $${client\#*:}"; fi; done

resolve = VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  pyproject.toml clients/python/pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup lock generate check lint types contract generated clients imports migrations model bench bench-quick test pytest demo up compose-secrets clean release-contract

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

setup: $(READY) ## make the virtual environment from the lock file

$(READY): requirements.lock clients/python/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "prorata needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(UV)'
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable clients/python
	@touch $(READY)

lock: ## resolve the dependencies anew into requirements.lock; what of them runs the service into requirements-run.lock
	$(resolve) --group dev --output-file requirements.lock
	$(resolve) --constraint requirements.lock --output-file requirements-run.lock

generate: setup ## make the stubs from protos/ anew: Python's, and those of the languages whose toolchain is here
	$(BIN)/python protos/generate.py
	@$(call each_client,generate)

check: lint types imports contract generated clients migrations ## all checks of the code, without running it

lint: setup ## ruff: style and format
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check

types: setup ## mypy, strict
	$(BIN)/mypy
	$(BIN)/mypy -p prorata

imports: setup ## imports point one way
	$(BIN)/lint-imports --no-logo >.venv/imports.log || { cat .venv/imports.log; exit 1; }

contract: generate ## buf: lint, and no break with the last release
	cd protos && ../$(BIN)/buf lint
	cd protos && ../$(BIN)/buf build --output ../$(VENV)/contract.binpb
	cd protos && ../$(BIN)/buf breaking ../$(VENV)/contract.binpb --against released.binpb

generated: generate ## generated code is what the contract gives
	@git diff --exit-code --stat -- $(GENERATED) || { echo 'generated code was stale: commit what `make generate` made'; exit 1; }
	@test -z "$$(git ls-files --others --exclude-standard -- $(GENERATED))" || { echo 'generated code is not committed'; exit 1; }

clients: generate ## the clients in other languages compile without a warning
	@$(call each_client,check)

migrations: setup ## squawk: migrations are safe while the old code runs
	$(BIN)/squawk --config .squawk.toml billing/store/migrations/*.sql

release-contract: generate ## take the contract as it is for the released one
	cd protos && ../$(BIN)/buf build --exclude-source-info --output released.binpb

pytest: setup ## the tests; ARGS='-k name' for some of them
	$(BIN)/python -m deploy.local run -- $(BIN)/python -m pytest --numprocesses 2 $(ARGS)

model: setup ## new random histories beside the model of the rules; PRORATA_MODEL_SECONDS=600, PRORATA_MODEL_SEED='1 2'
	PRORATA_MODEL_SECONDS=$${PRORATA_MODEL_SECONDS:-240} $(BIN)/python -m deploy.local run -- $(BIN)/python -m pytest tests/model/test_model.py --capture no --quiet

bench: setup ## every workload beside its limit: table, bench.json, bench.svg; ARGS='--only ingest'
	@$(BIN)/python -m tests.bench $(ARGS)

bench-quick: setup ## the same without the largest sizes: under two minutes
	@$(BIN)/python -m tests.bench --quick $(ARGS)

test: check pytest ## everything CI runs

demo: setup ## the main job: a month loaded, closed, printed and checked
	@$(BIN)/python -m deploy.demo

up: setup ## keep everything running for development; ARGS='--test-mode' with a test clock
	@$(BIN)/python -m deploy.local up $(ARGS)

compose-secrets: setup ## passwords, certificate and keys for deploy/compose, once
	@$(BIN)/python -m deploy.compose

clean: ## remove what was made here
	rm -rf $(VENV) .run .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache protos/.googleapis \
	  clients/typescript/dist clients/typescript/node_modules clients/java/target clients/java/.programs
