#!/bin/sh
# All tests: SQLite, browser, PostgreSQL. What is missing is named; with CI=true anything missing is a failure.
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=0
missing=""
unset PYTHONDONTWRITEBYTECODE # or every process would translate Django, Wagtail and the tests anew, ten seconds each

wanted=""
command -v chromium >/dev/null 2>&1 || [ -n "${CRAFT_CHROMIUM:-}" ] || wanted="$wanted chromium fonts-noto-cjk"
fc-list 2>/dev/null | grep -q "Noto Sans CJK" || ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || wanted="$wanted fonts-noto-cjk" # else certificates are not drawn
command -v strace >/dev/null 2>&1 || wanted="$wanted strace"
if [ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "test: installing Debian's$wanted"
	# shellcheck disable=SC2086 # several names
	(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $wanted) >/dev/null 2>&1 ||
		echo "test: that failed"
fi
command -v strace >/dev/null 2>&1 || missing="$missing
  that an acknowledgement forces the disk was NOT watched: strace is missing. On Debian: apt-get install strace"
$python -c "import socket; socket.create_connection(('127.0.0.1', 6379), 2)" 2>/dev/null || missing="$missing
  a Redis that forgets was NOT tried: none answers on 127.0.0.1:6379"

echo "test: SQLite"
$python -m pytest --nomigrations -n 2 --dist worksteal -m "not browser and not kill" || failed=1

echo "test: SQLite, the server killed (make soak does it longer)"
$python -m pytest --nomigrations -n 0 -m kill tests/kill || failed=1

echo "test: browser"
if command -v chromium >/dev/null 2>&1 || [ -n "${CRAFT_CHROMIUM:-}" ]; then
	# A browser on a busy machine is now and then late. What fails once is run again and named (RERUN): look into it.
	# What fails twice fails, and so does a fourth one that fails. Tests without a browser have no second try.
	$python -m pytest --nomigrations -n 2 --dist worksteal --reruns 1 --max-suite-reruns 3 --rerun-show-tracebacks -m "browser and not every_page" \
		tests/browser || failed=1
else
	missing="$missing
  browser tests were NOT run: Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk, or set CRAFT_CHROMIUM"
fi

# A test that asks for no database is refused one (tests/conftest.py), so it says here what it said above. Crawls
# read pages and forgers change files; what they prove does not depend on the database.
echo "test: PostgreSQL (crawls, forged proofs, and tests that ask for no database ran above; make test-postgres runs them here too)"
postgres=${CRAFT_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/postgres}
if $python -c "import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=3).close()" "$postgres" 2>/dev/null; then
	DATABASE_URL=$postgres $python -m pytest --nomigrations -n 2 --dist worksteal --database-only \
		-m "not browser and not one_database and not kill" || failed=1
	echo "test: PostgreSQL, the server killed"
	DATABASE_URL=$postgres $python -m pytest --nomigrations -n 0 -m kill tests/kill || failed=1
else
	missing="$missing
  PostgreSQL tests were NOT run: none answers. Start one, or set CRAFT_TEST_POSTGRES=postgres://user:password@host/database"
fi

if [ -n "$missing" ]; then
	echo "test: missing:$missing"
	[ "${CI:-}" = true ] && failed=1
fi
exit $failed
