"""The result without one judge, by the scoring engine itself: every other mark stays as it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from competitions.scoring.awards import AwardDecision
from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput, EventResult, ScoringErrors
from competitions.scoring.scheme import Aspect, Panel, Scheme

Places = Mapping[
    tuple[str, str], Sequence[str]
]  # (entry, aspect) -> the judge of each value, "" for a free place


def result_without(
    judge: str,
    scheme: Scheme,
    inputs: Sequence[EntryInput],
    places: Places,
    decisions: Sequence[AwardDecision],
) -> EventResult | None:
    """None when what is left is too little for a rule, or leaves a choice that nobody has made.

    scheme: one that does with fewer judges (`doing_with_fewer`).
    """
    changed = []
    for given in inputs:
        raw = dict(given.raw)
        for aspect, readings in given.raw.items():
            held = places.get((given.entry, aspect), ())
            if judge in held:
                raw[aspect] = _readings_without(judge, held, readings)
        changed.append(replace(given, raw=raw))
    try:
        result = score_event(scheme, changed, decisions=decisions)
    except ScoringErrors:
        return None
    return None if result.open_choices else result


def _readings_without(judge: str, held: Sequence[str], readings: Any) -> Any:
    if isinstance(readings, Mapping):  # the panel has agreed on a difficulty, which stays
        return {**readings, "marks": _readings_without(judge, held, readings["marks"])}
    return [
        None if place < len(held) and held[place] == judge else value for place, value in enumerate(readings)
    ]


def doing_with_fewer(scheme: Scheme, judged: Collection[str]) -> Scheme:
    """The scheme with panels that do with fewer judges. A sum becomes the mean times the judges that counted, or one
    judge less would be so many points less.

    judged: codes of the aspects concerned.
    """
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
