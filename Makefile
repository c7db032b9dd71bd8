# `make` alone lists the commands. Each sets up what it needs; the first one takes a minute or two.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.ready
PYTEST = $(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder

.PHONY: help setup study report test test-long test-order check notebooks claims new-notebook sync korean messages upstream map measure bench crash fuzz lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## make .venv, where the command `lab` then is; PYTHON=/path/to/python3.12 chooses its Python

ifeq ($(origin PYTHON), command line)
.PHONY: $(STAMP)
endif
$(STAMP): requirements.lock pyproject.toml setup.sh
	@sh setup.sh

study: $(STAMP) ## start the cluster and open the notebooks in JupyterLab
	@exec $(BIN)/lab study

report: $(STAMP) ## run the whole series and write reports/latest/index.html
	@exec $(BIN)/lab report

test: $(STAMP) ## run the tests, the English notebooks included: six minutes
	@exec $(PYTEST) -m "not long"

test-long: $(STAMP) ## the rest: notebooks in Korean, twice in a row, after an interruption, on broken clusters
	@exec $(PYTEST) -m long

check: $(STAMP) ## style, types and import lines
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/pytest -q tests/test_architecture.py

notebooks: $(STAMP) ## run the notebooks afresh and store their outputs
	@$(BIN)/python -m labtools.authoring notebooks

claims: $(STAMP) ## list what the notebooks say of programs, with the cells that prove it; count their commands
	@$(BIN)/python -m labtools.authoring claims

new-notebook: $(STAMP) ## a new notebook from the template: make new-notebook NAME=18_my_topic
	@$(BIN)/python -m labtools.authoring new $(NAME)

sync: $(STAMP) ## bring code of the English notebooks over to the Korean ones; list the prose to write
	@$(BIN)/python -m labtools.authoring sync

korean: $(STAMP) ## print Korean prose for reading: make korean NB=07; without NB count words avoided and sought
	@$(BIN)/python -m labtools.authoring korean $(NB)

messages: $(STAMP) ## bring the message files of the languages in step with the sources
	@$(BIN)/python -m labtools.authoring messages

test-order: $(STAMP) ## run all notebooks from the last to the first, each after one that was killed half way
	@$(BIN)/pytest -q -s tests/notebooks/test_order.py --order 99

upstream: $(STAMP) ## take over the types of a Kubernetes version: make upstream SOURCES=folder (CONTRIBUTING.md)
	@$(BIN)/python -m loopkube.upstream.generate $(SOURCES)

map: $(STAMP) ## write docs/map.md, the list of all folders, from the docstrings of the packages
	@$(BIN)/python -m labtools.authoring map

measure: $(STAMP) ## measure the code: sizes, comments, docstrings, import cycles, files that a kind touches
	@$(BIN)/python -m bench.house

bench: $(STAMP) ## measure speed, memory, scale and load; the table is kept in docs/bench.md
	@$(BIN)/python -m bench

crash: $(STAMP) ## kill parts of a cluster 50 times under load; nothing may be lost
	@$(BIN)/pytest -q -s tests/faults/test_crashes.py --crashes 50

fuzz: $(STAMP) ## send the API 6,000 random requests; none may get a 5xx
	@$(BIN)/pytest -q -s tests/fuzz --fuzz 6000

lock: $(STAMP) ## renew requirements.lock from pyproject.toml
	@$(BIN)/pip install -q uv && $(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --fork-strategy fewest --no-annotate --no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock

clean: ## stop the cluster; remove everything that was made here
	@if $(BIN)/python -P -c 'import ingress_lab' 2>/dev/null; then \
	  $(BIN)/python -P -m labtools.workspace.at_work && $(BIN)/lab down --all --delete; fi
	@rm -rf .venv .lab reports build helpers/*.egg-info .pytest_cache .mypy_cache .ruff_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
