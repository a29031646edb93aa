"""Which score sheets a supervisor checks again: the top in full, a repeatable sample of the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from craft_site.kit.draw import drawn_order

from .scheme import FullCheck, RecheckRule


@dataclass(frozen=True, slots=True)
class Ranked:
    """The sheets of one contestant, with the rank they led to; None for one who is not ranked."""

    rank: int | None
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecheckPlan:
    """Sheets to check in full, the urn of all others, and how many of the urn are drawn."""

    full: tuple[str, ...]
    rest: tuple[str, ...]
    sample_size: int


def full_check_count(*, rule: FullCheck, ranked: int) -> int:
    """How many contestants from the top: 30 % of 80 are 24. A broken share is rounded up."""
    wanted = int(rule.value) if rule.by == "rank_count" else ceil(Fraction(rule.value) * ranked)
    return min(wanted, ranked)


def sample_size(*, share: Decimal, rest: int) -> int:
    """How many of the rest: 15 % of 56 are 8.4, so 9."""
    return ceil(Fraction(share) * rest)


def plan_recheck(
    *, rule: RecheckRule, contestants: Sequence[Ranked], alternative: bool = False
) -> RecheckPlan:
    """The whole plan. alternative: use the rule's second form of full check.

    The top counts contestants and takes all of their sheets; who shares the last rank of the top belongs to it.
    The sample counts sheets. ValueError when the rule has no second form.
    """
    full_check = rule.alternative_full_check if alternative else rule.full_check
    if full_check is None:
        raise ValueError("the scheme has no alternative full check")
    ranks = sorted(one.rank for one in contestants if one.rank is not None)
    count = full_check_count(rule=full_check, ranked=len(ranks))
    last = ranks[count - 1] if count else 0
    full = [s for one in contestants if one.rank is not None and one.rank <= last for s in one.sheets]
    taken = set(full)
    rest = [s for one in contestants for s in one.sheets if s not in taken]
    return RecheckPlan(tuple(full), tuple(rest), sample_size(share=rule.sample_rest, rest=len(rest)))


def draw_sample(*, sheets: Iterable[str], size: int, seed: str) -> tuple[str, ...]:
    """The first `size` sheets of the drawn order (kit.draw: the smallest SHA-256 of seed and sheet).

    Anyone with the published seed can repeat the draw; the order of `sheets` has no influence.
    """
    urn = tuple(sheets)
    return tuple(lot.item for lot in drawn_order(seed, urn)[:size]) if urn else ()


def error_rate(*, checked: int, wrong: int) -> Fraction:
    """Wrong sheets of those checked; nothing checked is nothing wrong."""
    return Fraction(wrong, checked) if checked else Fraction(0)


def needs_full_recheck(*, limit: Decimal, checked: int, wrong: int) -> bool:
    """Whether the error rate is above the limit: 2 of 33 (6.06 %) is above 5 %, 1 of 33 is not."""
    return error_rate(checked=checked, wrong=wrong) > Fraction(limit)
