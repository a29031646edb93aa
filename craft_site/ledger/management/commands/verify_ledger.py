"""manage.py verify_ledger [CHAIN ...] [--note FILE ...]: walks the chains; exit 1 with each place that is broken."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from craft_site.ledger.models import Chain
from craft_site.ledger.verification import verify


class Command(BaseCommand):
    help = "Checks every line, root and signature of the ledger, and notes that were kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "chains", nargs="*", metavar="CHAIN", help="e.g. event:mould-2024; all when none is named"
        )
        parser.add_argument(
            "--note",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="a signed note from a mail or a file kept elsewhere; the ledger must still agree with it",
        )

    def handle(self, *args: Any, chains: list[str], note: list[Path], **options: Any) -> None:
        found = Chain.objects.order_by("name")
        if chains:
            found = found.filter(name__in=chains)
            if absent := set(chains) - set(found.values_list("name", flat=True)):
                raise CommandError(f"no such chain: {', '.join(sorted(absent))}")
        given = [self._read(file) for file in note]
        broken = 0
        for chain in found:
            report = verify(chain, given=given)
            self.stdout.write(
                f"{chain.name}: {report.lines} lines, {report.checkpoints} checkpoints, "
                f"{report.anchors} notes outside, root {report.root[:16]}, {report.lines / report.seconds:,.0f} lines/s"
            )
            for fault in report.faults:
                broken += 1
                self.stderr.write(self.style.ERROR(str(fault)))
        if broken:
            raise CommandError(f"the ledger does not hold: {broken} fault(s)")
        self.stdout.write("the ledger holds")

    def _read(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
