"""Entering marks: idempotent, refused by name, revised with a reason."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competitions.domain.marking import NotMarkedNow, SheetClosed, Status, enter_marks
from competitions.models import Event, Mark, SchemeVersion, Seat, Sheet
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


def statuses(answers):
    return [answer.status for answer in answers]


def older(sheet: Sheet, aspect: str) -> None:
    Mark.objects.filter(sheet=sheet, aspect=aspect).update(at=timezone.now() - timedelta(minutes=1))


def writes_and_reads(captured):
    return [
        q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]


# --- one mark ---


def test_a_mark_is_saved_as_it_was_typed_with_a_receipt(marking):
    sheet = marking.sheet(marking.measuring)
    [answer] = enter(sheet, mark("A2.3", "5.3950", "05.412"))
    row = Mark.objects.get()
    line = Line.objects.get(kind="mark.entered")
    assert (answer.status, answer.revision) == (Status.SAVED, 1)
    assert row.values == ["5.3950", "5.412"]  # zeros behind say how finely was read, zeros in front nothing
    assert (
        (answer.seq, answer.receipt) == (row.seq, line.hash[:6].upper()) == (line.seq, line.hash[:6].upper())
    )
    sheet.refresh_from_db()
    assert (sheet.marks_in, sheet.state) == (1, Sheet.State.ISSUED)


def test_the_ledger_line_names_codes_and_accounts_and_no_person(marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.795"))
    body = json.loads(Line.objects.get(kind="mark.entered").body)
    assert body["subject"] == f"sheet:{sheet.uuid}"
    assert body["actor"] == str(marking.measuring.user.uuid)
    assert body["facts"]["values"] == ["59.795"]
    names = [e.worker.name for e in marking.event.entries.all()] + [marking.measuring.user.name]
    assert not any(name in json.dumps(body, ensure_ascii=False) for name in names)


def test_sent_twice_it_counts_once(marking):
    sheet, one = marking.sheet(marking.measuring), mark("A1.1", "59.795")
    first, again = enter(sheet, one)[0], enter(sheet, one)[0]
    assert (again.status, again.seq, again.receipt) == (Status.REPEATED, first.seq, first.receipt)
    assert Mark.objects.count() == 1
    assert first_broken_line(marking.event.chain) is None


def test_the_same_id_twice_in_one_request_counts_once(marking):
    one = mark("A1.1", "59.795")
    answers = enter(marking.sheet(marking.measuring), one, one)
    assert statuses(answers) == [Status.SAVED, Status.REPEATED]
    assert answers[0].receipt == answers[1].receipt != ""


def test_another_value_under_the_same_id_is_a_conflict(marking):
    sheet, key = marking.sheet(marking.measuring), uuid4()
    enter(sheet, mark("A1.1", "59.795", client_id=key))
    [answer] = enter(sheet, mark("A1.1", "59.796", client_id=key))
    assert (answer.status, answer.code) == (Status.CONFLICT, "client_id")
    assert Mark.objects.get().values == ["59.795"]


def test_an_id_of_another_sheet_is_a_conflict_and_keeps_nothing_else_back(marking):
    key = uuid4()
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "2", client_id=key))
    answers = enter(marking.sheet(marking.panel[1]), mark("B1.3", "2", client_id=key), mark("B3.2", "2"))
    assert statuses(answers) == [Status.CONFLICT, Status.SAVED]


@pytest.mark.parametrize(
    ("aspect", "values", "code", "field"),
    [
        ("A2.3", ["5.395"], "wrong_number", None),
        ("A2.3", ["5.395", "abc"], "not_a_number", 1),
        ("A2.3", ["5.395", "1e3"], "not_a_number", 1),
        ("A2.3", [5.395, "5.4"], "float", 0),
        ("A2.3", [None, None], "empty", 0),
        ("A1.1", ["59.7955555"], "places", 0),
        ("A1.4", ["-0.01"], "below_minimum", 0),
        ("A3.6", ["1", "1", "2", "0"], "yes_or_no", 2),
        ("B1.3", ["2"], "aspect", None),
        ("B2.3", [], "aspect", None),
        ("Z9.9", ["1"], "aspect", None),
    ],
)
def test_a_wrong_reading_is_refused_by_name_and_the_good_ones_are_saved(marking, aspect, values, code, field):
    answers = enter(marking.sheet(marking.measuring), mark(aspect, *values), mark("A1.2", "29.85"))
    assert statuses(answers) == [Status.REFUSED, Status.SAVED]
    assert (answers[0].code, answers[0].field) == (code, field)
    assert answers[0].message
    assert Mark.objects.get().aspect == "A1.2"


def test_points_that_were_not_done_are_kept_as_such(marking):
    enter(marking.sheet(marking.measuring), mark("A2.3", "5.395", None), mark("A1.1", not_done=True))
    kept = {row.aspect: (row.values, row.not_done) for row in Mark.objects.all()}
    assert kept == {"A2.3": (["5.395", None], False), "A1.1": ([], True)}


def test_not_done_with_a_reading_is_refused(marking):
    [answer] = enter(marking.sheet(marking.measuring), mark("A1.1", "59.78", not_done=True))
    assert (answer.status, answer.code) == (Status.REFUSED, "not_done")


def test_a_gross_value_asks_for_a_second_look(marking):
    sheet = marking.sheet(marking.measuring)
    [asked] = enter(sheet, mark("A1.1", "597.95"))
    assert (asked.status, asked.code, asked.field) == (Status.CONFIRM, "second_look", 0)
    assert not Mark.objects.exists()
    [saved] = enter(sheet, mark("A1.1", "597.95", second_look=True))
    assert saved.status == Status.SAVED
    assert Mark.objects.get().second_look


@pytest.mark.parametrize(
    ("value", "told"), [("597.95", "538.15 above the limit 59.8"), ("5.978", "53.802 below the limit 59.78")]
)
def test_a_gross_value_is_told_how_far_off_it_is(marking, value, told):
    [asked] = enter(marking.sheet(marking.measuring), mark("A1.1", value))
    assert told in asked.message


@pytest.mark.parametrize(
    ("aspect", "value", "code"),
    [
        ("A1.1", "-59.78", "below_minimum"),
        ("A1.1", "5979.5", "above_maximum"),
        ("A1.4", "10.1", "above_maximum"),  # squareness of at most 0.01 mm: the unit is wrong
    ],
)
def test_what_can_never_be_is_refused_however_often_it_is_looked_at(marking, aspect, value, code):
    [answer] = enter(marking.sheet(marking.measuring), mark(aspect, value, second_look=True))
    assert (answer.status, answer.code, answer.field) == (Status.REFUSED, code, 0)
    assert value in answer.message
    assert not Mark.objects.exists()


def test_a_second_look_that_nobody_asked_for_is_not_noted(marking):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.79", second_look=True))
    assert not Mark.objects.get().second_look


@pytest.mark.parametrize("counts", [{"no_goggles": -1}, {"no_goggles": "1.5"}, {"sleeping": 1}, ["1"]])
def test_wrong_counts_are_refused(marking, counts):
    [answer] = enter(marking.sheet(marking.floor[0]), mark("E1.1", counts=counts))
    assert answer.status == Status.REFUSED


def test_counts_are_kept_without_the_zeros(marking):
    enter(marking.sheet(marking.floor[0]), mark("E1.1", counts={"no_goggles": 1, "no_shoes": 0}))
    assert Mark.objects.get().values == {"no_goggles": "1"}


# --- revisions ---


def test_within_ten_seconds_a_change_needs_no_reason_and_the_first_value_stays(marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.795"))
    [answer] = enter(sheet, mark("A1.1", "59.785", base=1))
    assert (answer.status, answer.revision) == (Status.SAVED, 2)
    kept = list(Mark.objects.order_by("revision").values_list("values", "is_current"))
    assert kept == [(["59.795"], False), (["59.785"], True)]
    sheet.refresh_from_db()
    assert sheet.marks_in == 1


def test_later_a_change_needs_a_reason(marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.795"))
    older(sheet, "A1.1")
    [asked] = enter(sheet, mark("A1.1", "59.785", base=1))
    assert (asked.status, asked.code) == (Status.REFUSED, "reason")
    [saved] = enter(sheet, mark("A1.1", "59.785", base=1, reason="read the wrong line"))
    assert saved.status == Status.SAVED
    assert Mark.objects.get(is_current=True).reason == "read the wrong line"


def test_the_device_clock_can_only_lengthen_the_ten_seconds(marking):
    sheet, now = marking.sheet(marking.measuring), timezone.now()
    answers = enter(
        sheet,
        mark("A1.1", "59.795", client_at=now - timedelta(minutes=9)),
        mark("A1.1", "59.785", base=1, client_at=now),
    )
    assert [(a.status, a.code) for a in answers] == [(Status.SAVED, ""), (Status.REFUSED, "reason")]


def test_two_values_for_one_aspect_in_one_request_become_two_revisions(marking):
    answers = enter(marking.sheet(marking.measuring), mark("A1.1", "59.795"), mark("A1.1", "59.785", base=1))
    assert [answer.revision for answer in answers] == [1, 2]
    assert [row.is_current for row in Mark.objects.order_by("revision")] == [False, True]


def test_a_change_of_what_is_no_longer_there_is_a_conflict_that_shows_both(marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.795"))
    enter(sheet, mark("A1.1", "59.785", base=1))
    [answer] = enter(sheet, mark("A1.1", "59.790", base=1))
    assert (answer.status, answer.code) == (Status.CONFLICT, "base")
    assert (answer.current.values, answer.current.revision) == (["59.785"], 2)
    assert Mark.objects.get(is_current=True).values == ["59.785"]


def test_the_same_value_again_is_no_revision(marking):
    sheet = marking.sheet(marking.measuring)
    [first] = enter(sheet, mark("A1.1", "59.795"))
    [again] = enter(sheet, mark("A1.1", "59.7950"))
    assert (again.status, again.seq, again.receipt) == (Status.REPEATED, first.seq, first.receipt)


# --- who and when ---


@pytest.mark.parametrize("who", ["measuring", "floor", "chief", "witness", "organiser", "contestant"])
def test_nobody_but_its_judge_marks_a_sheet(marking, who, organiser, contestant):
    people = {
        "measuring": marking.measuring.user,
        "floor": marking.floor[0].user,
        "chief": marking.chief,
        "witness": marking.measuring.witness,
        "organiser": organiser,
        "contestant": contestant,
    }
    with pytest.raises(PermissionDenied):
        enter_marks(sheet=marking.sheet(marking.panel[0]), marks=[mark("B1.3", "2")], by=people[who])
    assert not Mark.objects.exists()


def test_a_judge_who_left_marks_no_more(marking):
    Seat.objects.filter(pk=marking.panel[0].pk).update(left_at=timezone.now())
    with pytest.raises(PermissionDenied):
        enter(marking.sheet(marking.panel[0]), mark("B1.3", "2"))


@pytest.mark.parametrize("state", [Sheet.State.SIGNED, Sheet.State.CHIEF_SIGNED, Sheet.State.LOCKED])
def test_a_signed_sheet_is_closed_even_for_a_page_loaded_before(marking, state):
    sheet = marking.sheet(marking.panel[0])
    Sheet.objects.filter(pk=sheet.pk).update(state=state)
    with pytest.raises(SheetClosed):
        enter(sheet, mark("B1.3", "2"))


@pytest.mark.parametrize("state", [Event.State.FROZEN, Event.State.RECHECKING, Event.State.FINAL])
def test_marks_are_taken_while_the_event_is_marked_and_not_otherwise(marking, state):
    sheet = marking.sheet(marking.panel[0])
    Event.objects.filter(pk=marking.event.pk).update(state=state)
    with pytest.raises(NotMarkedNow):
        enter(sheet, mark("B1.3", "2"))


def test_the_first_mark_freezes_the_scheme():
    marking = make_marking(frozen=False)
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "2"))
    enter(marking.sheet(marking.panel[1]), mark("B1.3", "2"))
    assert SchemeVersion.objects.get().frozen_at is not None
    assert Line.objects.filter(kind="scheme.frozen").count() == 1
    assert first_broken_line(marking.event.chain) is None


# --- cost and races ---


@pytest.mark.parametrize("seat", ["measuring", "panel"])
def test_one_mark_costs_five_queries(marking, seat):
    sheets = {"measuring": marking.measuring, "panel": marking.panel[2]}
    sheet = marking.sheet(sheets[seat])
    warm, aspect = (mark("A1.2", "29.85"), "A1.1") if seat == "measuring" else (mark("B3.2", "2"), "B1.3")
    enter(sheet, warm)
    value = "59.79" if seat == "measuring" else "2"
    with CaptureQueriesContext(connection) as captured:
        enter(sheet, mark(aspect, value))
    assert len(writes_and_reads(captured)) == 5


def test_a_batch_costs_what_one_mark_costs(marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.79"))
    batch = [mark(code, not_done=True) for code in sheet.aspects if code != "A1.1"]
    with CaptureQueriesContext(connection) as captured:
        answers = enter(sheet, *batch)
    assert set(statuses(answers)) == {Status.SAVED}
    assert len(answers) > 20
    assert len(writes_and_reads(captured)) == 5
    sheet.refresh_from_db()
    assert (sheet.marks_in, sheet.state) == (sheet.marks_due, Sheet.State.ENTERED)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_requests_for_one_cell_leave_one_current_mark():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    marking = make_marking()
    together(lambda n: enter(marking.sheet(marking.measuring), mark("A1.1", f"59.79{n}")), 6)
    assert Mark.objects.filter(is_current=True).count() == 1
    assert Mark.objects.count() == 1
    assert first_broken_line(marking.event.chain) is None
