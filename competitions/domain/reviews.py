"""Deciding on entries: the employer passes, the office accepts; both may return or refuse, always with a reason.

An entry whose employer has no contact's account comes straight to the office (domain.entries.submit). The office may
also pass an entry in the employer's place. Whether somebody may decide is asked of roles.py.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from competitions.domain import eligibility
from competitions.domain.entries import REVIEWED_IN, EntryRefused, locked, move, not_an_official
from competitions.models import EligibilityRule, Entry, Event
from craft_site.people import roles as site_roles

S = Entry.State
HOLDS_A_PLACE = (S.ACCEPTED, S.CHECKED_IN, S.ABSENT, S.DISQUALIFIED)


class Decision(StrEnum):
    """What a reviewer may decide."""

    PASS = "pass"  # the employer, or the office in its place
    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"
    REOPEN = "reopen"  # the office takes its acceptance back


_DECIDED: dict[Decision, tuple[tuple[str, ...], str]] = {
    Decision.PASS: ((S.SUBMITTED,), S.UNIT_OK),
    Decision.ACCEPT: ((S.UNIT_OK,), S.ACCEPTED),
    Decision.RETURN: ((S.SUBMITTED, S.UNIT_OK, S.RETURNED), S.RETURNED),
    Decision.REFUSE: ((S.SUBMITTED, S.UNIT_OK, S.RETURNED), S.REFUSED),
    Decision.REOPEN: ((S.ACCEPTED,), S.UNIT_OK),
}
NEEDS_REASON = (Decision.RETURN, Decision.REFUSE, Decision.REOPEN)


@dataclass(slots=True)
class Outcome:
    """What a decision over many entries did: those decided, and those that stayed as they were, each with why."""

    decided: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)


@transaction.atomic
def decide(
    *, entry: Entry, decision: Decision, by: Any, reason: str = "", due_at: datetime | None = None
) -> Entry:
    """One reviewer's decision. Sent again after it took effect it changes nothing.

    reason: needed to return, to refuse and to reopen; due_at: until when a returned entry may be corrected, by
    default the event's days from now. Raises EntryRefused.
    """
    starts, to = _DECIDED[decision]
    event = Event.objects.select_for_update().get(pk=entry.event_id)
    entry = locked(entry)
    entry.event = event
    reason = reason.strip()
    if entry.state == to and decision is not Decision.RETURN:
        return entry
    if event.state not in REVIEWED_IN:
        raise EntryRefused(_("The accepted list is out; entries are no longer decided on."))
    if entry.state not in starts:
        raise EntryRefused(
            _("This cannot be decided while the entry is “%(state)s”.") % {"state": entry.get_state_display()}
        )
    if decision is Decision.PASS and by.employer_id != entry.employer_id and not reason:
        raise EntryRefused(_("Say why the office passes it in the employer's place."))
    if decision in NEEDS_REASON and not reason:
        raise EntryRefused(_("Give a reason; the contestant reads it."))
    if decision is Decision.RETURN:
        due_at = due_at or timezone.now() + timedelta(days=event.return_days)
        if due_at <= timezone.now():
            raise EntryRefused(_("The date for corrections must lie ahead."))
        if entry.state == S.RETURNED and entry.due_at == due_at:
            return entry
        return move(entry=entry, to=to, by=by, reason=reason, due_at=due_at)
    if decision is Decision.ACCEPT:
        _a_place_is_left(event)
        _the_quota_is_kept(entry)
    return move(entry=entry, to=to, by=by, reason=reason, due_at=None)


def decide_many(
    *,
    entries: list[Entry],
    decision: Decision,
    by: Any,
    reason: str = "",
    due_at: datetime | None = None,
) -> Outcome:
    """The same decision over many entries, each on its own: what one refuses does not stop the others."""
    outcome = Outcome()
    for entry in entries:
        try:
            decide(entry=entry, decision=decision, by=by, reason=reason, due_at=due_at)
            outcome.decided.append(entry)
        except EntryRefused as refusal:
            outcome.refused.append((entry, str(refusal)))
    return outcome


def waiting_for(user: Any) -> QuerySet[Entry]:
    """The entries on which this person is to decide now: the office's, and those of the own firm. Never one's own."""
    mine = Q(pk__in=())
    if user.in_office:
        mine |= Q(state=S.UNIT_OK)
    if user.has_role(site_roles.EMPLOYER) and user.employer_id:
        mine |= Q(state=S.SUBMITTED, employer_id=user.employer_id)
    return (
        Entry.objects.visible_to(user)
        .filter(mine, event__state__in=REVIEWED_IN)
        .exclude(worker__user=user)
        .distinct()
    )


def possible(entry: Entry) -> list[Decision]:
    """The decisions that the entry's state allows now, whoever takes them."""
    if entry.event.state not in REVIEWED_IN:
        return []
    return [decision for decision, (starts, _to) in _DECIDED.items() if entry.state in starts]


def refuse_overdue() -> int:
    """Refuses the returned entries whose date for corrections is over, while their events are reviewed; says how many.

    Each on its own, looked at again under its lock: who hands in at this moment is not refused.
    """
    now = timezone.now()
    overdue = Entry.objects.filter(state=S.RETURNED, due_at__lt=now, event__state__in=REVIEWED_IN)
    return sum(_refuse_if_overdue(pk) for pk in list(overdue.values_list("pk", flat=True)))


@transaction.atomic
def _refuse_if_overdue(pk: int) -> bool:
    entry = Entry.objects.select_related("event").get(pk=pk)
    event = Event.objects.select_for_update().get(pk=entry.event_id)
    entry = locked(entry)
    entry.event = event
    if entry.state != S.RETURNED or event.state not in REVIEWED_IN:
        return False
    if entry.due_at is None or entry.due_at >= timezone.now():
        return False
    with translation.override(settings.LANGUAGE_CODE):  # nobody's request: the site's own language
        reason = _("It was not corrected by %(day)s.") % {
            "day": f"{timezone.localtime(entry.due_at):%Y-%m-%d %H:%M}"
        }
    move(entry=entry, to=S.REFUSED, by=None, reason=reason, due_at=None)
    return True


@transaction.atomic
def ask_again(*, entry: Entry, by: Any, reason: str) -> Entry:
    """A refused contestant asks the office, once, to look again. Raises EntryRefused the second time, for any entry
    that was not refused, and for whoever has become an official of the event meanwhile."""
    event = Event.objects.select_for_update().get(pk=entry.event_id)
    entry = locked(entry)
    entry.event = event
    if entry.state == S.UNIT_OK and asked_again(entry):
        return entry
    if entry.event.state not in REVIEWED_IN:
        raise EntryRefused(_("The review of entries is over."))
    if asked_again(entry):
        raise EntryRefused(_("You have asked for a second look already; its decision stands."))
    if entry.state != S.REFUSED:
        raise EntryRefused(_("Only a refused entry is looked at again."))
    not_an_official(entry.event, entry.worker)
    if not reason.strip():
        raise EntryRefused(_("Say why the office should look again."))
    return move(entry=entry, to=S.UNIT_OK, by=by, reason=reason)


def asked_again(entry: Entry) -> bool:
    return entry.steps.filter(from_state=S.REFUSED).exists()


def _a_place_is_left(event: Event) -> None:
    if event.places is not None:
        taken = Entry.objects.filter(event=event, state__in=HOLDS_A_PLACE).count()
        if taken >= event.places:
            raise EntryRefused(_("All %(places)s places of this event are taken.") % {"places": event.places})


def _the_quota_is_kept(entry: Entry) -> None:
    """Handing in looks at the quota; a second look at a refusal comes past that, when others have taken the places."""
    for rule in entry.event.rules.filter(kind=EligibilityRule.Kind.EMPLOYER_QUOTA, hard=True):
        limit = eligibility.whole_number(rule.value)
        if limit is None or entry.employer_id is None:
            continue
        holding = Entry.objects.filter(event=entry.event, state__in=HOLDS_A_PLACE)
        taken = holding.filter(employer=entry.employer_id).count()
        if taken >= limit:
            raise EntryRefused(
                _("The employer has %(taken)d accepted entries already; the quota is %(quota)d.")
                % {"taken": taken, "quota": limit}
            )
