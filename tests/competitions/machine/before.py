"""What a contest remembers before it is marked: the dicts that say what should stand, and the pages of everybody."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from hypothesis import strategies as st

from competitions.domain import (
    accepted,
    conflicts,
    draws,
    entries,
    event_setup,
    events,
    incidents,
    issuing,
    panels,
    rosters,
)
from competitions.models import Code, Draw, Entry, Event, Seat, Sheet, Waiver
from craft_site.people.models import Worker
from tests.competitions.announced_contest import (
    ALSO_JUDGE,
    BY_ROSTER,
    OF_THE_WORKS,
    PANEL,
    SEATS,
    Announced,
)
from tests.competitions.machine.steps import S, Steps

REVIEWED = (S.REGISTERING, S.ELIGIBILITY)
TAKING_PART = ("accepted", "checked_in")
ON_THE_LIST = (*TAKING_PART, "absent")
COUNTED = ("submitted", "unit_ok", "returned", *ON_THE_LIST)  # hold a place of their firm's quota
LAYERS = ("contestant", "station", "work")

everybody, contestants = st.integers(0, BY_ROSTER), st.integers(0, ALSO_JUDGE)
layers = st.sampled_from(LAYERS)
seats = st.sampled_from(sorted(SEATS))


@dataclass
class Card:
    """An entry. serial: of its reference number; asked: for the one second look."""

    state: str = "draft"
    years: int | None = None
    rules: bool = False
    public: bool = False
    serial: int | None = None
    asked: bool = False


@dataclass
class Lots:
    """A round of a draw. items: the contestants whose item is in the urn, as they were called then."""

    items: dict[str, int]
    labels: list[str]
    state: str = "committed"
    dice: str = ""
    asked: bool = False


@dataclass
class Chair:
    """A seat that somebody holds. waived: contestant -> who has agreed that this judge marks them all the same."""

    pk: int
    waived: dict[int, set[str]] = field(default_factory=dict)


class Before(Steps):
    """The model, from the announcement to the marking."""

    announced: Announced  # made once; each contest is rolled back to it
    refusals = (
        PermissionDenied,
        accepted.ListRefused,
        conflicts.ConflictRefused,
        draws.DrawRefused,
        entries.EntryRefused,
        event_setup.SetupRefused,
        events.MoveRefused,
        incidents.IncidentRefused,
        issuing.SheetsBlocked,
        panels.SeatRefused,
        rosters.RosterRefused,
    )

    def __init__(self) -> None:
        super().__init__()
        self.state = str(S.PUBLISHED)
        self.cards: dict[int, Card] = {}
        self.handed_in = 0
        self.lists: list[list[int]] = []
        self.stations = 2
        self.chairs: dict[str, Chair] = {}
        self.ties: set[tuple[str, int]] = {("result 1", 1), ("reserve", 3), ("reserve", 4)}
        self.rounds: dict[str, list[Lots]] = {layer: [] for layer in LAYERS}
        self.numbers: dict[str, dict[int, str]] = {layer: {} for layer in LAYERS}
        self.sheets: set[tuple[str, int]] = set()
        self.clocks: dict[int, str] = {}

    # --- what follows from the model ---

    def seated(self, *names: str) -> bool:
        return any(name in self.chairs for name in names)

    def of_firm(self, n: int) -> set[int]:
        works = {*OF_THE_WORKS, BY_ROSTER}
        return works if n in works else set(range(BY_ROSTER)) - works

    def counted_beside(self, n: int, states: tuple[str, ...] = COUNTED) -> int:
        """The other entries of the same firm in these states."""
        return sum(self.cards[m].state in states for m in self.of_firm(n) & self.cards.keys() if m != n)

    def an_official(self, n: int) -> bool:
        return n == ALSO_JUDGE and "reserve" in self.chairs

    def those(self, *states: str) -> list[int]:
        return [n for n, card in sorted(self.cards.items()) if card.state in states]

    def lots(self, layer: str) -> Lots | None:
        """The round that stands."""
        last = self.rounds[layer][-1] if self.rounds[layer] else None
        return None if last is None or last.state == "void" else last

    def drawn(self, layer: str) -> bool:
        lots = self.lots(layer)
        return lots is not None and lots.state == "drawn"

    def barred(self, seat: str, n: int) -> bool:
        """Tied, and not waived by two people."""
        agreed = self.chairs[seat].waived.get(n, set()) if seat in self.chairs else set()
        return (seat, n) in self.ties and agreed != {"chief", "supervisor"}

    @property
    def panel(self) -> list[str]:
        return [seat for seat in PANEL if seat in self.chairs]

    # --- pages ---

    @property
    def event(self) -> Event:
        return self.read("event", lambda: Event.objects.get(pk=self.announced.event.pk))

    def look_around(self) -> None:
        _ = self.event
        for n in range(ALSO_JUDGE + 1):
            self.worker(n)
        for n in self.cards:
            self.entry(n)
        for chair in self.chairs.values():
            self.seat(chair.pk)
        for layer in LAYERS:
            if self.rounds[layer]:
                self.draw(layer)

    def worker(self, n: int) -> Worker:
        pk = self.announced.workers[n].pk
        return self.read(f"worker {n}", lambda: Worker.objects.get(pk=pk))

    def entries_now(self) -> dict[int, Entry]:
        """By the model's number of the contestant."""
        numbers = {worker.pk: n for n, worker in enumerate(self.announced.workers)}
        found = Entry.objects.select_related("event", "worker", "employer")
        return {numbers.get(entry.worker_id, BY_ROSTER): entry for entry in found}

    def entry_now(self, n: int) -> Entry:
        return self.entries_now()[n]

    def entry(self, n: int) -> Entry:
        return self.read(f"entry {n}", lambda: self.entry_now(n))

    def seat(self, pk: int) -> Seat:
        return self.read(f"seat {pk}", lambda: Seat.objects.select_related("event", "user").get(pk=pk))

    def draw(self, layer: str) -> Draw:
        """The newest round."""
        number = len(self.rounds[layer])
        found = Draw.objects.for_page().filter(purpose=layer, round=number)
        return self.read(f"draw {layer} {number}", lambda: found.get())

    def waiver(self, name: str, n: int) -> Waiver:
        return Waiver.objects.get(seat=self.chairs[name].pk, entry=self.entry_now(n))

    # --- rows, in the words of the model ---

    def contestants_by_entry(self) -> dict[int, int]:
        return {entry.pk: n for n, entry in self.entries_now().items()}

    def contestants_by_code(self) -> dict[int, tuple[str, int, str]]:
        """Layer, contestant and number of each code, followed back here and not by the domain."""
        who = self.contestants_by_entry()
        codes = {code.pk: code for code in Code.objects.all()}
        found = {}
        for code in codes.values():
            first = code
            while first.parent_id is not None:
                first = codes[first.parent_id]
            found[code.pk] = (code.layer, who[first.entry_id or 0], code.number)
        return found

    def sheets_now(self) -> list[tuple[str, int]]:
        names = {chair.pk: name for name, chair in self.chairs.items()}
        codes = self.contestants_by_code()
        return sorted(
            (names[seat], codes[code][1]) for seat, code in Sheet.objects.values_list("seat_id", "code_id")
        )

    def official(self, seat: str) -> Any:
        return self.announced.officials[seat]
