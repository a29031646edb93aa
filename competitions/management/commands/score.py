"""manage.py score SCHEME ENTRIES [--json]: score entries from files, without a database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.files.score_entries import ScoreFileError, score_files
from competitions.files.score_report import as_document, as_table


class Command(BaseCommand):
    """Prints ranks, totals and awards; on stderr the readings that look like typing errors. Exit code 1 and nothing on
    stdout when a file is not usable."""

    help = "Score entries from files by a marking scheme, without a database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scheme", type=Path, help="marking scheme, YAML or JSON")
        parser.add_argument("entries", type=Path, help="entries, YAML or JSON")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result, second_looks = score_files(scheme_path=options["scheme"], entries_path=options["entries"])
        except ScoreFileError as error:
            raise CommandError(str(error)) from None
        for question in second_looks:
            self.stderr.write(question)
        if options["json"]:
            self.stdout.write(json.dumps(as_document(result), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_table(result))
