"""The draws: a list frozen, dice thrown before two people, numbers made; a draw voided by two people."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from competitions.domain import draw_voiding, draws
from competitions.models import Draw
from craft_site.kit import draw as kit
from tests.competitions.machine.before import LAYERS, ON_THE_LIST, Before, Lots, layers
from tests.competitions.machine.steps import CRASH, CUT, OLD, ONCE, S, ways

OPEN_IN = {
    "contestant": (S.BRIEFED, S.FROZEN),
    "station": (S.FROZEN, S.RUNNING),
    "work": (S.RUNNING, S.SCORING),
}
throws = st.sampled_from(["4 6 1 3 5 2", "4 6 1 3 5 2", "1 1 2 3 5 6"])
watchers = st.sampled_from(["supervisor", "watcher"])
DICE = "4 6 1 3 5 2"


class Drawing(Before):
    def later(self, layer: str) -> str | None:
        at = LAYERS.index(layer) + 1
        return LAYERS[at] if at < len(LAYERS) else None

    def earlier(self, layer: str) -> str | None:
        at = LAYERS.index(layer)
        return LAYERS[at - 1] if at else None

    def urn(self, layer: str) -> dict[str, int]:
        """What goes in, and whom it stands for."""
        if layer == "contestant":
            there = self.entries_now()
            return {str(there[n].uuid): n for n in self.those(*ON_THE_LIST)}
        numbers = self.numbers[LAYERS[LAYERS.index(layer) - 1]]
        return {numbers[n]: n for n in self.those("checked_in") if n in numbers}

    def labels(self, layer: str, size: int) -> list[str]:
        if layer == "station":
            return [f"S-{session}{n:02d}" for session in (1, 2) for n in range(1, self.stations + 1)][:size]
        return [f"C-{n:03d}" if layer == "contestant" else f"W-{n:02d}" for n in range(1, size + 1)]

    @precondition(lambda self: self.state in (S.BRIEFED, S.FROZEN, S.RUNNING, S.SCORING))
    @rule(layer=layers, way=ways)
    def coding_judge_freezes_a_list(self, layer: str, way: str) -> None:
        standing, earlier = self.lots(layer), self.earlier(layer)
        urn = self.urn(layer)
        fits = self.state in OPEN_IN[layer] and (earlier is None or self.drawn(earlier))
        room = layer != "station" or len(urn) <= 2 * self.stations

        def then(_draw: Draw) -> None:
            if standing is None:
                self.rounds[layer].append(Lots(urn, self.labels(layer, len(urn))))
                for n in self.those("accepted") if layer == "station" else ():
                    self.cards[n].state = "absent"

        again = standing is not None and standing.state == "committed"
        self.do(
            way,
            lambda: draws.commit_draw(event=self.event, purpose=layer, by=self.official("coding")),
            may="coding" in self.chairs and (again or (standing is None and fits and room and bool(urn))),
            then=then,
        )

    def waits(self, layer: str) -> Lots | None:
        """The round that waits for its dice."""
        lots = self.lots(layer)
        return lots if lots is not None and lots.state == "committed" and not lots.asked else None

    @precondition(lambda self: any(self.rounds.values()))
    @rule(layer=layers, dice=throws, way=ways)
    def coding_judge_throws(self, layer: str, dice: str, way: str) -> None:
        if not self.rounds[layer]:
            return
        lots = self.waits(layer)

        def then(_draw: Draw) -> None:
            assert lots is not None
            lots.dice = dice

        self.do(
            way,
            lambda: draws.throw(draw=self.draw(layer), dice=dice, by=self.official("coding")),
            may="coding" in self.chairs and lots is not None,
            then=then,
        )

    @precondition(lambda self: any(self.rounds.values()))
    @rule(layer=layers, dice=throws, who=watchers, way=ways)
    def supervisor_witnesses(self, layer: str, dice: str, who: str, way: str) -> None:
        if not self.rounds[layer]:
            return
        lots, last = self.waits(layer), self.rounds[layer][-1]
        mine = Draw.objects.filter(witnessed_by=self.official(who), state="drawn", purpose=layer).exists()

        def then(draw: Draw) -> None:
            if not mine:
                last.state = "drawn"
                self.numbers[layer] = self.as_drawn(last, draw.secret.reveal())

        self.do(
            way,
            lambda: draws.witness_throw(draw=self.draw(layer), dice=dice, by=self.official(who)),
            may=who in self.chairs and (mine or (lots is not None and lots.dice == dice)),
            then=then,
        )

    def as_drawn(self, lots: Lots, secret: str) -> dict[int, str]:
        """Contestants and their numbers, by what was frozen, committed and thrown."""
        seed = kit.seed(kit.list_hash(lots.items), secret, lots.dice)
        order = kit.drawn_order(seed, lots.items)
        return {lots.items[lot.item]: lots.labels[lot.position - 1] for lot in order}

    # --- voided ---

    def something_hangs_on(self, layer: str) -> bool:
        later = self.later(layer)
        if later is not None and self.lots(later) is not None:
            return True
        return bool(self.sheets) if layer == "work" else layer == "station" and bool(self.clocks)

    @precondition(lambda self: any(self.rounds.values()))
    @rule(layer=layers, sure=st.booleans(), way=ways)
    def coding_judge_asks_to_void(self, layer: str, sure: bool, way: str) -> None:
        if not self.rounds[layer] or not sure:
            return
        lots = self.lots(layer)

        def then(_draw: Draw) -> None:
            assert lots is not None
            lots.asked = True

        self.do(
            way,
            lambda: draw_voiding.ask_to_void(
                draw=self.draw(layer), reason="A ball was missing", by=self.official("coding")
            ),
            may="coding" in self.chairs and lots is not None and not self.something_hangs_on(layer),
            then=then,
        )

    @precondition(lambda self: any(lots.asked for rounds in self.rounds.values() for lots in rounds))
    @rule(layer=layers, who=st.sampled_from(["chief", "supervisor", "coding"]), way=ways)
    def draw_is_voided(self, layer: str, who: str, way: str) -> None:
        """Whoever asked does not decide."""
        if not self.rounds[layer]:
            return
        last = self.rounds[layer][-1]
        done = last.state == "void"

        def then(_draw: Draw) -> None:
            if not done:
                last.state = "void"
                self.numbers[layer] = {}

        self.do(
            way,
            lambda: draw_voiding.void_draw(draw=self.draw(layer), by=self.official(who)),
            may=who != "coding"
            and who in self.chairs
            and (done or (last.asked and not self.something_hangs_on(layer))),
            then=then,
        )

    @precondition(lambda self: any(lots.asked for rounds in self.rounds.values() for lots in rounds))
    @rule(
        layer=layers,
        who=st.sampled_from(["chief", "supervisor"]),
        way=st.sampled_from([ONCE, OLD, CRASH, CUT]),
    )
    def draw_is_kept(self, layer: str, who: str, way: str) -> None:
        if not self.rounds[layer]:
            return
        lots = self.lots(layer)

        def then(_draw: Draw) -> None:
            assert lots is not None
            lots.asked = False

        self.do(
            way,
            lambda: draw_voiding.keep_draw(draw=self.draw(layer), by=self.official(who)),
            may=who in self.chairs and lots is not None and lots.asked,
            then=then,
        )

    def lots_are_drawn(self, layer: str) -> None:
        self.draw_is_kept(layer, "chief", ONCE)
        self.coding_judge_freezes_a_list(layer, ONCE)
        self.coding_judge_throws(layer, DICE, ONCE)
        self.supervisor_witnesses(layer, DICE, "supervisor", ONCE)
