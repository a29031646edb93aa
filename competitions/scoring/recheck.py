"""Which score sheets a supervisor checks again: the top in full, a repeatable sample of the rest."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from .scheme import FullCheck, RecheckRule


@dataclass(frozen=True, slots=True)
class RecheckPlan:
    """Sheets to check in full, sheets drawn from the rest, and the rest not drawn."""

    full: tuple[str, ...]
    sample: tuple[str, ...]
    unchecked: tuple[str, ...]


def full_check_count(*, rule: FullCheck, sheets: int) -> int:
    """How many sheets from the top: 30 % of 80 are 24. A broken share is rounded up."""
    wanted = int(rule.value) if rule.by == "rank_count" else ceil(Fraction(rule.value) * sheets)
    return min(wanted, sheets)


def sample_size(*, rule: RecheckRule, rest: int) -> int:
    """How many of the rest: 15 % of 56 are 8.4, so 9."""
    return ceil(Fraction(rule.sample_rest) * rest)


def draw_sample(*, sheets: Iterable[str], size: int, seed: str) -> tuple[str, ...]:
    """The `size` sheets with the smallest SHA-256 of seed and sheet id, in that order.

    Anyone with the published seed can repeat the draw; the order of `sheets` has no influence.
    """
    return tuple(sorted(sheets, key=lambda sheet: (_ticket(seed, sheet), sheet))[:size])


def plan_recheck(
    *, rule: RecheckRule, ranked_sheets: Sequence[str], seed: str, alternative: bool = False
) -> RecheckPlan:
    """The whole plan. ranked_sheets: best first. alternative: use the rule's second form of full check."""
    full_check = rule.alternative_full_check if alternative else rule.full_check
    if full_check is None:
        raise ValueError("the scheme has no alternative full check")
    count = full_check_count(rule=full_check, sheets=len(ranked_sheets))
    full, rest = tuple(ranked_sheets[:count]), ranked_sheets[count:]
    sample = draw_sample(sheets=rest, size=sample_size(rule=rule, rest=len(rest)), seed=seed)
    drawn = set(sample)
    return RecheckPlan(full, sample, tuple(sheet for sheet in rest if sheet not in drawn))


def needs_full_recheck(*, rule: RecheckRule, checked: int, wrong: int) -> bool:
    """Whether the error rate is above the trigger: 2 of 33 (6.06 %) is above 5 %, 1 of 33 is not."""
    return checked > 0 and Fraction(wrong, checked) > Fraction(rule.error_rate_full_recheck)


def _ticket(seed: str, sheet: str) -> str:
    return hashlib.sha256((seed + sheet).encode()).hexdigest()
