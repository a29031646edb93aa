"""Words and colours for visits and talks, shared by lists, pages and workbooks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from craft_site.people.models.trade import Grade
from honours.models import Level, Talk, Visit, VisitCraftsman

S = Visit.State
A = VisitCraftsman.Answer
STATE_KIND = {
    S.REQUESTED: "warn",
    S.TRIAGED: "warn",
    S.MATCHED: "info",
    S.AGREED: "info",
    S.VISITED: "good",
    S.FOLLOWED_UP: "good",
    S.CLOSED: "dark",
    S.DECLINED: "bad",
    S.CANCELLED: "plain",
}
TALK_KIND = {Talk.State.PLANNED: "info", Talk.State.HELD: "good", Talk.State.CANCELLED: "plain"}
ANSWER_KIND = {A.ASKED: "warn", A.YES: "good", A.NO: "bad", A.DROPPED: "plain"}
URGENCY_KIND = {Visit.Urgency.URGENT: "bad", Visit.Urgency.SOON: "warn", Visit.Urgency.NORMAL: "plain"}
# The way as a row of steps; each stands for the states in which it is being walked.
WAY: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (pgettext_lazy("way of a visit", "Request"), (S.REQUESTED,)),
    (pgettext_lazy("way of a visit", "Match"), (S.TRIAGED,)),
    (pgettext_lazy("way of a visit", "Agreement"), (S.MATCHED,)),
    (pgettext_lazy("way of a visit", "Visit"), (S.AGREED,)),
    (pgettext_lazy("way of a visit", "Follow-up and rating"), (S.VISITED, S.FOLLOWED_UP)),
    (pgettext_lazy("way of a visit", "Closed"), (S.CLOSED,)),
)
NEXT: dict[str, Promise] = {
    S.REQUESTED: gettext_lazy("The office accepts the request or declines it."),
    S.TRIAGED: gettext_lazy("The office finds craftsmen who fit."),
    S.MATCHED: gettext_lazy("The firm and the craftsmen answer."),
    S.AGREED: gettext_lazy("The visit takes place; then the office writes down what came of it."),
    S.VISITED: gettext_lazy("The firm rates the visit; open problems are followed up."),
    S.FOLLOWED_UP: gettext_lazy("What is solved and rated is closed."),
}
REASONS: dict[str, Promise] = {
    "trade": pgettext_lazy("reason of a match", "Trade"),
    "grade": pgettext_lazy("reason of a match", "Skill level"),
    "honour": pgettext_lazy("reason of a match", "Honours"),
    "kind": pgettext_lazy("reason of a match", "Problems of this kind solved"),
    "near": pgettext_lazy("reason of a match", "Way"),
    "load": pgettext_lazy("reason of a match", "Visits made or promised this year"),
    "former": pgettext_lazy("reason of a match", "Tie"),
}


def way(visit: Visit) -> list[dict[str, Any]]:
    """For components/steps.html; a visit that was declined or cancelled stands nowhere."""
    here = next((n for n, (_label, states) in enumerate(WAY) if visit.state in states), None)
    if visit.state == S.CLOSED:
        here = len(WAY)
    return [
        {"title": label, "state": "next" if here is None or n > here else "now" if n == here else "done"}
        for n, (label, _states) in enumerate(WAY)
    ]


def next_words(visit: Visit, *, for_firm: bool) -> Promise | str:
    """What comes next, for the people of one visit: while answers are awaited, whose."""
    if visit.state != S.MATCHED or visit.firm_agreed_on is None:
        return NEXT.get(visit.state, "")
    said = (
        _("Your firm agreed on %(day)s; the answer of the craftsmen is awaited.")
        if for_firm
        else _("The firm agreed on %(day)s; the answer of the craftsmen is awaited.")
    )
    return said % {"day": f"{visit.firm_agreed_on:%Y-%m-%d}"}


def reason_words(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """{label, words, points, most} for each reason of a match."""
    return [
        {
            "label": REASONS[one["key"]],
            "words": _said(str(one["key"]), one["value"]),
            "points": one["points"],
            "most": one["most"],
        }
        for one in reasons
        if one["key"] in REASONS
    ]


def _said(key: str, value: int | None) -> str:
    match key:
        case "trade":
            if value is None:
                return _("the firm named no trade")
            return _("the trade asked for") if value else _("another trade")
        case "grade":
            return str(Grade(value).label) if value in Grade.values else _("no level")
        case "honour":
            return str(Level(value).label) if value in Level.values else _("none")
        case "near":
            if value is None:
                return _("way not known")
            return _("same town") if value == 0 else _("%(km)d km") % {"km": value}
        case "former":
            return _("worked for this firm before")
    count = value or 0
    return ngettext("%(count)d time", "%(count)d times", count) % {"count": count}


def due_words(visit: Visit) -> str:
    """When the next step is due, and how late it is."""
    if not visit.is_open or visit.due_on is None:
        return ""
    days = (visit.due_on - timezone.localdate()).days
    if days < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
    if days == 0:
        return _("due today")
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}


def due_kind(visit: Visit) -> str:
    if visit.due_on is None or not visit.is_open:
        return "plain"
    days = (visit.due_on - timezone.localdate()).days
    return "bad" if days < 0 else "warn" if days <= 1 else "plain"


def stars(rating: int | None) -> str:
    """★★★★☆, empty where nobody rated."""
    return "" if rating is None else "★" * rating + "☆" * (5 - rating)
