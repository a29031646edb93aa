"""Marks one entry's sheet: readings to aspect marks, sums, penalties. Made once for many entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from .aspects import compiled_aspect
from .numbers import NotANumber, read_number, to_decimal
from .penalties import DISQUALIFIED, PenaltyBook, PenaltyEffect
from .readings import REFUSE, Refusal, check_readings, checked_readings
from .results import AspectResult, EntryInput, Problem, problem
from .scheme import Aspect, RoundingStep, Scheme, TieKey
from .totals import SheetPlan, SheetTotals, rounded

ZERO = Fraction(0)
DEFAULT_PLACES = 2
# Readings repeat between entries (three judges on 0-3 have 64 answers). The memory of them is bounded.
MEMORY_LIMIT = 20_000


class Outcome(NamedTuple):
    """One aspect of one sheet: as shown, exact (None without a mark), and why it was refused."""

    result: AspectResult
    mark: Fraction | None
    refusal: Refusal | None = None


@dataclass(slots=True)
class Sheet:
    """One entry while it is being scored. The engine fills in components, totals and ranks."""

    given: EntryInput
    status: str
    effect: PenaltyEffect
    aspects: dict[str, AspectResult]
    marks: dict[str, Fraction]
    sums: SheetTotals
    missing: list[str]
    refused: dict[str, Refusal]
    elapsed: Fraction | None
    entered: dict[str, Fraction]
    component_marks: dict[str, Fraction] = field(default_factory=dict)
    before: dict[str, Fraction] = field(default_factory=dict)
    barred: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    exact_total: Fraction = ZERO

    @property
    def entry(self) -> str:
        """The code under which the entry is ranked."""
        return self.given.entry

    def value(self, key: TieKey) -> Fraction | None:
        """What a tie-break key compares; None when it is not known."""
        match key.kind:
            case "total":
                return self.exact_total
            case "component":
                return self.component_marks.get(key.code, ZERO)  # a barred component counts nothing
            case "criterion":
                return self.sums.criteria.get(key.code)
            case "sub_criterion":
                return self.sums.sub_criteria.get(key.code)
            case "aspect":
                return self.marks.get(key.code, ZERO)
            case "elapsed_seconds":
                return self.elapsed
        return None


class AspectMarker:
    """Marks the readings of one aspect and remembers the answers."""

    def __init__(self, aspect: Aspect, source: Aspect | None, step: RoundingStep | None) -> None:
        self.aspect = aspect
        self.reads = aspect if source is None else source
        self._is_derived = source is not None
        self._step = step
        self._places = DEFAULT_PLACES if step is None else step.places
        self._exact_mark = compiled_aspect(aspect)
        self._memory: dict[object, Outcome] = {}

    def mark(self, readings: Any) -> Outcome:
        """readings: as entered for this aspect, or for its source where it is derived."""
        key: object
        if isinstance(readings, (list, tuple)):
            # The types belong to the key: 1, True and a float 1.0 are equal to a dictionary.
            key = (*readings, *map(type, readings))
        elif isinstance(readings, Mapping):
            key = tuple((event, count, type(count)) for event, count in readings.items())
        else:
            return self._mark(readings)
        try:
            outcome = self._memory.get(key)
        except TypeError:  # nested readings cannot be remembered
            return self._mark(readings)
        if outcome is None:
            if len(self._memory) >= MEMORY_LIMIT:
                self._memory.clear()
            outcome = self._memory[key] = self._mark(readings)
        return outcome

    def fixed(self, raw: Any, mark: Fraction | None, *, zeroed_by: str | None = None) -> Outcome:
        """An outcome that does not come from readings: zeroed, or not marked."""
        shown = None if mark is None else to_decimal(mark, places=self._places)
        return Outcome(AspectResult(self.aspect.code, raw, shown, self.aspect.max_mark, zeroed_by), mark)

    def _mark(self, entered: Any) -> Outcome:
        raw = None if self._is_derived else entered
        readings, refusals = checked_readings(self.reads, entered)
        if readings is None:
            # A derived aspect has no mark when its source is refused; the source carries the reason.
            hard = None if self._is_derived else next(r for r in refusals if r.severity == REFUSE)
            return self.fixed(raw, None)._replace(refusal=hard)
        return self.fixed(raw, rounded(self._exact_mark(readings), self._step))


class SheetMarker:
    """Marks whole sheets by one scheme."""

    def __init__(self, scheme: Scheme) -> None:
        step = scheme.composition.rounding.aspect
        by_code = {aspect.code: aspect for aspect in scheme.aspects()}
        self._markers = [
            AspectMarker(aspect, by_code[aspect.derived_from] if aspect.derived_from else None, step)
            for aspect in by_code.values()
        ]
        self._plan = SheetPlan(scheme)
        self.known_aspects = frozenset(by_code)
        self.component_of: dict[str, str] = {}
        parts: dict[str, list[str]] = {}
        for criterion in scheme.criteria:
            for sub_criterion in criterion.sub_criteria:
                for aspect in sub_criterion.aspects:
                    self.component_of[aspect.code] = criterion.component
                    for part in (criterion.code, sub_criterion.code, aspect.code):
                        parts.setdefault(part, []).append(aspect.code)
        self.aspects_of: Mapping[str, Sequence[str]] = parts
        self._penalties = PenaltyBook(scheme.penalties, aspects_of=parts)
        self._composition = scheme.composition

    def sheet(self, given: EntryInput, *, not_started: str, ranked: str) -> tuple[Sheet, list[Problem]]:
        """One marked sheet and what is wrong with what was given, missing marks aside."""
        problems: list[Problem] = []
        effect = self._penalties.effect(given.penalties)
        problems += [problem(f.code, entry=given.entry, **f.params) for f in effect.faults]
        for code in given.raw:
            if code not in self.known_aspects:
                problems.append(problem("unknown_aspect", entry=given.entry, aspect=code))
        aspects: dict[str, AspectResult] = {}
        marks: dict[str, Fraction] = {}
        missing: list[str] = []
        refused: dict[str, Refusal] = {}
        for marker in self._markers:
            code = marker.aspect.code
            outcome = self._outcome(marker, given, effect.zeroed)
            aspects[code] = outcome.result
            if outcome.mark is not None:
                marks[code] = outcome.mark
            elif outcome.refusal is None and marker.reads is marker.aspect:
                missing.append(code)  # a derived aspect only waits for its source
            if outcome.refusal is not None:
                refused[code] = outcome.refusal
        status = effect.status or (ranked if given.started else not_started)
        if given.disqualified:
            status = DISQUALIFIED
        sheet = Sheet(
            given=given,
            status=status,
            effect=effect,
            aspects=aspects,
            marks=marks,
            sums=self._plan.totals(marks),
            missing=missing,
            refused=refused,
            elapsed=self._elapsed(given, problems),
            entered=self._entered(given, problems),
        )
        return sheet, problems

    def _outcome(self, marker: AspectMarker, given: EntryInput, zeroed: Mapping[str, str]) -> Outcome:
        aspect, reads = marker.aspect, marker.reads
        raw = given.raw.get(aspect.code)
        if aspect.code in zeroed:
            return marker.fixed(raw, ZERO, zeroed_by=zeroed[aspect.code])
        readings = raw
        if reads is not aspect:
            if raw:
                return marker.fixed(raw, None)._replace(refusal=check_readings(aspect, raw)[0])
            readings = given.raw.get(reads.code)
            if readings is None and reads.code in zeroed:
                # Its source was never measured: the evenness is not shown, as with a point not done.
                return marker.fixed(raw, ZERO)
        if readings is None:
            return marker.fixed(raw, None)
        if given.absent and aspect.method == "judged" and isinstance(readings, (list, tuple)):
            readings = [None if seat in given.absent else mark for seat, mark in enumerate(readings, start=1)]
        return marker.mark(readings)

    def _elapsed(self, given: EntryInput, problems: list[Problem]) -> Fraction | None:
        if given.elapsed_seconds is None:
            return None
        try:
            seconds = read_number(given.elapsed_seconds)
        except NotANumber:
            seconds = Decimal(-1)
        if seconds < 0:
            problems.append(
                problem("elapsed_refused", entry=given.entry, value=str(given.elapsed_seconds)[:40])
            )
            return None
        return Fraction(seconds)

    def _entered(self, given: EntryInput, problems: list[Problem]) -> dict[str, Fraction]:
        """Marks entered as one number, checked against the component's full mark."""
        known = {component.code: component for component in self._composition.components}
        entered: dict[str, Fraction] = {}
        for code, value in given.components.items():
            component = known.get(code)
            if component is None:
                problems.append(problem("unknown_component", entry=given.entry, component=code))
            elif component.source == "criteria":
                problems.append(problem("computed_component", entry=given.entry, component=code))
            elif value is not None:
                try:
                    mark = read_number(value)
                except NotANumber:
                    mark = Decimal(-1)
                if isinstance(value, bool) or not 0 <= mark <= component.full:
                    params = {"component": code, "full": str(component.full), "value": str(value)[:40]}
                    problems.append(problem("component_refused", entry=given.entry, **params))
                else:
                    entered[code] = Fraction(mark)
        return entered
