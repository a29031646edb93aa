"""manage.py scorecard YEAR [--json]: the scorecard of a year as a table, or as JSON with stable keys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from craft_site.home.scorecard import years
from craft_site.home.scorecard.files.table import as_json, as_table


class Command(BaseCommand):
    help = "Prints the scorecard of a year; see docs/scorecard.md for the keys of the JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--json", action="store_true", dest="json", help="as JSON instead of a table")
        parser.add_argument("--english", action="store_true", help="the table in English")

    def handle(self, *args: Any, year: int, **options: Any) -> None:
        with translation.override("en" if options["english"] else "zh-hans"):
            shown = years.shown(year, public=False)
            if shown is None:
                raise CommandError(f"There is no scorecard of {year}.")
            self.stdout.write(as_json(shown) if options["json"] else as_table(shown.sheet))
