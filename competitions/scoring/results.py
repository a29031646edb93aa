"""What goes into the engine for one entry, and what comes out. Every mark at this door is a Decimal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from .awards import AwardDecision, OpenChoice
from .penalties import PenaltyInput
from .ranking import TieTrace
from .readings import Refusal

RANKED, NOT_STARTED = "ranked", "not_started"

# The templates are the message ids of the translation catalogue.
PROBLEMS = {
    "missing_mark": "entry {entry}: aspect {aspect} has no mark",
    "refused_mark": "entry {entry}: aspect {aspect}: {reason}",
    "unknown_aspect": "entry {entry}: the scheme has no aspect {aspect}",
    "missing_component": "entry {entry}: {component} has no mark",
    "unknown_component": "entry {entry}: the scheme has no component {component}",
    "computed_component": "entry {entry}: {component} is computed from its aspects and cannot be entered",
    "component_refused": "entry {entry}: {component} must be a number from 0 to {full}, not {value}",
    "duplicate_entry": "entry {entry} is there twice",
    "penalty_unknown": "entry {entry}: the scheme has no penalty {penalty}",
    "penalty_times": "entry {entry}: penalty {penalty} must have been given at least once",
    "penalty_points": "entry {entry}: penalty {penalty} takes {expected} points, not {given}",
    "penalty_needs_aspects": "entry {entry}: penalty {penalty} must name the aspects concerned",
    "penalty_aspect_outside": "entry {entry}: penalty {penalty} cannot zero {aspect}",
    "tie_value_missing": "entry {entry}: {key} decides a tie and has not been entered",
    "elapsed_refused": "entry {entry}: the elapsed time must be a number of seconds, not {value}",
    "team_missing": "entry {entry}: the scheme counts teams, but the entry has none",
    "team_disagrees": "team {team}: its members carry different marks for {part}",
    "team_too_small": "team {team}: {actual} members have a total, at least {expected} are needed",
    "decision_unknown": "the decision on {tier} fits no tier or choice of the scheme",
    "decision_without_reason": "the decision on {tier} gives no reason",
    "decision_key_unknown": "the decision on {tier} names {key}, which is no tie-break key of the scheme",
}


@dataclass(frozen=True, slots=True)
class EntryInput:
    """One entry as it was marked.

    raw: readings by aspect code, see `aspect_mark`; an absent or null aspect is a missing mark, a null
    among the readings is a point not done. components: marks entered as one number, such as theory.
    elapsed_seconds: net of time credits. started: began the practical test. absent: seat numbers,
    from 1, of judges whose marks do not count in any judged aspect of this entry. disqualified: out of
    the ranking by a decision that is no penalty of the scheme.
    """

    entry: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    components: Mapping[str, Any] = field(default_factory=dict)
    penalties: tuple[PenaltyInput, ...] = ()
    elapsed_seconds: int | Decimal | None = None
    started: bool = True
    team: str | None = None
    absent: tuple[int, ...] = ()
    disqualified: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps an entry from being scored. message: English, complete.

    cause: the refusal of a reading, where it is what `reason` says.
    """

    code: str
    params: dict[str, str]
    message: str
    cause: Refusal | None = None

    @property
    def entry(self) -> str | None:
        """The entry concerned, None where the problem is a team's or a decision's."""
        return self.params.get("entry")

    @property
    def aspect(self) -> str | None:
        """The aspect concerned, if it is one."""
        return self.params.get("aspect")


def problem(code: str, cause: Refusal | None = None, /, **params: object) -> Problem:
    """A Problem with its message filled in; `code` must have a template in PROBLEMS."""
    texts = {name: str(value) for name, value in params.items()}
    return Problem(code, texts, PROBLEMS[code].format(**texts), cause)


class ScoringErrors(ValueError):
    """The event cannot be scored; `problems` says what to enter or to correct first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(item.message for item in problems[:20]))

    @property
    def missing(self) -> tuple[Problem, ...]:
        """Only what has not been entered yet."""
        codes = {"missing_mark", "missing_component", "tie_value_missing"}
        return tuple(item for item in self.problems if item.code in codes)


class AspectResult(NamedTuple):
    """mark None: not marked yet (provisional), or never needed. zeroed_by: code of a penalty."""

    code: str
    raw: Any
    mark: Decimal | None
    max_mark: Decimal
    zeroed_by: str | None = None


@dataclass(frozen=True, slots=True)
class ComponentResult:
    """before_penalty: sum of the criteria or the entered mark. weighted: its part of the total."""

    code: str
    before_penalty: Decimal
    deducted: Decimal
    mark: Decimal
    weighted: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round of one entry. advanced is None in the last round."""

    code: str
    total: Decimal
    rank: int | None
    advanced: bool | None


@dataclass(frozen=True, slots=True)
class EntryResult:
    """One entry with every step of its mark.

    status: ranked, not_started, stopped or disqualified; only ranked entries have a rank. total is
    None for not_started and disqualified. barred: components that a missed gate closed. missing:
    aspects and components without a mark (provisional scoring only). standard: standardised score.
    """

    entry: str
    status: str
    aspects: Mapping[str, AspectResult]
    sub_criteria: Mapping[str, Decimal]
    criteria: Mapping[str, Decimal]
    components: Mapping[str, ComponentResult]
    total: Decimal | None
    rank: int | None
    award: str | None
    passed: bool
    team: str | None = None
    standard: Decimal | None = None
    ties: tuple[TieTrace, ...] = ()
    rounds: tuple[RoundResult, ...] = ()
    barred: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamResult:
    """One team. components: team components, and for individual ones what the members' marks make."""

    team: str
    members: tuple[str, ...]
    components: Mapping[str, Decimal]
    total: Decimal
    rank: int
    award: str | None
    ties: tuple[TieTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class EventResult:
    """A scored event. entries: by rank, the unranked after them.

    problems: only in provisional scoring. open_choices: ties at the edge of an award tier that wait
    for a decision. decided: the decisions that shaped this result, with their reasons.
    """

    scheme_hash: str
    entries: tuple[EntryResult, ...]
    teams: tuple[TeamResult, ...] = ()
    open_choices: tuple[OpenChoice, ...] = ()
    decided: tuple[AwardDecision, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def publishable(self) -> bool:
        """Whether nothing is missing and nothing waits for a decision."""
        return not self.problems and not self.open_choices

    def entry(self, code: str) -> EntryResult:
        """The result of one entry. KeyError if there is none."""
        for result in self.entries:
            if result.entry == code:
                return result
        raise KeyError(code)
