"""An event moves only when nothing is missing, and each thing missing is named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competitions.domain import accepted, events, notices, schemes
from competitions.domain.readiness import blockers
from competitions.models import CalendarStep, Code, Entry, Event, Organiser, Seat, Session, Station
from craft_site.ledger.models import Line
from tests.competitions.schemes import stamping
from tests.competitions.seats import coded_event
from tests.factories import make_entry, make_event, make_seat

pytestmark = pytest.mark.django_db
S = Event.State


def codes(event, to):
    return {blocker.code for blocker in blockers(event, to)}


def published_document(event, by):
    version = notices.new_document(event=event, by=by)
    notices.save_document(
        version=version,
        effective_at=timezone.now(),
        change_note="",
        chapters={"overview": ("赛项概述", "")},
        by=by,
    )
    return notices.publish_document(version=version, by=by)


def test_an_announcement_needs_document_calendar_and_host(organiser):
    event = make_event(state=S.FILED)
    assert codes(event, S.PUBLISHED) == {
        "no_document",
        "no_registration_step",
        "no_contest_day",
        "no_host",
    }
    with pytest.raises(events.MoveRefused) as refusal:
        events.move(event=event, to=S.PUBLISHED, by=organiser)
    assert len(refusal.value.missing) == 4
    event.refresh_from_db()
    assert event.state == S.FILED

    published_document(event, organiser)
    for kind in (CalendarStep.Kind.REGISTRATION, CalendarStep.Kind.PRACTICE):
        event.calendar.create(kind=kind, starts_at=timezone.now())
    Organiser.objects.create(competition=event.competition, part="host", name="总工会")
    events.move(event=event, to=S.PUBLISHED, by=organiser)
    assert event.state == S.PUBLISHED
    line = Line.objects.get(chain__name=event.chain, kind="event.moved")
    assert '"from":"filed"' in line.body
    assert '"to":"published"' in line.body


def test_registration_needs_dates_that_are_not_over(organiser):
    event = make_event(state=S.PUBLISHED, registration_opens=None, registration_closes=None)
    assert codes(event, S.REGISTERING) == {"no_registration_dates"}
    event.registration_opens = timezone.now() - timedelta(days=9)
    event.registration_closes = timezone.now() - timedelta(days=1)
    assert codes(event, S.REGISTERING) == {"registration_over"}


@pytest.mark.parametrize("state", [Entry.State.SUBMITTED, Entry.State.UNIT_OK, Entry.State.RETURNED])
def test_the_accepted_list_waits_for_every_entry(state):
    event = make_event(state=S.ELIGIBILITY)
    make_entry(event)
    assert codes(event, S.BRIEFED) == {"list_not_published"}
    make_entry(event, state=state)
    assert codes(event, S.BRIEFED) == {"entries_waiting", "list_not_published"}


def test_an_event_without_anybody_accepted_is_not_briefed():
    event = make_event(state=S.ELIGIBILITY)
    make_entry(event, state=Entry.State.REFUSED)
    assert codes(event, S.BRIEFED) == {"nobody_accepted", "list_not_published"}


def test_the_event_is_briefed_by_its_list_alone_and_by_a_new_one_after_a_step_back(organiser):
    event = make_event(state=S.ELIGIBILITY)
    make_entry(event)
    with pytest.raises(events.MoveRefused, match="has not been published"):
        events.move(event=event, to=S.BRIEFED, by=organiser)
    accepted.publish(event=event, by=organiser)
    event.refresh_from_db()
    assert event.state == S.BRIEFED
    events.move(event=event, to=S.ELIGIBILITY, by=organiser, reason="one was forgotten")
    make_entry(event)
    with pytest.raises(events.MoveRefused, match="has not been published"):
        events.move(event=event, to=S.BRIEFED, by=organiser)


def test_freezing_needs_scheme_benches_and_officials_and_freezes_the_scheme(organiser):
    event = make_event(state=S.BRIEFED)
    make_entry(event)
    assert codes(event, S.FROZEN) == {
        "no_scheme",
        "benches_short",
        "no_chief",
        "no_coding",
        "no_supervisor",
    }
    schemes.adopt_scheme(event=event, scheme=stamping(), based_on="", by=organiser)
    now = timezone.now()
    Session.objects.create(event=event, number=1, starts_at=now, ends_at=now + timedelta(hours=4))
    Station.objects.create(event=event, number=1, usable=False)
    assert "benches_short" in codes(event, S.FROZEN)
    Station.objects.create(event=event, number=2)
    for role in ("chief", "coding", "supervisor"):
        make_seat(event, role)
    [blocker] = blockers(event, S.FROZEN)
    assert (blocker.code, blocker.at) == ("no_judges", "seats")
    assert "A1.1" in str(blocker.message)
    for role, places in (("floor", 3), ("measuring", 1), ("result", 3)):
        for place in range(1, places + 1):
            make_seat(event, role, place=place)
    events.move(event=event, to=S.FROZEN, by=organiser)
    assert event.scheme_version.frozen_at is not None


def test_the_start_waits_for_a_station_for_everybody(organiser):
    event = make_event(state=S.FROZEN)
    entry = make_entry(event)
    number = Code.objects.create(event=event, layer="contestant", number="C-001", entry=entry)
    assert codes(event, S.RUNNING) == {"no_stations"}
    now = timezone.now()
    session = Session.objects.create(event=event, number=1, starts_at=now, ends_at=now)
    station = Station.objects.create(event=event, number=1)
    Code.objects.create(
        event=event, layer="station", number="S-01", parent=number, session=session, station=station
    )
    assert codes(event, S.RUNNING) == set()


def test_a_step_back_needs_a_reason(organiser):
    event = make_event(state=S.FILED)
    with pytest.raises(events.MoveRefused):
        events.move(event=event, to=S.DRAFT, by=organiser)
    events.move(event=event, to=S.DRAFT, by=organiser, reason="filed too early")
    assert event.state == S.DRAFT


def test_a_move_sent_twice_moves_once(organiser):
    event = make_event(state=S.DRAFT)
    again = Event.objects.get(pk=event.pk)
    events.move(event=event, to=S.FILED, by=organiser)
    events.move(event=again, to=S.FILED, by=organiser)
    assert again.state == S.FILED
    assert Line.objects.filter(chain__name=event.chain, kind="event.moved").count() == 1


def test_a_move_from_an_old_page_is_refused(organiser):
    event = make_event(state=S.PUBLISHED)
    stale = Event.objects.get(pk=event.pk)
    events.move(event=event, to=S.REGISTERING, by=organiser)
    with pytest.raises(events.MoveRefused):
        events.move(event=stale, to=S.ELIGIBILITY, by=organiser)


def test_a_floor_aspect_needs_its_judges_in_every_session():
    event = coded_event(2, state=S.FROZEN)
    first, second = event.sessions.order_by("number")
    make_seat(event, "measuring")
    for place in (1, 2, 3):
        make_seat(event, "result", place=place)
    floor = make_seat(event, "floor")
    assert codes(event, S.RUNNING) == set()
    floor.sessions.set([first])
    [blocker] = blockers(event, S.RUNNING)
    assert "B1.1" in str(blocker.message)
    assert str(second) in str(blocker.message)
    make_seat(event, "floor").sessions.set([second])
    assert codes(event, S.RUNNING) == set()
    Seat.objects.filter(event=event, role="measuring").update(left_at=timezone.now())
    assert codes(event, S.RUNNING) == {"no_judges"}
