"""What a sheet waits for on its panels before anybody signs it: judges who judge again, values still to be read."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from competitions.domain.alarms import alarms_of
from competitions.domain.panel_view import sealed_for_judge
from competitions.domain.results import scheme_of
from competitions.models import Event, Sheet
from competitions.scheme_names import SchemeNames
from craft_site.kit.language import listed


def waits_for(sheet: Sheet) -> str:
    """Why nobody signs this sheet yet, "" when nothing of its panels keeps it back. One query; a few more for a sheet
    that was handed over."""
    return still_judging(sheet) or _sealed(sheet)


def still_judging(sheet: Sheet) -> str:
    """Whom the sheet waits for: other judges of its panels who have to judge again, so that nobody signs what may still
    change; "" for nobody. One query."""
    others = _alarmed([sheet])[sheet.code_id]
    seats, aspects = _on_panels(sheet, [one for one in others if one.pk != sheet.pk])
    if not seats:
        return ""
    return _("Waits for %(judges)s to judge again: %(aspects)s.") % {
        "judges": listed(seats),
        "aspects": names_of(sheet.event).aspects(sorted(aspects)),
    }


def held_back(sheets: Sequence[Sheet]) -> set[int]:
    """Those of the sheets, by key, that wait for other judges of their panels to judge again. One query for any number
    of sheets, none for none."""
    alarmed = _alarmed(sheets) if sheets else {}
    return {
        sheet.pk
        for sheet in sheets
        if _on_panels(sheet, [one for one in alarmed.get(sheet.code_id, []) if one.pk != sheet.pk])[0]
    }


def judging_again(event: Event, sheets: Sequence[Sheet]) -> dict[int, str]:
    """The sheets of which a panel judges again, by key, each with its work, judges and aspects in words. One query
    for any number of sheets."""
    alarmed = _alarmed(sheets)
    names = names_of(event) if alarmed else None
    found = {}
    for sheet in sheets:
        seats, aspects = _on_panels(sheet, alarmed[sheet.code_id])
        if seats and names is not None:
            found[sheet.pk] = _(
                "%(code)s: the panel is too far apart on %(aspects)s and waits for %(judges)s to judge again."
            ) % {
                "code": sheet.code,
                "aspects": names.aspects(sorted(aspects)),
                "judges": listed(seats),
            }
    return found


def names_of(event: Event) -> SchemeNames:
    version = event.scheme_version
    return SchemeNames(version.scheme if version else None)


def _alarmed(sheets: Sequence[Sheet]) -> dict[int, list[Sheet]]:
    """Sheets with an alarm on the same works, by work, in the order of their places."""
    found: dict[int, list[Sheet]] = defaultdict(list)
    there = Sheet.objects.filter(code__in={sheet.code_id for sheet in sheets}).exclude(alarm="")
    for one in there.select_related("seat").order_by("seat__place", "pk"):
        found[one.code_id].append(one)
    return found


def _on_panels(sheet: Sheet, alarmed: Sequence[Sheet]) -> tuple[list[str], set[str]]:
    """Which of these judge again what the sheet holds too: their seats in words, and the aspects."""
    held, seats, aspects = set(sheet.aspects), [], set[str]()
    for one in alarmed:
        if shared := held & set(alarms_of(one.alarm)):
            seats.append(_("judge %(place)d") % {"place": one.seat.place})
            aspects |= shared
    return seats, aspects


def _sealed(sheet: Sheet) -> str:
    if not sheet.handed_over_for:
        return ""
    known = {aspect.code: aspect for aspect in scheme_of(sheet.event).scheme.aspects()}
    sealed = sealed_for_judge(sheet, known)
    if not sealed:
        return ""
    return _(
        "The judge before entered %(aspects)s; the values are shown when all of the panel have judged. Sign then, or "
        "judge these anew."
    ) % {"aspects": names_of(sheet.event).aspects(sealed)}
