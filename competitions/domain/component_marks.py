"""Component marks that come whole: theory papers by contestant number, team tasks by team. A file or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.imports import MARKED_IN, ImportRefused, RowFault
from competitions.domain.lock_blockers import NOT_PLAYING, entered_components
from competitions.domain.results import scheme_of
from competitions.models import Code, EnteredMark, Event, Team
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Component
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append_many, lock_head

MOST_PLACES = 3  # decimals of a component mark, as the table keeps them


@dataclass(frozen=True, slots=True)
class ComponentMark:
    """One row: a contestant number, or the name of a team, and the mark of the component."""

    row: int
    key: str
    mark: Decimal


@dataclass(frozen=True, slots=True)
class PlannedMark:
    """before: the mark that stands there, None for none."""

    row: int
    key: str
    code: Code | None
    team: Team | None
    mark: Decimal
    before: EnteredMark | None

    @property
    def effect(self) -> str:
        """new, same or changed."""
        if self.before is None:
            return "new"
        return "same" if self.before.mark == self.mark else "changed"


@dataclass(slots=True)
class MarksPlan:
    planned: list[PlannedMark] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def count(self, effect: str) -> int:
        return sum(1 for one in self.planned if one.effect == effect)


def component_of(event: Event, code: str) -> Component | None:
    """A component whose mark comes whole, by its code. Raises NoScheme."""
    return next((c for c in entered_components(scheme_of(event).scheme) if c.code == code), None)


def plan_component(*, event: Event, component: Component, rows: Iterable[ComponentMark]) -> MarksPlan:
    """Sets rows against the contestants or teams of the event. Two queries; nothing is written."""
    plan = MarksPlan()
    known = _teams(event) if component.scope == "team" else _contestants(event)
    marks = EnteredMark.objects.filter(event=event, component=component.code, is_current=True)
    standing = {(mark.code_id, mark.team_id): mark for mark in marks}
    seen: dict[str, int] = {}
    for row in rows:
        key = row.key.strip()
        if (fault := _mark_fault(row, key, component, known, seen)) is not None:
            plan.faults.append(RowFault(row.row, fault))
            continue
        seen[key] = row.row
        found = known[key]
        code = found if isinstance(found, Code) else None
        team = found if isinstance(found, Team) else None
        before = standing.get((code.pk if code else None, team.pk if team else None))
        plan.planned.append(PlannedMark(row.row, key, code, team, row.mark, before))
    return plan


def _contestants(event: Event) -> dict[str, Code | Team]:
    codes = Code.objects.filter(event=event, layer=Code.Layer.CONTESTANT).exclude(
        entry__state__in=NOT_PLAYING
    )
    return {code.number: code for code in codes}


def _teams(event: Event) -> dict[str, Code | Team]:
    return {team.name: team for team in event.teams.all()}


def _mark_fault(
    row: ComponentMark, key: str, component: Component, known: Mapping[str, object], seen: Mapping[str, int]
) -> str | None:
    if key not in known:
        if component.scope == "team":
            return _("There is no team “%(key)s” in this event.") % {"key": key}
        return _("No contestant of this event has the number %(key)s.") % {"key": key}
    if key in seen:
        return _("%(key)s stands in row %(row)d already.") % {"key": key, "row": seen[key]}
    if not 0 <= row.mark <= component.full:
        return _("%(mark)s is not between 0 and %(full)s.") % {
            "mark": plain_text(row.mark),
            "full": plain_text(component.full),
        }
    if len(plain_text(row.mark).partition(".")[2]) > MOST_PLACES:
        return _("At most %(places)d decimals.") % {"places": MOST_PLACES}
    return None


@transaction.atomic
def import_component(
    *,
    event: Event,
    component: str,
    rows: Sequence[ComponentMark],
    by: Any,
    source: str,
    reason: str = "",
) -> int:
    """Writes component marks; a mark that stands there with another value becomes an earlier revision.

    Returns how many were written; the same rows again write none. Raises PermissionDenied, NoScheme, ImportRefused;
    then nothing was written.
    """
    roles.can_record(by, event).or_refuse()
    head = lock_head(event.chain)
    if Event.objects.get(pk=event.pk).state not in MARKED_IN:
        raise ImportRefused(_("This event is not being marked now."))
    found = component_of(event, component)
    if found is None:
        raise ImportRefused(_("The scheme has no component of this code whose mark comes whole."))
    plan = plan_component(event=event, component=found, rows=rows)
    if plan.faults:
        raise ImportRefused(_("The file no longer fits: look at it again."))
    if plan.count("changed") and not reason.strip():
        raise ImportRefused(_("Marks are changed: say why."), "reason")
    fresh = [one for one in plan.planned if one.effect != "same"]
    EnteredMark.objects.filter(pk__in=[one.before.pk for one in fresh if one.before]).update(is_current=False)
    EnteredMark.objects.bulk_create(
        EnteredMark(
            event=event,
            component=component,
            code=one.code,
            team=one.team,
            mark=one.mark,
            source=_("%(file)s row %(row)d") % {"file": source[:100], "row": one.row}
            if one.row
            else source[:120],
            by=by,
            revision=one.before.revision + 1 if one.before else 1,
            reason=reason.strip()[:300] if one.before else "",
        )
        for one in fresh
    )
    append_many(head, [_component_draft(component, one, reason) for one in fresh], by=by)
    return len(fresh)


def _component_draft(component: str, one: PlannedMark, reason: str) -> Draft:
    subject = f"code:{one.code.uuid}" if one.code else f"team:{one.team.pk if one.team else 0}"
    return Draft(
        "component.entered",
        subject,
        {
            "component": component,
            "mark": one.mark,
            "revision": one.before.revision + 1 if one.before else 1,
            "reason_hash": words_hash(reason) if one.before else "",
        },
    )
