"""Calendar, benches, rules and particulars: what may be set, and until when."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from competitions.domain import calendars, event_setup
from competitions.domain.event_setup import SetupRefused
from competitions.models import CalendarStep, Code, Competition, Entry, Event, Series
from craft_site.ledger.models import Line
from tests.factories import make_entry, make_event, make_seat

pytestmark = pytest.mark.django_db
S = Event.State


def lines(event, kind):
    return Line.objects.filter(chain__name=event.chain, kind=kind).count()


def session(hour, hours=4, day=8):
    start = timezone.make_aware(datetime(2025, 4, day, hour))
    return {"starts_at": start, "ends_at": start + timedelta(hours=hours), "place": ""}


def test_a_code_is_used_once(organiser):
    series = Series.objects.create(code="s", name="s")
    competition = Competition.objects.create(series=series, code="c", year=2025, name="c")
    event_setup.create_event(competition=competition, fields={"code": "die", "name": "冲压模"}, by=organiser)
    with pytest.raises(SetupRefused) as refusal:
        event_setup.create_event(competition=competition, fields={"code": "die", "name": "x"}, by=organiser)
    assert refusal.value.field == "code"
    assert Event.objects.count() == 1


def test_the_usual_calendar_has_every_kind_of_step_in_order():
    steps = calendars.default_calendar(date(2025, 4, 8))
    assert {step["kind"] for step in steps} == set(CalendarStep.Kind.values)
    days = {step["kind"]: timezone.localtime(step["starts_at"]).date() for step in steps}
    assert days["notice"] == date(2025, 2, 7)
    assert days["registration"] == date(2025, 2, 22)
    assert days["draw"] == date(2025, 4, 7)
    assert days["practice"] == date(2025, 4, 8)
    assert days["lock"] == date(2025, 4, 9)
    assert days["final"] == date(2025, 4, 18)


def test_filling_the_calendar_keeps_what_is_there(event, organiser):
    kept = timezone.make_aware(datetime(2025, 3, 1, 9))
    event_setup.set_calendar(event=event, steps=[{"kind": "draw", "starts_at": kept}], by=organiser)
    event_setup.fill_calendar(event=event, day=date(2025, 4, 8), by=organiser)
    assert event.calendar.get(kind="draw").starts_at == kept
    assert event.calendar.count() == len(CalendarStep.Kind.values)


def days_ahead(days, hour=9):
    at = timezone.localtime() + timedelta(days=days)
    return at.replace(hour=hour, minute=0, second=0, microsecond=0)


def dates_of(event):
    return {step.kind: (step.starts_at, step.ends_at) for step in event.calendar.all()}


def test_filling_keeps_to_the_registration_dates_and_what_follows_moves_along(organiser):
    opens, closes = days_ahead(1), days_ahead(40, 17)
    event = make_event(registration_opens=opens, registration_closes=closes)
    event_setup.fill_calendar(event=event, day=days_ahead(50).date(), by=organiser)
    steps = dates_of(event)
    assert steps["registration"] == (opens, closes)
    assert steps["notice"][1] <= opens
    assert closes <= steps["eligibility"][0] <= steps["eligibility"][1] <= steps["briefing"][0]
    assert steps["eligibility"][0] <= steps["list"][0] <= steps["list"][1] <= steps["briefing"][0]


def test_nothing_is_laid_into_the_past_and_what_is_left_out_is_named(organiser):
    event = make_event(registration_opens=days_ahead(-3), registration_closes=days_ahead(10))
    day = days_ahead(30).date()
    assert calendars.steps_over(event=event, day=day) == ["Filing", "Notice and technical document"]
    event_setup.fill_calendar(event=event, day=day, by=organiser)
    assert all(ends >= timezone.now() for _starts, ends in dates_of(event).values())
    assert not {"filing", "notice"} & set(dates_of(event))


def test_the_calendar_follows_when_the_registration_dates_are_changed(event, organiser):
    event_setup.fill_calendar(event=event, day=days_ahead(60).date(), by=organiser)
    opens, closes = days_ahead(2), days_ahead(20)
    fields = {"registration_opens": opens, "registration_closes": closes}
    event_setup.edit_event(event=event, fields=fields, by=organiser)
    assert dates_of(event)["registration"] == (opens, closes)


def test_the_same_calendar_twice_leaves_one_line(event, organiser):
    steps = calendars.default_calendar(date(2025, 4, 8))
    event_setup.set_calendar(event=event, steps=steps, by=organiser)
    event_setup.set_calendar(event=event, steps=list(reversed(steps)), by=organiser)
    assert lines(event, "event.calendar") == 1


def test_sessions_are_numbered_by_their_beginning(event, organiser):
    event_setup.set_sessions(event=event, sessions=[session(13), session(8)], by=organiser)
    numbers = {s.number: timezone.localtime(s.starts_at).hour for s in event.sessions.all()}
    assert numbers == {1: 8, 2: 13}


def test_overlapping_sessions_are_refused(event, organiser):
    with pytest.raises(SetupRefused):
        event_setup.set_sessions(event=event, sessions=[session(8), session(11)], by=organiser)
    assert not event.sessions.exists()


def test_a_new_time_keeps_the_judges_of_a_session(event, organiser):
    event_setup.set_sessions(event=event, sessions=[session(8)], by=organiser)
    seat = make_seat(event, "floor")
    seat.sessions.add(event.sessions.get())
    event_setup.set_sessions(event=event, sessions=[session(9)], by=organiser)
    assert seat.sessions.count() == 1


def test_unusable_benches_are_marked_and_the_rest_are_usable(event, organiser):
    event_setup.set_stations(event=event, count=20, unusable=[4, 17], by=organiser)
    event_setup.set_stations(event=event, count=10, unusable=[5], by=organiser)
    assert event.stations.count() == 10
    assert list(event.stations.filter(usable=False).values_list("number", flat=True)) == [5]


def test_benches_stay_once_a_station_is_drawn(event, organiser):
    event_setup.set_stations(event=event, count=2, unusable=[], by=organiser)
    event_setup.set_sessions(event=event, sessions=[session(8)], by=organiser)
    number = Code.objects.create(event=event, layer="contestant", number="C-1", entry=make_entry(event))
    Code.objects.create(
        event=event,
        layer="station",
        number="S-1",
        parent=number,
        session=event.sessions.get(),
        station=event.stations.first(),
    )
    with pytest.raises(SetupRefused):
        event_setup.set_stations(event=event, count=3, unusable=[], by=organiser)
    with pytest.raises(SetupRefused):
        event_setup.set_sessions(event=event, sessions=[session(8), session(14)], by=organiser)
    event_setup.set_stations(event=event, count=2, unusable=[], by=organiser)


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("min_age", "16", True),
        ("min_age", "sixteen", False),
        ("min_age", "１６", False),
        ("level_at_least", "9", False),
        ("barred_group", "student", True),
        ("barred_group", "retired", False),
        ("barred_title", "浙江省技术能手", True),
    ],
)
def test_a_rule_takes_only_a_value_of_its_kind(event, organiser, kind, value, good):
    rules = [{"kind": kind, "value": value, "hard": True, "note": ""}]
    if good:
        event_setup.set_rules(event=event, rules=rules, by=organiser)
        assert event.rules.get().value == value
    else:
        with pytest.raises(SetupRefused):
            event_setup.set_rules(event=event, rules=rules, by=organiser)
        assert not event.rules.exists()


def test_rules_stay_once_an_entry_is_handed_in(event, organiser):
    make_entry(event, state=Entry.State.SUBMITTED)
    with pytest.raises(SetupRefused):
        event_setup.set_rules(
            event=event, rules=[{"kind": "min_age", "value": "16", "hard": True, "note": ""}], by=organiser
        )


def test_registration_dates_stay_once_the_list_is_out(organiser):
    event = make_event(state=S.BRIEFED)
    with pytest.raises(SetupRefused) as refusal:
        event_setup.edit_event(event=event, fields={"registration_closes": None}, by=organiser)
    assert refusal.value.field == "registration_closes"
    event_setup.edit_event(event=event, fields={"name": "New name"}, by=organiser)
    assert Event.objects.get(pk=event.pk).name == "New name"


@pytest.mark.parametrize(
    ("value", "fine"), [("60", True), ("60/55", True), ("60/", False), ("/55", False), ("a/b", False)]
)
def test_an_age_limit_may_be_two_ages(value, fine):
    assert (event_setup.rule_problem("below_age", value) == "") is fine
    assert event_setup.rule_problem("min_age", "60/55") != ""
