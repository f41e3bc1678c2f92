# Relais. `make help` lists what there is. Everything is kept in .venv; nothing else of your system changes.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Compiled once, at the first start: without that each process compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --no-compile
ARGS ?=

# The first Python that is new enough. Another one: make PYTHON=/somewhere/python3 …
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))

# A .venv whose Python is gone (upgraded, moved) is made again.
$(if $(wildcard $(VENV)),$(shell $(BIN)/python -c '' 2>/dev/null || rm -rf $(VENV)))

# A stamp is named after the content of what it stands for: a changed lock installs again, nothing else does.
stamp = $(VENV)/.$(1)-$(firstword $(shell cat $(2) pyproject.toml | cksum))
RUN := $(call stamp,run,requirements.lock)
DEV := $(call stamp,dev,requirements-dev.lock)

.PHONY: help setup run test wire check format bench soak docs lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name words; do \
		printf '  make %-8s %s\n' "$$name" "$$words"; done

setup: $(RUN) ## what `make run` needs, without running it
	@echo "Ready: make run"

run: $(RUN) ## start Relais; without any token it opens the playground
	@trap : INT TERM; $(BIN)/relais run $(ARGS) || { code=$$?; test $$code -eq 130 || exit $$code; }

test: $(DEV) ## the tests; one of them: make test ARGS=tests/cogs/test_welcome.py
	@$(BIN)/python -m pytest -n 3 $(ARGS)

wire: $(DEV) ## all tests of cogs, rehearsals and the contract on servers of Discord, then of Slack
	@for platform in discord slack; do \
		$(BIN)/python -m pytest -n 2 --on=$$platform tests/cogs tests/rehearsal tests/contract $(ARGS) || exit 1; done

check: $(DEV) ## style, types, who may import what, translations, migrations, documentation
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(BIN)/mypy || status=1; \
	$(BIN)/lint-imports --no-logo || status=1; \
	$(BIN)/python -m pytest -q -n 2 $(wildcard tests/architecture tests/migrations) || status=1; \
	exit $$status

format: $(DEV) ## put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(DEV) ## measure
	@$(BIN)/python -m benchmarks $(ARGS)

soak: $(DEV) ## the full-size tests, for when there is time
	@$(BIN)/python -m pytest -n 2 -m soak -o faulthandler_timeout=0 $(ARGS)

docs: $(DEV) ## write docs/commands.md, docs/settings.md and .env.example from the code, and collect the texts
	@$(BIN)/relais docs
	@$(BIN)/relais texts

UV := $(VENV)/uv/bin/uv
COMPILE = $(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock: $(UV) ## choose the newest versions that pyproject.toml permits, and write them down with their hashes
	@$(COMPILE) --upgrade --extra postgres --extra build -o requirements.lock
	@$(COMPILE) --upgrade --all-extras -c requirements.lock -o requirements-dev.lock
	@! grep -nE '://|^-|file:' requirements.lock requirements-dev.lock || { \
		echo 'The locks name a host or a file of this machine (above): they would not work elsewhere.'; exit 1; }

clean: ## remove what make made; your data and .env stay
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo 'Relais needs Python 3.11 or newer, and found none.'; \
		echo '  Debian, Ubuntu:  sudo apt install python3 python3-venv'; \
		echo '  elsewhere:       install it, then: make PYTHON=/path/to/python3 run'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "Python $$version is here, but not the part of it that makes virtual environments."; \
		echo "  Debian, Ubuntu:  sudo apt install python$$version-venv"; exit 1; }
	@echo 'Setting up (once, about a minute)…'
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

define install
	@echo 'Installing what $(1) lists…'
	@$(PIP) --require-hashes --only-binary :all: -r $(1)
	@$(PIP) --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.$(2)-*
	@touch $@
endef

$(RUN): | $(BIN)/python
	$(call install,requirements.lock,run)

$(DEV): | $(BIN)/python
	$(call install,requirements-dev.lock,dev)

$(UV): | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip install -qq uv
