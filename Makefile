# Each target sets up the environment by itself; Python 3.11 or newer and make are all it takes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# A person's own ways with pip and Python, which would go wrong in here. Package indexes are kept.
export PIP_USER := 0
export PIP_REQUIRE_HASHES := 0
unexport PIP_BUILD_CONSTRAINT PIP_CONSTRAINT PIP_DRY_RUN PIP_EDITABLE PIP_NO_BINARY PIP_NO_DEPS
unexport PIP_ONLY_BINARY PIP_PREFIX PIP_PYTHON PIP_REQUIREMENT PIP_ROOT PIP_SRC PIP_TARGET
unexport PYTHONHOME PYTHONPATH

.PHONY: demo dev test test-long test-all-pythons coverage fuzz histories chaos bench place-names messages pictures check format lock secrets clean

demo: $(READY)
	$(BIN)/number-orders demo

dev: $(READY)
	$(BIN)/number-orders dev

# Several processes, since half of a test's time is waiting (tests/support/side_by_side.py).
PROCESSES ?= 6
SIDE_BY_SIDE := --max-worker-restart 0 --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
test: $(READY)
	$(BIN)/pytest -m "not long" $(SIDE_BY_SIDE)

# What takes minutes: processes that die, drills with the compose file.
test-long: $(READY)
	$(BIN)/pytest -m long

# How much of the code the tests run, in all processes that they start; fails below the floor in
# pyproject.toml.
coverage: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m "not long" $(SIDE_BY_SIDE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Each Python has an environment of its own.
PYTHONS ?= python3.11 python3.12 python3.13
test-all-pythons:
	for python in $(PYTHONS); do $(MAKE) test PYTHON=$$python VENV=.venv-$$python || exit 1; done

# Properties and models with twenty times the examples.
fuzz: $(READY)
	FUZZING_DEPTH=20 $(BIN)/pytest -m hypothesis

# One history of each way an order can take, for the tests to replay: make histories ERA=003-what-has-changed
histories: $(READY)
	ERA=$(ERA) $(BIN)/pytest tests/histories/record.py

# A thousand orders while everything dies; the seed makes a run repeatable: make chaos SEED=7
SEED ?= 1
chaos: $(READY)
	$(BIN)/python -m tests.chaos --seed $(SEED)

# What an order costs beside the same in bare Temporal (benchmarks/README.md): make bench OPENED=10000
OPENED ?= 2000
bench: $(READY)
	$(BIN)/python -m benchmarks --opened $(OPENED)

# The names of area codes' places, after a newer phonenumbers.
place-names: $(READY)
	$(BIN)/python -m tests.support.place_names

# docs/messages, after a change of what comes in or goes out.
messages: $(READY)
	$(BIN)/python -m tests.support.message_schemas

# The pictures of README and docs/web-ui.md, with chromium; CHROMIUM names another one.
pictures: $(READY)
	$(BIN)/python -m docs.pictures.take

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Made anew with the tool uv (`pip install uv`); names no package index, so that it works behind any.
# The second one is what the container image needs, with the versions of the first.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header
lock:
	$(LOCK) --all-extras --group dev --output-file requirements.lock
	$(LOCK) --extra tracing --group build --constraints requirements.lock --no-annotate \
		--output-file requirements.image.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# For docker-compose.yml; never replaces one that is there. The folder is private; the files are
# readable, since a container's user is another one than yours.
SECRETS_FOLDER ?= secrets
RANDOM_KEY := import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())
RANDOM_PASSWORD := import secrets; print(secrets.token_hex(24))
secrets:
	@set -e; umask 022; mkdir -p $(SECRETS_FOLDER); chmod 700 $(SECRETS_FOLDER); \
	key=$$($(PYTHON) -c '$(RANDOM_KEY)'); password=$$($(PYTHON) -c '$(RANDOM_PASSWORD)'); \
	cd $(SECRETS_FOLDER); \
	for secret in "bridge_keys k1:$$key" "notify_urls " "postgres_password $$password" \
		"tenios_access_key sandbox-key"; do \
		file=$${secret%% *}; \
		if [ -e $$file ]; then echo "$$file is there"; \
		else printf %s "$${secret#* }" > $$file; echo "$$file made"; fi; \
	done
	@echo "Now put your TENIOS access key into $(SECRETS_FOLDER)/tenios_access_key; or keep the sandbox's."

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
