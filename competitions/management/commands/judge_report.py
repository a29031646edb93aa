"""manage.py judge_report MARKS.csv [--json]: how judges agree and how strictly each marks, without a database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.files.judge_report_text import as_text
from competitions.files.marks_csv import MarksFileError, read_marks
from competitions.statistics.report import report

BAD_FILE = 2


class Command(BaseCommand):
    """Prints agreement, severity and unexpected marks. Exit code 2, and nothing on stdout, for a bad file."""

    help = "Agreement and severity of judges from a CSV file (judge, entry, item, value), without a database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "marks", type=Path, help="CSV with the columns judge, entry, item (may be left out), value"
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["marks"]
        try:
            with path.open("rb") as file:
                ratings = read_marks(file)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=BAD_FILE) from None
        except MarksFileError as error:
            raise CommandError(
                "\n".join(f"{path.name}: {message}" for message in error.messages), returncode=BAD_FILE
            ) from None
        found = report(ratings)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.stdout.write(as_text(found))
