"""The day itself: who comes, who comes late, the clocks at the benches."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from competitions.domain import check_in, incidents
from competitions.models import Code, Entry
from tests.competitions.machine.drawing import Drawing
from tests.competitions.machine.registration import Registration
from tests.competitions.machine.seating import Seating
from tests.competitions.machine.steps import ONCE, S, few, ways

COMES_IN = (S.FROZEN, S.RUNNING)
AFTER_THE_DOOR = timedelta(
    hours=2
)  # an hour until the first session begins, and the door stays open a little longer


class Hall(Registration, Seating, Drawing):
    def a_number(self, n: int) -> int | None:
        """Who stands at the door is looked up by the contestant number."""
        found = sorted(self.numbers["contestant"])
        return found[n % len(found)] if found else None

    def at(self, too_late: bool) -> Any:
        return self.event.sessions.get(number=1).starts_at + AFTER_THE_DOOR if too_late else None

    @precondition(lambda self: self.state in COMES_IN and self.numbers["contestant"])
    @rule(n=few, too_late=st.sampled_from([False, False, False, True]), way=ways)
    def contestant_comes(self, n: int, too_late: bool, way: str) -> None:
        if (one := self.a_number(n)) is None:
            return
        card, at = self.cards[one], self.at(too_late)
        opened = self.state in COMES_IN and self.lots("station") is None and not too_late
        by = self.official("coding") if n % 2 and "coding" in self.chairs else self.announced.office

        def then(_entry: Entry) -> None:
            card.state = "checked_in"

        self.do(
            way,
            lambda: check_in.check_in(entry=self.entry(one), by=by, at=at),
            may=card.state == "checked_in" or (opened and card.state in ("accepted", "absent")),
            then=then,
        )

    @precondition(lambda self: self.state in COMES_IN and self.numbers["contestant"])
    @rule(n=few, way=ways)
    def contestant_is_not_there(self, n: int, way: str) -> None:
        if (one := self.a_number(n)) is None:
            return
        card = self.cards[one]
        opened = self.state in COMES_IN and self.lots("station") is None

        def then(_entry: Entry) -> None:
            card.state = "absent"

        self.do(
            way,
            lambda: check_in.mark_absent(entry=self.entry(one), by=self.announced.office),
            may=card.state == "absent" or (opened and card.state in ("accepted", "checked_in")),
            then=then,
        )

    @precondition(lambda self: self.state in COMES_IN and self.numbers["station"])
    @rule(n=few, too_late=st.sampled_from([False, False, False, True]), way=ways)
    def contestant_comes_late(self, n: int, too_late: bool, way: str) -> None:
        if (one := self.a_number(n)) is None:
            return
        card, at, stations = self.cards[one], self.at(too_late), self.numbers["station"]
        there = one in stations and card.state == "checked_in"
        places = [f"S-{session}{n:02d}" for session in (1, 2) for n in range(1, self.stations + 1)]
        free = [place for place in places if place not in stations.values()]
        opened = self.state in COMES_IN and self.drawn("station") and self.lots("work") is None

        def then(code: Code) -> None:
            if not there:
                assert code.number == free[0]
                card.state, stations[one] = "checked_in", code.number

        self.do(
            way,
            lambda: check_in.admit_late(
                entry=self.entry(one), reason="The bus", by=self.announced.office, at=at
            ),
            may=there or (opened and not too_late and card.state == "absent" and bool(free)),
            then=then,
        )

    # --- at the benches ---

    def benches(self) -> list[Code]:
        return list(Code.objects.filter(layer="station").order_by("number"))

    @precondition(lambda self: self.numbers["station"])
    @rule(way=ways)
    def floor_judge_starts_the_clocks(self, way: str) -> None:
        benches = self.benches()

        def then(count: int) -> None:
            fresh = self.numbers["station"].keys() - self.clocks.keys()
            assert count == len(fresh)
            self.clocks |= dict.fromkeys(fresh, "runs")

        self.do(
            way,
            lambda: incidents.start_play(event=self.event, codes=benches, by=self.official("floor")),
            may="floor" in self.chairs and self.state in (S.RUNNING, S.SCORING),
            then=then,
        )

    @precondition(lambda self: self.clocks)
    @rule(way=ways)
    def floor_judge_stops_the_clocks(self, way: str) -> None:
        benches = self.benches()

        def then(count: int) -> None:
            assert count == list(self.clocks.values()).count("runs")
            self.clocks = dict.fromkeys(self.clocks, "over")

        self.do(
            way,
            lambda: incidents.stop_play(event=self.event, codes=benches, by=self.official("floor")),
            may="floor" in self.chairs and self.state in (S.RUNNING, S.SCORING),
            then=then,
        )

    # --- all of it, so that most contests come to their end ---

    @precondition(lambda self: self.state == S.BRIEFED)
    @rule()
    def list_is_frozen_and_numbers_are_drawn(self) -> None:
        self.judges_sit()
        self.office_sets_the_benches(2, ONCE)
        self.lots_are_drawn("contestant")
        self.office_moves_the_event(S.FROZEN, ONCE)

    @precondition(lambda self: self.state == S.FROZEN)
    @rule(missing=st.booleans())
    def they_come_and_begin(self, missing: bool) -> None:
        self.judges_sit()
        self.lots_are_drawn("contestant")
        for n in range(len(self.numbers["contestant"]) - missing):
            self.contestant_comes(n, False, ONCE)
        self.lots_are_drawn("station")
        self.office_moves_the_event(S.RUNNING, ONCE)

    @precondition(lambda self: self.state == S.RUNNING)
    @rule()
    def they_work_and_hand_in(self) -> None:
        self.judges_sit()
        if self.numbers["station"]:
            self.floor_judge_starts_the_clocks(ONCE)
            self.floor_judge_stops_the_clocks(ONCE)
        self.lots_are_drawn("work")
        if self.numbers["station"]:
            self.sheets_are_issued("coding", ONCE)
        self.office_moves_the_event(S.SCORING, ONCE)
