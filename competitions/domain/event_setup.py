"""Setting an event up: its particulars, calendar, sessions, benches and rules of eligibility."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.domain.calendars import is_over, usual_steps
from competitions.domain.groups import group_words
from competitions.findable import EVENTS, RESULTS
from competitions.models import (
    CalendarStep,
    Code,
    Competition,
    EligibilityRule,
    Entry,
    Event,
    Session,
    Station,
)
from craft_site.kit.language import listed
from craft_site.ledger.chain import append
from craft_site.search import index

S, K = Event.State, CalendarStep.Kind
MOST_STATIONS = 500


class SetupRefused(Exception):
    """The set-up cannot be changed so; `field` is the form field to which the message belongs, if any."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@transaction.atomic
def create_event(*, competition: Competition, fields: Mapping[str, Any], by: Any) -> Event:
    """A new event in draft. fields: code, name and any other particulars. Raises SetupRefused for a code in use."""
    try:
        with transaction.atomic():
            event = Event.objects.create(competition=competition, **fields)
    except IntegrityError:
        raise SetupRefused(_("Another event already has this code."), "code") from None
    append(
        event.chain,
        "event.created",
        subject=f"event:{event.code}",
        facts={"competition": competition.code},
        by=by,
    )
    return event


# What a person may not change after these states, because others already rely on it.
_FIXED_FROM: dict[str, str] = {
    "scope": S.FROZEN,
    "mixed_teams": S.FROZEN,
    "trade": S.REGISTERING,
    "places": S.BRIEFED,
    "registration_opens": S.BRIEFED,
    "registration_closes": S.BRIEFED,
    "return_days": S.BRIEFED,
    "list_days": S.BRIEFED,
    "publicity_days": S.PUBLICITY,
    "late_minutes": S.SCORING,
    "public_rows": S.PUBLICITY,
    "group_review": S.RUNNING,
    "appeal_minutes": S.RUNNING,
    "answer_minutes": S.RUNNING,
    "second_minutes": S.RUNNING,
    "late_appeals": S.RUNNING,
}


# What the search shows of an event and of its result.
NAMED = frozenset({"name", "name_en", "trade", "registration_opens"})


def reached(event: Event, state: str) -> bool:
    """Whether the event stands at a state or beyond it."""
    order = list(S)
    return order.index(S(event.state)) >= order.index(S(state))


def fixed_fields(event: Event) -> frozenset[str]:
    """The particulars that can no longer be changed in the event's present state."""
    return frozenset(name for name, state in _FIXED_FROM.items() if reached(event, state))


@transaction.atomic
def edit_event(*, event: Event, fields: Mapping[str, Any], by: Any) -> Event:
    """Changes particulars; only what differs is written. Raises SetupRefused for one that is fixed by now."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    changed = sorted(name for name, value in fields.items() if getattr(event, name) != value)
    if not changed:
        return event
    if reached(event, S.ARCHIVED):
        raise SetupRefused(_("An archived event cannot be changed."))
    for name in changed:
        if name in fixed_fields(event) or name in {"code", "state", "competition"}:
            raise SetupRefused(_("This can no longer be changed."), name)
        setattr(event, name, fields[name])
    event.save(update_fields=changed)
    if NAMED & set(changed):
        index.refresh(EVENTS, [event.code])
        index.refresh(RESULTS, [event.code])
    append(event.chain, "event.edited", subject=f"event:{event.code}", facts={"changed": changed}, by=by)
    if {"registration_opens", "registration_closes"} & set(changed):
        _move_registration(event, by)
    return event


def _move_registration(event: Event, by: Any) -> None:
    """The calendar's step of registration says what the event says: the public reads both."""
    opens, closes = event.registration_opens, event.registration_closes
    steps = list(event.calendar.values("kind", "starts_at", "ends_at", "place"))
    ours = [step for step in steps if step["kind"] == K.REGISTRATION]
    if opens is None or closes is None or len(ours) != 1:
        return
    ours[0]["starts_at"], ours[0]["ends_at"] = opens, closes
    set_calendar(event=event, steps=steps, by=by)


@transaction.atomic
def set_calendar(*, event: Event, steps: Sequence[Mapping[str, Any]], by: Any) -> None:
    """Replaces the calendar by these steps (kind, starts_at, ends_at, place). Raises SetupRefused."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if reached(event, S.ARCHIVED):
        raise SetupRefused(_("An archived event cannot be changed."))
    for step in steps:
        if step.get("ends_at") and step["ends_at"] < step["starts_at"]:
            raise SetupRefused(_("A step of the calendar ends before it begins."))
    rows = [
        CalendarStep(
            event=event,
            kind=step["kind"],
            starts_at=step["starts_at"],
            ends_at=step.get("ends_at"),
            place=step.get("place", ""),
        )
        for step in steps
    ]
    before = [_calendar_facts(row) for row in event.calendar.all()]
    after = sorted((_calendar_facts(row) for row in rows), key=lambda facts: facts["from"])
    if sorted(before, key=str) == sorted(after, key=str):
        return
    event.calendar.all().delete()
    CalendarStep.objects.bulk_create(rows)
    append(event.chain, "event.calendar", subject=f"event:{event.code}", facts={"steps": after}, by=by)


def _calendar_facts(step: CalendarStep) -> dict[str, Any]:
    return {"kind": str(step.kind), "from": step.starts_at, "until": step.ends_at, "place": step.place}


def stations_fixed(event: Event) -> bool:
    """Whether the stations have been drawn or their draw is under way: then benches and sessions stay."""
    return (
        event.draws.filter(purpose="station").exclude(state="void").exists()
        or Code.objects.filter(event=event, layer=Code.Layer.STATION).exists()
    )


def _refuse_after_draw(event: Event) -> None:
    if stations_fixed(event):
        raise SetupRefused(_("The stations have been drawn, so sessions and benches stay as they are."))


@transaction.atomic
def set_sessions(*, event: Event, sessions: Sequence[Mapping[str, Any]], by: Any) -> None:
    """The sittings in order (starts_at, ends_at, place); they are numbered from 1. Raises SetupRefused.

    A session that judges are assigned to is kept and gets its new times; sessions may not overlap.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    ordered = sorted(sessions, key=lambda session: session["starts_at"])
    present = list(event.sessions.all())
    if [_session_facts(session) for session in present] == [
        (number, wanted["starts_at"], wanted["ends_at"], wanted.get("place", ""))
        for number, wanted in enumerate(ordered, start=1)
    ]:
        return
    _refuse_after_draw(event)
    end: datetime | None = None
    for session in ordered:
        if session["ends_at"] <= session["starts_at"]:
            raise SetupRefused(_("A session ends before it begins."))
        if end is not None and session["starts_at"] < end:
            raise SetupRefused(_("Two sessions overlap."))
        end = session["ends_at"]
    for number, wanted in enumerate(ordered, start=1):
        Session.objects.update_or_create(
            event=event,
            number=number,
            defaults={
                "starts_at": wanted["starts_at"],
                "ends_at": wanted["ends_at"],
                "place": wanted.get("place", ""),
            },
        )
    event.sessions.filter(number__gt=len(ordered)).delete()
    append(
        event.chain,
        "event.sessions",
        subject=f"event:{event.code}",
        facts={"sessions": [[n["starts_at"], n["ends_at"]] for n in ordered]},
        by=by,
    )


def _session_facts(session: Session) -> tuple[int, datetime, datetime, str]:
    return session.number, session.starts_at, session.ends_at, session.place


@transaction.atomic
def set_stations(*, event: Event, count: int, unusable: Iterable[int], by: Any) -> None:
    """Benches 1 to count, with the numbers of those that cannot be used. Raises SetupRefused."""
    broken = sorted(set(unusable))
    event = Event.objects.select_for_update().get(pk=event.pk)
    if not 0 <= count <= MOST_STATIONS:
        raise SetupRefused(_("Between 0 and %(most)d benches.") % {"most": MOST_STATIONS}, "count")
    if any(not 1 <= number <= count for number in broken):
        raise SetupRefused(_("An unusable bench is not among the benches."), "unusable")
    present = dict(event.stations.values_list("number", "usable"))
    wanted = {number: number not in broken for number in range(1, count + 1)}
    if present == wanted:
        return
    _refuse_after_draw(event)
    event.stations.filter(number__gt=count).delete()
    Station.objects.bulk_create(
        [Station(event=event, number=n, usable=usable) for n, usable in wanted.items()],
        update_conflicts=True,
        unique_fields=("event", "number"),
        update_fields=("usable",),
    )
    append(
        event.chain,
        "event.stations",
        subject=f"event:{event.code}",
        facts={"count": count, "unusable": broken},
        by=by,
    )


def rules_fixed(event: Event) -> bool:
    """Whether entries have been handed in against the rules, or their review is over."""
    handed_in = event.entries.exclude(state=Entry.State.DRAFT).exists()
    return handed_in or reached(event, S.BRIEFED)


@transaction.atomic
def set_rules(*, event: Event, rules: Sequence[Mapping[str, Any]], by: Any) -> None:
    """Replaces the rules of eligibility (kind, value, hard, note). Raises SetupRefused."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    rows = [EligibilityRule(event=event, **rule) for rule in rules]
    for row in rows:
        if problem := rule_problem(row.kind, row.value):
            raise SetupRefused(problem)
    before = [_rule_facts(rule) for rule in event.rules.all()]
    after = [_rule_facts(rule) for rule in rows]
    if sorted(before, key=str) == sorted(after, key=str):
        return
    if rules_fixed(event):
        raise SetupRefused(_("Entries have been handed in under these rules, so they stay as they are."))
    event.rules.all().delete()
    EligibilityRule.objects.bulk_create(rows)
    append(event.chain, "event.rules", subject=f"event:{event.code}", facts={"rules": after}, by=by)


def _rule_facts(rule: EligibilityRule) -> dict[str, Any]:
    return {"kind": str(rule.kind), "value": rule.value, "hard": rule.hard, "note": rule.note}


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def rule_problem(kind: str, value: str) -> str | Promise:
    """Why a value does not suit its rule, or nothing."""
    kinds = EligibilityRule.Kind
    if kind == kinds.BARRED_TITLE:
        return ""
    if kind == kinds.BARRED_GROUP:
        if value in Entry.Group.values:
            return ""
        return _("“%(value)s” is no group of contestants. Enter one of: %(groups)s.") % {
            "value": value,
            "groups": listed(group_words()),
        }
    if kind == kinds.BELOW_AGE and "/" in value:
        men, _slash, women = value.partition("/")
        if _whole(men) and _whole(women):
            return ""
        return _("“%(value)s” is neither one age nor two, for men and women, as in 60/55.") % {"value": value}
    if not _whole(value):
        return _("“%(value)s” is not a whole number from 0 to 9999.") % {"value": value}
    if kind == kinds.LEVEL_AT_LEAST and not 1 <= int(value) <= 8:
        return _("A skill level is a number from 1 to 8.")
    return ""


@transaction.atomic
def fill_calendar(
    *, event: Event, day: date, by: Any, steps: Sequence[Mapping[str, Any]] | None = None
) -> int:
    """Adds the usual steps around the contest day for every kind that the calendar lacks; returns how many. They keep
    to the registration dates of the event, and none is laid into the past (`steps_over`).

    steps: the calendar as it shall stand before that, None for the one that is kept. Raises SetupRefused.
    """
    present: list[Mapping[str, Any]] = (
        list(event.calendar.values("kind", "starts_at", "ends_at", "place")) if steps is None else [*steps]
    )
    kinds = {step["kind"] for step in present}
    missing = [
        step for step in usual_steps(event, day) if step["kind"] not in kinds and not is_over(step, day)
    ]
    set_calendar(event=event, steps=[*present, *missing], by=by)
    return len(missing)
