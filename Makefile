# What one types in this repository. `make help` lists it.
# Everything lands in .venv; nothing outside the checkout is touched. Works with GNU make 3.81 and newer.

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=
JOBS   ?= 2
PYTEST_ARGS ?= -n $(JOBS)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --constraint constraints.txt

# One folder, three depths. A deeper one contains the others, so it stamps them too: after `make setup`
# neither `make serve` nor `make test` has anything left to do.
RUNTIME := $(VENV)/.stamp-runtime
TEST    := $(VENV)/.stamp-test
DEV     := $(VENV)/.stamp-dev
CLIENTS := build/clients/.stamp
WANTED  := pyproject.toml constraints.txt simulator/__init__.py

.DEFAULT_GOAL := help
.PHONY: help serve setup test quick lint format types layers check bench wheel pins clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(RUNTIME)  ## start the simulator on http://127.0.0.1:8480 (more options: ARGS="--port 9000")
	@$(BIN)/cfis-sim serve $(ARGS)

setup: $(DEV)  ## make .venv with everything for development

test: $(TEST) $(CLIENTS)  ## run all tests and measure branch coverage
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

quick: $(TEST) $(CLIENTS)  ## run some tests, without coverage: make quick ARGS=tests/test_shape.py
	@$(BIN)/python -m pytest $(ARGS)

lint: $(DEV)  ## ruff: rules and format; hadolint: the Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -x $(BIN)/hadolint ]; then echo "$(BIN)/hadolint Dockerfile"; $(BIN)/hadolint Dockerfile; \
	else echo "hadolint has no package for this machine: tests/test_packaging.py alone looks at the Dockerfile"; fi

format: $(DEV)  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV)  ## mypy, strict
	$(BIN)/mypy

layers: $(DEV)  ## import-linter: every import points down
	$(BIN)/lint-imports

check: $(DEV) lint types layers test  ## lint, types, layers, test (.ci/run does this and then tries the wheel)

bench: $(TEST)  ## measure the bars of the benchmark, as ratios in one run
	$(BIN)/python -m benchmarks $(ARGS)

wheel: $(DEV)  ## build wheel and sdist into dist/
	@rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

pins: | $(BIN)/python  ## choose versions anew within pyproject.toml's bounds and write constraints.txt
	@rm -rf build/pins && $(BIN)/python -m venv build/pins
	build/pins/bin/python -m pip --disable-pip-version-check install -qq '.[test,dev]'
	@{ echo '# What development, CI and the container install: names and versions, written by `make pins`.'; \
	  build/pins/bin/python -m pip freeze | grep -v '^cfis-simulator\b' | grep -v '^#'; } > constraints.txt
	@rm -rf build/pins

clean:  ## remove .venv and everything the tools left behind
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .schemathesis .import_linter_cache \
	  .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------------------ the .venv

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "There is no '$(PYTHON)' here. cfis-simulator needs Python 3.11 or newer:" \
	       "install one, or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "cfis-simulator needs Python 3.11 or newer; '$(PYTHON)' is" \
	       "$$($(PYTHON) --version 2>&1). Say where a newer one is:" \
	       "make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu it is a package of its own:" \
	       "apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): $(WANTED) | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(TEST): $(WANTED) | $(BIN)/python
	$(PIP) --editable '.[test]'
	@touch $(RUNTIME) $@

# The published npm clients of the accounting systems, which some tests run; node comes from PyPI.
$(CLIENTS): $(TEST) $(wildcard tests/published/package*.json) tests/published/npm.py
	$(BIN)/python tests/published/npm.py

$(DEV): $(WANTED) | $(BIN)/python
	$(PIP) --editable '.[test,dev]'
	@touch $(RUNTIME) $(TEST) $@
