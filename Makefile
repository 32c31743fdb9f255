# Every target does its own set-up: Python >= 3.11 and make are all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made-by-make
MODEL ?= five_block_cnn
RUN ?= training/runs/$(MODEL)
# --no-deps: the locked files are complete, and leave out on purpose some that tensorflowjs asks for (requirements/overrides.txt).
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

# One worker for each core, up to four; a file's tests stay together (tests/conftest.py).
WORKERS := --numprocesses auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

.PHONY: help install deploy-tools site serve test test-quick lint train train-smoke export report bench scaling fuzz screenshots docs lock clean
.DEFAULT_GOAL := help

help:
	@echo "make site         build dist/ from the shipped model (a minute the first time, seconds after)"
	@echo "make install      install what training, export and deploying need"
	@echo "make deploy-tools install what python -m build_site deploy needs, and nothing else"
	@echo "make test         install everything and run every test (about a quarter of an hour on two idle cores)"
	@echo "make test-quick   the tests that need neither a browser nor TensorFlow (under 2 minutes)"
	@echo "make serve        serve dist/ on this machine; built first where there is none"
	@echo "make train        train MODEL=$(MODEL) in runs/, then evaluate it (training/runs/ holds the shipped runs)"
	@echo "make train-smoke  the whole way in under a minute, on phantoms"
	@echo "make export       turn RUN=$(RUN) into a bundle in export/models/"
	@echo "make report       rewrite the tables of README and docs/results.md, and docs/report.html"
	@echo "make screenshots  take a picture of every state of the page, and the README's"
	@echo "make docs         rewrite docs/commands.md and docs/site_toml.md out of the code"
	@echo "make fuzz         damage 20,000 files, kill commands and more for an hour, and rewrite docs/reliability.md"
	@echo "make bench scaling lint lock clean"

# Each stamp records an installed set of locked requirements.
$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("error: Python 3.11 or newer is needed\n  received: " + sys.version.split()[0] + "\n  next:     make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)")'
	@[ -d $(VENV) ] || { mkdir -p $(VENV) && touch $(MADE); }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/site.stamp: requirements/site.txt pyproject.toml $(VENV)/python.stamp
	$(INSTALL) --require-hashes -r requirements/site.txt
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/train.stamp: requirements/train.txt $(VENV)/site.stamp
	@$(BIN)/python -c 'import sys; sys.version_info < (3, 14) or sys.exit("error: there is no TensorFlow for this Python\n  received: " + sys.version.split()[0] + "\n  expected: Python 3.11, 3.12 or 3.13 (make site works with yours)\n  next:     make clean && make PYTHON=/path/to/python3.13 $(MAKECMDGOALS)")'
	$(INSTALL) --require-hashes -r requirements/train.txt
	@touch $@

$(VENV)/deploy.stamp: requirements/deploy.txt $(VENV)/site.stamp
	$(INSTALL) --require-hashes -r requirements/deploy.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/train.stamp
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# The browser of the tests: Playwright's own where it can be fetched, else the system's (tests/browser/browsers.py).
$(VENV)/browser.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m playwright install chromium >$(VENV)/playwright.log 2>&1 || true
	$(BIN)/python -m tests.browser.browsers
	@touch $@

install: $(VENV)/train.stamp $(VENV)/deploy.stamp
	@echo "next: source $(BIN)/activate"

deploy-tools: $(VENV)/deploy.stamp
	@echo "next: source $(BIN)/activate, then python -m build_site deploy --help"

site: $(VENV)/site.stamp
	$(BIN)/python -m build_site

serve: $(VENV)/site.stamp
	$(BIN)/python -m build_site --serve

test: $(VENV)/browser.stamp
	@echo "every test: about a quarter of an hour on two idle cores (make test-quick: under 2, without browser and TensorFlow)"
	$(BIN)/python -m pytest $(WORKERS)

test-quick: $(VENV)/dev.stamp
	@echo "the tests that need neither a browser nor TensorFlow: under 2 minutes on two idle cores"
	$(BIN)/python -m pytest --quick $(WORKERS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m plainfilm.node run typecheck

train: $(VENV)/train.stamp
	$(BIN)/python -m training fit $(MODEL) --runs runs
	$(BIN)/python -m training evaluate runs/$(MODEL)

train-smoke: $(VENV)/train.stamp
	rm -rf runs/smoke
	$(BIN)/python -m training fit smoke --runs runs
	$(BIN)/python -m training evaluate runs/smoke

export: $(VENV)/train.stamp
	$(BIN)/python -m export $(RUN)

report: $(VENV)/train.stamp
	$(BIN)/python -m export report

# PARTS="help site" measures these alone; parts that lack a browser or the network say so.
bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.tools.bench $(PARTS)

# PARTS="films visitors" measures these alone; PARTS=page writes the page anew, after a change of prices.
scaling: $(VENV)/browser.stamp
	$(BIN)/python -m tests.tools.scaling $(PARTS)

# PARTS="page dicoms" runs these alone; stopped, the same command goes on.
fuzz: $(VENV)/browser.stamp
	$(BIN)/python -m tests.tools.fuzz $(PARTS)

screenshots: $(VENV)/browser.stamp
	$(BIN)/python -m tests.tools.screenshots

docs: $(VENV)/dev.stamp
	$(BIN)/python -m tests.tools.reference

# Needs uv (pip install uv). Hashes for every platform, no index named.
lock: $(VENV)/python.stamp
	for set in site train deploy dev; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	  --override requirements/overrides.txt --custom-compile-command "make lock" -o requirements/$$set.txt requirements/$$set.in || exit 1; done

# What make made, and nothing that it did not: a virtual environment of your own and a dist/ with other files in it stay.
clean:
	@PYTHONPATH=build $(PYTHON) -c 'from pathlib import Path; from plainfilm.atomic import check_output; from plainfilm.errors import run_main; run_main(lambda: check_output(Path("dist"), manifest="build.json"))' && rm -rf dist
	@if [ -f $(MADE) ]; then rm -rf $(VENV); elif [ -d $(VENV) ]; then echo "$(VENV) was not made by make, so it stays"; fi
	rm -rf site_template/node_modules
