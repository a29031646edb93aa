"""Order by total, then by the scheme's tie-break keys, and a reason for every pair of equal totals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Protocol

from .numbers import to_decimal
from .scheme import TieKey

SHOWN_PLACES = 2


class Contender(Protocol):
    """Whoever can be ranked: an entry or a team."""

    @property
    def entry(self) -> str:
        """The code under which it is ranked."""

    @property
    def exact_total(self) -> Fraction:
        """The total, rounded as the scheme declares."""

    def value(self, key: TieKey) -> Fraction | None:
        """What a tie-break key compares; None when it is not known."""


@dataclass(frozen=True, slots=True)
class TieStep:
    """One comparison between two equals. winner None: equal here too, or a value is missing."""

    key: TieKey
    a: Decimal | None
    b: Decimal | None
    winner: str | None


@dataclass(frozen=True, slots=True)
class TieTrace:
    """Why `a` stands before `b`, or beside it, although their totals are equal."""

    a: str
    b: str
    total: Decimal
    steps: tuple[TieStep, ...]
    winner: str | None

    def sentence(self, language: str) -> str:
        """The trace in words, Chinese for zh*, else English."""
        return self.sentence_zh() if language.lower().startswith("zh") else self.sentence_en()

    def sentence_en(self) -> str:
        """Equal totals (83.00). Compared by Practical: 83.00 against 80.00, higher first."""
        parts = [f"Equal totals ({self.total})."]
        for step in self.steps:
            against = f"{_shown(step.a, '?')} against {_shown(step.b, '?')}"
            if step.winner is None:
                parts.append(f"Compared by {step.key.name.en}: {against}, no difference.")
            else:
                order = "higher" if step.key.descending else "lower"
                parts.append(f"Compared by {step.key.name.en}: {against}, {order} first.")
        if self.winner is None:
            parts.append("Equal in everything: shared rank.")
        return " ".join(parts)

    def sentence_zh(self) -> str:
        """总分相同（83.00）。先比操作技能：83.00 对 80.00，高者在前。"""
        parts = [f"总分相同（{self.total}）。"]
        for position, step in enumerate(self.steps):
            begin = "先比" if position == 0 else "再比"
            against = f"{_shown(step.a, '未知')} 对 {_shown(step.b, '未知')}"
            if step.winner is None:
                parts.append(f"{begin}{step.key.name.zh}：{against}，仍相同。")
            else:
                order = "高者在前" if step.key.descending else "少者在前"
                parts.append(f"{begin}{step.key.name.zh}：{against}，{order}。")
        if self.winner is None:
            parts.append("各项均相同，名次并列。")
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class MissingKey:
    """A value that the order turns on and that nobody has entered."""

    entry: str
    key: TieKey


@dataclass(frozen=True, slots=True)
class Ranking:
    """groups: best first, entries of one group share their rank. missing: values to be entered first."""

    groups: tuple[tuple[str, ...], ...]
    ranks: dict[str, int]
    ties: tuple[TieTrace, ...]
    missing: tuple[MissingKey, ...]


def rank(contenders: Sequence[Contender], *, keys: Sequence[TieKey], style: str = "standard") -> Ranking:
    """Rank by total, highest first, then by `keys` in turn; what is equal in all shares its rank.

    style: standard leaves the places empty that a shared rank has used (1-2-2-4), dense does not
    (1-2-2-3). The order of the input has no influence. Adjacent pairs of equal totals are traced.
    """
    missing: dict[tuple[str, str], MissingKey] = {}
    groups: list[list[Contender]] = []
    ties: list[TieTrace] = []
    in_order = sorted(contenders, key=lambda item: (-item.exact_total, item.entry))
    for _, equals in groupby(in_order, key=lambda item: item.exact_total):
        level = list(equals)
        if len(level) == 1:
            groups.append(level)
            continue
        split = list(
            split_equals(level, keys=keys, note=lambda m: missing.update({(m.entry, m.key.text): m}))
        )
        groups.extend(split)
        ordered = [contender for group in split for contender in group]
        ties.extend(trace(a, b, keys=keys) for a, b in pairwise(ordered))
    ranks: dict[str, int] = {}
    for position, group in enumerate(groups, start=1):
        place = position if style == "dense" else len(ranks) + 1
        ranks.update(dict.fromkeys([contender.entry for contender in group], place))
    return Ranking(
        groups=tuple(tuple(contender.entry for contender in group) for group in groups),
        ranks=ranks,
        ties=tuple(ties),
        missing=tuple(missing.values()),
    )


def split_equals(
    level: list[Contender],
    *,
    keys: Sequence[TieKey],
    note: Callable[[MissingKey], object] = lambda missing: None,
) -> Iterator[list[Contender]]:
    """Split equals by the keys, best first. An unknown value is noted and stands behind the known ones."""
    if len(level) == 1 or not keys or keys[0].kind == "shared_rank":
        yield sorted(level, key=lambda item: item.entry)
        return
    key, rest = keys[0], keys[1:]
    for contender in level:
        if contender.value(key) is None:
            note(MissingKey(contender.entry, key))
    in_order = sorted(level, key=lambda item: _sort_value(item, key))
    for _, equals in groupby(in_order, key=lambda item: _sort_value(item, key)):
        yield from split_equals(list(equals), keys=rest, note=note)


def trace(a: Contender, b: Contender, *, keys: Sequence[TieKey]) -> TieTrace:
    """The comparison of two entries with equal totals, key by key up to the first difference."""
    steps: list[TieStep] = []
    winner: str | None = None
    for key in keys:
        if key.kind == "shared_rank":
            break
        first, second = a.value(key), b.value(key)
        if first is not None and second is not None and first != second:
            winner = a.entry if (first > second) == key.descending else b.entry
        steps.append(TieStep(key, _decimal(first, key), _decimal(second, key), winner))
        if winner is not None:
            break
    return TieTrace(a.entry, b.entry, to_decimal(a.exact_total, places=SHOWN_PLACES), tuple(steps), winner)


def _sort_value(contender: Contender, key: TieKey) -> tuple[bool, Fraction]:
    value = contender.value(key)
    if value is None:
        return True, Fraction(0)
    return False, -value if key.descending else value


def _decimal(value: Fraction | None, key: TieKey) -> Decimal | None:
    if value is None:
        return None
    return to_decimal(value, places=0 if key.kind == "elapsed_seconds" else SHOWN_PLACES)


def _shown(value: Decimal | None, unknown: str) -> str:
    return unknown if value is None else str(value)
