"""The appeals of an entry and of its team in words: where each stands, what was decided, what can still be done."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.models import Appeal, AppealDecision, Entry

S = Appeal.State
STATE_KIND = {
    S.FILED: "warn",
    S.ADMITTED: "warn",
    S.NOT_ADMITTED: "bad",
    S.DECIDED: "info",
    S.SECOND: "warn",
    S.FINAL: "good",
    S.WITHDRAWN: "plain",
}
STILL_NEWS = timedelta(days=14)  # so long a decision stands on the first page of /me/


def appeal_rows(entry: Entry, user: Any) -> list[dict[str, Any]]:
    """What stands on the pages of an entry: its own appeals, and those that concern its whole team. Two queries."""
    found = Appeal.objects.filter(_concerning(entry)).for_list()
    return [
        appeal_line(appeal, decisions=appeal.decisions.all(), own=_is_own(appeal, entry, user))
        for appeal in found.prefetch_related("decisions").order_by("-number")
    ]


def appeal_line(appeal: Appeal, *, decisions: Iterable[AppealDecision], own: bool = True) -> dict[str, Any]:
    """One appeal in words. own: with the reasons and the way to it; a fellow member reads the published reason."""
    return {
        "appeal": appeal,
        "title": f"{appeal} · {appeal.get_subject_display()}",
        "url": reverse("me:appeal", args=(appeal.uuid,)) if own else "",
        "status": appeal.get_state_display(),
        "status_kind": STATE_KIND[S(appeal.state)],
        "instance": instance_words(appeal),
        "due": appeal.due_at,
        "decisions": [
            {
                "title": _("First decision") if decision.instance == 1 else _("Final decision"),
                "outcome": decision.get_outcome_display(),
                "reasons": decision.reasons.reveal() if own else decision.public_reason,
                "at": decision.at,
            }
            for decision in decisions
        ],
        "can_do": what_can_be_done(appeal) if own else "",
    }


def instance_words(appeal: Appeal) -> str:
    """Before whom it is, or was last."""
    if appeal.second_filed_at is not None:
        return _("Second instance, before the appeals committee")
    return _("First instance, before the arbiters")


def what_can_be_done(appeal: Appeal) -> str:
    if appeal.may_go_on():
        return _("You can still go to the second instance.")
    if appeal.state in Appeal.UNDECIDED:
        return _("Wait for the decision; until then you can withdraw the appeal.")
    if appeal.state == S.WITHDRAWN:
        return _("You have withdrawn it; nothing is decided on it.")
    return _("The decision is final; nothing more can be filed on it.")


def look(user: Any) -> list[Appeal]:
    """Somebody's appeals that are news: undecided, decided lately, or open for the second instance. One query."""
    decided = AppealDecision.objects.filter(appeal=OuterRef("pk"), at__gt=timezone.now() - STILL_NEWS)
    news = Q(state__in=(*Appeal.ANSWERED, S.FINAL)) & Exists(decided)
    goes_on = Q(state__in=Appeal.ANSWERED, second_by__gt=timezone.now())
    found = Appeal.objects.of_person(user).filter(Q(state__in=Appeal.UNDECIDED) | news | goes_on)
    return list(found.select_related("event").order_by("-filed_at")[:20])


def answered(found: Iterable[Appeal]) -> list[dict[str, Any]]:
    """Of those of `look`, as tasks: answered ones whose second instance can still be asked."""
    return [
        {
            "title": _("Your appeal %(number)s is answered") % {"number": appeal},
            "hint": str(appeal.event),
            "url": reverse("me:appeal", args=(appeal.uuid,)),
            "due": appeal.second_by,
            "due_now": timezone.now(),
            "status": appeal.get_state_display(),
            "status_kind": "info",
        }
        for appeal in found
        if appeal.may_go_on()
    ]


def under_way(found: Iterable[Appeal]) -> list[dict[str, Any]]:
    """Those of `look` as rows for what is under way, on the first page of /me/."""
    return [
        {
            "title": _("Appeal %(number)s: %(about)s")
            % {"number": appeal, "about": appeal.get_subject_display()},
            "hint": f"{appeal.event} · {instance_words(appeal)}",
            "url": reverse("me:appeal", args=(appeal.uuid,)),
            "due": appeal.due_at,
            "due_now": timezone.now(),
            "status": appeal.get_state_display(),
            "status_kind": STATE_KIND[S(appeal.state)],
        }
        for appeal in found
    ]


def _concerning(entry: Entry) -> Q:
    """Of the entry; and of its team what changes the team's result or was filed by the team's leader."""
    mine = Q(entry=entry)
    if entry.team_id is None:
        return mine
    by_the_leader = ~Q(filed_by=F("entry__worker__user"))
    return mine | (Q(entry__team=entry.team_id) & (Q(subject=Appeal.Subject.MARKS) | by_the_leader))


def _is_own(appeal: Appeal, entry: Entry, user: Any) -> bool:
    return appeal.entry_id == entry.pk or appeal.filed_by_id == user.pk
