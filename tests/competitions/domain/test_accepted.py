"""The accepted list: frozen, numbered, on notice for its working days, names only with consent."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from competitions.domain import accepted, events
from competitions.models import AcceptedList, Entry, Event
from craft_site.kit import working_days
from craft_site.ledger.models import Line
from tests.factories import make_entry, make_event, make_worker


@pytest.fixture
def event(db):
    return make_event(state=Event.State.ELIGIBILITY)


def accept(event, name, *, reference, agreed=True):
    worker = make_worker(name)
    return make_entry(
        event, worker=worker, reference=reference, agreed_publicity_at=timezone.now() if agreed else None
    )


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2025, 4, 8), 3, date(2025, 4, 11)),  # Tuesday to Friday
        (date(2025, 4, 11), 3, date(2025, 4, 16)),  # over a weekend
        (date(2025, 4, 12), 1, date(2025, 4, 14)),  # from a Saturday
    ],
)
def test_working_days_skip_the_weekend(start, days, expected):
    assert working_days.after(start, days) == expected


def test_publishing_moves_the_event_freezes_the_order_and_writes_one_line(event, organiser):
    accept(event, "Second", reference="E-0002")
    accept(event, "First", reference="E-0001")
    make_entry(event, state=Entry.State.REFUSED)
    published = accepted.publish(event=event, by=organiser)
    event.refresh_from_db()
    assert event.state == Event.State.BRIEFED
    assert [row["name"] for row in accepted.public_rows(published)] == ["First", "Second"]
    assert Line.objects.filter(kind="list.published").count() == 1
    assert "First" not in " ".join(Line.objects.values_list("body", flat=True))


def test_publishing_twice_makes_one_list(event, organiser):
    accept(event, "A", reference="E-0001")
    first = accepted.publish(event=event, by=organiser)
    assert accepted.publish(event=event, by=organiser).pk == first.pk
    assert AcceptedList.objects.count() == 1


def test_nothing_is_published_while_an_entry_is_undecided(event, organiser):
    accept(event, "A", reference="E-0001")
    make_entry(event, state=Entry.State.UNIT_OK)
    with pytest.raises(events.MoveRefused):
        accepted.publish(event=event, by=organiser)
    assert not AcceptedList.objects.exists()


def test_the_notice_is_never_shorter_than_the_events_days(event, organiser):
    accept(event, "A", reference="E-0001")
    with pytest.raises(accepted.ListRefused):
        accepted.publish(event=event, by=organiser, until=timezone.localdate())
    longer = timezone.localdate() + timedelta(days=30)
    published = accepted.publish(event=event, by=organiser, until=longer)
    assert timezone.localdate(published.notice_until) == longer


def test_a_corrected_list_is_a_new_number_and_the_old_one_stays(event, organiser):
    accept(event, "A", reference="E-0001")
    first = accepted.publish(event=event, by=organiser)
    event.refresh_from_db()
    events.move(event=event, to=Event.State.ELIGIBILITY, by=organiser, reason="An entry was forgotten")
    accept(event, "B", reference="E-0002")
    second = accepted.publish(event=event, by=organiser)
    assert (first.number, second.number) == (1, 2)
    assert (first.rows.count(), second.rows.count()) == (1, 2)


def test_without_consent_a_row_has_neither_name_nor_employer_nor_reference(event, organiser):
    hidden = accept(event, "Hidden Person", reference="E-0001", agreed=False)
    published = accepted.publish(event=event, by=organiser)
    assert accepted.public_rows(published) == [
        {"position": 1, "reference": None, "name": None, "employer": None}
    ]
    assert hidden.worker.name == "Hidden Person"


def test_a_consent_taken_back_takes_the_name_off_and_changes_the_stamp(event, organiser):
    entry = accept(event, "A", reference="E-0001")
    published = accepted.publish(event=event, by=organiser)
    before = accepted.public_stamp(published)
    Entry.objects.filter(pk=entry.pk).update(agreed_publicity_at=None)
    assert accepted.public_rows(published)[0]["name"] is None
    assert accepted.public_stamp(published) != before
