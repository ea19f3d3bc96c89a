# Two commands matter: `make demo` and `make test`. Both set up all they need.
PYTHON    ?= $(shell command -v python3.11 || command -v python3)
VENV      ?= .venv
COMPANIES ?= 20000
BIN       := $(VENV)/bin
CODE      := graph loaders queries api

.PHONY: demo test packages lint lint-types lint-style lint-floors fix docs constraints clean

demo: $(VENV)/.product ## synthetic city: generate, load, refresh, serve the page (COMPANIES=20000)
	@exec $(BIN)/creditnet demo --companies $(COMPANIES)

test: $(VENV)/.developer ## all checks and all tests
	@$(MAKE) --no-print-directory --jobs 3 --output-sync=target lint packages
	$(BIN)/pytest --numprocesses auto

lint: lint-types lint-style lint-floors ## ruff, mypy, import-linter

packages: ## what the tests need from Debian
	@sh .ci/system-packages

lint-types: $(VENV)/.developer
	$(BIN)/mypy

lint-style: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-floors: $(VENV)/.developer
	$(BIN)/lint-imports

fix: $(VENV)/.developer
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.developer ## regenerate the generated pages (tests check that they are fresh)
	$(BIN)/python -m graph.model.document > docs/model.md
	$(BIN)/python -m queries.document docs/queries.md
	$(BIN)/python -m api.document settings > docs/settings.md
	$(BIN)/python -m api.document commands > docs/commands.md
	$(BIN)/python -m api.document features > docs/features.md
	$(BIN)/python -m api.document sources > docs/sources.md

constraints: $(VENV)/.developer ## pin what is installed now, after the tests passed with it
	$(BIN)/pip freeze --exclude-editable > constraints.txt

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "creditnet needs Python 3.11 or newer; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.product: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@sh .ci/install $(VENV) .
	@touch $@

$(VENV)/.developer: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@sh .ci/install $(VENV) '.[dev]'
	@touch $@ $(VENV)/.product

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
