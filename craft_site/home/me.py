"""The worker's one page: what I owe, what I can claim, my record, certificates and data. The roof asks every wing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.web.me import tasks as academy_tasks
from competitions.web.me import appeal_rows
from competitions.web.me import tasks as contest_tasks
from craft_site.credentials.models import Certificate
from craft_site.home.my_record import years
from craft_site.kit.access import signed_in
from craft_site.people.models import User, Worker
from craft_site.people.web.me import profile_tasks
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest
from honours.web.me import nominations as my_nominations
from honours.web.me import tasks as honour_tasks

CARDS = 4  # certificates shown on the page; the wallet has them all


@signed_in
@never_cache
def home(request: PersonRequest) -> HttpResponse:
    """Tasks first, with their dates; a constant number of queries."""
    worker = Worker.objects.filter(user=request.user).select_related("user", "employer", "photo").first()
    academy = academy_tasks.glance(worker)
    entries = contest_tasks.look(worker)
    appeals = appeal_rows.look(request.user)
    nominations = my_nominations.nominations_of(worker)
    certificates = Certificate.objects.standing().in_wallet_of(request.user)
    cards = list(certificates.order_by("-on", "-pk")[: CARDS + 1])
    context = {
        "worker": worker,
        "tasks": by_date(
            [
                *profile_tasks(request.user, worker),
                *contest_tasks.owed(worker, entries),
                *contest_tasks.score_tasks(worker),
                *appeal_rows.answered(appeals),
                *academy.owed,
                *my_nominations.owed(nominations),
                *honour_tasks.owed(worker, request.user),
            ]
        ),
        "speaks_for_a_firm": honour_tasks.speaks_for_a_firm(request.user),
        "claims": academy.claims,
        "learning": academy.learning,
        "appeals": appeal_rows.under_way(appeals),
        "entries": contest_tasks.entries_of(worker, entries),
        "events": contest_tasks.open_events(worker),
        "nominations": my_nominations.rows_of(nominations),
        "years": years(worker),
        "certificates": cards[:CARDS],
        "more_certificates": len(cards) > CARDS,
        "data_links": data_links(request.user),
        "me_nav": me_nav(request),
        "page_title": _("My page"),
    }
    return render(request, "home/me.html", context)


def by_date(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is overdue, then what has a date by its date, then the rest as the wings gave it."""
    dated = sorted((row for row in rows if row.get("due")), key=lambda row: row["due"])
    late = [row for row in rows if not row.get("due") and row.get("status_kind") == "bad"]
    rest = [row for row in rows if not row.get("due") and row.get("status_kind") != "bad"]
    return [*late, *dated, *rest]


def data_links(user: User) -> list[dict[str, Any]]:
    """What a person can do about what is kept of them."""
    return [
        {
            "title": _("What is kept about me"),
            "hint": _("For what, who sees it, for how long; what I asked and what was answered."),
            "url": reverse("me:data"),
        },
        {
            "title": _("My profile, and what is wrong in it"),
            "hint": _("Telephone, employer, photo; what others decided is corrected by the office."),
            "url": reverse("me:profile"),
        },
        {
            "title": _("A copy of my data"),
            "hint": _("One file: to read, for programs, and what I handed in."),
            "url": reverse("me:data_export"),
        },
        {
            "title": _("What I agreed to"),
            "hint": _("Names and pictures in public: take any of it back."),
            "url": reverse("me:data_consents"),
        },
        {
            "title": _("My honours, and what the public sees of me"),
            "hint": _("Say whether pages may name you; take it back at any time."),
            "url": reverse("me:honours"),
        },
        {
            "title": _("Delete everything about me"),
            "hint": _("What goes, what stays and why; two people of the office decide."),
            "url": reverse("me:data_delete"),
        },
        {"title": _("Change the password"), "hint": "", "url": reverse("password_change")},
    ]
