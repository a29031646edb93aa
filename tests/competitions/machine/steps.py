"""How a step of the contest is done and compared, and the dicts that say what should stand."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from copy import deepcopy
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
)

from competitions.domain import (
    appeals,
    codes,
    corrections,
    events,
    incidents,
    marking,
    rechecks,
    releases,
    signing,
)
from competitions.models import (
    Appeal,
    Code,
    CorrectionOrder,
    ErrorNotice,
    Event,
    PenaltyRecord,
    Recheck,
    RecheckItem,
    Sheet,
)
from craft_site.ledger.chain import append
from tests.competitions.whole_contest import (
    Whole,
    standings,
    strange_moves,
    written,
)

REFUSALS = (
    PermissionDenied,
    signing.SigningRefused,
    signing.LockRefused,
    rechecks.RecheckRefused,
    corrections.CorrectionRefused,
    codes.DecodingRefused,
    releases.PublishingBlocked,
    appeals.AppealRefused,
    incidents.IncidentRefused,
    events.MoveRefused,
)
ONCE, AGAIN, DOUBLE, OLD, CRASH = "once", "again", "double", "old", "crash"
ways = st.sampled_from([ONCE, ONCE, AGAIN, DOUBLE, OLD, CRASH])
seats, works, few = st.integers(0, 3), st.integers(0, 1), st.integers(0, 5)
values = st.sampled_from([2, 2, 2, 1, 3, 0])
S = Event.State
DEVICE = uuid4()


class Crash(Exception):
    """The program ends here."""


def crashing(*args: Any, **fields: Any) -> None:
    append(*args, **fields)
    raise Crash


Key = tuple[int, int]  # seat, work
SHEETS: list[Key] = [(seat, work) for seat in range(4) for work in range(2)]


class Steps(RuleBasedStateMachine):
    """The model, what a request reads, and how a verb is done in each of the ways."""

    whole: Whole  # made once; each contest is rolled back to it

    # --- the model and how a step is done ---

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.state = str(S.SCORING)
        self.value: dict[Key, int | None] = {
            (seat, work): 2 if seat else 7 - work for seat, work in SHEETS
        }  # what the current mark says: good points of seven, or the judge's value
        self.revision = dict.fromkeys(SHEETS, 1)
        self.sheets: dict[Key, str] = dict.fromkeys(SHEETS, "entered")
        self.alarm = dict.fromkeys(SHEETS, False)
        self.signed: dict[Key, tuple[int, set[str]]] = {}  # revision, who signed it
        self.sent: list[tuple[Key, marking.NewMark]] = []  # acknowledged marks
        self.penalties: dict[int, str] = {}
        self.published: dict[int, tuple[str, Any]] = {}  # version -> hash, what it was computed from
        self.pages: dict[str, Any] = {}
        self.stale = False
        self.moved = standings()
        self.lines = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    @property
    def event(self) -> Event:
        return self.read("event", lambda: Event.objects.get(pk=self.whole.marking.event.pk))

    def read(self, name: str, now: Callable[[], Any]) -> Any:
        """A row as the request has it: read now, or when the page was opened."""
        if not self.stale:
            return now()
        if name not in self.pages:
            self.pages[name] = now()
        return deepcopy(self.pages[name])

    def sheet(self, key: Key) -> Sheet:
        seat, work = self.whole.seats[key[0]], self.whole.marking.works[key[1]]
        return self.read(f"sheet {key}", lambda: Sheet.objects.for_list().get(seat=seat, code=work))

    def do(
        self,
        way: str,
        verb: Callable[[], Any],
        *,
        may: bool,
        then: Callable[[Any], Any] | None = None,
        outermost: bool = False,
    ) -> None:
        """One step. may: whether the model allows it; then: what the model makes of it.

        What the model refuses raises a refusal or changes nothing at all.
        """
        # A verb that keeps files insists on the outermost transaction; there the crash comes behind its last line.
        around = nullcontext if outermost else transaction.atomic
        before = written()
        self.stale = way in (OLD, DOUBLE)
        if way != OLD and self.stale:
            self.pages.clear()
            self.open_pages()
        try:
            if way == CRASH:
                with suppress(Crash, *REFUSALS), patch.object(appeals, "append", crashing), around():
                    verb()
                    raise Crash
                assert written() == before
                return
            refusal = result = None
            try:
                with around():
                    result = verb()
            except REFUSALS as raised:
                refusal = raised
            after, stood, self.moved = written(), self.moved, standings()
            assert strange_moves(stood, self.moved) == []
            if refusal is not None:
                assert not may or way == OLD, f"refused: {refusal}"
                assert after == before
                return
            if not may:
                assert after == before
                return
            if then is not None:
                then(result)
            if way in (AGAIN, DOUBLE):
                again = verb()
                assert written() == after
                assert isinstance(result, int) or again == result
        finally:
            self.stale = False

    # --- pages ---

    @rule()
    def open_pages(self) -> None:
        """Everybody opens the pages of everything there is; some of them send their forms much later."""
        was, self.stale = self.stale, True
        self.pages.clear()
        _ = self.event
        for key in SHEETS:
            self.sheet(key)
        for n in range(2):
            self.bench(n)
        for pk in self.penalties:
            self.penalty(pk)
        for item in RecheckItem.objects.all():
            self.item(item.pk)
        for notice in ErrorNotice.objects.all():
            self.notice(notice.pk)
        for order in CorrectionOrder.objects.all():
            self.order(order.pk)
        for appeal in Appeal.objects.all():
            self.appeal(appeal.pk)
        self.recheck()
        self.stale = was

    def bench(self, n: int) -> Code:
        pk = self.whole.marking.benches[n].pk
        return self.read(f"bench {n}", lambda: Code.objects.select_related("event").get(pk=pk))

    def penalty(self, pk: int) -> PenaltyRecord:
        found = PenaltyRecord.objects.select_related("code__event")
        return self.read(f"penalty {pk}", lambda: found.get(pk=pk))

    def item(self, pk: int) -> RecheckItem:
        found = RecheckItem.objects.for_list()
        return self.read(f"item {pk}", lambda: found.get(pk=pk))

    def notice(self, pk: int) -> ErrorNotice:
        found = ErrorNotice.objects.select_related("item__recheck__event", "item__sheet")
        return self.read(f"notice {pk}", lambda: found.get(pk=pk))

    def order(self, pk: int) -> CorrectionOrder:
        found = CorrectionOrder.objects.for_list()
        return self.read(f"order {pk}", lambda: found.get(pk=pk))

    def appeal(self, pk: int) -> Appeal:
        return self.read(f"appeal {pk}", lambda: Appeal.objects.for_list().get(pk=pk))

    def recheck(self) -> Recheck | None:
        found = Recheck.objects.in_force().select_related("event")
        return self.read("recheck", lambda: found.first())
