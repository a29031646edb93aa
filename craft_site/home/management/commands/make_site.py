from typing import Any

from django.core.management.base import BaseCommand

from craft_site.home.foundation import make_site


class Command(BaseCommand):
    help = (
        "Makes the page tree, the editors' groups with their permissions, and the check before publication."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        tree = make_site()
        self.stdout.write(f"{tree.home.title}: {tree.contests.title}, {tree.news.title}")
