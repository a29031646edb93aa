"""What a person still has to do, as one mail a morning: the tasks of /me/ and what waits at the academy's desk.

Only to people who have left an address, only what is due or late, and only titles: who else is concerned stands
behind the sign-in. Without a mail server nothing is asked for.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.domain import waiting
from academy.web.desk import overview_matters
from academy.web.desk.nav import WHOLE_DESK
from academy.web.me import tasks as academy_tasks
from competitions.web.me import tasks as contest_tasks
from craft_site.people.models import User, Worker
from honours.web.me import tasks as honour_tasks

URGENT = ("bad", "warn")


def can_send() -> bool:
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def readers() -> Iterator[int]:
    """Keys of the people who may get one: who may sign in and has left an address."""
    found = User.objects.filter(is_active=True).exclude(email="").order_by("pk")
    return found.values_list("pk", flat=True).iterator()


def send(*, user: User, on: date | None = None) -> int:
    """Mails one person what is due or late, and says how much that is; no mail when it is nothing.

    on: the day that stands in the subject, today.
    """
    with translation.override(settings.LANGUAGE_CODE):
        rows = due_of(user)
        if not rows:
            return 0
        words = ngettext(
            "%(count)d matter waits for you (%(on)s)", "%(count)d matters wait for you (%(on)s)", len(rows)
        )
        subject = words % {"count": len(rows), "on": f"{on or timezone.localdate():%Y-%m-%d}"}
        base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
        lines = [
            f"- {row['title']}\n  {base}{row['url']}" if row["url"] else f"- {row['title']}" for row in rows
        ]
        text = "\n".join(
            [
                _("This waits for you:"),
                "",
                *lines,
                "",
                _("No more mails? Sign in and empty the e-mail address in your profile: %(url)s")
                % {"url": f"{base}/me/profile/edit/"},
            ]
        )
        EmailMessage(subject=subject, body=text + "\n", to=[user.email]).send()
    return len(rows)


def due_of(user: User) -> list[dict[str, Any]]:
    """{title, url} of what is due or late, as /me/ and the desk tell it to the same person."""
    worker = Worker.objects.filter(user=user).select_related("user", "employer").first()
    rows = [
        *contest_tasks.owed(worker),
        *academy_tasks.owed(worker),
        *honour_tasks.owed(worker, user),
    ]
    found = [row for row in rows if row["status_kind"] in URGENT]
    if user.role_names & WHOLE_DESK:
        matters = overview_matters.rows(waiting.matters(user))
        found += [row | {"title": _counted(row)} for row in matters if row["kind"] in URGENT]
    return [{"title": str(row["title"]), "url": row.get("url") or ""} for row in found]


def _counted(row: dict[str, Any]) -> str:
    return f"{row['title']} ({row['count']})"
