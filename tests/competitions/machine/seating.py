"""Benches and judges: seats given and left, ties declared and waived, sheets issued."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from competitions.domain import conflicts, event_setup, issuing, panels
from competitions.models import Declaration, Seat, Waiver
from tests.competitions.announced_contest import ALSO_JUDGE, PANEL, SEATS
from tests.competitions.machine.before import ON_THE_LIST, Before, Chair, everybody, seats
from tests.competitions.machine.steps import CRASH, CUT, ONCE, S, ways

MAY_LEAVE = ("measuring", "result 1", "result 2", "reserve", "watcher", "coding")
BY_WORDS = "result 2"  # who has no record as a worker, and so declares in words alone
declared = st.integers(0, 3)


class Seating(Before):
    @rule(count=st.sampled_from([2, 2, 1]), way=ways)
    def office_sets_the_benches(self, count: int, way: str) -> None:
        fixed = self.lots("station") is not None

        def then(_nothing: None) -> None:
            self.stations = count

        self.do(
            way,
            lambda: event_setup.set_stations(
                event=self.event, count=count, unusable=(), by=self.announced.office
            ),
            may=count == self.stations or not fixed,
            then=then,
        )

    @rule(name=seats, way=ways)
    def office_gives_a_seat(self, name: str, way: str) -> None:
        """Whoever has entered judges nothing."""
        entered = self.cards[ALSO_JUDGE].state if ALSO_JUDGE in self.cards else "withdrawn"

        def then(seat: Seat) -> None:
            self.chairs.setdefault(name, Chair(seat.pk))
            assert self.chairs[name].pk == seat.pk

        self.do(
            way,
            lambda: panels.give_seat(
                event=self.event,
                user=self.official(name),
                by=self.announced.office,
                witness=self.announced.second_reader if name == "measuring" else None,
                **SEATS[name],
            ),
            may=name != "reserve" or entered in ("refused", "withdrawn"),
            then=then,
        )

    @precondition(lambda self: self.chairs)
    @rule(name=st.sampled_from(MAY_LEAVE), sure=st.booleans(), way=ways)
    def judge_leaves(self, name: str, sure: bool, way: str) -> None:
        if name not in self.chairs or not sure:
            return
        pk = self.chairs[name].pk

        def then(_seat: Seat) -> None:
            self.chairs.pop(name, None)
            self.sheets = {(held, n) for held, n in self.sheets if held != name}

        self.do(
            way, lambda: panels.leave_seat(seat=self.seat(pk), by=self.announced.office), may=True, then=then
        )

    # --- ties ---

    @rule(n=declared, way=ways)
    def judge_declares_a_tie(self, n: int, way: str) -> None:
        """With name and firm, so that the words fit one worker and are matched at once."""
        worker = self.announced.workers[n]
        firm = worker.employer
        assert firm is not None

        def then(_declaration: Declaration) -> None:
            self.ties.add((BY_WORDS, n))

        self.do(
            way,
            lambda: conflicts.declare(
                judge=self.official(BY_WORDS), kind="kin", person_name=worker.name, employer_name=firm.name
            ),
            may=True,
            then=then,
        )

    @precondition(lambda self: any(seat == BY_WORDS for seat, _n in self.ties))
    @rule(way=ways)
    def office_sets_a_declaration_aside(self, way: str) -> None:
        found = Declaration.objects.standing().order_by("pk").select_related("worker")[0]
        assert found.worker is not None
        n = [worker.pk for worker in self.announced.workers].index(found.worker.pk)

        def then(_declaration: Declaration) -> None:
            self.ties.discard((BY_WORDS, n))

        self.do(
            way,
            lambda: conflicts.set_aside(declaration=found, by=self.announced.office),
            may=True,
            then=then,
        )

    @precondition(lambda self: self.chairs and self.cards)
    @rule(seat=st.sampled_from(PANEL), n=everybody, who=st.sampled_from(["chief", "supervisor"]), way=ways)
    def official_waives(self, seat: str, n: int, who: str, way: str) -> None:
        tied = sorted(pair for pair in self.ties if pair[0] in self.chairs and pair[1] in self.cards)
        if tied:  # mostly one that there is
            seat, n = tied[n % len(tied)]
        if seat not in self.chairs or n not in self.cards:
            return
        fits = (seat, n) in self.ties and self.cards[n].state in ON_THE_LIST

        def then(_waiver: Waiver) -> None:
            self.chairs[seat].waived.setdefault(n, set()).add(who)

        self.do(
            way,
            lambda: conflicts.waive(
                seat=self.seat(self.chairs[seat].pk),
                entry=self.entry(n),
                reason="Nobody else knows it",
                by=self.official(who),
            ),
            may=who in self.chairs and fits,
            then=then,
        )

    @precondition(lambda self: any(len(who) == 1 for c in self.chairs.values() for who in c.waived.values()))
    @rule(who=st.sampled_from(["chief", "supervisor"]), way=st.sampled_from([ONCE, CRASH, CUT]))
    def official_refuses_a_waiver(self, who: str, way: str) -> None:
        seat, n = next(
            (seat, n)
            for seat, chair in sorted(self.chairs.items())
            for n, agreed in sorted(chair.waived.items())
            if len(agreed) == 1
        )

        def then(_nothing: None) -> None:
            del self.chairs[seat].waived[n]

        self.do(
            way,
            lambda: conflicts.refuse_waiver(waiver=self.waiver(seat, n), by=self.official(who)),
            may=who in self.chairs,
            then=then,
        )

    # --- sheets ---

    def wanted_sheets(self) -> set[tuple[str, int]] | None:
        """One measuring judge and three of the panel for each work, none of them tied; None where they lack."""
        found = set()
        for n in self.numbers["work"]:
            free = [seat for seat in self.panel if not self.barred(seat, n)]
            free.sort(key=lambda seat: (seat, n) not in self.sheets)  # who has the sheet keeps it
            if "measuring" not in self.chairs or len(free) < 3:
                return None
            found |= {("measuring", n), *((seat, n) for seat in free[:3])}
        return found

    @precondition(lambda self: self.numbers["station"])
    @rule(who=st.sampled_from(["chief", "coding", "office"]), way=ways)
    def sheets_are_issued(self, who: str, way: str) -> None:
        wanted = self.wanted_sheets()
        by = self.announced.office if who == "office" else self.official(who)
        there = set(self.numbers["station"]) & set(self.those("checked_in"))

        def then(_nothing: None) -> None:
            self.sheets = {pair for pair in self.sheets if not self.barred(*pair)} | (wanted or set())

        def verb() -> None:
            issuing.issue_sheets(event=self.event, by=by)

        self.do(
            way,
            verb,
            may=self.state in (S.FROZEN, S.RUNNING, S.SCORING)
            and (who == "office" or who in self.chairs)
            and bool(there)
            and wanted is not None,
            then=then,
        )

    @rule()
    def judges_sit(self) -> None:
        for name in SEATS:
            if name != "reserve" and name not in self.chairs:
                self.office_gives_a_seat(name, ONCE)
