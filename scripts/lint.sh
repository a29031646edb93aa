#!/bin/sh
# Every check that needs no database. All of them run; the first that fails does not hide the others.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0
check() {
	name=$1
	shift
	if output=$("$@" 2>&1); then
		echo "lint: $name ok"
	else
		echo "lint: $name FAILED"
		echo "$output" | tail -60
		failed=1
	fi
}
if ! command -v xgettext >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	(apt-get update -qq && apt-get install -y -qq gettext) >/dev/null 2>&1
fi
check "style" $bin/ruff check .
check "format" $bin/ruff format --check .
check "templates" $bin/djlint --lint --quiet templates
check "types" $bin/mypy craft_site competitions academy honours
check "architecture" $bin/lint-imports
check "settings" env DJANGO_SETTINGS_MODULE=craft_site.settings.test $bin/python manage.py check --fail-level WARNING
check "migrations" env DJANGO_SETTINGS_MODULE=craft_site.settings.test $bin/python manage.py makemigrations --check --dry-run
check "translations" $bin/python scripts/messages.py --check
exit $failed
