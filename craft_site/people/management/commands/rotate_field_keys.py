"""manage.py rotate_field_keys: move every sealed column to the first key of FIELD_KEYS, the site running."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from craft_site.kit.encryption import current_prefix
from craft_site.kit.rotation import resealed_rows, sealed_columns


class Command(BaseCommand):
    help = (
        "Reseal every sealed value with the first key of FIELD_KEYS. Put the new key first, keep the old one, run "
        "this, and take the old key off when nothing is left under it. Safe to stop and to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows held in memory at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"current key: {current_prefix()}")
        broken = 0
        for model, name in sealed_columns():
            outcome = resealed_rows(model, name, batch=options["batch"])
            self.stdout.write(
                f"{model._meta.label}.{name}: {outcome.moved} moved, {len(outcome.broken)} broken"
            )
            if outcome.broken:
                broken += len(outcome.broken)
                keys = ", ".join(str(key) for key in outcome.broken[:20])
                self.stderr.write(f"{model._meta.label}.{name}: does not open in rows {keys}")
        if broken:
            raise CommandError(
                f"{broken} values do not open with the keys of FIELD_KEYS; they were left as they are"
            )
