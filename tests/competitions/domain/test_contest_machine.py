"""A whole contest driven by chance, beside a model of it in a few dicts: from marks to the second version of a result.

Each step is one real verb, done in one of five ways: once; again with what was read anew; again with what was read
before it was done, as a double click does; with pages that were read long ago; or cut off right before the commit.
CRAFT_SOAK=20 makes twenty times as many contests (`make soak`).
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from competitions.domain import (
    signing,
)
from competitions.domain.signing import Signature
from competitions.models import (
    CorrectionOrder,
    Event,
    Mark,
    PenaltyRecord,
    Release,
    Sheet,
)
from tests.competitions.machine.marks import Marks
from tests.competitions.machine.rechecking import Rechecking
from tests.competitions.machine.results import Results
from tests.competitions.machine.steps import (
    AGAIN,
    DOUBLE,
    OLD,
    ONCE,
    SHEETS,
    S,
    few,
    seats,
    values,
    ways,
    works,
)
from tests.competitions.whole_contest import (
    Whole,
    make_whole,
    orders_since_the_lock,
    untold,
)

pytestmark = pytest.mark.django_db

SOAK = int(os.environ.get("CRAFT_SOAK", "1"))


class Contest(Marks, Rechecking, Results):
    whole: Whole  # made once; each contest is rolled back to it

    @precondition(lambda self: self.state != S.SCORING)
    @rule(what=few, seat=seats, work=works, value=values, way=ways)
    def somebody_is_late(self, what: int, seat: int, work: int, value: int, way: str) -> None:
        """What belongs to the marking comes after it."""
        [
            lambda: self.enters(seat, work, value, False, way),
            lambda: self.takes_back(seat, work, way),
            lambda: self.judge_signs(seat, work, way),
            lambda: self.chief_reopens(seat, work, way),
            lambda: self.floor_judge_proposes(work, 0, way),
            lambda: self.recheck_starts(way),
        ][what]()

    # --- what always holds ---

    @initialize(stage=st.integers(0, 6))
    def begins_at(self, stage: int) -> None:
        """Some contests have come far already."""
        deeds = [
            self.all_is_signed,
            lambda: self.recheck_starts(ONCE),
            self.recheck_comes_to_its_end,
            lambda: self.chief_locks(ONCE),
            self.result_is_published,
            lambda: self.contestant_appeals(ONCE),
        ]
        for deed in deeds[:stage]:
            deed()

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        assert Event.objects.get(pk=self.whole.marking.event.pk).state == self.state
        current = {
            self.key_of(mark.sheet): mark
            for mark in Mark.objects.filter(is_current=True).select_related("sheet")
        }
        assert len(current) == Mark.objects.filter(is_current=True).count()
        for key in SHEETS:
            mark = current.get(key)
            said = None if mark is None else int(mark.values[0]) if key[0] else mark.values.count("10")
            assert (key, said) == (key, self.value[key])
            assert mark is None or mark.revision == self.revision[key]
        for sheet in Sheet.objects.all():
            key = self.key_of(sheet)
            assert (key, sheet.state, bool(sheet.alarm)) == (key, self.sheets[key], self.alarm[key])
            assert sheet.marks_in == (self.value[key] is not None)
        penalties = dict(PenaltyRecord.objects.values_list("pk", "state"))
        assert penalties == self.penalties

    @invariant()
    def acknowledged_marks_are_there_once(self) -> None:
        kept = list(Mark.objects.values_list("client_id", flat=True))
        assert all(kept.count(mark.client_id) == 1 for _key, mark in self.sent)

    @invariant()
    def every_fact_has_its_line(self) -> None:
        assert untold(self.whole.marking.event.chain) == []

    @invariant()
    def nobody_changes_a_mark_after_the_lock_but_by_order(self) -> None:
        assert orders_since_the_lock(self.whole.marking.event) == []
        assert all(o.approved_by_id != o.requested_by_id for o in CorrectionOrder.objects.all())

    @invariant()
    def finished_sheets_bear_signatures_of_what_they_say(self) -> None:
        for sheet in Sheet.objects.filter(state__in=("chief_signed", "rechecked")):
            digest = signing.content_hash(sheet, sheet.marks.filter(is_current=True))
            signed = Signature.objects.filter(sheet=sheet, void=False, content_hash=digest, part="chief")
            assert signed.count() == 1

    @invariant()
    def a_release_never_changes(self) -> None:
        found = {release.number: release for release in Release.objects.all()}
        assert found.keys() == self.published.keys()
        for number, release in found.items():
            assert release.content_hash == self.published[number][0]


def test_a_contest_holds_whatever_is_done_in_whatever_order():
    whole = make_whole()
    run_state_machine_as_test(
        type("Contest", (Contest,), {"whole": whole}),
        settings=settings(
            max_examples=4 * SOAK,
            stateful_step_count=20,
            deadline=None,
            derandomize=SOAK == 1,
            database=None,
            print_blob=False,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- plays that chance finds seldom ----------------------------------------------------------------------------------


@pytest.fixture
def contest():
    found = type("Contest", (Contest,), {"whole": make_whole()})()
    yield found
    found.rows_are_as_the_model_says()
    found.acknowledged_marks_are_there_once()
    found.every_fact_has_its_line()
    found.nobody_changes_a_mark_after_the_lock_but_by_order()
    found.finished_sheets_bear_signatures_of_what_they_say()
    found.a_release_never_changes()


def test_a_mark_that_was_taken_back_agrees_with_its_line(contest):
    contest.takes_back(1, 0, AGAIN)
    contest.enters(1, 0, 3, False, DOUBLE)
    contest.takes_back(0, 1, ONCE)


def test_a_second_error_on_a_corrected_sheet_is_corrected_too(contest):
    contest.begins_at(2)
    contest.supervisor_throws(0, "4 6 1 3 5 2", DOUBLE)
    for value in (1, 2, 3):
        contest.supervisor_finds_an_error(0, value, AGAIN)
        contest.chief_corrects(0, ONCE) if value == 1 else contest.chief_corrects(value - 1, AGAIN)


def test_a_second_error_on_a_corrected_sheet_is_withdrawn(contest):
    contest.begins_at(2)
    contest.supervisor_throws(0, "4 6 1 3 5 2", ONCE)
    contest.supervisor_finds_an_error(0, 1, ONCE)
    contest.chief_corrects(0, ONCE)
    contest.supervisor_finds_an_error(0, 3, ONCE)
    contest.supervisor_withdraws_notice(1, AGAIN)


def test_codes_opened_twice_at_once_are_opened_once(contest):
    contest.begins_at(4)
    contest.coding_judge_asks_to_decode(DOUBLE)
    for _layer in range(3):
        contest.two_people_open_a_layer(0, 0, DOUBLE)
    assert contest.state == "decoded"


def test_a_signature_on_a_breach_sent_twice_at_once_counts_once(contest):
    contest.floor_judge_proposes(0, 0, DOUBLE)
    contest.contestant_signs(0, DOUBLE)
    contest.other_judge_seconds(0, 1, DOUBLE)
    contest.chief_decides_penalty(0, True, DOUBLE)


def test_a_refused_signature_seen_twice_at_once_counts_once(contest):
    contest.floor_judge_proposes(0, 0, ONCE)
    contest.supervisor_sees_refusal(0, 0, DOUBLE)


def test_nothing_is_recorded_at_the_benches_from_a_page_that_was_open_before_the_lock(contest):
    contest.open_pages()
    contest.begins_at(2)
    contest.floor_judge_proposes(0, 0, OLD)
    contest.begins_at(0)


def test_a_contest_goes_all_the_way_to_the_second_version(contest):
    contest.begins_at(6)
    for step in ("admit", "decide", "second", "decide_second"):
        contest.appeal_goes_on(step, False, DOUBLE)
    contest.chief_asks_for_a_correction(0, 1, 0, True, DOUBLE)
    contest.supervisor_approves(0, 1, ONCE)
    contest.supervisor_approves(0, 0, DOUBLE)
    contest.appeal_goes_on("carry_out", False, DOUBLE)
    contest.office_publishes(DOUBLE)
    assert len(contest.published) == 2
