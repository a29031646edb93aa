"""What a result hangs on: does it survive leaving out any one judge, and how few changed marks could change it.

Both work on the scoring engine's own rules. Leaving out is computed exactly. The number of changed marks is a lower
bound: fewer can certainly not change the outcome, that many perhaps not either.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from heapq import merge
from itertools import accumulate, islice
from typing import Any

from competitions.scoring.awards import AwardDecision
from competitions.scoring.engine import score_event
from competitions.scoring.panels import scale_top
from competitions.scoring.results import EntryInput, EntryResult, EventResult, ScoringErrors
from competitions.scoring.scheme import Aspect, Panel, RoundingStep, Scheme

ZERO = Fraction(0)
PODIUM = 3
Standing = Mapping[str, frozenset[str]]
Places = Mapping[
    tuple[str, str], Sequence[str]
]  # (entry, aspect) -> the judge of each value, "" for a free place


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question about the result: winner, podium, team_winner or tier:CODE.

    without: by judge, whether it stays the same; None where the rules give no result without that judge.
    changed_marks: fewest judged marks that would have to be different, None where none would do or it is not known;
    unbounded: why it is not known (rounds, gates, medals, teams).
    """

    kind: str
    entries: tuple[str, ...]
    without: Mapping[str, bool | None]
    changed_marks: int | None
    unbounded: str = ""


def standing(result: EventResult) -> Standing:
    """Who wins, who stands on the podium, who has which award."""
    found: dict[str, set[str]] = {"winner": set(), "podium": set()}
    for entry in result.entries:
        if entry.rank is not None and entry.rank <= PODIUM:
            found["podium"].add(entry.entry)
            if entry.rank == 1:
                found["winner"].add(entry.entry)
        if entry.award is not None:
            found.setdefault(f"tier:{entry.award}", set()).add(entry.entry)
    if result.teams:
        found["team_winner"] = {team.team for team in result.teams if team.rank == 1}
    return {kind: frozenset(entries) for kind, entries in found.items()}


def robustness(
    scheme: Scheme,
    inputs: Sequence[EntryInput],
    places: Places,
    judges: Sequence[str],
    *,
    decisions: Sequence[AwardDecision] = (),
    progress: Callable[[int], None] = lambda _done: None,
) -> list[Outcome]:
    """All outcomes of a complete event. Raises ScoringErrors when the event itself cannot be scored.

    judges: those to leave out, one at a time. progress: called with the number of judges done.
    """
    result = score_event(scheme, inputs, decisions=decisions)
    as_it_is = standing(result)
    relaxed = _relaxed(scheme, {aspect for _entry, aspect in places})
    without: dict[str, Standing | None] = {}
    for done, judge in enumerate(judges, start=1):
        without[judge] = _standing_without(judge, relaxed, inputs, places, decisions)
        progress(done)
    bounds = Bounds(scheme, inputs, result)
    outcomes = []
    for kind in sorted(as_it_is, key=lambda kind: (kind != "winner", kind != "podium", kind)):
        marks, unbounded = bounds.of(kind)
        outcomes.append(
            Outcome(
                kind,
                tuple(sorted(as_it_is[kind])),
                {
                    judge: None if other is None else other.get(kind) == as_it_is[kind]
                    for judge, other in without.items()
                },
                marks,
                unbounded,
            )
        )
    return outcomes


# --- one judge less --------------------------------------------------------------------------------------------------


def _standing_without(
    judge: str,
    scheme: Scheme,
    inputs: Sequence[EntryInput],
    places: Places,
    decisions: Sequence[AwardDecision],
) -> Standing | None:
    """None when what is left is too little for a rule, or leaves a choice that nobody has made."""
    changed = []
    for given in inputs:
        raw = dict(given.raw)
        for aspect, values in given.raw.items():
            held = places.get((given.entry, aspect), ())
            if judge in held:
                raw[aspect] = [
                    None if place < len(held) and held[place] == judge else value
                    for place, value in enumerate(values)
                ]
        changed.append(replace(given, raw=raw))
    try:
        result = score_event(scheme, changed, decisions=decisions)
    except ScoringErrors:
        return None
    return None if result.open_choices else standing(result)


def _relaxed(scheme: Scheme, judged: Collection[str]) -> Scheme:
    """The scheme with panels that do with fewer judges. A sum becomes the mean times the judges that counted, or one
    judge less would be so many points less."""
    criteria = tuple(
        replace(
            criterion,
            sub_criteria=tuple(
                replace(
                    part,
                    aspects=tuple(
                        _with_fewer(aspect, aspect.panel)
                        if aspect.panel is not None and aspect.code in judged
                        else aspect
                        for aspect in part.aspects
                    ),
                )
                for part in criterion.sub_criteria
            ),
        )
        for criterion in scheme.criteria
    )
    return replace(scheme, criteria=criteria)


def _with_fewer(aspect: Aspect, panel: Panel) -> Aspect:
    dropped = panel.drop_high + panel.drop_low
    least = min(panel.judges_min, dropped + 1)
    if panel.combine != "sum":
        return replace(aspect, panel=replace(panel, judges_min=least))
    times = panel.judges - dropped if panel.result == "value" else 1
    return replace(
        aspect,
        panel=replace(panel, judges_min=least, combine="mean"),
        factor=aspect.factor * Decimal(times),
    )


# --- the fewest changed marks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Levers:
    """What single marks of one entry can do to its total at most: sums of the largest 1, 2, 3 ..., down and up."""

    down: tuple[Fraction, ...]
    up: tuple[Fraction, ...]

    @staticmethod
    def of(down: list[Fraction], up: list[Fraction]) -> "Levers":
        return Levers(tuple(sorted(down, reverse=True)), tuple(sorted(up, reverse=True)))


class Bounds:
    """Lower bounds on changed marks. Largest effects first: fewer marks than that cannot close the gap between an
    entry inside and one outside. Every step that rounds is taken to help."""

    def __init__(self, scheme: Scheme, inputs: Sequence[EntryInput], result: EventResult) -> None:
        self.scheme, self.result = scheme, result
        composition = scheme.composition
        self.components = {part.code: part for part in composition.components}
        self.unbounded = ""
        if composition.rounds:
            self.unbounded = "rounds"
        elif any(part.gate is not None for part in composition.components):
            self.unbounded = "gates"
        self.component_of = {
            aspect.code: criterion.component
            for criterion in scheme.criteria
            for part in criterion.sub_criteria
            for aspect in part.aspects
        }
        self.ranked = [
            entry for entry in result.entries if entry.rank is not None and entry.total is not None
        ]
        self.slack = 2 * self._rounding_slack()
        raw = {given.entry: given.raw for given in inputs}
        self.levers: dict[str, Levers] = {}
        self.in_component: dict[str, dict[str, Levers]] = {}
        for entry in self.ranked:
            self._pull(entry, raw.get(entry.entry, {}))
        held = self.levers.values()
        self.most = max((one for levers in held for one in (*levers.down[:1], *levers.up[:1])), default=ZERO)
        self.farthest = max((sum(levers.down, ZERO) for levers in held), default=ZERO) + max(
            (sum(levers.up, ZERO) for levers in held), default=ZERO
        )

    def of(self, kind: str) -> tuple[int | None, str]:
        """The bound for one outcome, and why there is none."""
        if self.unbounded:
            return None, self.unbounded
        if kind == "team_winner":
            return None, "teams"
        if kind in ("winner", "podium"):
            last = 1 if kind == "winner" else PODIUM
            inside = [entry for entry in self.ranked if (entry.rank or 0) <= last]
            outside = [entry for entry in self.ranked if (entry.rank or 0) > last]
            found = [self._between(inside, outside)]
            if len(inside) > last or self.scheme.composition.rank_style != "standard":
                # More than there are places: parting equals, or making some, changes who is there.
                found += [self._between(inside[:n], inside[n:]) for n in range(1, len(inside))]
            return _least(found), ""
        return self._tier(kind.removeprefix("tier:"))

    def _tier(self, code: str) -> tuple[int | None, str]:
        rule = self.scheme.composition.awards
        if rule is None or rule.method == "medals" or any(tier.by == "score" for tier in rule.tiers):
            return None, "medals"
        order = [tier.code for tier in rule.tiers]
        place = order.index(code)
        found: list[int | None] = []
        for upper in (order[:place], order[: place + 1]):
            inside = [entry for entry in self.ranked if entry.award in upper]
            outside = [entry for entry in self.ranked if entry.award not in upper]
            if rule.needs_pass:
                outside = [entry for entry in outside if entry.passed]
            found.append(self._between(inside, outside))
            for edge in (inside[-1:], outside[:1]):
                # Equals at the edge of a tier stand or fall together until a mark parts them.
                equals = [entry for entry in self.ranked if edge and entry.rank == edge[0].rank]
                found.append(self._between(equals[:1], equals[1:]))
        if rule.needs_pass:
            found += self._passes(order[: place + 1])
        return _least(found), ""

    def _passes(self, upper: Sequence[str]) -> list[int | None]:
        """An award also moves when its holder loses the pass that it needs, or when somebody who ranks high enough
        gains it."""
        inside = [entry for entry in self.ranked if entry.award in upper]
        found = [self._pass_change(entry) for entry in inside]
        for entry in self.ranked:
            gaining = None if entry.passed else self._pass_change(entry)
            best = _least(found)
            if gaining is None or (best is not None and gaining >= best):
                continue
            rising = self._between(inside, [entry], below=best)
            if rising is not None:
                found.append(max(gaining, rising))
        return found

    def _between(
        self, inside: Sequence[EntryResult], outside: Sequence[EntryResult], *, below: int | None = None
    ) -> int | None:
        """Fewest marks that bring anybody outside level with anybody inside; `below` itself when it takes no fewer."""
        best = below
        low_first = sorted(inside, key=lambda entry: entry.total or Decimal(0))
        high_first = sorted(outside, key=lambda entry: -(entry.total or Decimal(0)))
        if not self.most:
            return None
        for w in low_first:
            if best == 1:
                break
            for x in high_first:
                gap = self._gap(w, x)
                if gap > (self.farthest if best is None else self.most * (best - 1)):
                    break  # all further ones lie farther apart
                needed = _fewest(gap, self.levers[w.entry].down, self.levers[x.entry].up, below=best)
                best = needed if needed is not None else best
        return best

    def _gap(self, above: EntryResult, below: EntryResult) -> Fraction:
        return Fraction(above.total or 0) - Fraction(below.total or 0) - self.slack

    def _pass_change(self, entry: EntryResult) -> int | None:
        """Fewest marks by which this entry would lose, or gain, a pass of a component."""
        found: list[int | None] = []
        for code, result in entry.components.items():
            line, levers = self.components[code].pass_mark, self.in_component[entry.entry].get(code)
            if line is None or levers is None:
                continue
            gap = abs(Fraction(result.mark) - Fraction(line)) - self._step_size(code)
            found.append(_fewest(gap, levers.down if result.mark >= line else levers.up))
        return _least(found)

    def _step_size(self, component: str) -> Fraction:
        """What rounding between the aspects and the component's mark can add. Sums of rounded marks are not rounded
        again by a step as fine as theirs."""
        rounding = self.scheme.composition.rounding
        finest = rounding.aspect.places if rounding.aspect else None
        size = _unit(rounding.component)
        for criterion in self.scheme.criteria:
            if criterion.component != component:
                continue
            for step, times in (
                (rounding.sub_criterion, len(criterion.sub_criteria)),
                (rounding.criterion, 1),
            ):
                if step is not None and (finest is None or step.places < finest):
                    size += times * _unit(step)
        return size

    def _rounding_slack(self) -> Fraction:
        """What the steps after the aspects can add to one total by rounding."""
        rounding = self.scheme.composition.rounding
        slack = _unit(rounding.total)
        for part in self.components.values():
            slack += _unit(rounding.weighted)
            if part.source == "criteria":
                slack += Fraction(part.weight) * self._step_size(part.code)
        return slack

    def _pull(self, entry: EntryResult, raw: Mapping[str, Any]) -> None:
        by_component: dict[str, tuple[list[Fraction], list[Fraction]]] = {}
        for aspect in self.scheme.aspects():
            result = entry.aspects.get(aspect.code)
            values = raw.get(aspect.code)
            if (
                aspect.panel is None
                or result is None
                or result.zeroed_by
                or not isinstance(values, list | tuple)
            ):
                continue
            down, up = by_component.setdefault(self.component_of[aspect.code], ([], []))
            for less, more in _levers(aspect, aspect.panel, values, self.scheme.composition.rounding.aspect):
                down.append(less)
                up.append(more)
        self.in_component[entry.entry] = {
            code: Levers.of(down, up) for code, (down, up) in by_component.items()
        }
        down_total: list[Fraction] = []
        up_total: list[Fraction] = []
        for code, (down, up) in by_component.items():
            weight = Fraction(self.components[code].weight)
            down_total += [weight * value for value in down]
            up_total += [weight * value for value in up]
        self.levers[entry.entry] = Levers.of(down_total, up_total)


def _levers(
    aspect: Aspect, panel: Panel, values: Sequence[Any], step: RoundingStep | None
) -> list[tuple[Fraction, Fraction]]:
    """How far each value of one panel can move the aspect's mark, down and up."""
    marks = [Decimal(value) for value in values if value is not None]
    top = Fraction(scale_top(panel=panel, max_mark=aspect.max_mark))
    low = Fraction(min(panel.scale.values, default=panel.scale.minimum))
    counting = len(marks) - panel.drop_high - panel.drop_low
    if counting < 1:
        return []
    factor = Fraction(aspect.factor)
    if panel.result == "value":
        unit = factor
    else:
        whole = panel.judges - panel.drop_high - panel.drop_low if panel.combine == "sum" else 1
        unit = factor * Fraction(aspect.max_mark) / (top * whole)
    extra = _unit(step) + unit * _unit(panel.round)
    if panel.combine == "median" or panel.alarm:
        # One value can carry the median past its neighbours, or switch which values count: the whole range is granted.
        reach = unit * (top - low) + extra
        return [(reach, reach)] * len(marks)
    share = unit if panel.combine == "sum" else unit / counting
    return [
        (share * (Fraction(mark) - low) + extra, share * (top - Fraction(mark)) + extra) for mark in marks
    ]


def _least(found: Sequence[int | None]) -> int | None:
    return min((marks for marks in found if marks is not None), default=None)


def _unit(step: RoundingStep | None) -> Fraction:
    return ZERO if step is None else Fraction(1, 10**step.places)


def _fewest(gap: Fraction, *effects: Sequence[Fraction], below: int | None = None) -> int | None:
    """How many of the largest effects together reach the gap; at least one. None if all of them do not, or if it takes
    `below` or more. effects: each largest first."""
    largest = islice(merge(*effects, reverse=True), None if below is None else below - 1)
    for count, reached in enumerate(accumulate(largest), start=1):
        if reached >= gap and reached > 0:
            return count
    return None
