"""From what judges entered to a scored event. Nothing computed here is stored: a release is (see releases)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from competitions.domain import codes
from competitions.domain.alarms import alarms_of
from competitions.models import (
    AwardChoice,
    Code,
    EnteredMark,
    Entry,
    Event,
    Mark,
    PenaltyRecord,
    PlayRecord,
    SchemeVersion,
    Sheet,
    TimeCredit,
)
from competitions.scoring.awards import AwardDecision
from competitions.scoring.engine import score_event
from competitions.scoring.numbers import plain_text
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput, EventResult, Problem, ScoringErrors
from competitions.scoring.scheme import Aspect
from craft_site.ledger.chain import append


class NoScheme(Exception):
    """The event has no marking scheme yet."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored event with what it was scored from. entries: the number an entry was scored under to its key;
    numbers: the key of any of its codes to that number."""

    scheme: SchemeVersion
    result: EventResult
    inputs: tuple[EntryInput, ...]
    entries: Mapping[str, int]
    numbers: Mapping[int, str]
    decisions: tuple[AwardDecision, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """A change that is only tried: what would be scored if it stood.

    marks: (sheet key, aspect) to (values, not_done); components: keys of entered marks to another mark; dropped: keys
    of penalties that would be lifted; added: code keys with a penalty that would be given.
    """

    marks: Mapping[tuple[int, str], tuple[Any, bool]] = field(default_factory=dict)
    components: Mapping[int, Decimal] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    added: tuple[tuple[int, PenaltyInput], ...] = ()


AS_IT_STANDS = Swap()


def scheme_of(event: Event) -> SchemeVersion:
    """The scheme in force. Raises NoScheme."""
    version = event.scheme_version
    if version is None:
        raise NoScheme(_("This event has no marking scheme yet."))
    return version


def score(
    event: Event,
    *,
    provisional: bool = False,
    shown_by: str = Code.Layer.CONTESTANT,
    swap: Swap = AS_IT_STANDS,
) -> Scored:
    """Scores an event from its current marks. A fixed number of queries, whatever its size.

    swap: a change that is tried; nothing is written.

    shown_by: the layer of codes under which entries appear; contestant numbers are for whoever may see them. An
    entry without a code of that layer has a number of its own that tells nothing.
    Raises NoScheme; ScoringErrors naming every missing or refused mark, unless provisional.
    """
    version = scheme_of(event)
    numbers = _Numbers(event, shown_by)
    inputs = tuple(_inputs(event, version, numbers, swap))
    decisions = tuple(
        AwardDecision(c.tier, c.choice, c.reason, tuple(c.keys), c.scope)
        for c in AwardChoice.objects.filter(event=event)
    )
    result = score_event(version.scheme, inputs, decisions=decisions, provisional=provisional)
    return Scored(version, result, inputs, numbers.entries, numbers.root, decisions)


def problems(event: Event) -> list[Problem]:
    """What keeps the event from being scored: each missing mark by contestant number and aspect."""
    try:
        score(event)
    except ScoringErrors as errors:
        return list(errors.problems)
    return []


@transaction.atomic
def choose_award(
    *,
    event: Event,
    tier: str,
    choice: str,
    reason: str,
    by: Any,
    scope: str = "individual",
    keys: Iterable[str] = (),
) -> AwardChoice:
    """Records the chief judge's choice for equals at the edge of a tier. A new choice replaces the old one.

    Raises ValueError without a reason or when the scheme knows no such tier.
    """
    if not reason.strip():
        raise ValueError(_("Give the reason of the choice: it is published with the result."))
    composition = scheme_of(event).scheme.composition
    team_rule = composition.teams.awards if composition.teams is not None else None
    rule = composition.awards if scope == "individual" else team_rule
    if rule is None or tier not in {t.code for t in rule.tiers}:
        raise ValueError(_("The scheme has no award “%(tier)s”.") % {"tier": tier})
    chosen, _made = AwardChoice.objects.update_or_create(
        event=event,
        scope=scope,
        tier=tier,
        defaults={"choice": choice, "reason": reason.strip(), "keys": list(keys), "by": by},
    )
    append(
        event.chain,
        "award.chosen",
        subject=f"event:{event.code}",
        facts={"scope": scope, "tier": tier, "choice": choice, "keys": list(keys), "reason": reason.strip()},
        by=by,
    )
    return chosen


# Before the count of those whom no number of the asked layer stands for.
WITHOUT = "–"


class _Numbers:
    """Every code of an event led to the number under which its entry is scored, without showing anything."""

    def __init__(self, event: Event, layer: str) -> None:
        self.root: dict[int, str] = {}
        self.entries: dict[str, int] = {}
        # By the random key of the first code: the order of those without a number tells nothing either.
        trails = sorted(
            codes.trails(event).items(), key=lambda found: found[1].codes[Code.Layer.CONTESTANT].uuid
        )
        without = 0
        for entry, trail in trails:
            if layer in trail.codes:
                number = trail.codes[layer].number
            else:
                without += 1
                number = f"{WITHOUT} {without}"
            self.entries[number] = entry
            self.root.update({code.pk: number for code in trail.codes.values()})


def _inputs(event: Event, version: SchemeVersion, numbers: _Numbers, swap: Swap) -> Iterable[EntryInput]:
    aspects = {aspect.code: aspect for aspect in version.scheme.aspects()}
    raw = _raw_by_number(event, aspects, numbers, swap)
    components, by_team = _entered(event, numbers, swap)
    penalties = _penalties(event, numbers, swap)
    elapsed = _net_seconds(event, numbers)
    entries = Entry.objects.filter(event=event, pk__in=numbers.entries.values()).select_related("team")
    states = {entry.pk: (entry.state, entry.team.name if entry.team else None) for entry in entries}
    for number, key in sorted(numbers.entries.items()):
        state, team = states[key]
        if state == Entry.State.WITHDRAWN:
            continue
        yield EntryInput(
            entry=number,
            raw=raw.get(number, {}),
            components={**by_team.get(team or "", {}), **components.get(number, {})},
            penalties=tuple(penalties.get(number, ())),
            elapsed_seconds=elapsed.get(number),
            started=state != Entry.State.ABSENT,
            team=team,
            disqualified=state == Entry.State.DISQUALIFIED,
        )


def _raw_by_number(
    event: Event, aspects: Mapping[str, Aspect], numbers: _Numbers, swap: Swap
) -> dict[str, dict[str, Any]]:
    """Readings by contestant number and aspect; a panel's values in the order of its places. A panel that judges again
    has none: a total would tell who has changed a value, and how."""
    raw: dict[str, dict[str, Any]] = defaultdict(dict)
    panels: dict[tuple[str, str], dict[tuple[int, int], list[str] | None]] = defaultdict(dict)
    issued = Sheet.objects.filter(event=event).values_list(
        "pk", "code_id", "seat__place", "aspects", "set_aside", "alarm"
    )
    aside: set[tuple[int, str]] = set()
    again: set[tuple[str, str]] = set()
    for sheet, code, place, due, set_aside, alarm in issued:
        aside |= {(sheet, aspect) for aspect in set_aside}
        again |= {(numbers.root[code], aspect) for aspect in alarms_of(alarm)}
        for aspect in due:
            if aspect in aspects and aspects[aspect].method == "judged" and aspect not in set_aside:
                # due: a sheet without its mark is missing
                panels[numbers.root[code], aspect][place, sheet] = None
    marks = Mark.objects.filter(sheet__event=event, is_current=True).values_list(
        "sheet_id", "sheet__code_id", "sheet__seat__place", "aspect", "values", "not_done"
    )
    for sheet, code, place, aspect, values, not_done in marks.iterator(chunk_size=5000):
        if aspect not in aspects or (sheet, aspect) in aside:
            continue
        if (sheet, aspect) in swap.marks:
            values, not_done = swap.marks[sheet, aspect]
        number, method = numbers.root[code], aspects[aspect].method
        if method == "judged":
            panels[number, aspect][place, sheet] = ["0"] if not_done else values
        elif method == "allotment":
            raw[number][aspect] = {} if not_done else values
        else:
            raw[number][aspect] = [None] * aspects[aspect].points if not_done else values
    for (number, aspect), by_place in panels.items():
        given = [by_place[place] for place in sorted(by_place)]
        if None not in given and (number, aspect) not in again:
            raw[number][aspect] = _of_panel(aspects[aspect], [values for values in given if values])
    return raw


def _of_panel(aspect: Aspect, given: Sequence[list[str]]) -> Any:
    """A panel's values as the engine takes them, given by its judges in their order."""
    wanted = aspect.panel.judges if aspect.panel is not None else 1
    # Fewer sheets than judges: an absent judge. Whether the panel may do without is the scheme's rule.
    marks = [values[0] for values in given] + [None] * (wanted - len(given))
    if aspect.difficulty is None:
        return marks
    # The panel has agreed on it (domain.panel_spread). Nobody chose one for work that was not done.
    chosen = next((values[1] for values in given if len(values) > 1), plain_text(aspect.difficulty.min))
    return {"marks": marks, "difficulty": chosen}


def _entered(
    event: Event, numbers: _Numbers, swap: Swap
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    by_number: dict[str, dict[str, Any]] = defaultdict(dict)
    by_team: dict[str, dict[str, Any]] = defaultdict(dict)
    marks = EnteredMark.objects.filter(event=event, is_current=True)
    for pk, component, code, team, entered in marks.values_list(
        "pk", "component", "code_id", "team__name", "mark"
    ):
        mark = swap.components.get(pk, entered)
        if code is not None:
            by_number[numbers.root[code]][component] = mark
        else:
            by_team[team][component] = mark
    return by_number, by_team


def _penalties(event: Event, numbers: _Numbers, swap: Swap) -> dict[str, list[PenaltyInput]]:
    found: dict[str, list[PenaltyInput]] = defaultdict(list)
    approved = PenaltyRecord.objects.filter(code__event=event, state=PenaltyRecord.State.APPROVED)
    approved = approved.exclude(pk__in=swap.dropped) if swap.dropped else approved
    for code, rule, times, concerned in approved.values_list("code_id", "rule", "times", "aspects"):
        found[numbers.root[code]].append(PenaltyInput(rule, times, tuple(concerned)))
    for code, penalty in swap.added:
        found[numbers.root[code]].append(penalty)
    return found


def _net_seconds(event: Event, numbers: _Numbers) -> dict[str, int]:
    """Time at the bench less what was credited, by contestant number."""
    credits: dict[int, list[TimeCredit]] = defaultdict(list)
    for credit in TimeCredit.objects.filter(code__event=event):
        credits[credit.code_id].append(credit)
    found = {}
    for play in PlayRecord.objects.filter(code__event=event):
        seconds = play.net_seconds(credits[play.code_id])
        if seconds is not None:
            found[numbers.root[play.code_id]] = seconds
    return found
