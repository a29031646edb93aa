"""A round of an honour with three floors of unions and nominations at any step, through the real verbs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from craft_site.people.domain import growth
from craft_site.people.models import Employer, Union, User, Worker
from honours.domain import clearances, conferrals, nominations, notices, rounds
from honours.domain.nominations import Said
from honours.models import Campaign, Conferral, HonourNotice, HonourTitle, Nomination
from honours.rules.title import Rules
from tests.factories import make_employer, make_union, make_user, make_worker
from tests.honours.makers import make_title

_serial = count(1)


@dataclass
class House:
    """city, town, enterprise: unions; people by what they do."""

    campaign: Campaign
    unions: dict[str, Union]
    people: dict[str, User]
    employer: Employer
    extra: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def rules(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"quotas": {"front_line": 50, "head": 20}, "firms": ("tax",)}
    return Rules(**values | changes).as_data()


def make_house(
    title: HonourTitle | None = None, *, opened: bool = True, code: str = "", places: int = 20
) -> House:
    n = next(_serial)
    city = make_union(f"Honours city {n}")
    town = make_union(f"Honours town {n}", level="town", parent=city)
    firm = make_union(f"Union of honoured firm {n}", level="enterprise", parent=town)
    employer = make_employer(union=firm)
    people = {
        "organiser": make_user("organiser"),
        "second": make_user("organiser"),
        "unit": make_user("reviewer", union=firm),
        "town": make_user("reviewer", union=town),
        "city": make_user("reviewer", union=city),
        "contact": make_user("employer", employer=employer),
    }
    campaign = rounds.create(
        campaign=Campaign(
            code=code or f"round-{n}",
            title=title or make_title(rules=rules()),
            year=timezone.localdate().year,
            name=f"Round {n}",
            places=places,
            closes_on=timezone.localdate() + timedelta(days=10),
        ),
        by=people["organiser"],
    )
    if opened:
        campaign = rounds.move(campaign=campaign, to="open", by=people["organiser"])
    return House(campaign, {"city": city, "town": town, "enterprise": firm}, people, employer)


SAID = Said(summary="Ten years at the press", deeds="Improved the die.", traits=["front_line"], agreed=True)


def make_nominee(house: House, name: str = "", **fields: Any) -> Worker:
    worker = make_worker(name, employer=house.employer, **fields)
    growth.record(
        worker=worker, kind="contest", on=date(2023, 5, 1), title="First prize", source=f"contest:{worker.pk}"
    )
    return worker


def drafted(house: House, worker: Worker | None = None, *, said: Said = SAID, **fields: Any) -> Nomination:
    """A nomination with its evidence, written by the firm's contact."""
    if rounds.is_for_people(house.campaign):
        fields["worker"] = worker or make_nominee(house)
    else:
        fields.setdefault("name", f"Team {next(_serial)}")
    found = nominations.nominate(
        campaign=house.campaign, employer=house.employer, said=said, by=house.contact, **fields
    )
    if found.worker:
        sources = [line.source for line in nominations.record_of(found)]
        nominations.pick(nomination=found, sources=sources, by=house.contact)
    return found


def handed_in(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    return nominations.hand_in(nomination=drafted(house, worker, **fields), by=house.contact)


def met(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    return nominations.meet(
        nomination=handed_in(house, worker, **fields),
        met_on=timezone.localdate(),
        present=40,
        in_favour=38,
        by=house.unit,
    )


def run_out(notice: HonourNotice) -> HonourNotice:
    """The notice after its days."""
    HonourNotice.objects.filter(pk=notice.pk).update(until=timezone.now() - timedelta(minutes=1))
    return HonourNotice.objects.select_related("campaign", "union").get(pk=notice.pk)


def posted(house: House, stage: str) -> HonourNotice:
    """All that wait for this stage, on notice."""
    union = house.unions["enterprise" if stage == "unit" else stage]
    by = house.people["unit" if stage == "unit" else stage]
    return notices.post(campaign=house.campaign, stage=stage, union=union, by=by)


def through_notice(house: House, stage: str) -> None:
    notices.end(notice=run_out(posted(house, stage)), by=house.organiser)


def at_town(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    found = met(house, worker, **fields)
    through_notice(house, "unit")
    return now(found)


def at_city(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    found = nominations.approve(nomination=at_town(house, worker, **fields), by=house.town)
    through_notice(house, "town")
    return now(found)


def clearing(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    return nominations.approve(nomination=at_city(house, worker, **fields), by=house.city)


def cleared(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    found = clearing(house, worker, **fields)
    for row in found.clearances.all():
        clearances.enter(nomination=found, department=row.department, answer="clear", by=house.organiser)
    return now(found)


def listed(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    found = cleared(house, worker, **fields)
    through_notice(house, "city")
    return now(found)


def reported(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    found = listed(house, worker, **fields)
    conferrals.report(campaign=house.campaign, by=house.organiser, reason="The province decides.")
    return now(found)


def proposed(house: House, worker: Worker | None = None, **fields: Any) -> tuple[Nomination, Conferral]:
    found = reported(house, worker, **fields)
    conferral = conferrals.propose(
        campaign=house.campaign,
        nominations=[found],
        document_no="No. 7",
        conferred_on=timezone.localdate(),
        source="Daily",
        by=house.organiser,
    )
    return now(found), conferral


def conferred(house: House, worker: Worker | None = None, **fields: Any) -> Nomination:
    found, conferral = proposed(house, worker, **fields)
    conferrals.confirm(conferral=conferral, by=house.second)
    return now(found)


def now(nomination: Nomination) -> Nomination:
    return Nomination.objects.for_list().get(pk=nomination.pk)


def objected(notice: HonourNotice, about: str) -> Any:
    return notices.object_to(
        notice=notice, about=about, text="not so", name="张三", phone="13800000001", client_id=uuid4()
    )
