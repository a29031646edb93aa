"""How an entry's state and its findings look on a page: one place for all faces."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from competitions.domain import eligibility
from competitions.domain.places import Place
from competitions.models import Entry, Finding

S = Entry.State

STATE_KIND = {
    S.DRAFT: "plain",
    S.SUBMITTED: "info",
    S.UNIT_OK: "info",
    S.RETURNED: "warn",
    S.ACCEPTED: "good",
    S.REFUSED: "bad",
    S.WITHDRAWN: "plain",
    S.CHECKED_IN: "good",
    S.ABSENT: "bad",
    S.DISQUALIFIED: "bad",
}
_OUTCOME_KIND = {
    Finding.Outcome.MET: "good",
    Finding.Outcome.NOT_MET: "bad",
    Finding.Outcome.UNKNOWN: "warn",
}


def next_step(entry: Entry, place: Place, *, published: bool = False) -> str:
    """What happens now, in words for the contestant."""
    if published:
        return _("The result is published.")
    match entry.state:
        case S.DRAFT:
            return _("Not handed in yet. Your answers are kept.")
        case S.SUBMITTED:
            return _("Your employer looks at it first, then the office.")
        case S.UNIT_OK:
            return _("The office looks at it.")
        case S.RETURNED:
            return _("Correct what is asked for, and hand it in again.")
        case S.ACCEPTED:
            return _before_the_contest(place)
        case S.REFUSED:
            return _("The entry was refused.")
        case S.WITHDRAWN:
            return _("You have withdrawn.")
        case S.CHECKED_IN:
            return _("You have checked in. Marks are shown here once the result is published.")
        case _:
            return ""


def _before_the_contest(place: Place) -> str:
    """Between the acceptance and the check-in: the list, the first draw, the second one."""
    if place.session is not None:
        return _(
            "Your session is drawn. Come in good time with your identity document; the bench is told there."
        )
    if place.number:
        return _("Your number is drawn. Check-in comes next; there the sessions and benches are drawn.")
    if place.listed:
        return _("You are on the published list of contestants. The draw of numbers comes next.")
    return _("You are in. The list of contestants comes next, then the draw.")


def standing(entry: Entry, *, published: bool) -> dict[str, Any]:
    """What the entry has come to, as a tag: its state, or that its result is out."""
    if published:
        return {"status": pgettext("entry", "Result published"), "status_kind": "good"}
    return {"status": entry.get_state_display(), "status_kind": STATE_KIND[Entry.State(entry.state)]}


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Rule, outcome and what was found, each in words, for the template."""
    return [
        {
            "rule": eligibility.rule_in_words(finding.rule),
            "found": eligibility.found_in_words(finding),
            "outcome": finding.get_outcome_display(),
            "kind": _OUTCOME_KIND[Finding.Outcome(finding.outcome)],
            "bars": finding.rule.hard and finding.outcome == Finding.Outcome.NOT_MET,
            "hard": finding.rule.hard,
        }
        for finding in findings
    ]
