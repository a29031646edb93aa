"""What one wing may ask of another without knowing it: the question stands on the ground, the roof says who answers.

A question that nobody answers has its empty answer, so that every wing runs and is tested by itself. Answers are shown
in public: whoever answers tells only what every visitor may read.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Question(Generic[Asked, Answer]):
    """Called like the function that answers it."""

    def __init__(self, nobody: Callable[Asked, Answer]) -> None:
        """nobody: answers as long as nobody else does."""
        self._answer = nobody

    def answered_by(self, answer: Callable[Asked, Answer]) -> None:
        self._answer = answer

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        return self._answer(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """A contest whose result is out. key: what a page keeps of it, the same for every version of the result;
    title: in the reader's language; ranked: how many people the result ranks."""

    key: str
    title: str
    url: str
    on: date
    ranked: int


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One line of a published result, by the contestant's number. award: empty without one."""

    rank: int | None
    award: str
    url: str


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody of the same lineage who agreed to be named. worker: the row of the person."""

    worker: int
    name: str
    is_master: bool
    url: str


def _no_results(keys: Collection[str] | None = None) -> dict[str, PublishedResult]:
    return {}


def _no_rows(rows: Collection[tuple[str, str]]) -> dict[tuple[str, str], PublishedRow]:
    return {}


def _no_kin(workers: Collection[Any]) -> list[Kin]:
    return []


# The published results of these contests by key, or of all of them, the newest first.
published_results: Question[[Collection[str] | None], dict[str, PublishedResult]] = Question(_no_results)
# Lines of published results by (key, contestant's number); what is not there was not published.
published_rows: Question[[Collection[tuple[str, str]]], dict[tuple[str, str], PublishedRow]] = Question(
    _no_rows
)
# Masters and apprentices of these people (rows of the register of people), masters first.
lineage: Question[[Collection[Any]], list[Kin]] = Question(_no_kin)
