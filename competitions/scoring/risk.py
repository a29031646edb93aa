"""What a recheck is worth: how many wrong sheets it takes to change an award, and how likely the sample missed them.

Own derivation after Stark's margins of overstatement and the sample sizes of Aslam, Popa and Rivest, carried from
ballots to score sheets. Everything is exact: fractions in, fractions out.

An award is the statement "w is above l" for every w of a higher tier and every l of a lower one, with the margin
V = total of w - total of l. A sheet moves the total of its contestant down by at most `down` and up by at most `up`.
Its overstatement u is the largest part of any such margin that it could have made up:

    u = max( down / smallest margin of w over a lower tier,  up / smallest margin of a higher tier over l )

A wrong award needs wrong sheets whose u add up to 1 or more. U is the sum of all u; k is how many sheets that takes
at the least. A sample of n of N sheets, drawn without replacement, misses k wrong ones with C(N-k, n) / C(N, n).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from math import comb

ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one sheet can move the total of one contestant, in points of the total, either way.

    A sheet that a whole team earns by reaches each of its members.
    """

    sheet: str
    entry: str
    down: Fraction
    up: Fraction


def overstatements(
    *, reaches: Sequence[Reach], totals: Mapping[str, Fraction], tiers: Mapping[str, int]
) -> dict[str, Fraction] | None:
    """u by sheet. totals, tiers: of the ranked contestants; tier 1 is the highest.

    None when a margin is zero or less: then a tie-break decides an award and any sheet may matter.
    """
    over, under = _margins(totals, tiers)
    if any(margin <= 0 for margin in (*over.values(), *under.values())):
        return None
    as_winner: dict[str, Fraction] = {}
    as_loser: dict[str, Fraction] = {}
    for reach in reaches:
        if reach.entry in over:
            u = reach.down / over[reach.entry]
            as_winner[reach.sheet] = max(u, as_winner.get(reach.sheet, ZERO))
        if reach.entry in under:
            u = reach.up / under[reach.entry]
            as_loser[reach.sheet] = max(u, as_loser.get(reach.sheet, ZERO))
    shared = _reaching_several(reaches)
    found = {}
    for sheet in as_winner.keys() | as_loser.keys():
        both = (as_winner.get(sheet, ZERO), as_loser.get(sheet, ZERO))
        # A sheet of one contestant is wrong in one direction; a team's may pull one down and lift another.
        found[sheet] = sum(both) if sheet in shared else max(both)
    return {sheet: Fraction(u) for sheet, u in found.items()}


def _reaching_several(reaches: Sequence[Reach]) -> set[str]:
    first: dict[str, str] = {}
    return {reach.sheet for reach in reaches if first.setdefault(reach.sheet, reach.entry) != reach.entry}


def _margins(
    totals: Mapping[str, Fraction], tiers: Mapping[str, int]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """The smallest margin of each contestant over those of lower tiers, and of higher tiers over the contestant."""
    levels = sorted(set(tiers.values()))
    best = {n: max(totals[e] for e, t in tiers.items() if t == n) for n in levels}
    worst = {n: min(totals[e] for e, t in tiers.items() if t == n) for n in levels}
    over, under = {}, {}
    for entry, tier in tiers.items():
        below = [best[n] for n in levels if n > tier]
        above = [worst[n] for n in levels if n < tier]
        if below:
            over[entry] = totals[entry] - max(below)
        if above:
            under[entry] = min(above) - totals[entry]
    return over, under


def fewest_wrong(us: Iterable[Fraction]) -> int | None:
    """k: how few of these sheets can be wrong and change an award; None when not even all of them together can."""
    reached = ZERO
    for n, u in enumerate(sorted(us, reverse=True), start=1):
        reached += u
        if reached >= 1:
            return n
    return None


def missing_probability(*, sheets: int, wrong: int, drawn: int, errors: int = 0) -> Fraction:
    """The probability that at most `errors` of `wrong` wrong sheets among `sheets` are among `drawn` drawn ones."""
    ways = sum(
        comb(wrong, found) * comb(sheets - wrong, drawn - found)
        for found in range(min(errors, wrong, drawn) + 1)
        if drawn - found <= sheets - wrong
    )
    return Fraction(ways, comb(sheets, drawn))


def sample_needed(*, sheets: int, wrong: int, limit: Fraction) -> int:
    """The smallest sample of `sheets` that misses `wrong` wrong ones with at most `limit`: 95 of 100 for one at 5 %."""
    low, high = 0, sheets
    while low < high:
        middle = (low + high) // 2
        if missing_probability(sheets=sheets, wrong=wrong, drawn=middle) <= limit:
            high = middle
        else:
            low = middle + 1
    return low


def draws_needed(*, total: Fraction, limit: Fraction) -> int:
    """Clean draws, in proportion to u and with replacement, that bring the risk to the limit: 17 for U = 6 at 5 %.

    0 when U is below 1: no set of wrong sheets can change an award.
    """
    if total < 1:
        return 0
    if total == 1:
        return 1
    with localcontext() as context:
        context.prec = 40
        share = 1 - Decimal(total.denominator) / Decimal(total.numerator)
        n = (Decimal(limit.numerator) / Decimal(limit.denominator)).ln() / share.ln()
        return int(n.to_integral_value(ROUND_CEILING))


def risk_after_draws(*, total: Fraction, taints: Sequence[Fraction]) -> Fraction:
    """The risk after as many draws as there are taints, each 0 for a clean sheet, else its error divided by its u.

    Kaplan-Markov: p = product of (1 - 1/U) / (1 - taint), at most 1.
    """
    p = ONE
    for taint in taints:
        if taint >= 1:
            return ONE
        p *= (1 - 1 / total) / (1 - taint)
    return min(p, ONE)


@dataclass(frozen=True, slots=True)
class RiskStatement:
    """The worth of a finished recheck.

    sheets: of the whole contest; checked: how many of them were checked; urn, drawn: the sheets that were not checked
    in full, and how many of them were drawn; errors: wrong sheets among the drawn. total: U over all sheets; None with
    tie, where a tie-break decides an award. fewest: k among the urn, None when the urn cannot change an award.
    needed: the sample of the urn that the limit asks for. p: the risk that a wrong award went unnoticed.
    """

    sheets: int
    checked: int
    urn: int
    drawn: int
    errors: int
    total: Fraction | None
    fewest: int | None
    needed: int
    limit: Fraction
    p: Fraction

    @property
    def tie(self) -> bool:
        return self.total is None

    @property
    def within_limit(self) -> bool:
        return self.p <= self.limit


def risk_statement(
    *,
    us: Mapping[str, Fraction] | None,
    sheets: int,
    urn: Sequence[str],
    drawn: int,
    errors: int,
    limit: Fraction,
) -> RiskStatement:
    """The statement of a recheck that checked everything outside the urn, and `drawn` sheets of the urn.

    us: from `overstatements`. errors: wrong sheets among those drawn; the more were found, the weaker the statement,
    because as many wrong ones as the sample shows are what a contest with k wrong sheets looks like.
    """
    total = None if us is None else sum(us.values(), ZERO)
    k = 1 if us is None and urn else fewest_wrong((us or {}).get(sheet, ZERO) for sheet in urn)
    needed = 0 if k is None else sample_needed(sheets=len(urn), wrong=k, limit=limit)
    if us is None:
        needed = len(urn)
    if k is None or drawn >= len(urn):
        p = ZERO
    elif us is None:
        p = ONE
    else:
        p = missing_probability(sheets=len(urn), wrong=k, drawn=drawn, errors=errors)
    checked = sheets - len(urn) + drawn
    return RiskStatement(sheets, checked, len(urn), drawn, errors, total, k, needed, limit, p)
