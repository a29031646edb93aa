"""Marking on paper: two blind readings, a third look, marks with their history, nothing entered by whoever marked."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from competitions.domain.lock_blockers import lock_blockers
from competitions.domain.marking import SheetClosed
from competitions.domain.papers import (
    Filled,
    PaperRefused,
    differences,
    enter_paper,
    print_papers,
    settle_paper,
    void_paper,
)
from competitions.models import Event, Mark, PaperEntry, PaperSheet, Sheet
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark, together
from tests.factories import make_seat

State = PaperSheet.State
GAP = Filled(["59.795"])


@pytest.fixture
def marking(db):
    return make_marking()


@pytest.fixture
def recorders(marking):
    return [make_seat(marking.event, "recorder").user for _ in range(3)]


@pytest.fixture
def paper(marking, recorders):
    [found] = print_papers(event=marking.event, sheets=[marking.sheet(marking.measuring)], by=recorders[0])
    return found


def both(paper, recorders, first, second):
    enter_paper(paper=paper, filled=first, by=recorders[0])
    return enter_paper(paper=paper, filled=second, by=recorders[1])


def kept(paper):
    return {m.aspect: m.values for m in Mark.objects.filter(sheet=paper.sheet, is_current=True)}


def test_two_readings_that_agree_bring_the_marks_to_the_sheet(marking, paper, recorders):
    filled = {"A1.1": GAP, "A2.3": Filled(["5.395", None])}
    assert enter_paper(paper=paper, filled=filled, by=recorders[0]).state == State.ENTERED_ONCE
    assert kept(paper) == {}
    assert enter_paper(paper=paper, filled=filled, by=recorders[1]).state == State.AGREED
    assert kept(paper) == {"A1.1": ["59.795"], "A2.3": ["5.395", None]}
    lines = {line.kind: line.body for line in Line.objects.filter(chain__name=marking.event.chain)}
    assert str(paper.uuid) in lines["mark.entered"]
    assert {"paper.printed", "paper.entered", "paper.agreed"} <= set(lines)
    assert first_broken_line(marking.event.chain) is None


def test_the_same_number_written_otherwise_is_no_difference(paper, recorders):
    assert both(paper, recorders, {"A1.1": Filled(["59.80"])}, {"A1.1": Filled(["59.8"])}).state == (
        State.AGREED
    )


def test_what_differs_waits_for_a_third_person(paper, recorders, marking):
    found = both(
        paper,
        recorders,
        {"A1.1": GAP, "A1.2": Filled(["29.85"])},
        {"A1.1": Filled(["59.759"]), "A1.2": Filled(["29.85"]), "A1.3": Filled([], not_done=True)},
    )
    assert found.state == State.DIFFERS
    assert [one.aspect for one in differences(found)] == ["A1.1", "A1.3"]
    assert kept(paper) == {}
    for one in recorders[:2]:
        with pytest.raises(PermissionDenied):
            settle_paper(paper=paper, holds={"A1.1": "first", "A1.3": "second"}, by=one)
    with pytest.raises(PaperRefused) as refused:
        settle_paper(paper=paper, holds={"A1.1": "first", "A1.3": "tablet"}, by=recorders[2])
    assert set(refused.value.faults) == {"A1.3"}
    settled = settle_paper(paper=paper, holds={"A1.1": "first", "A1.3": "second"}, by=marking.chief)
    assert (settled.state, settled.settled_by) == (State.AGREED, marking.chief)
    assert kept(paper) == {"A1.1": ["59.795"], "A1.2": ["29.85"], "A1.3": []}
    assert {(c.aspect, c.holds, c.by_id) for c in settled.checks.all()} == {
        ("A1.1", "first", marking.chief.pk),
        ("A1.3", "second", marking.chief.pk),
    }


def test_blank_after_all_leaves_the_aspect_without_a_mark(paper, recorders):
    both(paper, recorders, {"A1.1": GAP, "A1.2": Filled(["29.85"])}, {"A1.1": GAP})
    settle_paper(paper=paper, holds={"A1.2": "second"}, by=recorders[2])
    assert kept(paper) == {"A1.1": ["59.795"]}


def test_a_tablet_that_says_otherwise_is_heard(marking, paper, recorders):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.78"), mark("A1.2", "29.85"))
    found = both(paper, recorders, {"A1.1": GAP}, {"A1.1": GAP})
    assert found.state == State.DIFFERS
    settle_paper(paper=paper, holds={"A1.1": "second"}, by=recorders[2])
    assert kept(paper) == {"A1.1": ["59.795"], "A1.2": ["29.85"]}
    earlier = Mark.objects.get(sheet=paper.sheet, aspect="A1.1", is_current=False)
    assert (earlier.values, earlier.revision) == (["59.78"], 1)


def test_the_tablet_may_hold(marking, paper, recorders):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.78"))
    both(paper, recorders, {"A1.1": GAP}, {"A1.1": GAP})
    settle_paper(paper=paper, holds={"A1.1": "tablet"}, by=recorders[2])
    assert kept(paper) == {"A1.1": ["59.78"]}
    assert Mark.objects.filter(sheet=paper.sheet).count() == 1


def test_the_same_recorder_cannot_be_both(paper, recorders):
    enter_paper(paper=paper, filled={"A1.1": GAP}, by=recorders[0])
    assert enter_paper(paper=paper, filled={"A1.1": GAP}, by=recorders[0]).state == State.ENTERED_ONCE
    with pytest.raises(PermissionDenied):
        enter_paper(paper=paper, filled={"A1.1": Filled(["1"], second_look=True)}, by=recorders[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.create(paper=paper, turn=2, by=recorders[0], values={})


def test_whoever_marked_enters_nothing_and_an_outsider_neither(marking, paper):
    judge_and_recorder = marking.measuring.user
    make_seat(marking.event, "recorder", user=judge_and_recorder)
    for person in (judge_and_recorder, marking.chief, marking.panel[0].user):
        with pytest.raises(PermissionDenied):
            enter_paper(paper=paper, filled={"A1.1": GAP}, by=person)
    assert not PaperEntry.objects.exists()


def test_every_bad_field_is_named_and_nothing_is_kept(paper, recorders):
    filled = {"A1.1": Filled(["abc"]), "A1.2": Filled(["39.85"]), "A1.3": Filled(["10"])}
    with pytest.raises(PaperRefused) as refused:
        enter_paper(paper=paper, filled=filled, by=recorders[0])
    faults = refused.value.faults
    assert not faults["A1.1"].asks
    assert faults["A1.2"].asks
    assert not PaperEntry.objects.exists()
    looked = {"A1.2": Filled(["39.85"], second_look=True)}
    assert enter_paper(paper=paper, filled=looked, by=recorders[0]).state == State.ENTERED_ONCE


def test_an_empty_form_and_a_strange_aspect_are_refused(paper, recorders):
    for filled in ({}, {"Z9": GAP}):
        with pytest.raises(PaperRefused):
            enter_paper(paper=paper, filled=filled, by=recorders[0])


def test_a_sheet_has_one_form_until_it_is_void(marking, paper, recorders):
    sheet = marking.sheet(marking.measuring)
    assert print_papers(event=marking.event, sheets=[sheet], by=recorders[0]) == [paper]
    with pytest.raises(PaperRefused):
        void_paper(paper=paper, reason=" ", by=recorders[0])
    void_paper(paper=paper, reason="lost", by=recorders[0])
    [other] = print_papers(event=marking.event, sheets=[sheet], by=recorders[0])
    assert other != paper
    with pytest.raises(PaperRefused):
        enter_paper(paper=paper, filled={"A1.1": GAP}, by=recorders[0])


def test_an_agreed_form_is_not_void_any_more(paper, recorders):
    both(paper, recorders, {"A1.1": GAP}, {"A1.1": GAP})
    with pytest.raises(PaperRefused):
        void_paper(paper=paper, reason="spoilt", by=recorders[2])


def test_a_signed_sheet_takes_no_paper(marking, paper, recorders):
    Sheet.objects.filter(pk=paper.sheet_id).update(state=Sheet.State.SIGNED)
    with pytest.raises(SheetClosed):
        enter_paper(paper=paper, filled={"A1.1": GAP}, by=recorders[0])
    void_paper(paper=paper, reason="signed", by=recorders[0])
    assert print_papers(event=marking.event, sheets=[marking.sheet(marking.measuring)], by=recorders[0]) == []


def test_nothing_is_printed_once_the_marks_are_locked(marking, recorders):
    Event.objects.filter(pk=marking.event.pk).update(state=Event.State.LOCKED)
    with pytest.raises(PaperRefused):
        print_papers(event=marking.event, sheets=[marking.sheet(marking.measuring)], by=recorders[0])


def test_a_form_that_was_begun_keeps_the_marks_from_being_locked(marking, paper, recorders):
    def codes():
        return {blocker.code for blocker in lock_blockers(marking.event, marking.chief)}

    assert "papers_open" not in codes()
    enter_paper(paper=paper, filled={"A1.1": GAP}, by=recorders[0])
    assert "papers_open" in codes()
    void_paper(paper=paper, reason="the tablet holds", by=recorders[1])
    assert "papers_open" not in codes()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_recorders_at_the_same_moment_take_a_turn_each(marking, paper, recorders):
    if connection.vendor != "postgresql":
        pytest.skip("needs threads that write at once")
    together(lambda n: enter_paper(paper=paper, filled={"A1.1": GAP}, by=recorders[n]), 2)
    paper.refresh_from_db()
    assert paper.state == State.AGREED
    assert sorted(PaperEntry.objects.values_list("turn", flat=True)) == [1, 2]
    assert kept(paper) == {"A1.1": ["59.795"]}
