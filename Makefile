# Everything a newcomer needs: `make run` to see it, `make test` to trust it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test check bench lock clean chromium

run: $(STAMP)  ## a demo workspace, then the console on localhost
	$(BIN)/daozhang demo --workspace demo --fresh
	$(BIN)/daozhang up --workspace demo

test: $(STAMP) chromium  ## every test, on SQLite and on a real PostgreSQL, with a real browser
	$(BIN)/python tools/run_tests.py

check: $(STAMP)  ## exactly the checks that CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_docs.py tests/test_texts.py tests/test_tidy.py

bench: $(STAMP)
	$(BIN)/daozhang bench

chromium:
	@sh tools/need_chromium.sh

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) tools/need_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)

lock:  ## resolve again; the lock has hashes and names no address
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra cluster --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) demo build dist
