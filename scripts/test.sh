#!/bin/sh
# All tests: SQLite, browser, PostgreSQL. What is missing is named; with CI=true anything missing is a failure.
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=0
missing=""

if ! command -v chromium >/dev/null 2>&1 && [ -z "${CRAFT_CHROMIUM:-}" ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		echo "test: installing Debian's chromium and CJK fonts for the browser tests"
		(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk) >/dev/null 2>&1 ||
			echo "test: that failed"
	fi
fi

echo "test: SQLite"
$python -m pytest --nomigrations -n 2 -m "not browser" || failed=1

echo "test: browser"
if command -v chromium >/dev/null 2>&1 || [ -n "${CRAFT_CHROMIUM:-}" ]; then
	$python -m pytest --nomigrations -m browser || failed=1
else
	missing="$missing
  browser tests were NOT run: Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk, or set CRAFT_CHROMIUM"
fi

echo "test: PostgreSQL (the long crawls ran above; make test-postgres runs them here too)"
postgres=${CRAFT_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/postgres}
if $python -c "import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=3).close()" "$postgres" 2>/dev/null; then
	DATABASE_URL=$postgres $python -m pytest --nomigrations -n 2 -m "not browser and not crawl" || failed=1
else
	missing="$missing
  PostgreSQL tests were NOT run: none answers. Start one, or set CRAFT_TEST_POSTGRES=postgres://user:password@host/database"
fi

if [ -n "$missing" ]; then
	echo "test: missing:$missing"
	[ "${CI:-}" = true ] && failed=1
fi
exit $failed
