# Everything starts here: `make demo` to talk to the bot, `make test` to test it, `make help` for all.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

.PHONY: demo browser test servers lint format types check messages lock clean help
.DEFAULT_GOAL := demo

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.11 (or later)."; exit 1; }
	@echo "Installing what the bot needs into $(VENV)…"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Talk to the bot in the browser: no token, no Redis to install
	$(BIN)/dontlookaway demo

test: $(READY) browser ## Run every test
	$(BIN)/pytest

servers: $(READY) ## Run what touches Redis on the system's Redis and on Valkey, too
	@sh scripts/servers.sh

lint: $(READY) ## Check style and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: $(READY) ## Put the code into the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY) ## Check types
	$(BIN)/mypy

check: $(READY) ## Find mistakes in flows, translations and data
	$(BIN)/dontlookaway check

messages: $(READY) ## Bring every translation file up to date with the flows
	$(BIN)/dontlookaway messages update
	$(BIN)/dontlookaway messages status

lock: $(READY) ## Pin every dependency again (ARGS=--upgrade for newer versions)
	sh scripts/lock.sh $(ARGS)

browser: ## Install Chromium for the page tests, where that can be done
	@sh scripts/browser.sh

clean: ## Remove everything that was installed or cached
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
