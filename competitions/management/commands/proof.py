"""manage.py proof EVENT --out FILE: the proof of an event's published result."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competitions.models import Release
from competitions.proof.build import ProofRefused, build_proof


class Command(BaseCommand):
    """Writes the zip and prints its SHA-256. Exit code 1 and no file when there is nothing to prove."""

    help = "Write the proof of a published result: one zip that verify_contest.py checks without this site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event", help="code of the event, e.g. mould-2024")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the zip")
        parser.add_argument(
            "--release", type=int, metavar="NUMBER", help="version of the result; the newest without it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = Release.objects.filter(event__code=options["event"]).select_related("event", "scheme")
        if options["release"] is not None:
            found = found.filter(number=options["release"])
        release = found.order_by("-number").first()
        if release is None:
            raise CommandError(f"no published result of {options['event']}")
        try:
            built = build_proof(release)
        except ProofRefused as refused:
            raise CommandError(str(refused)) from refused
        try:
            options["out"].write_bytes(built.content)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from None
        self.stdout.write(f"{release.slug}: {len(built.content)} bytes, SHA-256 {built.sha256}")
        if built.named:
            lines = ", ".join(map(str, built.named))
            self.stderr.write(
                f"Withheld, because somebody's name stands in them: lines {lines}. The proof is not whole."
            )
