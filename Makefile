# One command shows the site, one proves it. Everything lands in .venv/ and var/; nothing else on the machine changes.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
export UV_PYTHON_DOWNLOADS = never
export PYTHONUNBUFFERED = 1

.PHONY: help setup demo test test-sqlite test-postgres test-browser lint format bench messages lock clean

help:
	@echo "make demo    set up, fill with demonstration data, serve on http://$(HOST):$(PORT)"
	@echo "make test    set up and run all tests, on SQLite and on PostgreSQL when one answers"
	@echo "make lint    style, types, architecture, migrations, translations"
	@echo "make bench   measure: scoring, saving a mark, desk lists, public results"

setup: .venv/.ready

.venv/.ready: requirements.lock scripts/setup.sh
	@sh scripts/setup.sh "$(PYTHON)"

demo: setup
	@.venv/bin/python manage.py demo --serve $(HOST):$(PORT)

test: setup
	@sh scripts/test.sh

test-sqlite: setup
	@.venv/bin/python -m pytest --nomigrations -m "not browser"

test-browser: setup
	@.venv/bin/python -m pytest --nomigrations -m browser

test-postgres: setup
	@DATABASE_URL=$${CRAFT_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/postgres} \
		.venv/bin/python -m pytest --nomigrations -m "not browser"

lint: setup
	@sh scripts/lint.sh

format: setup
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: setup
	@.venv/bin/python -m tests.bench

messages: setup
	@.venv/bin/python scripts/messages.py

lock:
	@.venv/bin/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --universal --quiet --upgrade -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache
