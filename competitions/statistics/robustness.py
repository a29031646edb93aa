"""What a result hangs on: does it survive leaving out any one judge, and how few changed marks could change it.

Both work by the scoring engine's own rules; where a number of changed marks is exact, it is proven (`changed_marks`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from competitions.scoring.awards import AwardDecision
from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput
from competitions.scoring.scheme import Scheme

from .changed_marks import ChangedMarks, Fewest, Standing, standing
from .leaving_out import Places, doing_with_fewer, result_without


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question about the result: winner, podium, team_winner or tier:CODE.

    without: by judge, whether it stays the same; None where the rules give no result without that judge.
    fewest: how few judged marks would have to be different to change it.
    closed_out: somebody was kept from marks by a gate or a cut; what those could have won is in no number.
    """

    kind: str
    entries: tuple[str, ...]
    without: Mapping[str, bool | None]
    fewest: Fewest
    closed_out: bool = False


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
    changed = ChangedMarks(scheme, inputs, result, decisions)
    fewest = {kind: changed.of(kind) for kind in as_it_is}
    relaxed = doing_with_fewer(scheme, {aspect for _entry, aspect in places})
    without: dict[str, Standing | None] = {}
    for done, judge in enumerate(judges, start=1):
        other = result_without(judge, relaxed, inputs, places, decisions)
        without[judge] = None if other is None else standing(other)
        progress(done)
    return [
        Outcome(
            kind,
            tuple(sorted(as_it_is[kind])),
            {
                judge: None if other is None else other.get(kind) == as_it_is[kind]
                for judge, other in without.items()
            },
            fewest[kind],
            changed.closed_out,
        )
        for kind in sorted(as_it_is, key=lambda kind: (kind != "winner", kind != "podium", kind))
    ]
