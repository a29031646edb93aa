"""A marking scheme as values: components, criteria, sub-criteria, aspects and how each is marked.

Field names are the document's own, so that a scheme can be written back as it was read. Every number
is a Decimal in the unit that the field's comment or the aspect's `unit` names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .composition import Composition
from .panel import Panel
from .text import Text

Method = Literal["measured", "judged", "allotment"]
MEASURED_RULES = ("within", "step", "max", "ra", "bands", "gauge", "checklist", "range")
STAGES = ("result", "process")
DECISION_RULES = ("simple_acceptance", "guard_band")
EFFECTS = ("total_points", "zero_aspects", "zero_all", "stop", "disqualify")
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a judge must have seen to give one value of the scale."""

    value: Decimal
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Band:
    """A reading of at most `max` earns `ratio` of the mark, unless an earlier band took it."""

    max: Decimal
    ratio: Decimal


@dataclass(frozen=True, slots=True)
class DeductionEvent:
    """Something that costs `unit` marks of an allotment each time it is seen."""

    code: str
    zh: str
    en: str
    unit: Decimal


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The range of the multiplier that comes with the contestant's own choice of task."""

    min: Decimal
    max: Decimal


@dataclass(frozen=True, slots=True)
class Aspect:
    """The smallest thing that earns marks. `code` is unique in the whole scheme."""

    code: str
    name: Text
    method: Method
    stage: str
    max_mark: Decimal
    # measured
    rule: str = ""
    points: int = 0  # readings wanted; 0 for a derived aspect
    mark_per_point: Decimal | None = None
    nominal: Decimal | None = None
    upper: Decimal | None = None  # deviation from nominal
    lower: Decimal | None = None  # deviation from nominal
    limit: Decimal | None = None
    next_grade: Decimal | None = None
    grace: Decimal | None = None
    partial_ratio: Decimal = HALF  # earned within the grace, or one roughness grade worse
    bands: tuple[Band, ...] = ()
    derived_from: str | None = None
    unit: str = ""
    decision_rule: str = ""
    uncertainty: Decimal | None = None
    second_look: Decimal | None = None  # tolerances off, from which a reading looks like a typing error
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    instrument: Text | None = None
    note: str = ""
    # judged
    panel: Panel | None = None
    factor: Decimal = Decimal(1)
    difficulty: Difficulty | None = None
    benchmarks: tuple[Benchmark, ...] = ()
    # allotment
    events: tuple[DeductionEvent, ...] = ()

    @property
    def guard(self) -> Decimal:
        """How far the acceptance zone lies inside the tolerance on each side (GB/T 18779.1)."""
        if self.decision_rule == "guard_band" and self.uncertainty is not None:
            return self.uncertainty
        return Decimal(0)


@dataclass(frozen=True, slots=True)
class SubCriterion:
    code: str
    name: Text
    max_mark: Decimal
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    name: Text
    max_mark: Decimal
    component: str
    sub_criteria: tuple[SubCriterion, ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """Which aspects a penalty zeroes. `text` is the document's wording, `aspects` what it resolves to.

    chosen_when_given: the judges name the aspects concerned each time, out of `aspects`.
    """

    text: str
    aspects: tuple[str, ...]
    chosen_when_given: bool = False


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """A breach that stands outside the allotted marks."""

    code: str
    zh: str
    en: str
    effect: str
    component: str
    points: Decimal | None = None
    each: bool = False
    second_time: str | None = None
    aspects: Selector | None = None


@dataclass(frozen=True, slots=True)
class Penalties:
    """The penalty rules and the most they may take together from one component."""

    rules: tuple[PenaltyRule, ...] = ()
    cap_total_points: Decimal | None = None
    never_negative: bool = True


@dataclass(frozen=True, slots=True)
class FullCheck:
    """How many sheets from the top are checked again: a share of all, or a count."""

    by: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class RecheckRule:
    """Which score sheets a supervisor checks again, and from which error rate all of them are."""

    full_check: FullCheck
    sample_rest: Decimal
    error_rate_full_recheck: Decimal
    alternative_full_check: FullCheck | None = None
    error_unit: str = ""
    by_role: str = ""
    corrected_by: str = ""


@dataclass(frozen=True, slots=True)
class Measuring:
    """What holds for every measured aspect that does not say otherwise."""

    judges_min: int = 1
    decision_rule: str = "simple_acceptance"
    second_look: Decimal = Decimal(10)
    rules: Mapping[str, str] | None = None  # the rules in words, for the judges' handbook
    zh: str = ""


@dataclass(frozen=True, slots=True)
class Judging:
    """The panels of a scheme and the one that judges where an aspect names none."""

    default: str | None = None
    panels: tuple[Panel, ...] = ()
    rules: tuple[str, ...] = ()  # instructions for the judges
    zh: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One complete marking scheme.

    informative: what belongs to the scheme and its hash but not to the arithmetic (time, workpiece,
    theory paper, blinding ...), numbers as plain texts.
    """

    schema: str
    id: str
    version: str
    title: Text
    locale: tuple[str, ...]
    composition: Composition
    criteria: tuple[Criterion, ...]
    measuring: Measuring
    judging: Judging
    penalties: Penalties
    recheck: RecheckRule | None
    informative: Mapping[str, object]

    def aspects(self) -> Iterator[Aspect]:
        """Every aspect in document order."""
        for criterion in self.criteria:
            for sub_criterion in criterion.sub_criteria:
                yield from sub_criterion.aspects

    def team_aspects(self) -> frozenset[str]:
        """Codes of the aspects that a team earns together: they are marked once a team."""
        teams = {part.code for part in self.composition.components if part.scope == "team"}
        return frozenset(
            aspect.code
            for criterion in self.criteria
            if criterion.component in teams
            for part in criterion.sub_criteria
            for aspect in part.aspects
        )
