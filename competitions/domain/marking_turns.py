"""Whoever has the turn writes for all who wait: one transaction for several requests.

Marks of one event are taken one after another by the database anyway (domain.marking). While one request commits,
others come; instead of standing in line for a commit each, they are written by the next of them in one.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from django.db import Error

W = TypeVar("W")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Place(Generic[W, R]):
    """One in the line. result: written by whoever had the turn; alone: nobody else writes it."""

    work: W
    result: R | None = None
    alone: bool = False


class Turns(Generic[W, R]):
    """turns(work) returns what `alone(work)` returns, or this work's part of what `together(works)` returns.

    fits(works, work): whether the work may be written in one transaction with these. together: one transaction, all or
    nothing; when the database refuses it, each of the works is done alone, by its own thread and with its own error.
    This is a comfort of one process and guards nothing.
    """

    def __init__(
        self,
        *,
        alone: Callable[[W], R],
        together: Callable[[list[W]], list[R]],
        fits: Callable[[Sequence[W], W], bool],
    ) -> None:
        self._alone, self._together, self._fits = alone, together, fits
        self._turn = Lock()
        self._line: deque[_Place[W, R]] = deque()

    def __call__(self, work: W) -> R:
        place: _Place[W, R] = _Place(work)
        self._line.append(place)
        with self._turn:
            if place.result is None and not place.alone:
                self._write(self._called_up(place))
            if place.result is not None:
                return place.result
            return self._alone(work)

    def _called_up(self, first: _Place[W, R]) -> list[_Place[W, R]]:
        """Who is written now: the first, and of those behind it all that fit; they leave the line."""
        called = [first]
        stay: list[_Place[W, R]] = []
        while self._line:
            place = self._line.popleft()
            if place is first:
                continue
            fits = self._fits([one.work for one in called], place.work)
            (called if fits else stay).append(place)
        self._line.extendleft(reversed(stay))
        return called

    def _write(self, called: list[_Place[W, R]]) -> None:
        for place in called:
            place.alone = True  # unless what follows succeeds
        if len(called) == 1:
            return
        try:
            results = self._together([place.work for place in called])
        except Error:
            return
        for place, result in zip(called, results, strict=True):
            place.result = result
