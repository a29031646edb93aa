"""The report on an event's judges, from its current marks. It informs people; nothing here writes a mark.

What it gathers knows no person: judges are J1, J2 ... (a seat each), entries are the codes on their sheets. Only marks
that are open to the chief judge count: those of an item that all its judges have marked, with no alarm standing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Max

from competitions.domain import codes, results
from competitions.domain.alarms import alarms_of
from competitions.domain.conflicts import barred_pairs
from competitions.domain.panel_spread import judged_value
from competitions.models import Code, Entry, Event, Mark, Seat, Sheet
from competitions.scoring.numbers import plain_text
from competitions.scoring.panels import scale_top
from competitions.scoring.results import ScoringErrors
from competitions.scoring.scheme import Aspect, Panel
from competitions.statistics import bias, report
from competitions.statistics.leaving_out import Places
from competitions.statistics.ratings import Rating, Ratings
from competitions.statistics.reach import Change
from competitions.statistics.robustness import robustness

PERCENT = Decimal("0.001")  # of full marks, where the aspects of a panel have different ones
HOME = ("unit", "union")
Progress = Callable[[int, int], None]


class OpenMark(NamedTuple):
    """One judge's mark for one aspect of one code."""

    judge: str
    code: int
    aspect: str
    value: Decimal
    at: datetime


@dataclass(slots=True)
class PanelMarks:
    """The open marks of one panel. percent: values are percentages of full marks. sealed: items not open yet."""

    panel: Panel
    stage: str
    aspects: list[Aspect]
    percent: bool
    marks: list[OpenMark] = field(default_factory=list)
    sealed: int = 0


@dataclass(slots=True)
class Gathered:
    """seats: label to seat key. numbers: code key to the number on its sheets."""

    panels: list[PanelMarks]
    seats: dict[str, int]
    numbers: dict[int, str]
    places: dict[
        tuple[int, str], list[str]
    ]  # (code, aspect) -> judges whose marks count, in the order of their places

    @property
    def count(self) -> int:
        return sum(len(panel.marks) for panel in self.panels)


def gather(event: Event) -> Gathered:
    """The open marks of all panels. Three queries. Raises results.NoScheme."""
    scheme = results.scheme_of(event).scheme
    aspects = {
        aspect.code: aspect
        for aspect in scheme.aspects()
        if aspect.panel is not None and aspect.panel.judges > 1
    }
    sheets = list(
        Sheet.objects.filter(event=event)
        .order_by("seat__role", "seat__place", "seat_id", "code__number")
        .values_list("pk", "code_id", "code__number", "seat_id", "aspects", "alarm", "set_aside")
    )
    judged = [sheet for sheet in sheets if any(aspect in aspects for aspect in sheet[4])]
    labels: dict[int, str] = {}
    for sheet in judged:
        labels.setdefault(sheet[3], f"J{len(labels) + 1}")
    held = _held_marks(event, aspects)
    due: dict[tuple[int, str], list[tuple[str, OpenMark | None]]] = defaultdict(list)
    places: dict[tuple[int, str], list[str]] = defaultdict(list)
    for pk, code, _number, seat, asked, alarm, set_aside in judged:
        standing = alarms_of(alarm)
        for aspect in asked:
            if aspect in aspects:
                if aspect not in set_aside:
                    places[code, aspect].append(labels[seat])
                found = None if aspect in standing else held.get((pk, aspect))
                mark = None if found is None else OpenMark(labels[seat], code, aspect, *found)
                due[code, aspect].append((labels[seat], mark))
    panels = _panels(aspects.values())
    of_aspect = {aspect.code: panel for panel in panels for aspect in panel.aspects}
    for (_code, aspect), marks in due.items():
        opened = [mark for _judge, mark in marks if mark is not None]
        if len(opened) < len(marks):
            of_aspect[aspect].sealed += 1
        elif len(opened) > 1:
            of_aspect[aspect].marks += opened
    return Gathered(
        [panel for panel in panels if panel.marks or panel.sealed],
        {label: seat for seat, label in labels.items()},
        {code: number for _pk, code, number, *_rest in judged},
        dict(places),
    )


def _held_marks(event: Event, aspects: Iterable[str]) -> dict[tuple[int, str], tuple[Decimal, datetime]]:
    rows = Mark.objects.filter(sheet__event=event, is_current=True, aspect__in=list(aspects)).values_list(
        "sheet_id", "aspect", "values", "not_done", "at"
    )
    return {
        (sheet, aspect): (judged_value(values, not_done), at)
        for sheet, aspect, values, not_done, at in rows.iterator(chunk_size=5000)
    }


def _panels(aspects: Iterable[Aspect]) -> list[PanelMarks]:
    """One for each panel of the scheme and stage of the work: other stages have other judges and other codes."""
    found: dict[tuple[str, str], PanelMarks] = {}
    for aspect in aspects:
        assert aspect.panel is not None
        key = (aspect.panel.code, aspect.stage)
        found.setdefault(key, PanelMarks(aspect.panel, aspect.stage, [], False)).aspects.append(aspect)
    for one in found.values():
        tops = {scale_top(panel=one.panel, max_mark=aspect.max_mark) for aspect in one.aspects}
        one.percent = len(tops) > 1
    return list(found.values())


def ratings_of(panel: PanelMarks, numbers: Mapping[int, str]) -> Ratings:
    """A panel's marks as the statistics read them, entries under the numbers given."""
    tops = {aspect.code: scale_top(panel=panel.panel, max_mark=aspect.max_mark) for aspect in panel.aspects}
    return Ratings(
        Rating(
            mark.judge, numbers[mark.code], mark.aspect, _scaled(mark, tops) if panel.percent else mark.value
        )
        for mark in panel.marks
    )


def _scaled(mark: OpenMark, tops: Mapping[str, Decimal]) -> Decimal:
    return (100 * mark.value / tops[mark.aspect]).quantize(PERCENT)


def pseudonyms(gathered: Gathered) -> dict[int, str]:
    """E001, E002 ... for the codes, in an order that tells nothing: that of their random keys. One query."""
    uuids = dict(Code.objects.filter(pk__in=gathered.numbers).values_list("pk", "uuid"))
    return {
        code: f"E{n:03d}" for n, code in enumerate(sorted(uuids, key=lambda code: uuids[code].hex), start=1)
    }


def fingerprint(event: Event) -> dict[str, Any]:
    """What a stored report was computed from: it is out of date as soon as this differs. Two queries."""
    marks = Mark.objects.filter(sheet__event=event, is_current=True).aggregate(
        count=Count("pk"), newest=Max("pk")
    )
    version = event.scheme_version
    return {**marks, "decoded": event.is_decoded, "scheme": version.content_hash if version else ""}


def compute(event: Event, *, progress: Progress = lambda _done, _total: None) -> dict[str, Any]:
    """The whole report as plain JSON, without any person. progress: done and total steps.

    A fixed number of queries, whatever the size. Raises results.NoScheme.
    """
    made_from = fingerprint(event)
    gathered = gather(event)
    panels = [panel for panel in gathered.panels if panel.marks]
    total = len(panels) + len(gathered.seats)
    home = _home(event, gathered) if event.is_decoded else None
    parts = []
    for done, panel in enumerate(panels, start=1):
        parts.append(_panel(panel, gathered, home))
        progress(done, total)
    sealed = sum(panel.sealed for panel in gathered.panels)
    return {
        "made_from": made_from,
        "seats": gathered.seats,
        "sealed": sealed,
        "panels": parts,
        "robustness": _robustness(event, gathered, lambda done: progress(len(panels) + done, total)),
    }


def _panel(panel: PanelMarks, gathered: Gathered, home: "Home | None") -> dict[str, Any]:
    ratings = ratings_of(panel, gathered.numbers)
    figures = report.report(ratings)
    figures.pop("entries")  # the entries' own measures are nobody's business here
    off = bias.offsets(ratings)
    first: dict[tuple[str, str], datetime] = {}
    for mark in panel.marks:
        key = (mark.judge, gathered.numbers[mark.code])
        first[key] = min(first.get(key, mark.at), mark.at)
    drifts = {}
    for judge, by_entry in off.items():
        order = sorted(by_entry, key=lambda entry, judge=judge: (first[judge, entry], entry))  # type: ignore[misc]
        drifts[judge] = _drift(bias.drift([by_entry[entry] for entry in order]))
    return {
        "panel": panel.panel.code,
        "stage": panel.stage,
        "aspects": [aspect.code for aspect in panel.aspects],
        "percent": panel.percent,
        "sealed": panel.sealed,
        "figures": figures,
        "drift": drifts,
        "lift": None
        if home is None
        else {
            kind: {judge: _lift(bias.home_lift(off[judge], home.of(kind, judge))) for judge in off}
            for kind in HOME
        },
    }


def _drift(found: bias.Drift | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "points": [round(value, 4) for value in found.points],
        "start": found.start,
        "change": report.as_document(found.change),
    }


def _lift(found: bias.Lift | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "home": found.home,
        "away": found.away,
        "home_entries": found.home_entries,
        "away_entries": found.away_entries,
        "difference": report.as_document(found.difference),
    }


@dataclass(slots=True)
class Home:
    """Whose people are whose: kind to judge to the numbers of their entries. Only after decoding."""

    numbers: dict[str, dict[str, set[str]]]

    def of(self, kind: str, judge: str) -> set[str]:
        return self.numbers[kind].get(judge, set())


def _home(event: Event, gathered: Gathered) -> Home:
    """unit: the own firm or any other tie; union: another firm below the same town union. Ten queries."""
    entry_of = codes.entry_ids_by_code(event)
    numbers: dict[int, set[str]] = defaultdict(set)
    for code, number in gathered.numbers.items():
        numbers[entry_of[code]].add(number)
    barred = barred_pairs(event)
    union_of = dict(
        Entry.objects.filter(event=event, employer__union__parent__isnull=False).values_list(
            "pk", "employer__union_id"
        )
    )
    of_seat = dict(
        Seat.objects.filter(
            pk__in=gathered.seats.values(), user__employer__union__parent__isnull=False
        ).values_list("pk", "user__employer__union_id")
    )
    found: dict[str, dict[str, set[str]]] = {kind: {} for kind in HOME}
    for label, seat in gathered.seats.items():
        tied = barred.get(seat, {})
        near = {entry for entry, union in union_of.items() if union == of_seat.get(seat)} | set(tied)
        for kind, entries in (("unit", set(tied)), ("union", near)):
            found[kind][label] = set().union(*(numbers[entry] for entry in entries if entry in numbers))
    return Home(found)


def _robustness(event: Event, gathered: Gathered, progress: Callable[[int], None]) -> dict[str, Any]:
    """Before decoding no number is told at all: a pair of numbers of two layers would be a step of decoding. So it is
    told how many marks an outcome hangs on, and which only afterwards."""
    layer = Code.Layer.CONTESTANT if event.is_decoded else Code.Layer.WORK
    try:
        scored = results.score(event, shown_by=layer)
        places = {
            (scored.numbers[code], aspect): judges for (code, aspect), judges in gathered.places.items()
        }
        outcomes = robustness(
            scored.scheme.scheme,
            scored.inputs,
            places,
            list(gathered.seats),
            decisions=scored.decisions,
            progress=progress,
        )
    except ScoringErrors as errors:
        return {"complete": False, "problems": len(errors.problems), "outcomes": []}
    return {
        "complete": True,
        "problems": 0,
        "outcomes": [
            {
                "kind": outcome.kind,
                "entries": list(outcome.entries) if event.is_decoded else [],
                "without": dict(outcome.without),
                "changed_marks": outcome.fewest.at_least,
                "at_most": outcome.fewest.at_most,
                "changes": [_change(change, places) for change in outcome.fewest.changes]
                if event.is_decoded
                else [],
                "unbounded": outcome.fewest.unknown,
                "closed_out": outcome.closed_out,
            }
            for outcome in outcomes
        ],
    }


def _change(change: Change, places: Places) -> dict[str, Any]:
    """judge: "" where a single judge marks, who has no label here."""
    judges = places.get((change.entry, change.aspect), ())
    return {
        "entry": change.entry,
        "aspect": change.aspect,
        "judge": judges[change.place] if change.place < len(judges) else "",
        "before": plain_text(change.before),
        "after": plain_text(change.after),
    }
