"""A programme's money and places for the eye, and its rules in sentences."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.models import ProgrammeVersion, Quota, SubsidyProgramme
from academy.rules.programme import Rules
from academy.web import claim_words
from craft_site.kit.language import in_language

P = SubsidyProgramme.State
STATE_KIND = {P.DRAFT: "plain", P.OPEN: "good", P.CLOSED: "info"}
NEARLY = 90  # percent from which a meter warns


def stands(programme: SubsidyProgramme) -> dict[str, Any]:
    """{label, kind}: its state, and of an open one whether its time has come."""
    now = timezone.now()
    if programme.state == P.OPEN and not programme.takes_claims(now):
        early = programme.opens_at > now
        label = pgettext("programme", "Not open yet") if early else pgettext("programme", "Time is over")
        return {"label": label, "kind": "info"}
    return {"label": programme.get_state_display(), "kind": STATE_KIND[P(programme.state)]}


def money(programme: SubsidyProgramme) -> dict[str, Any]:
    """Spent, held by standing claims, left: yuan, and percent of the budget for the bar."""
    return {
        "spent": f"{programme.paid:,}",
        "held": f"{programme.held:,}",
        "left": f"{programme.left:,}",
        "budget": f"{programme.budget:,}",
        "spent_percent": _percent(programme.paid, programme.budget),
        "committed_percent": _percent(programme.committed, programme.budget),
        "label": _("%(spent)s yuan spent, %(held)s held by claims, %(left)s left of %(budget)s")
        % {
            "spent": f"{programme.paid:,}",
            "held": f"{programme.held:,}",
            "left": f"{programme.left:,}",
            "budget": f"{programme.budget:,}",
        },
    }


def places(quotas: Iterable[Quota], version: ProgrammeVersion | None) -> list[dict[str, Any]]:
    """The places of every item, taken and in all; an item without a quota has no meter."""
    rows = []
    for quota in quotas:
        item = version.rules.item(quota.item) if version else None
        percent = _percent(quota.taken, quota.places) if quota.places is not None else None
        rows.append(
            {
                "name": in_language(item.name, item.name_en) if item else quota.item,
                "taken": quota.taken,
                "places": quota.places,
                "percent": percent,
                "kind": "warn" if percent is not None and percent >= NEARLY else "",
                "label": _("%(taken)d of %(places)d places taken")
                % {"taken": quota.taken, "places": quota.places}
                if quota.places is not None
                else "",
            }
        )
    return rows


def beyond_budget(programme: SubsidyProgramme, version: ProgrammeVersion) -> str:
    """That the money ends before the places, in words; "" where it does not, or some item has no limit."""
    items = version.rules.items
    if any(item.places is None for item in items):
        return ""
    least = sum((item.places or 0) * min(item.amounts.values()) for item in items)
    if least <= programme.budget:
        return ""
    places = sum(item.places or 0 for item in items)
    return _(
        "%(places)s places cost at least %(yuan)s, the budget is %(budget)s: the money ends before the places."
    ) % {
        "places": f"{places:,}",
        "yuan": claim_words.yuan(least),
        "budget": claim_words.yuan(programme.budget),
    }


def rule_rows(version: ProgrammeVersion, programme: SubsidyProgramme) -> list[dict[str, Any]]:
    """The whole programme as it would be read aloud."""
    rules = version.rules
    rows: list[tuple[str, list[str]]] = [
        (_("What is granted"), [claim_words.item_words(item) for item in rules.items]),
        (_("Who may claim"), claim_words.rule_lines(rules)),
        (pgettext("subsidy", "Documents"), [claim_words.document_words(rules.documents)]),
        (_("How places are given"), [programme.get_allocation_display(), _first(rules, programme)]),
        (
            pgettext("subsidy", "Days"),
            [
                _("%(days)d working days for each review") % {"days": rules.step_days},
                _("%(days)d working days on public notice") % {"days": rules.publicity_days},
            ],
        ),
    ]
    if rules.excludes:
        known = claim_words.excluded_programmes([rules])
        rows.append((_("Not together with"), [known.get(code, code) for code in rules.excludes]))
    return [
        {"label": label, "lines": [line for line in lines if line]} for label, lines in rows if any(lines)
    ]


def _first(rules: Rules, programme: SubsidyProgramme) -> str:
    """What it means here that groups come first; "" where none does. The exact rule: academy.rules.queue."""
    if not rules.first:
        return ""
    if programme.allocation == SubsidyProgramme.Allocation.LOTTERY:
        words = _("Placed before the others, in drawn order: %(groups)s")
    else:
        words = _("When all places are taken claims wait in a line; in front of it: %(groups)s")
    return words % {"groups": claim_words.first_words(rules.first)}


def _percent(part: int, whole: int | None) -> int:
    return min(100, part * 100 // whole) if whole else 0
