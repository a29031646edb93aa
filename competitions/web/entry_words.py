"""How an entry's state and its findings look on a page: one place for all faces."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from competitions.domain import eligibility
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


def next_step(entry: Entry) -> str:
    """What happens now, in words for the contestant."""
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
            return _("You are in. The list of contestants comes next, then the draw.")
        case S.REFUSED:
            return _("The entry was refused.")
        case S.WITHDRAWN:
            return _("You have withdrawn.")
        case _:
            return ""


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
