"""The agreement: the firm and the craftsmen say yes to day and place. Nobody is sent or visited unasked."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from honours import roles_outreach as roles
from honours.domain import visits
from honours.domain.refusals import HonourRefused
from honours.domain.visits import S, again, move, needs_reason, tell
from honours.models import Visit, VisitCraftsman

A = VisitCraftsman.Answer


@transaction.atomic
def answer_for_firm(*, visit: Visit, yes: bool, by: Any, reason: str = "", on: date | None = None) -> Visit:
    """The firm agrees to who comes and when, or says what does not suit: then the office looks again.

    Raises PermissionDenied, HonourRefused.
    """
    found = again(visit)
    roles.can_speak_for_firm(by, found).or_refuse()
    if found.state != S.MATCHED:
        raise HonourRefused(_("There is no proposal to answer now."))
    if not yes:
        _drop(found)
        move(found, S.TRIAGED, by=by, reason=needs_reason(reason), on=on, answer="firm")
        return found
    found.firm_agreed_on = on or timezone.localdate()
    found.save(update_fields=["firm_agreed_on"])
    tell(found, "firm_agreed", {"planned_on": found.planned_on}, by)
    _agree_when_all_have(found, by, on)
    return found


@transaction.atomic
def answer(
    *,
    invited: VisitCraftsman,
    yes: bool,
    by: Any,
    words: str = "",
    may_name: bool = False,
    on: date | None = None,
) -> Visit:
    """A craftsman comes or cannot. may_name: public pages may say who came; it can be taken back at any time.

    When nobody comes, the office looks again. Raises PermissionDenied, HonourRefused.
    """
    found = again(invited.visit)
    mine = VisitCraftsman.objects.select_related("worker").get(pk=invited.pk)
    roles.can_answer_invitation(by, mine).or_refuse()
    if found.state != S.MATCHED or mine.answer == A.DROPPED:
        raise HonourRefused(_("There is no proposal to answer now."))
    mine.answer = A.YES if yes else A.NO
    mine.words = words.strip()[:200]
    mine.may_name = yes and may_name
    mine.answered_on = on or timezone.localdate()
    mine.save()
    tell(found, "craftsman_answered", {"craftsman": str(mine.uuid), "answer": str(mine.answer)}, by)
    asked = list(found.craftsmen.all())  # type: ignore[attr-defined]
    if all(one.answer == A.NO for one in asked):
        move(found, S.TRIAGED, by=by, reason=_("No craftsman can come."), on=on, answer="craftsmen")
        return found
    _agree_when_all_have(found, by, on)
    return found


@transaction.atomic
def say_named(*, invited: VisitCraftsman, named: bool, by: Any) -> VisitCraftsman:
    """The craftsman says later whether public pages name them. Raises PermissionDenied."""
    visits.again(invited.visit)
    mine = VisitCraftsman.objects.select_related("worker", "visit").get(pk=invited.pk)
    roles.can_answer_invitation(by, mine).or_refuse()
    mine.may_name = named
    mine.save(update_fields=["may_name"])
    tell(mine.visit, "craftsman_named", {"craftsman": str(mine.uuid), "named": named}, by)
    return mine


@transaction.atomic
def match_again(*, visit: Visit, reason: str, by: Any) -> Visit:
    """Somebody fell ill, the day does not hold: back to the match. Raises PermissionDenied, HonourRefused."""
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    if found.state not in (S.MATCHED, S.AGREED):
        raise HonourRefused(_("The visit cannot do this step now."))
    _drop(found)
    move(found, S.TRIAGED, by=by, reason=needs_reason(reason))
    return found


def _drop(visit: Visit) -> None:
    """Nobody is asked any longer; the rows stay for the office to see who was."""
    visit.firm_agreed_on = None
    visit.craftsmen.update(answer=A.DROPPED, may_name=False)  # type: ignore[attr-defined]


def _agree_when_all_have(visit: Visit, by: Any, on: date | None) -> None:
    answers = set(visit.craftsmen.values_list("answer", flat=True))  # type: ignore[attr-defined]
    if visit.firm_agreed_on is not None and A.YES in answers and A.ASKED not in answers:
        move(visit, S.AGREED, by=by, on=on)
