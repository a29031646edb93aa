"""manage.py protect_ledger: puts back the triggers that keep the ledger append-only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections

from craft_site.ledger import append_only


class Command(BaseCommand):
    help = "Puts back missing triggers of the ledger. On PostgreSQL it needs the owner of the tables."
    requires_system_checks = []  # it mends what the check complains of

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, database: str, **options: Any) -> None:
        made = append_only.install(connections[database])
        self.stdout.write(f"made: {', '.join(made)}" if made else "nothing was missing")
