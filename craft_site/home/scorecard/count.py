"""What a counter answers: a number, and the records behind it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """One line behind a counted number: a contest, a programme, a title. Nothing here names somebody who is not public.

    value: its part of the number; public, desk: addresses, empty where there is no page.
    """

    name: str
    value: int
    name_en: str = ""
    public: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """value: the number; records: what it is made of; public, desk: the lists of all of them, empty for none."""

    value: Decimal
    records: Sequence[Record] = field(default_factory=tuple)
    public: str = ""
    desk: str = ""

    @classmethod
    def of(cls, records: Sequence[Record], *, public: str = "", desk: str = "") -> "Count":
        """The number that its records sum up to."""
        return cls(Decimal(sum(one.value for one in records)), tuple(records), public, desk)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a family of counters is asked: honours of a title, contests of a series."""

    argument: str
    start: date
    end: date


Counter = Callable[[date, date], Count]
Family = Callable[[Collection[Asked]], dict[Asked, Count]]
