# Two commands do everything on a fresh machine: `make run` and `make test`. Each prepares what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3.13 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-for-tests
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock
# Twice the usual two cores: a test that waits for a process or for a screen leaves them to the others.
WORKERS ?= 4
# Tests start hundreds of processes: what is compiled once is kept, whatever the shell says of it.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run demo test test-long test-real check format locale install clean

help:
	@echo "make run        open the console on the shipped config.toml"
	@echo "make demo       see the whole product on a played scenario, without network"
	@echo "make test       run the tests; test-long adds the long walks, test-real the real servers (needs node) and Bluesky, where it is reached"
	@echo "make check      format check, ruff, mypy, import contracts"
	@echo "make locale     bring the catalogues up to date with the code"

$(RUN_STAMP): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 3; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(TEST_STAMP): $(RUN_STAMP)
	$(PIP) --editable '.[dev]'
	# Tests are compiled with their assertions: here once, where each worker would do it again. What is wrong shows later.
	-@$(BIN)/python -m compileall -q socialhub && $(BIN)/python -m pytest --collect-only --quiet >/dev/null
	@touch $@

install: $(RUN_STAMP)

run: $(RUN_STAMP)
	@$(BIN)/socialhub --config config.toml

demo: $(RUN_STAMP)
	@$(BIN)/socialhub demo

test: $(TEST_STAMP)
	$(BIN)/python -m pytest -m "not long and not real" --numprocesses $(WORKERS)

test-long: $(TEST_STAMP)
	$(BIN)/python -m pytest -m "not real" --hypothesis-profile long --numprocesses $(WORKERS)

tests/real/node_modules: tests/real/package.json tests/real/package-lock.json
	cd tests/real && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test-real: $(TEST_STAMP) tests/real/node_modules
	$(PIP) --editable '.[real]'
	$(BIN)/python -m pytest -m real

check: $(TEST_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(TEST_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

locale: $(TEST_STAMP)
	$(BIN)/python -m tests.catalogues

clean:
	rm -rf $(VENV) build *.egg-info tests/real/node_modules
