# Stillpoint: the only commands a newcomer must know. `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
CLINIC ?= kneaded-tranquility
PORT ?= 8000
TESTS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input
# Stamps remember what is installed: while the requirements are unchanged, nothing is installed again.
MADE := $(VENV)/.made
FOR_RUN := $(VENV)/.installed-run
FOR_WORK := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run test lint soak bench reset

help: ## list these commands
	@echo 'Stillpoint'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: $(FOR_RUN) ## the demonstration: booking site, staff pages, inbox (CLINIC=punchiit PORT=9000 choose; CLINIC=new: a practice of your own)
	@exec $(PY) -m development.run --clinic "$(CLINIC)" --port "$(PORT)"

test: $(FOR_WORK) ## every check: formatting, lint, types, imports, tests on both databases, browser (TESTS='tests/domain -k buffer')
	@exec $(PY) -m development.checks $(TESTS)

lint: $(FOR_WORK) ## formatting, lint, types, import rules and templates, without the tests
	@exec $(PY) -m development.checks --without-tests

soak: $(FOR_WORK) ## the long proofs, with progress
	@exec $(PY) -m pytest -m soak -s --durations=0 tests

bench: $(FOR_WORK) ## the benchmarks, as tables, and docs/benchmarks.md (QUICK=1: a short look)
	@exec $(PY) -m benchmarks

reset: ## drop the demonstration's data (instance/); the next run starts afresh
	@rm -rf instance
	@echo 'The demonstration data is gone. `make run` starts afresh.'

$(MADE):
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Stillpoint needs Python 3.11 or newer, and there is no '$(PYTHON)' on this machine. 'make run PYTHON=/path/to/python3' names one." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Stillpoint needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V). 'make run PYTHON=/path/to/python3' names another." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make a virtual environment: its venv package is missing. On Debian and Ubuntu 'apt-get install python3-venv' brings it." >&2; exit 1; }
	@echo 'Making the virtual environment in $(VENV) ...'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(FOR_RUN): $(MADE) requirements.txt requirements-demo.txt
	@echo 'Installing what Stillpoint needs to run (about a minute the first time) ...'
	@$(PIP) -r requirements.txt -r requirements-demo.txt
	@touch $@

# requirements-dev.txt contains the other two files, so the run stamp is true afterwards as well.
$(FOR_WORK): $(MADE) requirements.txt requirements-demo.txt requirements-dev.txt
	@echo 'Installing what Stillpoint needs to be worked on (one to two minutes the first time) ...'
	@$(PIP) -r requirements-dev.txt
	@touch $(FOR_RUN) $@
