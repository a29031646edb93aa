"""`python -m tests.bench`: a temporary database, the data, the clocks, one table."""

import os
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command

STARTED = time.monotonic()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="craft-bench-") as name:
        (Path(name) / "static").mkdir()  # the server looks for it
        os.environ |= {
            "CRAFT_VAR": name,
            "CRAFT_BENCH": "1",
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        django.setup()
        _say("making the database")
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
        from tests.bench.run import run  # the site does not start without its tables and their guards

        print(run(Path(name), say=_say))
    _say("done")


def _say(what: str) -> None:
    print(f"{time.monotonic() - STARTED:5.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
