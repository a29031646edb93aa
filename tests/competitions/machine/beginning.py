"""A contest from its announcement to its marking, and what holds in it whatever is done."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from competitions.models import AcceptedList, Code, Draw, Entry, Event, Seat, Waiver
from craft_site.kit import draw as kit
from tests.competitions.announced_contest import (
    PLACES,
    QUOTA,
    Announced,
    untold_before_marking,
)
from tests.competitions.machine.before import ON_THE_LIST, contestants
from tests.competitions.machine.hall import Hall
from tests.competitions.machine.steps import ways


class Beginning(Hall):
    announced: Announced

    @initialize(
        stage=st.sampled_from([0, 1, 1, 2, 3, 3, 4, 5]), who=st.sets(contestants, min_size=1, max_size=3)
    )
    def begins_at(self, stage: int, who: set[int]) -> None:
        """Some contests have come far already."""
        deeds = [
            lambda: self.some_enter(who),
            self.all_are_decided,
            self.list_is_frozen_and_numbers_are_drawn,
            lambda: self.they_come_and_begin(False),
            self.they_work_and_hand_in,
        ]
        for deed in deeds[:stage]:
            deed()

    @rule(what=st.integers(0, 13), n=st.integers(0, 5), way=ways)
    def somebody_is_early_or_late(self, what: int, n: int, way: str) -> None:
        """What belongs before a state or after it, whatever the state."""
        if not self.cards:
            return
        layer = ("contestant", "station", "work")[n % 3]
        [
            lambda: self.contestant_starts(n % 5, way),
            lambda: self.contestant_answers(n, 5, way),
            lambda: self.contestant_agrees(n, True, False, way),
            lambda: self.contestant_hands_in(n, way),
            lambda: self.contestant_withdraws(n, 0, way),
            lambda: self.contestant_asks_for_a_second_look(n, way),
            lambda: self.contact_loads_the_roster(3, way),
            lambda: self.office_publishes_the_list(way),
            lambda: self.coding_judge_freezes_a_list(layer, way),
            lambda: self.contestant_comes(n, False, way),
            lambda: self.contestant_is_not_there(n, way),
            lambda: self.contestant_comes_late(n, False, way),
            lambda: self.floor_judge_starts_the_clocks(way),
            lambda: self.sheets_are_issued("office", way),
        ][what]()

    # --- what always holds ---

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        assert Event.objects.get(pk=self.announced.event.pk).state == self.state
        there = self.entries_now()
        assert Entry.objects.count() == len(there)
        assert there.keys() == self.cards.keys()
        for n, card in self.cards.items():
            entry = there[n]
            found = (entry.state, entry.trade_years, entry.agreed_publicity_at is not None)
            assert (n, *found) == (n, card.state, card.years, card.public)
            assert (n, entry.agreed_rules_at is not None) == (n, card.rules)
            serial = int(entry.reference.rpartition("-")[2]) if entry.reference else None
            assert (n, serial) == (n, card.serial)
        who = {entry.pk: n for n, entry in there.items()}
        lists = AcceptedList.objects.order_by("number").prefetch_related("rows")
        assert [[who[row.entry_id] for row in one.rows.all()] for one in lists] == self.lists

    @invariant()
    def nobody_takes_the_place_of_another(self) -> None:
        assert len(self.those(*ON_THE_LIST)) <= PLACES
        for one in (0, 3):
            assert len(self.of_firm(one) & set(self.those(*ON_THE_LIST))) <= QUOTA

    @invariant()
    def every_number_is_one_contestants(self) -> None:
        """Numbers, benches and codes: those of the model, each once, and none twice for one entry."""
        said = [(layer, n, number) for layer, of in self.numbers.items() for n, number in of.items()]
        assert sorted(self.contestants_by_code().values()) == sorted(said)
        benches = list(Code.objects.filter(layer="station").values_list("session", "station"))
        assert len(set(benches)) == len(benches)

    @invariant()
    def a_draw_is_what_anybody_computes_again(self) -> None:
        for layer, rounds in self.rounds.items():
            found = list(Draw.objects.filter(purpose=layer).order_by("round"))
            assert [draw.state for draw in found] == [lots.state for lots in rounds]
            for draw, lots in zip(found, rounds, strict=True):
                assert (draw.dice, draw.labels) == (lots.dice, lots.labels)
                assert (draw.void_asked_by_id is not None) == lots.asked
                if draw.seed:
                    assert (
                        kit.verify_draw(
                            items=lots.items,
                            list_hash=draw.list_hash,
                            commitment=draw.commitment,
                            secret=draw.secret.reveal(),
                            dice=lots.dice,
                            seed=draw.seed,
                            order=[slot.item for slot in draw.slots.all()],
                        )
                        == ()
                    )

    @invariant()
    def judges_sit_where_they_may(self) -> None:
        held = {seat.pk for seat in Seat.objects.taken()}
        assert held == {chair.pk for chair in self.chairs.values()}
        officials = Seat.objects.taken().values_list("user", flat=True)
        assert not Entry.objects.filter(worker__user__in=officials, state__in=ON_THE_LIST).exists()
        assert self.sheets_now() == sorted(self.sheets)
        for waiver in Waiver.objects.filter(seat__in=held):
            [chair] = [chair for chair in self.chairs.values() if chair.pk == waiver.seat_id]
            agreed = {part for part in ("chief", "supervisor") if getattr(waiver, part) is not None}
            assert agreed == chair.waived[self.contestants_by_entry()[waiver.entry_id]]

    @invariant()
    def every_fact_has_its_line(self) -> None:
        assert untold_before_marking(self.announced.event) == []

    def all_that_always_holds(self) -> None:
        self.rows_are_as_the_model_says()
        self.nobody_takes_the_place_of_another()
        self.every_number_is_one_contestants()
        self.a_draw_is_what_anybody_computes_again()
        self.judges_sit_where_they_may()
        self.every_fact_has_its_line()
