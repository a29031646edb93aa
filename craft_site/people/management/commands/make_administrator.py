"""manage.py make_administrator STAFF_NO: the site's first administrator, or one more. No page can do this."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from craft_site.people.domain import accounts
from craft_site.people.models import User
from craft_site.people.staff_numbers import parse_staff_no


class Command(BaseCommand):
    help = (
        "Make an administrator of the site, who also keeps its accounts. A one-time password is printed once; it "
        "must be changed at the first sign-in. An account that is there keeps its password unless --new-password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("staff_no")
        parser.add_argument("--name", default="", help="the person's name, for a new account")
        parser.add_argument("--new-password", action="store_true", help="replace the password of an account")

    def handle(self, *args: Any, staff_no: str, name: str, new_password: bool, **options: Any) -> None:
        try:
            staff_no = parse_staff_no(staff_no)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        is_new = not User.objects.filter(staff_no=staff_no).exists()
        password = accounts.one_time_password() if is_new or new_password else None
        try:
            accounts.make_administrator(staff_no=staff_no, name=name.strip(), password=password)
        except accounts.AccountRefused as refusal:
            raise CommandError(f"{refusal.message} --name") from refusal
        self.stdout.write(f"{staff_no} is an administrator of the site")
        if password is not None:
            self.stdout.write(f"one-time password, {accounts.ONE_TIME_DAYS} days: {password.clear}")
