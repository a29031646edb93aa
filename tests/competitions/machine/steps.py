"""How a step of a contest is done and compared, whatever the step and whatever the model beside it.

Once; again with what was read anew; again with what was read before it was done, as a double click does; with pages
that were read long ago; cut off right before the commit, or right behind its line in the ledger.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any
from unittest.mock import patch

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from competitions.models import Event
from craft_site.ledger import chain
from tests.competitions.whole_contest import standings, strange_moves, written

ONCE, AGAIN, DOUBLE, OLD, CRASH, CUT = "once", "again", "double", "old", "crash", "cut"
ways = st.sampled_from([ONCE, ONCE, AGAIN, DOUBLE, OLD, CRASH, CUT])
few = st.integers(0, 5)
S = Event.State


class Crash(Exception):
    """The program ends here."""


def _cutting(*args: Any, insert: Callable[..., None] = chain.insert_rows) -> None:
    insert(*args)
    raise Crash


class Steps(RuleBasedStateMachine):
    """What a request reads, and how a verb is done in each of the ways. A model says the rest."""

    refusals: tuple[type[Exception], ...] = (PermissionDenied,)

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.pages: dict[str, Any] = {}
        self.stale = False
        self.moved = standings()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def read(self, name: str, now: Callable[[], Any]) -> Any:
        """A row as the request has it: read now, or when the page was opened."""
        if not self.stale:
            return now()
        if name not in self.pages:
            self.pages[name] = now()
        return deepcopy(self.pages[name])

    def look_around(self) -> None:
        """Reads everything there is to be read, by `read`."""
        raise NotImplementedError

    @rule()
    def open_pages(self) -> None:
        """Everybody opens the pages of everything there is; some of them send their forms much later."""
        was, self.stale = self.stale, True
        self.pages.clear()
        self.look_around()
        self.stale = was

    def do(
        self,
        way: str,
        verb: Callable[[], Any],
        *,
        may: bool,
        then: Callable[[Any], Any] | None = None,
        outermost: bool = False,
    ) -> None:
        """One step. may: whether the model allows it; then: what the model makes of it; outermost: of a verb that
        keeps files and so insists on the outermost transaction.

        What the model refuses raises a refusal or changes nothing at all.
        """
        before = written()
        self.stale = way in (OLD, DOUBLE)
        if way == DOUBLE:
            self.open_pages()
        try:
            if way == CRASH and not outermost:
                with suppress(Crash, *self.refusals), transaction.atomic():
                    verb()
                    raise Crash
                assert written() == before
                return
            refusal = result = None
            try:
                result = self._cut(verb) if way in (CUT, CRASH) else verb()
            except Crash:
                assert written() == before
                return
            except self.refusals as raised:
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

    def _cut(self, verb: Callable[[], Any]) -> Any:
        """Only the transaction that the verb itself has opened can take back what it has written so far."""
        with patch.object(chain, "insert_rows", _cutting):
            return verb()


def play(machine: type[Steps], *, contests: int, steps: int, soak: int) -> None:
    """As many contests of as many steps, the same ones every time unless they are soaked."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=contests * soak,
            stateful_step_count=steps,
            deadline=None,
            derandomize=soak == 1,
            database=None,
            print_blob=False,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
