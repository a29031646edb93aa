#!/bin/sh
# Makes .venv from the lock file. Needs python3 (3.11 or newer) with venv; fetches wheels only, compiles nothing.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3}

command -v "$python" >/dev/null || { echo "setup: $python is not installed. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup: Python 3.11 or newer is needed; $python is $("$python" -V)" >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "setup: Python's venv is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }

echo "setup: environment (.venv)"
[ -x .venv/bin/python ] || "$python" -m venv .venv
if command -v uv >/dev/null 2>&1; then
	uv=uv
else
	[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	uv=.venv/bin/uv
fi
echo "setup: packages (from requirements.lock, hashes checked)"
# install, not sync: sync would remove the uv that was just installed
VIRTUAL_ENV=$PWD/.venv "$uv" pip install --quiet --require-hashes --no-build -r requirements.lock
touch .venv/.ready
echo "setup: ready"
