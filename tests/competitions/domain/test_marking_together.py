"""Requests that wait for one another are one transaction, and nobody can tell it from what they are answered."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from competitions.domain import tablets
from competitions.domain.alarms import alarms_of
from competitions.domain.marking import MarkRequest, Status, enter_batch, fit_together, write_together
from competitions.models import KeptMark, Mark, Tablet
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import make_marking, mark, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=3)


def request(sheet, *marks, language="en", device=None):
    by = sheet.seat.user
    named = [replace(one, sheet=sheet.uuid) for one in marks]
    return MarkRequest(named, by, by, device or uuid4(), language=language)


def known(*requests):
    """The place of a sheet is known from the first request for it: here from one that is refused."""
    for one in requests:
        refused = [replace(mark, aspect="none", client_id=uuid4()) for mark in one.marks]
        enter_batch(marks=refused, by=one.by, device=one.device)
    return requests


def told(line):
    body = json.loads(line.body)
    return body["actor"], body["facts"]


def judges_of(marking, *values, aspect="B1.3"):
    """A request of each judge of the panel, each for a work of its own."""
    return [
        request(marking.sheet(seat, work), mark(aspect, value))
        for seat, work, value in zip(marking.panel, marking.works, values, strict=True)
    ]


def test_each_is_answered_and_written_as_if_alone(marking):
    sent = judges_of(marking, "1", "2", "3")
    batches = write_together(sent)
    assert [one.status for batch in batches for one in batch.answers] == [Status.SAVED] * 3
    assert [list(batch.sheets) for batch in batches] == [[one.marks[0].sheet] for one in sent]
    written = Mark.objects.order_by("seq")
    assert [(row.by, row.values, row.sheet.uuid) for row in written] == [
        (one.by, one.marks[0].values, one.marks[0].sheet) for one in sent
    ]
    lines = Line.objects.filter(kind="mark.entered").order_by("seq")
    assert [(actor, facts["client_id"]) for actor, facts in map(told, lines)] == [
        (str(one.by.uuid), str(one.marks[0].client_id)) for one in sent
    ]
    assert [batch.answers[0].receipt for batch in batches] == [line.hash[:6].upper() for line in lines]
    assert first_broken_line(marking.event.chain) is None
    assert {(row.uuid, row.user) for row in Tablet.objects.all()} == {(one.device, one.by) for one in sent}


def test_what_is_wrong_with_one_is_said_in_its_own_language_and_the_others_are_saved(marking):
    first, second, third = judges_of(marking, "1", "99", "2")
    batches = write_together([first, replace(second, language="zh-hans"), third])
    assert [batch.answers[0].status for batch in batches] == [Status.SAVED, Status.REFUSED, Status.SAVED]
    message = batches[1].answers[0].message
    assert message
    assert not message.isascii()
    assert Mark.objects.count() == 2


def test_two_panels_may_be_completed_at_once_and_each_raises_its_own_alarm(marking):
    one, two, three = marking.panel
    first, second, third = marking.works
    for seat, work, value in ((one, first, "0"), (two, first, "2"), (one, second, "2"), (two, second, "2")):
        write_together([request(marking.sheet(seat, work), mark("B1.3", value))])
    sent = [
        request(marking.sheet(three, first), mark("B1.3", "2")),
        request(marking.sheet(three, second), mark("B1.3", "0")),
        request(marking.sheet(one, third), mark("B1.3", "3")),
    ]
    batches = write_together(sent)
    assert [batch.answers[0].spread for batch in batches] == [True, True, False]
    raised = Line.objects.filter(kind="panel.spread").order_by("seq")
    assert [(line.subject, told(line)[0]) for line in raised] == [
        (f"sheet:{one.marks[0].sheet}", str(one.by.uuid)) for one in sent[:2]
    ]
    for work, line in zip((first, second), raised, strict=True):
        for seat in marking.panel:
            assert alarms_of(marking.sheet(seat, work).alarm) == {"B1.3": line.seq}
    assert alarms_of(marking.sheet(one, third).alarm) == {}
    assert first_broken_line(marking.event.chain) is None


def test_a_revoked_device_among_them_is_quarantined_alone(marking):
    first, second, third = judges_of(marking, "1", "2", "3")
    enter_batch(
        marks=[replace(second.marks[0], aspect="B3.2", client_id=uuid4())], by=second.by, device=second.device
    )
    tablet = Tablet.objects.get(uuid=second.device)
    tablets.revoke_tablet(tablet=tablet, event=marking.event, by=marking.chief, reason="lost")
    batches = write_together([first, second, third])
    assert [batch.answers[0].status for batch in batches] == [
        Status.SAVED,
        Status.QUARANTINED,
        Status.SAVED,
    ]
    assert [kept.client_id for kept in KeptMark.objects.all()] == [second.marks[0].client_id]


def test_several_cost_one_query_more_than_one(marking):
    known(*judges_of(marking, "1", "2", "3"))
    first, second, third = judges_of(marking, "1", "2", "3")
    for one in (first, second, third):  # the devices are known
        enter_batch(
            marks=[replace(one.marks[0], aspect="B3.2", client_id=uuid4())], by=one.by, device=one.device
        )
    with CaptureQueriesContext(connection) as alone:
        write_together([first])
    with CaptureQueriesContext(connection) as both:
        write_together([second, third])
    assert len(both) == len(alone) + 1


def test_who_fits_together(marking):
    first, second, third = known(*judges_of(marking, "1", "2", "3"))
    assert fit_together([first, second], third)
    assert not fit_together([first], first), "one cell"
    beside = request(marking.sheet(marking.panel[1], marking.works[0]), mark("B1.3", "2"))
    known(beside)
    assert not fit_together([first], beside), "one panel's aspect"
    other = request(marking.sheet(marking.panel[1], marking.works[0]), mark("B3.2", "2"))
    assert fit_together([first], other)
    elsewhere = make_marking()
    [strange] = known(request(elsewhere.sheet(elsewhere.panel[0]), mark("B1.3", "2")))
    assert not fit_together([first], strange), "another event"
    unknown = replace(third, marks=[replace(third.marks[0], sheet=uuid4())])
    assert not fit_together([first], unknown), "a sheet that nobody has asked for yet"
    long = replace(third, marks=[replace(third.marks[0], client_id=uuid4()) for _n in range(200)])
    assert not fit_together([first], long), "more than one request may hold"


def test_one_that_must_be_written_alone_leaves_nothing_of_the_others(marking):
    first, second, _third = judges_of(marking, "1", "2", "3")
    write_together([first])
    clash = replace(second, marks=[replace(second.marks[0], client_id=first.marks[0].client_id)])
    other = request(marking.sheet(marking.measuring), mark("A1.1", "59.79", "29.85"))
    with pytest.raises(IntegrityError):
        write_together([other, clash])
    assert Mark.objects.count() == 1
    assert first_broken_line(marking.event.chain) is None


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_lose_nothing_and_mix_nothing_up():
    marking = make_marking(works=3)
    seats = [(seat, work) for seat in marking.panel for work in marking.works]
    requests = [
        [request(marking.sheet(seat, work), mark(aspect, "2")) for aspect in ("B1.3", "B3.2")]
        for seat, work in seats
    ]
    answered = {}

    def work(n):
        for one in requests[n]:
            batch = enter_batch(marks=one.marks, by=one.by, device=one.device)
            answered[one.marks[0].client_id] = batch.answers[0]

    together(work, len(seats))
    assert {one.status for one in answered.values()} == {Status.SAVED}
    rows = {row.client_id: row for row in Mark.objects.all()}
    assert {key: row.seq for key, row in rows.items()} == {key: one.seq for key, one in answered.items()}
    for one in (one for pair in requests for one in pair):
        row = rows[one.marks[0].client_id]
        assert (row.by, row.sheet.uuid, row.aspect) == (one.by, one.marks[0].sheet, one.marks[0].aspect)
        line = Line.objects.get(chain__name=marking.event.chain, seq=row.seq)
        actor, facts = told(line)
        assert (actor, facts["client_id"]) == (str(one.by.uuid), str(row.client_id))
    assert first_broken_line(marking.event.chain) is None
