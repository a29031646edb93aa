"""A contest from its first mark to the second version of its result, and what holds in it whatever is done."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
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
from tests.competitions.machine.marked import SHEETS, seats, values, works
from tests.competitions.machine.marks import Marks
from tests.competitions.machine.rechecking import Rechecking
from tests.competitions.machine.results import Results
from tests.competitions.machine.steps import ONCE, S, few, ways
from tests.competitions.whole_contest import (
    Whole,
    orders_since_the_lock,
    untold,
)


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

    def all_that_always_holds(self) -> None:
        self.rows_are_as_the_model_says()
        self.acknowledged_marks_are_there_once()
        self.every_fact_has_its_line()
        self.nobody_changes_a_mark_after_the_lock_but_by_order()
        self.finished_sheets_bear_signatures_of_what_they_say()
        self.a_release_never_changes()
