"""Issuing sheets: which seat marks which aspects of which code, after the ties have been looked at."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import codes, conflicts
from competitions.domain.panels import SeatRefused, judges_wanted, marked_by
from competitions.models import Code, Entry, Event, KeptMark, Mark, Seat, Sheet
from competitions.scheme_names import SchemeNames
from competitions.scoring.scheme import Aspect, Scheme
from craft_site.kit.access import Decision
from craft_site.ledger.chain import append, lock_head

ISSUED_IN = (Event.State.FROZEN, Event.State.RUNNING, Event.State.SCORING)
LAYER: dict[str, str] = {
    Seat.Role.FLOOR: Code.Layer.STATION,
    Seat.Role.MEASURING: Code.Layer.WORK,
    Seat.Role.RESULT: Code.Layer.WORK,
}


class NotAssigned(Exception):
    """The judge gets no sheet for this work. The message is the same whatever the cause, so that nothing leaks."""

    def __init__(self) -> None:
        super().__init__(_("You are not assigned this work."))


@dataclass(frozen=True, slots=True)
class Hole:
    """An aspect of a code that lacks judges. code: its number, for the coding judge's eyes alone; aspect: its code, or
    several with blanks between them."""

    aspect: str
    layer: str
    code: str
    has: int
    needs: int
    why: str  # seats | bars | witness | begun

    def in_words(self, names: SchemeNames) -> str:
        words = {
            "seats": _("%(aspect)s: %(has)d of %(needs)d judges have a seat"),
            "bars": _("%(aspect)s: only %(has)d of %(needs)d judges are free of ties"),
            "witness": _("%(aspect)s: the judge has no second judge who reads the same instrument"),
            "begun": _("%(aspect)s: a judge with a tie has begun to mark"),
        }
        if self.layer == Code.Layer.STATION:
            words["seats"] = _("%(aspect)s: %(has)d of %(needs)d floor judges have a seat")
        return words[self.why] % {
            "aspect": names.aspects(self.aspect.split()),
            "has": self.has,
            "needs": self.needs,
        }


class SheetsBlocked(Exception):
    """Sheets cannot be issued: some aspect of some code lacks judges. holes names each."""

    def __init__(self, holes: Sequence[Hole]) -> None:
        self.holes = tuple(holes)
        super().__init__(
            _("No sheet was issued: %(count)d places on the panels are empty.") % {"count": len(holes)}
        )


@dataclass(slots=True)
class Plan:
    """Which sheets the seats call for. new: (seat key, code key) -> aspects; grown: a sheet and all of its aspects;
    stale: unmarked sheets of pairs that are barred by now."""

    new: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    grown: list[tuple[Sheet, list[str]]] = field(default_factory=list)
    stale: list[Sheet] = field(default_factory=list)
    kept: int = 0
    holes: list[Hole] = field(default_factory=list)
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """What `issue_sheets` did."""

    made: int
    kept: int
    removed: int


def can_issue(user: Any, event: Event) -> Decision:
    """Issue sheets: the coding judge, who alone sees which code lacks a judge, the chief judge or the organiser."""
    for allowed in (roles.can_code(user, event), roles.can_chair(user, event)):
        if allowed:
            return allowed
    return roles.can_organise(user, event)


def plan_sheets(event: Event) -> Plan:
    """What `issue_sheets` would do now, for the codes that are drawn. A dozen queries for any number of sheets."""
    version = event.scheme_version
    plan = Plan()
    if version is None:
        return plan
    there = set(event.entries.filter(state=Entry.State.CHECKED_IN).values_list("pk", flat=True))
    entries: dict[int, int] = {}
    drawn: list[Code] = []
    for trail in codes.trails(event).values():
        entries |= {code.pk: trail.entry_id for code in trail.codes.values()}
        if trail.entry_id in there:
            drawn += [code for code in trail.codes.values() if code.layer in LAYER.values()]
    drawn.sort(key=lambda code: (code.layer, code.number))
    plan.layers = tuple(sorted({code.layer for code in drawn}))
    barred = conflicts.barred_now(event)
    sheets = {
        (sheet.seat_id, sheet.code_id): sheet
        for sheet in Sheet.objects.filter(event=event, seat__left_at__isnull=True).annotate(
            has_marks=Exists(Mark.objects.filter(sheet=OuterRef("pk")))
            | Exists(KeptMark.objects.filter(sheet=OuterRef("pk")))
        )
    }
    signed_off = _covered_by_leavers(event)
    elsewhere = _judged_elsewhere(event)
    panels = _panels(event, version.scheme)
    chosen: dict[tuple[int, int], list[str]] = defaultdict(list)
    shared = version.scheme.team_aspects()
    carried = carried_for(event, there) if shared else {}
    for code in drawn:
        entry = entries[code.pk]
        for aspect, seats in panels[code.layer]:
            if aspect.code in shared and entry not in carried:
                continue
            judged = carried[entry] if aspect.code in shared else {entry}
            # Who left after signing is counted: that work is done.
            done = signed_off.get((code.pk, aspect.code), 0)
            sitting = [seat for seat in seats if works_on(seat, code)]
            free = [
                seat
                for seat in sitting
                if judged.isdisjoint(barred.get(seat.pk, {}))
                and (seat.user_id, code.pk, aspect.code) not in elsewhere
            ]
            needs, least = judges_wanted(aspect)
            # A seat that has its sheet keeps it, so that issuing again never adds a judge to a full panel.
            free.sort(key=lambda seat: ((seat.pk, code.pk) not in sheets, seat.place))
            picked = free[: max(0, needs - done)]
            for seat in picked:
                chosen[seat.pk, code.pk].append(aspect.code)
            if len(picked) + done < least:
                why = "bars" if len(sitting) + done >= least else "seats"
                plan.holes.append(Hole(aspect.code, code.layer, code.number, len(picked) + done, needs, why))
            elif _lacks_witness(aspect, picked, version.scheme):
                plan.holes.append(Hole(aspect.code, code.layer, code.number, needs, needs, "witness"))
    _compare(plan, chosen, sheets, barred, entries, {code.pk: code for code in drawn})
    return plan


def carried_for(event: Event, there: Collection[int]) -> dict[int, set[int]]:
    """The entry that carries its team's marks, the first by contestant number, to the whole team: a tie to any of
    them bars the judge."""
    found: dict[int, set[int]] = {}
    first: dict[int, int] = {}
    members = (
        event.entries.filter(pk__in=there, team__isnull=False)
        .order_by("contestant_code__number", "pk")
        .values_list("pk", "team_id")
    )
    for entry, team in members:
        found.setdefault(first.setdefault(team, entry), set()).add(entry)
    return found


def _panels(event: Event, scheme: Scheme) -> dict[str, list[tuple[Aspect, list[Seat]]]]:
    """By layer: each aspect to be marked there, in document order, with its seats by place."""
    seats = list(
        Seat.objects.taken()
        .filter(event=event, role__in=Seat.MARKING)
        .order_by("place", "pk")
        .prefetch_related("sessions")
    )
    marks = {seat.pk: {aspect.code for aspect in marked_by(seat, scheme)} for seat in seats}
    found: dict[str, list[tuple[Aspect, list[Seat]]]] = {Code.Layer.STATION: [], Code.Layer.WORK: []}
    for aspect in scheme.aspects():
        if aspect.derived_from:
            continue
        layer = Code.Layer.STATION if aspect.stage == "process" else Code.Layer.WORK
        found[layer].append((aspect, [seat for seat in seats if aspect.code in marks[seat.pk]]))
    return found


def works_on(seat: Seat, code: Code) -> bool:
    sessions = {session.pk for session in seat.sessions.all()}
    return not sessions or code.session_id is None or code.session_id in sessions


def _lacks_witness(aspect: Aspect, picked: Sequence[Seat], scheme: Scheme) -> bool:
    if aspect.panel is not None or scheme.measuring.judges_min < 2:
        return False
    return any(seat.witness_id is None for seat in picked)


def _covered_by_leavers(event: Event) -> dict[tuple[int, str], int]:
    """How many judges who have left marked each aspect of each code."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    left = Sheet.objects.filter(event=event, seat__left_at__isnull=False)
    for code, aspects in left.values_list("code_id", "aspects"):
        for aspect in aspects:
            found[code, aspect] += 1
    return found


def _judged_elsewhere(event: Event) -> set[tuple[int, int, str]]:
    """Account, code and aspect of what was judged on sheets that are another judge's by now: nobody judges it twice."""
    there = Mark.objects.filter(sheet__event=event).exclude(sheet__handed_over_for="")
    others = there.exclude(by=F("sheet__seat__user")).order_by()
    return set(others.values_list("by", "sheet__code", "aspect").distinct())


def _compare(
    plan: Plan,
    chosen: dict[tuple[int, int], list[str]],
    sheets: Mapping[tuple[int, int], Any],
    barred: conflicts.Bars,
    entries: dict[int, int],
    drawn: dict[int, Code],
) -> None:
    """Sets what is wanted against what is there."""
    for (seat, code), sheet in sheets.items():
        if entries[code] in barred.get(seat, {}):
            if sheet.has_marks or sheet.state != Sheet.State.ISSUED:
                if code in drawn:
                    plan.holes.append(
                        Hole(" ".join(sheet.aspects), drawn[code].layer, drawn[code].number, 0, 0, "begun")
                    )
            else:
                plan.stale.append(sheet)
    for key, aspects in chosen.items():
        there = sheets.get(key)
        if there is None:
            plan.new[key] = aspects
        elif there.state in Sheet.OPEN and set(aspects) - set(there.aspects):
            plan.grown.append((there, [*there.aspects, *(a for a in aspects if a not in there.aspects)]))
        else:
            plan.kept += 1


@transaction.atomic
def issue_sheets(*, event: Event, by: Any) -> Issued:
    """Makes the sheets that the seats and codes call for. Sent again it adds only what is missing.

    Floor seats get the station codes of their sessions once stations are drawn, measuring and result seats the work
    codes once these are. A barred pair gets none; an unmarked sheet of a pair that is barred by now is taken back.
    Raises PermissionDenied, SeatRefused, SheetsBlocked: then nothing was issued.
    """
    can_issue(by, event).or_refuse()
    event = Event.objects.select_for_update().get(pk=event.pk)
    lock_head(event.chain)  # everybody locks event, chain, sheets in this order
    if event.state not in ISSUED_IN:
        raise SeatRefused(_("Sheets are issued after the scheme is frozen and before the marks are locked."))
    if event.scheme_version is None:
        raise SeatRefused(_("The event has no marking scheme."))
    plan = plan_sheets(event)
    if not plan.layers:
        raise SeatRefused(_("No station is drawn yet, so there is nothing to mark."))
    if plan.holes:
        raise SheetsBlocked(plan.holes)
    taken = sorted(str(sheet.uuid) for sheet in plan.stale)
    Sheet.objects.filter(pk__in=[sheet.pk for sheet in plan.stale]).delete()
    made = Sheet.objects.bulk_create(
        Sheet(event=event, seat_id=seat, code_id=code, aspects=aspects, marks_due=len(aspects))
        for (seat, code), aspects in plan.new.items()
    )
    for sheet, aspects in plan.grown:
        # More to mark than was thought complete: the sheet is open again.
        sheet.aspects, sheet.marks_due, sheet.state = aspects, len(aspects), Sheet.State.ISSUED
        sheet.save(update_fields=("aspects", "marks_due", "state"))
    done = Issued(len(plan.new), plan.kept + len(plan.grown), len(plan.stale))
    if done.made or done.removed or plan.grown:
        append(
            event.chain,
            "sheets.issued",
            subject=f"event:{event.code}",
            facts={
                "made": done.made,
                "grown": len(plan.grown),
                "taken": taken,
                **_sheet_facts(event, [*made, *(sheet for sheet, _aspects in plan.grown)]),
            },
            by=by,
        )
    return done


def _sheet_facts(event: Event, sheets: Sequence[Sheet]) -> dict[str, Any]:
    """What the ledger says of sheets: key, code, place on the panel, and which of the `lists` of aspects they hold.

    From these and the marks an outsider computes the result again, so a sheet is never left out.
    """
    numbers = dict(Code.objects.filter(event=event).values_list("pk", "number"))
    places = dict(Seat.objects.filter(event=event).values_list("pk", "place"))
    lists: dict[tuple[str, ...], int] = {}
    rows = []
    for sheet in sheets:
        held = lists.setdefault(tuple(sheet.aspects), len(lists))
        rows.append([str(sheet.uuid), numbers[sheet.code_id], places[sheet.seat_id], held])
    return {"sheets": rows, "lists": [list(aspects) for aspects in lists]}


@transaction.atomic
def issue_sheet(*, seat: Seat, code: Code, by: Any) -> Sheet:
    """One sheet for one pair, beside the plan (a replacement). The sheet that is there is returned.

    Raises PermissionDenied, SeatRefused, and NotAssigned when a tie bars the pair or the code is not of the seat's
    layer, sessions or event.
    """
    event = seat.event
    can_issue(by, event).or_refuse()
    if event.state not in ISSUED_IN or (version := event.scheme_version) is None:
        raise SeatRefused(_("Sheets are issued after the scheme is frozen and before the marks are locked."))
    if seat.left_at is not None or code.event_id != event.pk or LAYER.get(seat.role) != code.layer:
        raise NotAssigned
    if not works_on(seat, code) or codes.entry_of(code).pk in conflicts.barred_now(event).get(seat.pk, {}):
        raise NotAssigned
    if (there := Sheet.objects.filter(seat=seat, code=code).first()) is not None:
        return there
    marked = Counter(
        aspect
        for named in Sheet.objects.filter(code=code).values_list("aspects", flat=True)
        for aspect in named
    )
    shared = _carried_by_another(event, version.scheme, codes.entry_of(code).pk)
    elsewhere = _judged_elsewhere(event)
    aspects = [
        aspect.code
        for aspect in marked_by(seat, version.scheme)
        # never one judge too many on a panel
        if marked[aspect.code] < judges_wanted(aspect)[0]
        and aspect.code not in shared
        and (seat.user_id, code.pk, aspect.code) not in elsewhere
    ]
    if not aspects:
        raise NotAssigned
    sheet, made = Sheet.objects.get_or_create(
        seat=seat,
        code=code,
        defaults={"event": event, "aspects": aspects, "marks_due": len(aspects)},
    )
    if made:
        facts = {"code": code.number, "place": seat.place, "aspects": aspects}
        append(event.chain, "sheet.issued", subject=f"sheet:{sheet.uuid}", facts=facts, by=by)
    return sheet


def _carried_by_another(event: Event, scheme: Scheme, entry: int) -> frozenset[str]:
    """Team aspects that are marked at another member of the entry's team."""
    shared = scheme.team_aspects()
    if not shared:
        return shared
    there = event.entries.filter(state=Entry.State.CHECKED_IN).values_list("pk", flat=True)
    return frozenset() if entry in carried_for(event, set(there)) else shared
