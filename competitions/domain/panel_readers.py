"""Who may read a value of a panel that is not their own, before all of the panel have judged.

Nobody who judges or chairs. A paper form shows its values to whoever enters or settles it, so these people sit on no
panel of that kind, before or afterwards; the chief judge reads a form when all the others of its panels have judged.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.alarms import alarms_of
from competitions.domain.panel_view import sealed_cells
from competitions.models import Event, Mark, PaperSheet, Seat, Sheet
from competitions.scoring.scheme import Aspect
from craft_site.kit.access import ALLOWED, Decision, refused


def may_read_form(user: Any, sheet: Sheet) -> Decision:
    """Enter or settle the paper form of a sheet, as far as its panels are concerned."""
    judged = set(_judged(sheet.event)) & set(sheet.aspects)
    if not judged:
        return ALLOWED
    seats = Seat.objects.filter(event=sheet.event_id, role=sheet.seat.role).filter(
        Q(user=user) | Q(witness=user)
    )
    if seats.exclude(left_at__isnull=False, sheets__isnull=True).exists():
        return refused(_("You sit on a panel of this kind, so you read no form of another judge."))
    chairs = roles.has_seat(user, sheet.event, Seat.Role.CHIEF)
    if chairs and not others_have_judged(sheet, judged):
        return refused(
            _(
                "Not all of this panel have judged, and until then the chief judge reads no single value. "
                "A recorder takes this form."
            )
        )
    return ALLOWED


def others_have_judged(sheet: Sheet, judged: Collection[str]) -> bool:
    """Whether all other judges of these aspects have judged: on a tablet, or on a form that is being entered. Whoever
    has to judge again has not. At most four queries."""
    held = {
        one: set(judged) & set(one.aspects)
        for one in Sheet.objects.filter(code=sheet.code_id).exclude(pk=sheet.pk)
    }
    given = set(
        Mark.objects.filter(sheet__in=held, aspect__in=judged, is_current=True).values_list("sheet", "aspect")
    )
    for one in held:
        given -= {(one.pk, aspect) for aspect in alarms_of(one.alarm)}
    for form in PaperSheet.objects.unfinished().filter(sheet__in=held).prefetch_related("entries"):
        given |= {(form.sheet_id, aspect) for entry in form.entries.all() for aspect in entry.values}
    return all((one.pk, aspect) in given for one, aspects in held.items() for aspect in aspects)


def readers(event: Event, role: str, people: Sequence[Any]) -> set[int]:
    """Of these people, by key, those who have read too much for a seat of this role: a form of a panel on which the
    role judges; for the chief judge, of one that has not judged to its end. One query where nobody has read any."""
    if role not in (*Seat.MARKING, Seat.Role.CHIEF):
        return set()
    forms = (
        PaperSheet.objects.filter(sheet__event=event)
        .filter(Q(entries__by__in=people) | Q(settled_by__in=people))
        .select_related("sheet")
        .prefetch_related("entries")
        .distinct()
    )
    if role != Seat.Role.CHIEF:
        forms = forms.filter(sheet__seat__role=role)
    read = {form: [(form.sheet.code_id, aspect) for aspect in form.sheet.aspects] for form in forms}
    if not read:
        return set()
    aspects = _judged(event)
    cells = {cell for found in read.values() for cell in found if cell[1] in aspects}
    if role == Seat.Role.CHIEF:
        cells = sealed_cells(cells, aspects)
    return {
        person
        for form, found in read.items()
        if cells.intersection(found)
        for person in (form.settled_by_id, *(entry.by_id for entry in form.entries.all()))
        if person is not None
    }


def _judged(event: Event) -> dict[str, Aspect]:
    """The aspects that panels judge, by code."""
    version = event.scheme_version
    if version is None:
        return {}
    return {aspect.code: aspect for aspect in version.scheme.aspects() if aspect.panel is not None}
