"""manage.py grant_app_role ROLE: as the owner, after each migration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from craft_site.ledger import app_role


class Command(BaseCommand):
    help = (
        "Lets a PostgreSQL role run the site: everything on ordinary tables, SELECT and INSERT on the ledger."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="the role in the site's DATABASE_URL; it must not own the tables")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, role: str, database: str, **options: Any) -> None:
        try:
            with transaction.atomic(using=database):
                done = app_role.grant(connections[database], role)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 1:
            self.stdout.write(";\n".join(done))
        self.stdout.write(f"{role} may read and add to the ledger, and nothing else there")
