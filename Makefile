# Two commands matter: `make serve` and `make test`. Each sets up its own .venv when needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
.DEFAULT_GOAL := help
.PHONY: help serve test check eval bench venv format clean

help:  ## show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

serve: $(READY)  ## index what is new in corpus/ and open the web UI on http://127.0.0.1:7860
	@$(BIN)/assistant index
	@$(BIN)/assistant serve

test: $(READY)  ## run the whole test suite
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(READY)  ## lint, types, import contract
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m evals.corpus_check
	@$(BIN)/python -m evals.corpus_lint
	@$(BIN)/python -m evals.corpus_manifest --check
	@$(BIN)/assistant eval lint

eval: $(READY)  ## run the eval suite
	@$(BIN)/assistant eval

bench: $(READY)  ## measure search, answers and indexing on this machine (see evals/bench/README.md)
	@$(BIN)/python -m evals.bench

venv: $(READY)  ## set up .venv only

format: $(READY)  ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:  ## remove .venv and all state
	rm -rf $(VENV) .assistant .mypy_cache .ruff_cache .pytest_cache

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11 to 3.13 is needed, $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q assistant ui evals tests
	@touch $(READY)
