"""Words and colours for rounds and nominations, shared by lists, pages and workbooks."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from honours.models import Campaign, Nomination
from honours.rules.quota import Gauge
from honours.web import words

S = Nomination.State
STATE_KIND = {
    S.DRAFT: "plain",
    S.RETURNED: "warn",
    S.REFUSED: "bad",
    S.WITHDRAWN: "plain",
    S.CONFERRED: "brass",
    S.REPORTED: "good",
    S.LISTED: "good",
}
ROUND_KIND = {
    Campaign.State.DRAFT: "plain",
    Campaign.State.OPEN: "good",
    Campaign.State.REVIEW: "info",
    Campaign.State.CLOSED: "dark",
}
ROUND_MOVES: dict[str, Promise] = {
    Campaign.State.OPEN: pgettext_lazy("move of a round", "Open for nominations"),
    Campaign.State.REVIEW: pgettext_lazy("move of a round", "End the nominations"),
    Campaign.State.CLOSED: pgettext_lazy("move of a round", "Close the round"),
}
# The way as a row of steps; each stands for the states in which it is being walked.
WAY: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        pgettext_lazy("way of a nomination", "Unit"),
        (S.DRAFT, S.RETURNED, S.NOMINATED, S.UNIT_MET, S.UNIT_POSTED),
    ),
    (pgettext_lazy("way of a nomination", "Town"), (S.AT_TOWN, S.TOWN_PASSED, S.TOWN_POSTED)),
    (pgettext_lazy("way of a nomination", "City"), (S.AT_CITY,)),
    (pgettext_lazy("way of a nomination", "Departments"), (S.CLEARING, S.CLEARED)),
    (pgettext_lazy("way of a nomination", "City notice"), (S.CITY_POSTED, S.LISTED)),
    (pgettext_lazy("way of a nomination", "Reported"), (S.REPORTED,)),
    (pgettext_lazy("way of a nomination", "Conferred"), (S.CONFERRED,)),
)
NEXT: dict[str, Promise] = {
    S.DRAFT: gettext_lazy("Complete it and hand it in."),
    S.RETURNED: gettext_lazy("Correct it and hand it in again."),
    S.NOMINATED: gettext_lazy("The workers' meeting of the unit votes."),
    S.UNIT_MET: gettext_lazy("It goes on notice in the unit."),
    S.UNIT_POSTED: gettext_lazy("It stands on notice in the unit."),
    S.AT_TOWN: gettext_lazy("The town union reviews it."),
    S.TOWN_PASSED: gettext_lazy("It goes on notice in the town."),
    S.TOWN_POSTED: gettext_lazy("It stands on notice in the town."),
    S.AT_CITY: gettext_lazy("The city federation reviews it."),
    S.CLEARING: gettext_lazy("The departments are asked."),
    S.CLEARED: gettext_lazy("It goes on notice in the city."),
    S.CITY_POSTED: gettext_lazy("It stands on notice in the city."),
    S.LISTED: gettext_lazy("The final list is reported up."),
    S.REPORTED: gettext_lazy("The conferring body decides."),
}


def state_kind(state: str) -> str:
    return STATE_KIND.get(S(state), "info")


def way(nomination: Nomination) -> list[dict[str, Any]]:
    """For components/steps.html: [{title, state: done|now|next}]; a nomination that is out stands nowhere."""
    here = next((n for n, (_label, states) in enumerate(WAY) if nomination.state in states), None)
    if nomination.state == S.CONFERRED:
        here = len(WAY)
    found = []
    for n, (label, _states) in enumerate(WAY):
        at = "next" if here is None or n > here else "now" if n == here else "done"
        found.append({"title": label, "state": at})
    return found


def gauge_rows(gauges: list[Gauge]) -> list[dict[str, Any]]:
    """The meter for components/figures.html: have of need, in words."""
    found = []
    for gauge in gauges:
        rule = _("at most %(percent)d %%") if gauge.upper else _("at least %(percent)d %%")
        if gauge.kept:
            note = _("kept")
        elif gauge.upper:
            note = _("%(count)d too many") % {"count": gauge.short}
        else:
            note = _("%(count)d lacking") % {"count": gauge.short}
        found.append(
            {
                "label": words.TRAITS[gauge.trait],
                "value": gauge.have,
                "max": gauge.of,
                "percent": 100 * gauge.have / gauge.of if gauge.of else 0,
                "goal": gauge.percent,
                "kind": "good" if gauge.kept else "bad",
                "note": f"{rule % {'percent': gauge.percent}} · {note}",
            }
        )
    return found
