"""Whole contests, driven through the site's own verbs by the people who would do each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from competitions.domain import (
    accepted,
    calendars,
    check_in,
    codes,
    draws,
    event_setup,
    events,
    issuing,
    notices,
    panels,
    reviews,
    rosters,
    schemes,
    teams,
)
from competitions.files.scheme_yaml import read_scheme
from competitions.models import CalendarStep, Competition, Draw, Entry, Event, Organiser, Seat, Series
from craft_site.home.demo import people
from craft_site.home.demo.chance import number, one_of
from craft_site.home.demo.texts import DOCUMENT
from craft_site.kit.identity import parse_document
from craft_site.people.models import Employer, Trade, User

SCHEMES = Path(settings.BASE_DIR) / "competitions" / "schemes"
Say = Callable[[str], None]


@dataclass(slots=True)
class Cast:
    """The people of the demonstration by what they do."""

    organiser: User
    reviewer: User
    supervisor: User
    chief: User
    coding: User
    judges: dict[str, User]  # by staff number
    employers: list[Employer]
    trades: dict[str, Trade]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a contest of the demonstration is: names, size, scheme, seats."""

    series: tuple[str, str, str]  # code, Chinese, English
    edition: int | None
    code: str
    name: tuple[str, str]
    event_name: tuple[str, str]
    trade: str
    scheme: str
    entrants: int
    benches: int
    day: date
    hosts: Sequence[tuple[str, str, str]]
    place: str = "永康市职业技能公共实训中心"
    team_size: int = 0
    places: int | None = None
    returning: str = ""  # the earlier contest whose first thirty contestants enter this one too
    seats: Sequence[dict[str, Any]] = field(default_factory=tuple)

    @property
    def sessions(self) -> int:
        return -(-self.entrants // self.benches)


def prepare(plan: Plan, cast: Cast) -> Event:
    """Competition, event, calendar, benches, rules, document, scheme; open for registration."""
    event = Event.objects.filter(code=plan.code).first()
    if event is not None:
        return event
    event = event_setup.create_event(
        competition=_competition(plan),
        fields={
            "code": plan.code,
            "name": plan.event_name[0],
            "name_en": plan.event_name[1],
            "trade": cast.trades.get(plan.trade),
            "scope": Event.Scope.TEAM if plan.team_size else Event.Scope.INDIVIDUAL,
            "places": plan.places,
            "registration_opens": timezone.now() - timedelta(days=1),
            "registration_closes": timezone.now() + timedelta(days=21),
        },
        by=cast.organiser,
    )
    # What came before today has happened in the demonstration, so nothing is left out here.
    usual = calendars.default_calendar(
        plan.day, opens=event.registration_opens, closes=event.registration_closes
    )
    event_setup.set_calendar(event=event, steps=usual, by=cast.organiser)
    sessions = _sessions(plan)
    event_setup.set_sessions(event=event, sessions=sessions, by=cast.organiser)
    event_setup.set_calendar(event=event, steps=_steps(event, sessions), by=cast.organiser)
    event_setup.set_stations(event=event, count=plan.benches, unusable=(), by=cast.organiser)
    event_setup.set_rules(event=event, rules=RULES if plan.trade else RULES[:3], by=cast.organiser)
    version = notices.new_document(event=event, by=cast.organiser)
    notices.save_document(
        version=version, effective_at=timezone.now(), change_note="", chapters=DOCUMENT, by=cast.organiser
    )
    notices.publish_document(version=version, by=cast.organiser)
    scheme = read_scheme((SCHEMES / plan.scheme).read_text(encoding="utf-8"))
    schemes.adopt_scheme(event=event, scheme=scheme, based_on="", by=cast.organiser)
    for state in (Event.State.FILED, Event.State.PUBLISHED, Event.State.REGISTERING):
        events.move(event=event, to=state, by=cast.organiser)
    _date_the_notice(event)
    return event


RULES = (
    {"kind": "min_age", "value": "16", "hard": True, "note": "年满16周岁"},
    {"kind": "below_age", "value": "60", "hard": True, "note": "未到法定退休年龄"},
    {
        "kind": "insured_months",
        "value": "6",
        "hard": False,
        "note": "本市连续参保满6个月或具有本市户籍、居住证",
    },
    {"kind": "trade_years", "value": "3", "hard": True, "note": "从事本工种满3年"},
    {"kind": "employer_quota", "value": "8", "hard": True, "note": "每家单位不超过8人"},
    {"kind": "barred_group", "value": "student", "hard": True, "note": "在校学生不参加职工组"},
    {
        "kind": "barred_title",
        "value": "浙江省技术能手",
        "hard": True,
        "note": "已获本工种浙江省技术能手者不再参赛",
    },
)


def _competition(plan: Plan) -> Competition:
    code, chinese, english = plan.series
    series, _ = Series.objects.get_or_create(code=code, defaults={"name": chinese, "name_en": english})
    competition, made = Competition.objects.get_or_create(
        code=plan.code,
        defaults={
            "series": series,
            "edition": plan.edition,
            "year": plan.day.year,
            "name": plan.name[0],
            "name_en": plan.name[1],
            "tier": Competition.Tier.COUNTY,
            "klass": Competition.Class.SECOND,
            "place": plan.place,
            "is_generated": True,
        },
    )
    if made:
        for position, (part, name, name_en) in enumerate(plan.hosts):
            Organiser.objects.create(
                competition=competition, part=part, name=name, name_en=name_en, position=position
            )
    return competition


def _sessions(plan: Plan) -> list[dict[str, Any]]:
    """Two sittings of four hours a day, the last of them on the eve of the day when all is measured."""
    found = []
    days = -(-plan.sessions // 2)
    for n in range(plan.sessions):
        start = timezone.make_aware(
            datetime.combine(
                plan.day - timedelta(days=days - n // 2), time(8, 30) if n % 2 == 0 else time(13, 30)
            )
        )
        found.append({"starts_at": start, "ends_at": start + timedelta(hours=4), "place": plan.place})
    return found


def _steps(event: Event, sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The usual calendar with the hall steps moved to where the sessions are."""
    first, last = sessions[0]["starts_at"], sessions[-1]["ends_at"]
    in_the_hall = {
        "briefing": (first - timedelta(hours=18), None),
        "draw": (first - timedelta(hours=17), None),
        "theory": (first - timedelta(hours=14), None),
        "check_in": (first - timedelta(hours=1), None),
        "practice": (first, last),
        "collection": (last, None),
        "measuring": (last + timedelta(hours=15), last + timedelta(hours=28)),
        "marking": (last + timedelta(hours=15), last + timedelta(hours=28)),
    }
    steps: list[dict[str, Any]] = [
        {**step} for step in event.calendar.values("kind", "starts_at", "ends_at", "place")
    ]
    for step in steps:
        if step["kind"] in in_the_hall:
            step["starts_at"], step["ends_at"] = in_the_hall[step["kind"]]
    return steps


def enter(plan: Plan, event: Event, cast: Cast, say: Say, *, accept: int | None = None) -> None:
    """Employers load their rosters; the office accepts all of them, or only so many."""
    if event.entries.exists():
        return
    lines: dict[int, list[rosters.Line]] = {}
    for n in range(plan.entrants):
        firm = n // plan.team_size if plan.team_size else n % len(cast.employers)
        lines.setdefault(firm % len(cast.employers), []).append(_line(plan, n))
    for firm, rows in lines.items():
        rosters.load(event=event, employer=cast.employers[firm], lines=rows, by=cast.organiser)
        say(f"{event.code}: {firm + 1}/{len(lines)}")
    if plan.team_size:
        _form_teams(event, cast)
    # Names stand in the order of the roster, so that the same people get the same reference numbers each time.
    waiting = list(event.entries.filter(state=Entry.State.UNIT_OK).order_by("pk"))[:accept]
    reviews.decide_many(entries=waiting, decision=reviews.Decision.ACCEPT, by=cast.reviewer)


def _line(plan: Plan, n: int) -> rosters.Line:
    key = f"{plan.returning}/{n}" if plan.returning and n < 30 else f"{plan.code}/{n}"
    serial = number(0, 999, "serial", key)
    born = date(number(1968, 2001, "year", key), number(1, 12, "month", key), number(1, 28, "day", key))
    return rosters.Line(
        row=n + 2,
        name=people.person_name(key),
        document=parse_document("citizen", people.citizen_number(serial, born)),
        mobile=f"1990000{number(0, 9999, 'mobile', key):04d}",
        group="worker",
        trade_years=number(3, 24, "years", key),
        emergency_contact="单位工会",
        insured_months=number(7, 120, "insured", key),
        local_resident=number(0, 1, "resident", key) == 1,
        post=one_of(("模具钳工", "线切割操作", "数控铣工", "装配工", "技术员"), "post", key),
        education=one_of(("high", "college", "bachelor"), "education", key),
        union_member=True,
        publicity=number(1, 20, "consent", key) > 1,
    )


def _form_teams(event: Event, cast: Cast) -> None:
    members: dict[Employer, list[int]] = {}
    for entry in event.entries.select_related("employer").order_by("pk"):
        assert entry.employer is not None
        members.setdefault(entry.employer, []).append(entry.pk)
    for employer, entries in members.items():
        name = f"{employer.short_name}队"
        team = event.teams.filter(name=name).first() or teams.make_team(
            event=event, name=name, employer=employer, by=cast.organiser
        )
        teams.set_members(team=team, entries=entries, by=cast.organiser)


def draw_numbers(event: Event, cast: Cast) -> None:
    """Review over, list published, contestant numbers drawn."""
    if event.state == Event.State.REGISTERING:
        events.move(event=event, to=Event.State.ELIGIBILITY, by=cast.organiser)
    accepted.publish(event=event, by=cast.organiser)
    event.refresh_from_db()
    _draw(event, Draw.Purpose.CONTESTANT, cast)


def seat_officials(event: Event, cast: Cast) -> None:
    """Chief judge, coding judge and supervisor: without them no lot is drawn."""
    for user, role in (
        (cast.chief, Seat.Role.CHIEF),
        (cast.coding, Seat.Role.CODING),
        (cast.supervisor, Seat.Role.SUPERVISOR),
    ):
        panels.give_seat(event=event, user=user, role=role, by=cast.organiser)


def seat_judges(plan: Plan, event: Event, cast: Cast) -> None:
    for seat in plan.seats:
        wanted = dict(seat)
        user = cast.judges[wanted.pop("judge")]
        witness = wanted.pop("witness", None)
        panels.give_seat(
            event=event,
            user=user,
            by=cast.organiser,
            witness=cast.judges.get(witness),
            qualification="高级技师",
            **wanted,
        )


def freeze(event: Event, cast: Cast) -> None:
    if event.state == Event.State.BRIEFED:
        events.move(event=event, to=Event.State.FROZEN, by=cast.organiser)


def draw_stations(event: Event, cast: Cast, *, absent: int = 0) -> None:
    """Everybody but the last few checks in; the stations are drawn and play begins."""
    there = list(event.entries.filter(state=Entry.State.ACCEPTED).order_by("pk"))
    first = event.sessions.order_by("starts_at").first()
    assert first is not None
    for entry in there[: len(there) - absent]:
        check_in.check_in(entry=entry, by=cast.coding, at=first.starts_at - timedelta(minutes=25))
    _draw(event, Draw.Purpose.STATION, cast)
    event.refresh_from_db()
    events.move(event=event, to=Event.State.RUNNING, by=cast.organiser)


def draw_works(event: Event, cast: Cast) -> None:
    """Work collected, third coding, sheets issued."""
    _draw(event, Draw.Purpose.WORK, cast)
    issuing.issue_sheets(event=event, by=cast.coding)
    _date_by_calendar(event)


def _date_the_notice(event: Event) -> None:
    """The technical document comes into force with the notice, before anybody registers."""
    at = event.calendar.get(kind=CalendarStep.Kind.NOTICE).starts_at
    event.documents.update(published_at=at, effective_at=at)
    event.schemes.update(created_at=at)


def _date_by_calendar(event: Event) -> None:
    """A contest is written down in one go today; what the public reads of it bears the days of its calendar. The
    ledger keeps today's."""
    steps = {step.kind: step for step in event.calendar.all()}
    Kind = CalendarStep.Kind
    _date_the_notice(event)
    # Frozen before the first contestant draws a number, as the contest's page promises.
    event.schemes.filter(frozen_at__isnull=False).update(frozen_at=steps[Kind.PAPERS].ends_at)
    registration, listed = steps[Kind.REGISTRATION], steps[Kind.LIST]
    Event.objects.filter(pk=event.pk).update(
        registration_opens=registration.starts_at, registration_closes=registration.ends_at
    )
    event.accepted_lists.update(published_at=listed.starts_at, notice_until=listed.ends_at)
    for purpose, kind in (
        (Draw.Purpose.CONTESTANT, Kind.DRAW),
        (Draw.Purpose.STATION, Kind.CHECK_IN),
        (Draw.Purpose.WORK, Kind.COLLECTION),
    ):
        begins = steps[kind].starts_at
        event.draws.filter(purpose=purpose).update(
            committed_at=begins, drawn_at=begins + timedelta(minutes=20)
        )
    event.refresh_from_db()


def thrown(event: Event, purpose: str) -> str:
    """What the dice of the demonstration show: the same on every machine."""
    return " ".join(str(number(1, 6, event.code, purpose, n)) for n in range(draws.DICE))


def _draw(event: Event, purpose: str, cast: Cast) -> None:
    if Draw.objects.filter(event=event, purpose=purpose, state=Draw.State.DRAWN).exists():
        return
    draw = draws.commit_draw(event=event, purpose=purpose, by=cast.coding)
    dice = thrown(event, purpose)
    draws.throw(draw=draw, dice=dice, by=cast.coding)
    draws.witness_throw(draw=draw, dice=dice, by=cast.supervisor)


def decode(event: Event, cast: Cast) -> None:
    codes.ask_to_decode(event=event, by=cast.coding)
    for layer in codes.closed_layers(event):
        codes.open_layer(event=event, layer=layer, by=cast.coding, witness=cast.supervisor)
    event.refresh_from_db()
