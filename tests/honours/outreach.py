"""A firm, its contact, craftsmen with accounts and visits at any step, through the real verbs; talks and speakers."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from craft_site.people.models import Employer, Qualification, Trade, User, Worker
from honours.domain import speakers, talks, visit_answers, visit_reports, visits
from honours.domain.visit_reports import Found, Report
from honours.models import Speaker, SpeakerGroup, Talk, Visit
from tests.factories import make_employer, make_trade, make_union, make_user, make_worker

_serial = count(1)


@dataclass
class Help:
    """A firm that asks, and who helps. craftsman, second: workers with accounts of other firms."""

    employer: Employer
    organiser: User
    contact: User
    craftsman: Worker
    second: Worker
    trade: Trade


def make_craftsman(name: str = "", *, grade: int = 6, account: bool = True, **fields: Any) -> Worker:
    """Somebody with a checked certificate of a high level."""
    n = next(_serial)
    worker = make_worker(
        name or f"Craftsman {n}",
        employer=fields.pop("employer", None) or make_employer(),
        user=make_user("worker") if account else None,
        **fields,
    )
    Qualification.objects.create(
        worker=worker, trade=make_trade(), grade=grade, checked=True, certificate_no=f"C-{n}-{worker.pk}"
    )
    return worker


def make_help(**firm: Any) -> Help:
    city = make_union(f"Outreach city {next(_serial)}")
    town = make_union(f"Outreach town {next(_serial)}", level="town", parent=city)
    employer = make_employer(union=town, **firm)
    return Help(
        employer=employer,
        organiser=make_user("organiser"),
        contact=make_user("employer", employer=employer),
        craftsman=make_craftsman(),
        second=make_craftsman(),
        trade=make_trade(),
    )


def asked(help_: Help, **fields: Any) -> visits.Asked:
    values: dict[str, Any] = {
        "problem": "The drawing die tears the sheet",
        "kind": "problem",
        "urgency": "soon",
        "trade": help_.trade,
        "contact": "Wang, 13812345678",
    }
    return visits.Asked(**values | fields)


def requested(help_: Help, *, on: date | None = None, **fields: Any) -> Visit:
    return visits.request(employer=help_.employer, asked=asked(help_, **fields), by=help_.contact, on=on)


def triaged(help_: Help, **fields: Any) -> Visit:
    visit = requested(help_, **fields)
    return visits.triage(
        visit=visit, kind=visit.kind, urgency=visit.urgency, trade=visit.trade, by=help_.organiser
    )


def matched(help_: Help, *workers: Worker, days: int = 0, **fields: Any) -> Visit:
    return visits.match(
        visit=triaged(help_, **fields),
        workers=workers or (help_.craftsman,),
        planned_on=timezone.localdate() + timedelta(days=days),
        place="Hall 2",
        by=help_.organiser,
    )


def agreed(help_: Help, *workers: Worker, named: bool = False, **fields: Any) -> Visit:
    visit = visit_answers.answer_for_firm(
        visit=matched(help_, *workers, **fields), yes=True, by=help_.contact
    )
    for one in visit.craftsmen.select_related("worker__user", "visit"):
        visit = visit_answers.answer(
            invited=one, yes=True, may_name=named, by=one.worker.user or help_.organiser
        )
    return visit


def report_of(visit: Visit, *, still_open: bool = False, **fields: Any) -> Report:
    today = timezone.localdate()
    problems = [Found("The die tears", "problem", solved=True)]
    if still_open:
        problems.append(Found("The press drifts", "service", False, today + timedelta(days=7)))
    values: dict[str, Any] = {
        "visited_on": today,
        "came": list(visit.craftsmen.values_list("pk", flat=True)),
        "problems": problems,
        "words": "New radius, new lubricant.",
        "people_trained": 12,
    }
    return Report(**values | fields)


def visited(
    help_: Help, *workers: Worker, still_open: bool = False, report: Any = None, **fields: Any
) -> Visit:
    visit = agreed(help_, *workers, **fields)
    told = report_of(visit, still_open=still_open, **(report or {}))
    return visit_reports.record(visit=visit, report=told, by=help_.organiser)


def closed(help_: Help, *workers: Worker, may_publish: bool = True, **fields: Any) -> Visit:
    visit = visited(help_, *workers, **fields)
    visit_reports.rate(visit=visit, rating=5, words="Good", may_publish=may_publish, by=help_.contact)
    return visit_reports.close(visit=visit, by=help_.organiser)


def make_speaker(organiser: User, worker: Worker | None = None, **fields: Any) -> Speaker:
    n = next(_serial)
    group = SpeakerGroup.objects.first() or speakers.found_group(name=f"Group {n}", by=organiser)
    values: dict[str, Any] = {"letter_no": f"L-{n}", "since": date(2024, 1, 1), "group": group}
    if worker is None:
        values["name"] = f"Speaker {n}"
    return speakers.appoint(worker=worker, by=organiser, **values | fields)


def make_talk(organiser: User, *speaker: Speaker, held: bool = True, **fields: Any) -> Talk:
    today = timezone.localdate()
    on = fields.pop("on", today)
    hold = {
        key: fields.pop(key)
        for key in ("audience", "online_views", "may_publish", "feedback")
        if key in fields
    }
    said: dict[str, Any] = {
        "topic": "From apprentice to master",
        "planned_on": on,
        "host_kind": "campus",
        "host": "The vocational school",
        "place": "Hall 1",
        "speakers": speaker or (make_speaker(organiser),),
    }
    talk = talks.plan(said=talks.Said(**said | fields), by=organiser, was_held=on < today)
    if held:
        talk = talks.hold(talk=talk, held_on=on, by=organiser, **{"audience": 120, **hold})
    return talk
