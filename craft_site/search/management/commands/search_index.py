"""manage.py search_index: makes the whole index again from the public facts; --check compares and changes nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from craft_site.search import index
from craft_site.search.documents import SOURCES


class Command(BaseCommand):
    help = "Makes the search index again from what is public now, or compares both (--check)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare counts and contents, change nothing"
        )
        parser.add_argument("source", nargs="*", help=f"only these: {', '.join(sorted(SOURCES))}")

    def handle(self, *args: Any, check: bool, source: list[str], **options: Any) -> None:
        if unknown := set(source) - SOURCES.keys():
            raise CommandError(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(SOURCES))}")
        chosen = [SOURCES[name] for name in sorted(source or SOURCES)]
        if check:
            self._compare(chosen)
            return
        for one in chosen:
            changed = index.rebuild(one, progress=self._progress)
            self.stdout.write(f"{one.name}: {changed} changed")
        if not source and (strays := index.forget_strays()):
            self.stdout.write(f"{strays} of sources that are no more: taken out")

    def _progress(self, name: str, done: int) -> None:
        if done >= index.A_BATCH:
            self.stdout.write(f"{name}: {done} read")

    def _compare(self, chosen: list[Any]) -> None:
        counts = [index.compare(one) for one in chosen]
        for one in counts:
            state = "ok" if one.agrees else f"{one.stray} too many, {one.stale} outdated"
            self.stdout.write(f"{one.source}: {one.public} public, {one.indexed} in the index, {state}")
        if not all(one.agrees for one in counts):
            raise CommandError("The index is not what is public. Run manage.py search_index.")
