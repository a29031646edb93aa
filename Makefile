# One command shows the site, one proves it. Everything lands in .venv/ and var/; nothing else on the machine changes.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
export UV_PYTHON_DOWNLOADS = never
export PYTHONUNBUFFERED = 1

.PHONY: help setup demo test accessibility test-sqlite test-postgres test-browser soak lint format bench mutation messages lock clean

help:
	@echo "make demo    set up, fill with demonstration data, serve on http://$(HOST):$(PORT)"
	@echo "make test    set up and run all tests, on SQLite and on PostgreSQL when one answers"
	@echo "make soak    hundreds of whole contests driven by chance (CRAFT_SOAK=50 times as many), then the server killed"
	@echo "             and the network cut for CRAFT_SOAK_SECONDS=600 in each of the load tests"
	@echo "make accessibility  axe on every page template in every mode (minutes)"
	@echo "make lint    style, types, architecture, migrations, translations"
	@echo "make bench   measure: scoring, saving a mark, desk lists, public results"
	@echo "make mutation  change the core line by line, and see whether a test notices (an hour)"

setup: .venv/.ready

.venv/.ready: requirements.lock scripts/setup.sh
	@sh scripts/setup.sh "$(PYTHON)"

demo: setup
	@.venv/bin/python manage.py demo --serve $(HOST):$(PORT)

test: setup
	@sh scripts/test.sh

test-sqlite: setup
	@.venv/bin/python -m pytest --nomigrations -m "not browser and not kill"

test-browser: setup
	@.venv/bin/python -m pytest --nomigrations -m "browser and not every_page" tests/browser

accessibility: setup
	@.venv/bin/python -m pytest --nomigrations -n 0 -m every_page tests/browser

test-postgres: setup
	@DATABASE_URL=$${CRAFT_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/postgres} \
		.venv/bin/python -m pytest --nomigrations -m "not browser and not kill"

soak: setup
	@CRAFT_SOAK=$${CRAFT_SOAK:-50} .venv/bin/python -m pytest --nomigrations -n 0 \
		tests/competitions/domain/test_contest_before_marking.py tests/competitions/domain/test_contest_machine.py
	@CRAFT_SOAK_SECONDS=$${CRAFT_SOAK_SECONDS:-600} .venv/bin/python -m pytest --nomigrations -n 0 -m kill tests/kill

lint: setup
	@sh scripts/lint.sh

format: setup
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: setup
	@.venv/bin/python -m tests.bench

# A run anew, because a kept verdict is of the tests of its day. `.venv/bin/mutmut show NAME` shows one change.
mutation: setup
	@rm -rf mutants
	@nice -n 15 .venv/bin/mutmut run --max-children 1
	@.venv/bin/python scripts/mutation.py

messages: setup
	@.venv/bin/python scripts/messages.py

lock:
	@.venv/bin/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --universal --quiet --upgrade -o requirements.lock

clean:
	rm -rf mutants .venv .mypy_cache .ruff_cache .import_linter_cache
