"""One of everything that the wing of honours keeps, and which of it an address speaks of: so the sweep walks pages."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from craft_site.people.models import Worker
from honours.domain import benefits, register, revocations, stories
from honours.models import (
    Benefit,
    Campaign,
    Conferral,
    Holder,
    Honour,
    HonourNotice,
    HonourObjection,
    HonourTitle,
    Nomination,
    OutreachPicture,
    Revocation,
    Speaker,
    StoryConsent,
    StoryVideo,
    Talk,
    Visit,
    VisitCraftsman,
)
from tests.factories import make_employer, make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.outreach import (
    agreed,
    closed,
    make_help,
    make_speaker,
    make_talk,
    matched,
    requested,
    triaged,
    visited,
)
from tests.honours.rounds import clearing, handed_in, make_house, met, objected, posted, proposed
from tests.routes import Route

MOST = 2

# Beginnings of route names to the rows that their uuid names, the longest first of those that begin alike.
UUIDS: list[tuple[str, str]] = [
    ("desk:honours_import", "nothing"),
    ("desk:nomination", "nomination"),
    ("me:nomination", "nomination"),
    ("desk:honour_objection", "objection"),
    ("desk:honour_notice", "notice"),
    ("desk:conferral", "conferral"),
    ("desk:revocation_ask", "honour"),
    ("desk:honour_certify", "honour"),
    ("desk:revocation", "revocation"),
    ("desk:benefit_cancel", "benefit"),
    ("desk:firm_visit_answer", "invitation"),
    ("desk:firm_visit", "visit"),
    ("me:firm_visit_picture_drop", "picture"),
    ("me:firm_visit", "visit"),
    ("desk:talk", "talk"),
    ("desk:speaker", "speaker"),
    ("me:speaker", "speaker"),
    ("desk:outreach_picture", "picture"),
    ("me:outreach_picture", "picture"),
    ("honours:outreach_picture", "picture"),
    ("desk:story_consent_new", "holder"),
    ("desk:story_consent", "consent"),
    ("honours:video", "video"),
    ("honours:notice", "notice"),
    ("honours:objection", "notice"),
    ("", "holder"),
]
ROWS: dict[str, QuerySet[Any]] = {
    "holder": Holder.objects.all(),
    "nomination": Nomination.objects.all(),
    "objection": HonourObjection.objects.all(),
    "notice": HonourNotice.objects.all(),
    "conferral": Conferral.objects.all(),
    "honour": Honour.objects.all(),
    "revocation": Revocation.objects.all(),
    "benefit": Benefit.objects.all(),
    "invitation": VisitCraftsman.objects.all(),
    "visit": Visit.objects.all(),
    "talk": Talk.objects.all(),
    "speaker": Speaker.objects.all(),
    "picture": OutreachPicture.objects.all(),
    "consent": StoryConsent.objects.all(),
    "video": StoryVideo.objects.all(),
    "nothing": Worker.objects.none(),
}


def add_honours() -> None:
    """Through the verbs, in a state in which most pages have something to show."""
    organiser = make_user("organiser")
    title = make_title("canary-title")
    worker = make_worker(employer=make_employer(), user=make_user("worker"))
    honour = make_honour(worker=worker, title=title, by=organiser)
    day = timezone.localdate()
    paid = {"kind": "festival", "year": day.year, "amount": Decimal(500), "paid_on": day}
    benefits.pay(holder=honour.holder, by=organiser, **paid)
    benefits.visit(holder=honour.holder, occasion="may", on=day, visitors="A", by=organiser)
    given = stories.Given(day, giver="self", given_by=worker.name, scope="pictures")
    stories.give_consent(holder=honour.holder, given=given, by=organiser)
    revocations.ask(honour=honour, ground="fraud", reason="Words", by=organiser)
    team = make_title("canary-team", kind="team")
    make_honour(
        "Team of the north hall", title=team, by=organiser, members=[register.Member("A", leads=True)]
    )
    register.tally(title=title, year=2024, count=3, source="Daily", by=organiser)
    _round()
    _outreach()


def _outreach() -> None:
    firm = make_help()
    for made in (closed, visited, agreed, matched, requested, triaged):
        made(firm)
    make_talk(firm.organiser, make_speaker(firm.organiser, firm.craftsman), may_publish=True)
    make_talk(firm.organiser, held=False)


def _round() -> None:
    house = make_house(code="canary-round")
    proposed(house)
    clearing(house)
    handed_in(house)
    nomination = met(house)
    objected(posted(house, "unit"), nomination.name)


def is_of_honours(route: Route) -> bool:
    return route.view.__module__.startswith("honours.")


def for_route(route: Route) -> dict[str, list[Any]]:
    """Values for the parts of one of the wing's routes; none where nothing of the kind is kept."""
    coded = HonourTitle if route.name.startswith("desk:title") else Campaign
    found: dict[str, list[Any]] = {
        "code": list(coded.objects.values_list("code", flat=True)[:MOST])  # type: ignore[attr-defined]
    }
    if "uuid" in route.parts:
        kind = next(kind for start, kind in UUIDS if route.name.startswith(start))
        found["uuid"] = list(ROWS[kind].order_by("-pk").values_list("uuid", flat=True)[:MOST])
    return found
