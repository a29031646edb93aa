"""A half-marked sheet goes to another judge; a judge who left does not keep a panel from agreeing."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from competitions.domain.alarms import alarms_of
from competitions.domain.hand_over import HandOverRefused, hand_over, takers
from competitions.domain.issuing import NotAssigned
from competitions.domain.marking import Status, enter_batch, enter_marks
from competitions.domain.results import score
from competitions.domain.signing import sign_sheet
from competitions.models import Entry, Mark, Seat, Sheet
from competitions.scoring.scheme import parse_scheme
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from craft_site.people.models import Tie
from tests.competitions.contest import SCHEME
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.competitions.schemes import keep_scheme
from tests.factories import make_seat, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


@pytest.fixture
def reserve(marking):
    return make_seat(marking.event, "result", place=4)


def give(marking, seat, value, **fields):
    return enter(marking.sheet(seat), mark("B1.3", value, **fields))[0]


def test_the_sheet_goes_on_with_another_judge_and_the_marks_keep_their_author(marking, reserve):
    sheet, first = marking.sheet(marking.panel[0]), marking.panel[0].user
    give(marking, marking.panel[0], "2")
    hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="taken ill")
    found = Sheet.objects.for_list().get(pk=sheet.pk)
    assert (found.seat, found.marks_in) == (reserve, 1)
    assert Mark.objects.get().by == first
    [answer] = enter(found, mark("B3.2", "2"))
    assert answer.status == Status.SAVED
    with pytest.raises(PermissionDenied):
        enter_as(first, found)
    line = Line.objects.get(kind="sheet.handed_over")
    assert str(first.uuid) in line.body
    assert ("taken ill" in line.body, words_hash("taken ill") in line.body) == (False, True)
    assert found.handed_over_for == "taken ill"
    assert first_broken_line(marking.event.chain) is None


def enter_as(user, sheet):
    return enter_marks(sheet=sheet, marks=[mark("B3.5", "2")], by=user)


def test_what_the_first_judge_saved_is_still_acknowledged_to_them(marking, reserve):
    one = mark("B1.3", "2", sheet=marking.sheet(marking.panel[0]).uuid)
    enter_batch(marks=[one], by=marking.panel[0].user, device=uuid4())
    hand_over(sheet=marking.sheet(marking.panel[0]), to=reserve, by=marking.chief, reason="taken ill")
    batch = enter_batch(marks=[one], by=marking.panel[0].user, device=uuid4())
    assert [answer.status for answer in batch.answers] == [Status.REPEATED]
    assert batch.sheets == {}


def test_nobody_becomes_two_judges_of_one_panel(marking, reserve):
    assert takers(marking.sheet(marking.panel[0])) == [reserve]
    with pytest.raises(NotAssigned):
        hand_over(
            sheet=marking.sheet(marking.panel[0]), to=marking.panel[1], by=marking.chief, reason="taken ill"
        )


def test_a_tie_bars_the_judge_who_would_take_over(marking, reserve):
    pair = Entry.objects.get(event=marking.event).worker, make_worker(user=reserve.user)
    first, second = sorted(pair, key=lambda worker: worker.pk)
    Tie.objects.create(first=first, second=second, kind=Tie.Kind.KIN)
    with pytest.raises(NotAssigned):
        hand_over(sheet=marking.sheet(marking.panel[0]), to=reserve, by=marking.chief, reason="taken ill")
    assert marking.sheet(marking.panel[0]).seat == marking.panel[0]


@pytest.mark.parametrize("role", ["floor", "measuring"])
def test_only_a_seat_of_the_same_kind_of_code_takes_over(marking, role):
    other = make_seat(marking.event, role, place=9)
    assert other not in takers(marking.sheet(marking.panel[0]))


def test_a_signed_sheet_is_reopened_first_and_a_reason_is_needed(marking, reserve):
    sheet = marking.sheet(marking.panel[0])
    with pytest.raises(HandOverRefused):
        hand_over(sheet=sheet, to=reserve, by=marking.chief, reason=" ")
    Sheet.objects.filter(pk=sheet.pk).update(state="signed")
    with pytest.raises(HandOverRefused):
        hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="taken ill")


def test_only_the_chief_judge_hands_over(marking, reserve, organiser):
    for person in (organiser, marking.panel[0].user):
        with pytest.raises(PermissionDenied):
            hand_over(sheet=marking.sheet(marking.panel[0]), to=reserve, by=person, reason="x")


def test_an_alarm_goes_with_the_sheet_and_the_new_judge_judges_again(marking, reserve):
    for seat, value in zip(marking.panel, "022", strict=True):
        give(marking, seat, value)
    sheet = marking.sheet(marking.panel[0])
    hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="taken ill")
    found = Sheet.objects.for_list().get(pk=sheet.pk)
    assert set(alarms_of(found.alarm)) == {"B1.3"}
    for one in (found, *map(marking.sheet, marking.panel[1:])):
        enter(one, mark("B1.3", "2", base=1))
    assert not Sheet.objects.exclude(alarm="").exists()


# --- who has left ---


def leave(seat):
    Sheet.objects.filter(seat=seat).update(state="signed")
    Seat.objects.filter(pk=seat.pk).update(left_at=timezone.now())


def alarms(marking):
    return [set(alarms_of(Sheet.objects.get(seat=s, code=marking.works[0]).alarm)) for s in marking.panel]


def test_an_alarm_does_not_open_the_sheet_of_a_judge_who_has_left(marking):
    give(marking, marking.panel[0], "0")
    give(marking, marking.panel[1], "2")
    leave(marking.panel[0])
    give(marking, marking.panel[2], "2")
    assert alarms(marking) == [set(), {"B1.3"}, {"B1.3"}]
    assert Sheet.objects.get(seat=marking.panel[0], code=marking.works[0]).state == "signed"


def panel_without_the_first(*, judges_min):
    """A panel of three whose first judge was far off and left; the others judge again and stay."""
    marking = make_marking()
    document = {**SCHEME, "methods": {**SCHEME["methods"]}}
    document["methods"]["judged"] = {
        "default": "panel3",
        "panel3": {"judges": 3, "judges_min": judges_min, "scale": [0, 1, 2, 3], "max_spread": 1},
    }
    marking.event.schemes.all().delete()
    keep_scheme(marking.event, parse_scheme(document), frozen_at=timezone.now())
    Sheet.objects.filter(seat__in=marking.panel).update(aspects=["A1.2"], marks_due=1)
    Sheet.objects.exclude(seat__in=marking.panel).delete()
    for seat, value in zip(marking.panel, "022", strict=True):
        if value == "2" and seat is marking.panel[2]:
            leave(marking.panel[0])
        enter(marking.sheet(seat), mark("A1.2", value))
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("A1.2", "2", base=1))
    return marking


def test_when_the_others_agree_a_far_value_of_who_left_is_set_aside():
    marking = panel_without_the_first(judges_min=2)
    assert alarms(marking) == [set(), set(), set()]
    gone = Sheet.objects.get(seat=marking.panel[0])
    assert (gone.set_aside, gone.marks_in, gone.state) == (["A1.2"], 1, "signed")
    assert Line.objects.filter(kind="panel.set_aside", subject=f"sheet:{gone.uuid}").count() == 1
    [given] = [one.raw["A1.2"] for one in score(marking.event, provisional=True).inputs]
    assert given == ["2", "2", None]
    assert first_broken_line(marking.event.chain) is None


def test_a_panel_that_cannot_do_without_waits_for_the_hand_over():
    marking = panel_without_the_first(judges_min=3)
    assert alarms(marking) == [set(), {"A1.2"}, {"A1.2"}]
    reserve = make_seat(marking.event, "result", place=4)
    sheet = Sheet.objects.for_list().get(seat=marking.panel[0])
    Sheet.objects.filter(pk=sheet.pk).update(state="entered")  # the chief judge reopens it
    hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="left early")
    taken = Sheet.objects.for_list().get(pk=sheet.pk)
    enter(taken, mark("A1.2", "2", base=1, reason="judged anew"))
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("A1.2", "2", base=2))
    assert not Sheet.objects.exclude(alarm="").exists()


# --- difficulty ---


@pytest.fixture
def diving(marking):
    document = {**SCHEME, "criteria": [{**SCHEME["criteria"][0]}]}
    part = {**document["criteria"][0]["sub_criteria"][0]}
    measured, judged = part["aspects"]
    part["aspects"] = [
        {**measured, "max_mark": 7},
        {**judged, "difficulty": {"min": "0.5", "max": "1.0"}},
    ]
    document["criteria"][0]["sub_criteria"] = [part]
    marking.event.schemes.all().delete()
    keep_scheme(marking.event, parse_scheme(document), frozen_at=timezone.now())
    Sheet.objects.filter(seat__in=marking.panel).update(aspects=["A1.2"], marks_due=1)
    Sheet.objects.exclude(seat__in=marking.panel).delete()
    return marking


def test_a_judge_enters_a_value_and_the_difficulty(diving):
    [answer] = enter(diving.sheet(diving.panel[0]), mark("A1.2", "2", "0.80"))
    assert answer.status == Status.SAVED
    for values, code, field in (
        (("2",), "wrong_number", None),
        (("2", "1.5"), "difficulty", 1),
        (("4", "0.8"), "off_scale", 0),
        (("2", "x"), "not_a_number", 1),
    ):
        [answer] = enter(diving.sheet(diving.panel[1]), mark("A1.2", *values))
        assert (answer.status, answer.code, answer.field) == (Status.REFUSED, code, field)


def test_the_panel_agrees_on_one_difficulty(diving):
    for seat, factor in zip(diving.panel, ("0.8", "0.8", "0.9"), strict=True):
        enter(diving.sheet(seat), mark("A1.2", "2", factor))
    assert alarms(diving) == [{"A1.2"}] * 3
    for seat in diving.panel:
        enter(diving.sheet(seat), mark("A1.2", "2", "0.80", base=1))
    assert alarms(diving) == [set()] * 3
    [given] = [one.raw["A1.2"] for one in score(diving.event, provisional=True).inputs]
    assert given == {"marks": ["2", "2", "2"], "difficulty": "0.80"}
    sign_sheet(sheet=diving.sheet(diving.panel[0]), by=diving.panel[0].user)
    assert diving.sheet(diving.panel[0]).state == "signed"
