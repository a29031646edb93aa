"""A paper form shows a lone judge's value to whoever takes it: that person neither judges on such panels nor chairs."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from competitions.domain import panels
from competitions.domain.papers import Filled, can_enter, can_settle, enter_paper, print_papers, settle_paper
from competitions.models import Mark, PaperSheet, Seat, Sheet
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


@pytest.fixture
def recorders(marking):
    return [make_seat(marking.event, "recorder").user for _ in range(3)]


def printed(marking, seat, recorders):
    [found] = print_papers(event=marking.event, sheets=[marking.sheet(seat)], by=recorders[0])
    return found


def differing(marking, seat, recorders):
    """The form of one judge, which two recorders have read differently."""
    found = printed(marking, seat, recorders)
    for recorder, value in zip(recorders, "23", strict=False):
        enter_paper(paper=found, filled={"B1.3": Filled([value])}, by=recorder)
    return PaperSheet.objects.for_list().get(pk=found.pk)


@pytest.fixture
def form(marking, recorders):
    """The first judge's; nobody else of the panel has judged."""
    return differing(marking, marking.panel[0], recorders)


def also_recorder(marking, user):
    return make_seat(marking.event, "recorder", user=user).user


def left(seat):
    Sheet.objects.filter(seat=seat).update(state="signed")
    Seat.objects.filter(pk=seat.pk).update(left_at=timezone.now())
    return seat.user


PEOPLE = {
    "a recorder": lambda m: make_seat(m.event, "recorder").user,
    "a measuring judge": lambda m: also_recorder(m, m.measuring.user),
    "a floor judge": lambda m: also_recorder(m, m.floor[0].user),
    "the chief judge": lambda m: m.chief,
    "the chief judge as recorder": lambda m: also_recorder(m, m.chief),
    "the judge": lambda m: also_recorder(m, m.panel[0].user),
    "a colleague": lambda m: also_recorder(m, m.panel[1].user),
    "a colleague who has left": lambda m: also_recorder(m, left(m.panel[1])),
    "a reserve": lambda m: also_recorder(m, make_seat(m.event, "result", place=4).user),
    "a reserve's second judge": lambda m: also_recorder(
        m, make_seat(m.event, "result", place=4, witness=make_user("judge")).witness
    ),
    "a supervisor": lambda m: make_seat(m.event, "supervisor", user=make_user("supervisor")).user,
    "a judge without a seat": lambda m: make_user("judge"),
}
MAY = {"a recorder", "a measuring judge", "a floor judge"}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_take_the_form_of_a_panel_that_has_not_judged(marking, form, who):
    person = PEOPLE[who](marking)
    other = printed(marking, marking.panel[2], [marking.chief])
    assert bool(can_settle(person, form)) is (who in MAY)
    assert bool(can_enter(person, other)) is (who in MAY)
    if who not in MAY:
        with pytest.raises(PermissionDenied):
            settle_paper(paper=form, holds={"B1.3": "first"}, by=person)
        with pytest.raises(PermissionDenied):
            enter_paper(paper=other, filled={"B1.3": Filled(["1"])}, by=person)
        assert not Mark.objects.exists()


def test_a_form_without_a_panel_is_anybodys_who_records(marking, recorders):
    form = printed(marking, marking.measuring, recorders)
    colleague = also_recorder(marking, marking.panel[1].user)
    assert can_enter(colleague, form)
    for recorder, value in zip(recorders, ("59.79", "59.97"), strict=False):
        enter_paper(paper=form, filled={"A1.1": Filled([value])}, by=recorder)
    assert can_settle(marking.chief, PaperSheet.objects.for_list().get(pk=form.pk))


def test_the_chief_judge_settles_when_all_the_others_have_judged(marking, form):
    for seat in marking.panel[1:]:
        assert "recorder takes this form" in str(can_settle(marking.chief, form).reason)
        sheet = marking.sheet(seat)
        enter(sheet, *(mark(aspect, "2") for aspect in sheet.aspects))
    assert can_settle(marking.chief, form)


def test_the_others_may_have_judged_on_paper(marking, recorders):
    """Three forms that two recorders read differently do not wait for one another."""
    forms = [differing(marking, seat, recorders) for seat in marking.panel]
    for form in forms:
        assert not can_settle(marking.chief, form)  # blank on these forms: all but one aspect
    Sheet.objects.filter(seat__in=marking.panel).update(aspects=["B1.3"])
    for form in forms:
        assert can_settle(marking.chief, PaperSheet.objects.for_list().get(pk=form.pk))


def test_whoever_has_to_judge_again_has_not_judged(marking, recorders):
    Sheet.objects.filter(seat__in=marking.panel).update(aspects=["B1.3"])
    for seat, value in zip(marking.panel, "033", strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))
    form = differing(marking, marking.panel[0], recorders)
    assert not can_settle(marking.chief, form)
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("B1.3", "3", base=1))
    assert can_settle(marking.chief, form)


def refusals(marking, role, people, organiser):
    found = panels.candidates(event=marking.event, role=role, people=people, by=organiser)
    return [reason for _user, reason in found]


def test_whoever_has_read_a_form_gets_no_seat_on_its_panels(marking, form, recorders, organiser):
    settler = make_seat(marking.event, "recorder").user
    settle_paper(paper=form, holds={"B1.3": "first"}, by=settler)
    people = [recorders[0], recorders[1], settler, recorders[2]]
    said = refusals(marking, "result", people, organiser)
    assert [bool(reason) for reason in said] == [True, True, True, False]
    assert "paper forms of these panels" in said[0]
    with pytest.raises(panels.SeatRefused, match="paper forms"):
        panels.give_seat(event=marking.event, user=recorders[0], role="result", by=organiser, place=4)
    with pytest.raises(panels.SeatRefused, match="paper forms"):
        panels.give_seat(
            event=marking.event,
            user=make_user("judge"),
            role="result",
            by=organiser,
            place=4,
            witness=settler,
        )
    assert refusals(marking, "measuring", people, organiser) == [""] * 4


def test_whoever_has_read_a_form_chairs_only_when_its_panel_has_judged(marking, recorders, organiser):
    Sheet.objects.filter(seat__in=marking.panel).update(aspects=["B1.3"])
    form = differing(marking, marking.panel[0], recorders)
    settle_paper(paper=form, holds={"B1.3": "first"}, by=recorders[2])
    assert all(refusals(marking, "chief", recorders, organiser))
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("B1.3", "2"))
    assert not any(refusals(marking, "chief", recorders, organiser))


@pytest.mark.parametrize("count", [1, 3])
def test_the_question_costs_the_same_for_any_number(
    marking, recorders, organiser, count, django_assert_max_num_queries
):
    for seat in marking.panel[:count]:
        differing(marking, seat, recorders)
    for person in recorders:
        person.role_names = frozenset({"judge"})
    with django_assert_max_num_queries(9):
        assert refusals(marking, "chief", recorders, organiser)
