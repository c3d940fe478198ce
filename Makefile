# Each target sets up the environment by itself; Python 3.11 or newer and make are all it takes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PACKAGES := activities bridge runtime sandbox starters tenios worker workflows

.PHONY: demo dev test chaos bench check format lock clean

demo: $(READY)
	$(BIN)/number-orders demo

dev: $(READY)
	$(BIN)/number-orders dev

test: $(READY)
	$(BIN)/pytest

# A thousand orders while everything dies; the seed makes a run repeatable: make chaos SEED=7
SEED ?= 1
chaos: $(READY)
	$(BIN)/python -m tests.chaos --seed $(SEED)

bench: $(READY)
	$(BIN)/python -m benchmarks.bridge_latency

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Made anew with the tool uv (`pip install uv`); names no package index, so that it works behind any.
lock:
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
