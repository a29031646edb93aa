"""manage.py demo [--serve ADDRESS]: the main job on a fresh machine; run again, it reuses everything."""

import io
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from craft_site.home.demo.build import build
from craft_site.home.demo.people import ACCOUNTS, PASSWORD

EVERYWHERE = ("", "0.0.0.0", "[::]")  # read, not bound


class _Steps(io.StringIO):
    """What the migrations say of themselves, as a few lines of progress: the first time they take a minute or more."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        executor = MigrationExecutor(connection)
        self.say, self.done = say, 0
        self.total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def write(self, text: str) -> int:
        if text.strip().startswith("Applying"):
            self.done += 1
            if self.done % 50 == 0:
                self.say(f"database, step {self.done} of {self.total}")
        return len(text)


class Command(BaseCommand):
    help = "Makes the demonstration (database, contests, pages) and serves it."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--serve", metavar="ADDRESS", default="", help="host:port to serve on when ready")

    def handle(self, *args: Any, serve: str, **options: Any) -> None:
        self.began = time.monotonic()
        if serve:
            stand_at(serve)
        self.say("database")
        call_command("migrate", interactive=False, stdout=_Steps(self.say))
        self.say("static files")
        if self._static_files_changed():
            call_command("collectstatic", interactive=False, verbosity=0)
        with translation.override("zh-hans"):
            build(self.say)
        self.say("ready")
        self._introduce(serve)
        if serve:
            self._serve(serve)

    def say(self, text: str) -> None:
        self.stdout.write(f"demo {time.monotonic() - self.began:6.1f} s  {text}")

    def _static_files_changed(self) -> bool:
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        if not manifest.exists():
            return True
        made = manifest.stat().st_mtime
        ours = Path(settings.BASE_DIR).glob("craft_site/*/static/**/*")
        return any(file.stat().st_mtime > made for file in ours) or _packages_changed(made)

    def _introduce(self, serve: str) -> None:
        base = address_of(serve) if serve else "http://127.0.0.1:8000"
        self.stdout.write(f"\n  {base}/            the public site (English: the EN button)")
        self.stdout.write(f"  {base}/start/      sign in; everybody lands where their work is")
        self.stdout.write(f"\n  password for all of them: {PASSWORD}\n")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.staff_no:<6} {account.what}")
        self.stdout.write(
            "\n  All people, firms and marks are generated; the honour roll holds the names that"
        )
        self.stdout.write(
            "  a published report prints, and two that say of themselves that they are generated.  Stop with Ctrl-C.\n"
        )

    def _serve(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        granian = Path(sys.executable).with_name("granian")
        # One process: SQLite has one writer, and one process can queue for it fairly.
        command = [str(granian), "--interface", "wsgi", "--host", host or "127.0.0.1", "--port", port]
        command += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning"]
        self.stdout.flush()
        os.execv(command[0], [*command, "craft_site.wsgi:application"])


def address_of(serve: str) -> str:
    """What a browser on this machine types for host:port; a server on every address is reached at the own one."""
    host, _, port = serve.rpartition(":")
    return f"http://{host if host not in EVERYWHERE else '127.0.0.1'}:{port}"


def stand_at(serve: str) -> None:
    """Links, QR codes and certificates carry the address of the server, unless the environment names another one. The
    server that follows inherits it; the name that signs the ledger stays, whatever the port."""
    if os.environ.get("CRAFT_BASE_URL"):
        return
    os.environ["CRAFT_BASE_URL"] = settings.WAGTAILADMIN_BASE_URL = address_of(serve)
    os.environ.setdefault("CRAFT_LEDGER_ORIGIN", settings.LEDGER_ORIGIN)


def _packages_changed(made: float) -> bool:
    lock = Path(settings.BASE_DIR) / "requirements.lock"
    return lock.exists() and lock.stat().st_mtime > made
