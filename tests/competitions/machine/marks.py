"""The marking: marks, signatures, breaches at the benches."""

from copy import deepcopy
from typing import Any
from uuid import uuid4

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)

from competitions.domain import (
    incidents,
    marking,
    signing,
)
from competitions.models import (
    PenaltyRecord,
    Sheet,
)
from tests.competitions.machine.marked import DEVICE, SHEETS, Key, Marked, seats, values, works
from tests.competitions.machine.steps import AGAIN, DOUBLE, ONCE, S, few, ways
from tests.competitions.whole_contest import (
    PENALTY,
    written,
)


class Marks(Marked):
    # --- marks ---

    def reading(self, key: Key, value: int) -> list[str]:
        return ["10"] * (4 + value) + ["11"] * (3 - value) if key[0] == 0 else [str(value)]

    def as_kept(self, key: Key, value: int) -> int:
        return value if key[0] else 4 + value

    def enter(self, key: Key, mark: marking.NewMark) -> marking.MarkAnswer:
        batch = marking.enter_batch(marks=[mark], by=self.whole.seats[key[0]].user, device=DEVICE)
        return batch.answers[0]

    def a_mark(self, key: Key, **fields: Any) -> marking.NewMark:
        given = {"base": self.revision[key] if self.value[key] is not None else 0, "reason": "Judged anew"}
        return marking.NewMark(
            aspect="A1.2" if key[0] else "A1.1",
            client_id=uuid4(),
            sheet=self.sheet(key).uuid,
            **(given | {"values": []} | fields),
        )

    @precondition(lambda self: self.state == S.SCORING)
    @rule(seat=seats, work=works, value=values, wrong_base=st.booleans(), way=ways)
    def enters(self, seat: int, work: int, value: int, wrong_base: bool, way: str) -> None:
        key, new = (seat, work), self.as_kept((seat, work), value)
        fields = {"base": self.revision[key] + 1} if wrong_base and value else {}
        mark = self.a_mark(key, values=self.reading(key, value), **fields)
        open_now = self.state == S.SCORING and self.sheets[key] in Sheet.OPEN
        current = self.value[key]
        same = current == new and not self.alarm[key]
        expected = "closed" if not open_now else "repeated" if same else "conflict" if fields else "saved"
        self.send(way, key, mark, expected, new)

    @precondition(lambda self: self.state == S.SCORING)
    @rule(seat=seats, work=works, way=ways)
    def takes_back(self, seat: int, work: int, way: str) -> None:
        key = (seat, work)
        open_now = self.state == S.SCORING and self.sheets[key] in Sheet.OPEN
        expected = (
            "closed"
            if not open_now
            else "repeated"
            if self.value[key] is None
            else "refused"
            if self.alarm[key]
            else "saved"
        )
        self.send(way, key, self.a_mark(key, withdraw=True), expected, None)

    @precondition(lambda self: self.sent)
    @rule(n=few, other=st.booleans())
    def sends_again(self, n: int, other: bool) -> None:
        """An acknowledged mark comes once more, perhaps with another value under the same id, whatever stands now."""
        key, mark = self.sent[-1 - n % len(self.sent)]
        if other and not mark.withdraw:
            changed = ["3"] if mark.values != ["3"] else ["1"]
            mark = deepcopy(mark)
            object.__setattr__(mark, "values", changed if key[0] else ["10"] * 7)
            if key[0] == 0 and mark.values == next(
                m.values for k, m in self.sent if m.client_id == mark.client_id
            ):
                return
        before = written()
        answer = self.enter(key, mark)
        assert answer.status == ("conflict" if other and not mark.withdraw else "repeated")
        assert written() == before

    def send(self, way: str, key: Key, mark: marking.NewMark, expected: str, new: int | None) -> None:
        answers: list[marking.MarkAnswer] = []

        def verb() -> None:
            answers.append(self.enter(key, mark))

        def then(_result: None) -> None:
            assert answers[-1].status == expected, answers[-1]
            if expected == "saved":
                assert answers[-1].revision == self.revision[key] + 1
                self.sent.append((key, mark))
                self.takes(key, new)

        self.do(way, verb, may=True, then=then)
        if expected == "saved" and way in (AGAIN, DOUBLE):
            first, second = answers
            assert (second.status, second.seq, second.receipt) == ("repeated", first.seq, first.receipt)

    def takes(self, key: Key, new: int | None) -> None:
        """The model's rule of marks: counted, compared with the panel, signed sheets opened where it is too far off."""
        seat, work = key
        self.value[key] = new
        self.revision[key] += 1
        self.sheets[key] = "issued" if new is None else "entered"
        if new is None or not seat:
            return
        self.alarm[key] = False
        panel = [(n, work) for n in (1, 2, 3)]
        if any(self.value[one] is None or (self.alarm[one] and one != key) for one in panel):
            return
        given = [self.value[one] or 0 for one in panel]
        if max(given) - min(given) > 1:
            for one in panel:
                self.alarm[one] = True
                if self.sheets[one] not in Sheet.OPEN:
                    self.sheets[one] = "entered"
                    self.signed.pop(one, None)

    # --- signatures ---

    def standing(self, key: Key) -> set[str]:
        revision, parts = self.signed.get(key, (0, set()))
        return parts if revision == self.revision[key] else set()

    def signs(self, key: Key, part: str) -> None:
        if self.sheets[key] not in (Sheet.OPEN if part == "judge" else Sheet.UNSIGNED):
            return
        parts = self.standing(key) | {part}
        self.signed[key] = (self.revision[key], parts)
        whole = parts >= ({"judge"} if key[0] else {"judge", "witness"})
        self.sheets[key] = "signed" if whole else "half_signed"

    def can_sign(self, key: Key) -> bool:
        panel = [(n, key[1]) for n in (1, 2, 3)] if key[0] else [key]
        whole = self.value[key] is not None and not any(self.alarm[one] for one in panel)
        return self.state == S.SCORING and (whole or self.sheets[key] not in Sheet.OPEN)

    @precondition(lambda self: self.state == S.SCORING)
    @rule(seat=seats, work=works, way=ways)
    def judge_signs(self, seat: int, work: int, way: str) -> None:
        key, by = (seat, work), self.whole.seats[seat].user
        self.do(
            way,
            lambda: signing.sign_sheet(sheet=self.sheet(key), by=by),
            may=self.can_sign(key),
            then=lambda _: self.signs(key, "judge"),
        )

    @precondition(lambda self: self.state == S.SCORING)
    @rule(work=works, way=ways)
    def second_judge_signs(self, work: int, way: str) -> None:
        key, by = (0, work), self.whole.seats[0].witness
        closed = self.sheets[key] not in Sheet.UNSIGNED
        may = self.can_sign(key) and (closed or "judge" in self.standing(key))
        self.do(
            way,
            lambda: signing.witness_sheet(sheet=self.sheet(key), by=by),
            may=may,
            then=lambda _: self.signs(key, "witness"),
        )

    @precondition(lambda self: self.state == S.SCORING)
    @rule(picked=st.sets(st.sampled_from(SHEETS), min_size=1), way=ways)
    def chief_signs(self, picked: set[Key], way: str) -> None:
        unready = [k for k in picked if self.sheets[k] not in (*Sheet.FINISHED, "signed") or self.alarm[k]]

        def then(count: int) -> None:
            fresh = [key for key in picked if self.sheets[key] == "signed"]
            assert count == len(fresh)
            self.sheets |= dict.fromkeys(fresh, "chief_signed")

        self.do(
            way,
            lambda: signing.chief_sign(
                event=self.event, sheets=[self.sheet(key) for key in picked], by=self.whole.marking.chief
            ),
            may=not unready,
            then=then,
        )

    @precondition(lambda self: self.state == S.SCORING)
    @rule(seat=seats, work=works, way=ways)
    def chief_reopens(self, seat: int, work: int, way: str) -> None:
        key = (seat, work)

        def then(_sheet: Sheet) -> None:
            if self.sheets[key] not in Sheet.OPEN:
                self.sheets[key] = "entered"
                self.signed.pop(key, None)

        self.do(
            way,
            lambda: signing.reopen_sheet(
                sheet=self.sheet(key), by=self.whole.marking.chief, reason="A reading was forgotten"
            ),
            may=self.state == S.SCORING,
            then=then,
        )

    @precondition(lambda self: self.state == S.SCORING)
    @rule()
    def all_is_signed(self) -> None:
        """Everybody does what is missing, so that most contests come to their end."""
        for _round in range(2):
            for key in SHEETS:
                if self.value[key] is None or self.alarm[key]:
                    self.send(
                        ONCE,
                        key,
                        self.a_mark(key, values=self.reading(key, 2)),
                        "saved",
                        self.as_kept(key, 2),
                    )
        for seat, work in SHEETS:
            if self.sheets[seat, work] in Sheet.OPEN:
                self.judge_signs(seat, work, ONCE)
        for work in range(2):
            self.second_judge_signs(work, ONCE)
        self.chief_signs(set(SHEETS), ONCE)
        for n in range(len(self.penalties)):
            self.chief_decides_penalty(n, False, ONCE)

    # --- penalties ---

    @property
    def open_penalties(self) -> bool:
        return any(state in ("proposed", "seconded") for state in self.penalties.values())

    @precondition(lambda self: self.state == S.SCORING and len(self.penalties) < 4)
    @rule(bench=works, judge=works, way=ways)
    def floor_judge_proposes(self, bench: int, judge: int, way: str) -> None:
        at, by = timezone.now(), self.whole.marking.floor[judge].user
        self.do(
            way,
            lambda: incidents.propose_penalty(
                code=self.bench(bench), rule=PENALTY, happened_at=at, note="went on", by=by
            ),
            may=self.state == S.SCORING,
            then=lambda record: self.penalties.update({record.pk: "proposed"}),
        )

    @precondition(lambda self: self.penalties)
    @rule(n=few, judge=works, way=ways)
    def other_judge_seconds(self, n: int, judge: int, way: str) -> None:
        pk, by = self.a_penalty(n), self.whole.marking.floor[judge].user
        stands = self.penalties[pk] in ("proposed", "seconded")
        own = PenaltyRecord.objects.get(pk=pk).proposed_by_id == by.pk
        self.do(
            way,
            lambda: incidents.second_penalty(record=self.penalty(pk), by=by),
            may=self.state == S.SCORING and stands and not own,
            then=lambda _: self.penalties.update({pk: "seconded"}),
        )

    @precondition(lambda self: self.penalties)
    @rule(n=few, way=ways)
    def contestant_signs(self, n: int, way: str) -> None:
        pk, by = self.a_penalty(n), self.whole.marking.floor[0].user
        may = self.state == S.SCORING and self.penalties[pk] in ("proposed", "seconded")
        self.do(way, lambda: incidents.note_contestant_signed(record=self.penalty(pk), by=by), may=may)

    @precondition(lambda self: self.penalties)
    @rule(n=few, who=works, way=ways)
    def supervisor_sees_refusal(self, n: int, who: int, way: str) -> None:
        pk, by = self.a_penalty(n), self.whole.watchers[who]
        may = self.penalties[pk] in ("proposed", "seconded")
        self.do(way, lambda: incidents.see_refusal(record=self.penalty(pk), by=by), may=may)

    @precondition(lambda self: self.penalties)
    @rule(n=few, approve=st.booleans(), way=ways)
    def chief_decides_penalty(self, n: int, approve: bool, way: str) -> None:
        pk = self.a_penalty(n)
        record = PenaltyRecord.objects.get(pk=pk)
        seen = record.contestant_signed or record.refusal_seen_by_id is not None
        wanted, state = "approved" if approve else "refused", self.penalties[pk]
        fits = (state == "seconded" and seen) if approve else state in ("proposed", "seconded")
        again = state == wanted and (seen or not approve)
        self.do(
            way,
            lambda: incidents.decide_penalty(
                record=self.penalty(pk), approve=approve, by=self.whole.marking.chief
            ),
            may=self.state in incidents.DECIDED_IN and (fits or again),
            then=lambda _: self.penalties.update({pk: wanted}),
        )

    def a_penalty(self, n: int) -> int:
        return sorted(self.penalties)[n % len(self.penalties)]
