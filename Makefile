# Needs only Python 3.11+ and make. Every target makes the virtual environment that it needs.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo run test check format bench fuzz lock clean help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

demo: .venv/run ## a sample newswire day on loopback, until Ctrl-C
	@$(BIN)/wire demo

run: .venv/run ## the daemon, on config/
	@$(BIN)/wire migrate --config config && exec $(BIN)/wire run --config config

test: .venv/dev ## every test
	@$(BIN)/pytest

check: .venv/dev ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev ## figures: speed, memory, quality
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.quality

fuzz: .venv/dev ## broken bytes for every parser; `make fuzz FUZZ='--each --run 7'` (python -m tests.fuzz --help)
	$(BIN)/python -m tests.fuzz $(FUZZ)

LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --custom-compile-command 'make lock' pyproject.toml
lock: .venv/dev ## make both lock files again from pyproject.toml; `make lock UPGRADE=--upgrade` takes newer versions
	$(LOCK) $(UPGRADE) --group build --output-file requirements.lock
	$(LOCK) $(UPGRADE) --group dev --output-file requirements-dev.lock

clean: ## remove what the targets made
	rm -rf .venv build dist var .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv

.venv/run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "installing presswire and what it needs into .venv (once) ..."
	@test -e .venv/dev || $(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@test -e .venv/dev || $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q wire
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "installing presswire and its test tools into .venv (once) ..."
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q wire
	@touch $@
