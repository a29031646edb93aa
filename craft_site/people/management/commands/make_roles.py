"""manage.py make_roles: the site roles as groups, safe to run at every start."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from craft_site.people import roles


class Command(BaseCommand):
    help = "Make the groups that carry the site's roles; those that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        made = [name for name in roles.ALL if Group.objects.get_or_create(name=name)[1]]
        self.stdout.write(f"roles made: {', '.join(made)}" if made else "all roles are there")
