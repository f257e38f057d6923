# Everything a newcomer needs. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

# The tests start the program hundreds of times: compiling all of it each time took as long as running it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test accuracy lint format lock reference build clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runtime ## Set up and run the main job on real content · 安装并运行演示
	@$(BIN)/marque demo

test: $(VENV)/.development ## Set up and run all tests · 安装并运行全部测试
	@command -v redis-server >/dev/null || { echo "Missing: redis-server (on Debian: apt-get install redis-server) · 缺少 redis-server" >&2; exit 1; }
	@[ -n "$$MARQUE_TEST_ELASTICSEARCH_URL" ] || deploy/elasticsearch/test-server.sh prepare
	$(BIN)/pytest --numprocesses logical --maxprocesses 4 --dist worksteal

accuracy: $(VENV)/.development ## Hold recall and precision to their floors (tools: benchmarks/README.md)
	$(BIN)/python -m benchmarks.accuracy --corpus corpus fetch --small
	printf '%s\n' $(SUITES) | xargs -n 1 -P 2 $(BIN)/python -m benchmarks.accuracy --corpus corpus check

lint: $(VENV)/.development ## Check style, types and the order of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.development ## Put the code into its form
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

lock: ## Pin the newest versions that fit, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --upgrade --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --upgrade -c requirements-dev.lock pyproject.toml -o requirements.lock

reference: $(VENV)/.development ## Write docs/reference.md from the program
	$(BIN)/python docs/make_reference.py

build: $(VENV)/.development ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## Remove what the other targets made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Missing: Python 3.11 or newer (set PYTHON=…) · 缺少 Python 3.11 或更高版本" >&2; exit 1; }
	@$(PYTHON) -c '$(ENOUGH)' || { echo "Missing: Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1) (set PYTHON=…) · 需要 Python 3.11 或更高版本" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Missing: Python's venv module (on Debian: apt-get install python3-venv) · 缺少 venv 模块" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up (once) · 正在安装（仅首次）…" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
