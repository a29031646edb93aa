"""What waits for one person in the wing, counted as its verbs would allow it: nobody is sent to refused work."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from craft_site.people import roles
from honours.models import Conferral, HonourObjection, Nomination, Revocation, Talk, Visit, city_of


def matters(user: Any) -> dict[str, int]:
    """How much of each kind of work waits; kinds with nothing are left out. At most six queries."""
    return {key: count for key, count in _counted(user) if count}


def _counted(user: Any) -> Iterator[tuple[str, int]]:
    if user.has_role(roles.REVIEWER) and user.union_id:
        mine = Nomination.objects.waiting_for(user).exclude(made_by=user).exclude(worker__user=user)
        yield "nominations", mine.count()
    if user.has_role(roles.ORGANISER):
        yield from _visits().items()
        planned = Talk.objects.filter(state=Talk.State.PLANNED, planned_on__lt=timezone.localdate())
        yield "talks_late", planned.count()
    if not user.has_role(roles.ORGANISER) and not city_of(user):
        return
    yield "objections", HonourObjection.objects.filter(answered_at=None).count()
    proposed = Conferral.objects.filter(state=Conferral.State.PROPOSED).exclude(proposed_by=user)
    yield "conferrals", proposed.exclude(nominations__worker__user=user).count()
    asked = Revocation.objects.filter(state=Revocation.State.ASKED).exclude(asked_by=user)
    yield "revocations", asked.exclude(honour__holder__worker__user=user).count()


def _visits() -> dict[str, int]:
    """Requests that wait for the office, and whatever else is behind its time."""
    to_do = Q(state__in=Visit.TO_MATCH)
    late = Q(due_on__lt=timezone.localdate())
    found: dict[str, int] = Visit.objects.open().aggregate(
        firm_requests=Count("pk", filter=to_do), firm_visits_late=Count("pk", filter=late & ~to_do)
    )
    return found
