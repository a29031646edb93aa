"""How marks become a total, a rank and an award, as data."""

from dataclasses import dataclass
from decimal import Decimal

from .panel import RoundingStep
from .text import Text

SOURCES = ("criteria", "entered")
SCOPES = ("individual", "team")
CUTS = ("count", "share", "score")
AWARD_BASES = ("contestants_who_started_practical", "all")
AWARD_ROUNDING = ("floor_min_1", "floor", "ceil", "half_up")
EDGE_TIES = ("ask", "widen", "next_tie_break")
PASSED_OVER = ("next", "left_empty")
AWARD_METHODS = ("tiers", "medals")
ESTIMATORS = ("mad", "sd", "sd_population")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the total: a paper, a practical test, a team task.

    full: its full mark, may exceed 100 (a bonus). gate: who stays below it is barred from the
    components after it. pass_mark: needed for honours, not for a rank.
    """

    code: str
    name: Text
    full: Decimal
    weight: Decimal
    source: str
    scope: str = "individual"
    pass_mark: Decimal | None = None
    gate: Decimal | None = None
    round: str | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """The steps at which a mark is rounded, from the aspect to the total. None: not rounded there."""

    aspect: RoundingStep | None = None
    sub_criterion: RoundingStep | None = None
    criterion: RoundingStep | None = None
    component: RoundingStep | None = None
    weighted: RoundingStep | None = None
    total: RoundingStep | None = None


@dataclass(frozen=True, slots=True)
class TieKey:
    """One comparison between equals. `text` is the document's wording.

    kind: total, component, criterion, sub_criterion, aspect, elapsed_seconds or shared_rank.
    code: of the component or part compared. name: for the sentence that explains the order.
    """

    text: str
    kind: str
    code: str
    descending: bool
    name: Text


@dataclass(frozen=True, slots=True)
class Cut:
    """Who goes on to the next round: the best `value` by count, by share, or all from a score on.

    ties include: everyone level with the last place goes on; exclude: nobody of them.
    """

    by: str
    value: Decimal
    ties: str = "include"


@dataclass(frozen=True, slots=True)
class Round:
    """A stage of the contest. carry: its total starts from the total of the round before."""

    code: str
    name: Text
    cut: Cut | None = None
    carry: bool = False


@dataclass(frozen=True, slots=True)
class AwardTier:
    """One tier of awards, best first. `by` share, count, score, or medal (placed by the window rule)."""

    code: str
    name: Text
    by: str
    value: Decimal | None = None
    minimum_entrants: int = 0


@dataclass(frozen=True, slots=True)
class AwardRule:
    """How places become awards.

    base: whose number a share is taken of. edge_tie: what happens when equals stand on both sides of
    the last place of a tier. passed_over: whether the place of one who has not passed goes to the next.
    window: medals only, how many points apart still count as level.
    """

    tiers: tuple[AwardTier, ...]
    method: str = "tiers"
    base: str = AWARD_BASES[0]
    round: str = "floor_min_1"
    needs_pass: bool = False
    edge_tie: str = "ask"
    next_tie_break: tuple[TieKey, ...] = ()
    passed_over: str = "next"
    window: Decimal | None = None
    chained: bool = False
    on: str = "total"


@dataclass(frozen=True, slots=True)
class TeamRule:
    """How a team's total is made: its team components plus its members' own, by mean, sum or best n."""

    combine: str
    size: int | None = None
    best: int | None = None
    counts_for_individuals: bool = True
    tie_break: tuple[TieKey, ...] = ()
    awards: AwardRule | None = None


@dataclass(frozen=True, slots=True)
class StandardScale:
    """A standardised score, our formula: centre + spread x (mark - middle) / deviation, clamped.

    estimator mad: 1.4826 x median absolute deviation around the median; sd, sd_population: around the
    mean. Fewer than minimum_n marks give no standard score.
    """

    centre: Decimal
    spread: Decimal
    estimator: str
    minimum_n: int
    low: Decimal
    high: Decimal
    round: RoundingStep


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything between the marks and the award."""

    components: tuple[Component, ...]
    rounding: Rounding
    combine: str = "weighted"
    rounds: tuple[Round, ...] = ()
    tie_break: tuple[TieKey, ...] = ()
    rank_style: str = "standard"
    awards: AwardRule | None = None
    teams: TeamRule | None = None
    standard_scale: StandardScale | None = None
    double_pass_needed_for: tuple[str, ...] = ()

    def component(self, code: str) -> Component:
        """The component of that code. KeyError if there is none."""
        for component in self.components:
            if component.code == code:
                return component
        raise KeyError(code)
