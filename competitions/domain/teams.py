"""Teams of an event that ranks teams too: made by the office, kept until the stations are drawn."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import team_choice
from competitions.domain.event_setup import stations_fixed
from competitions.domain.team_choice import OUT
from competitions.models import Event, Team
from craft_site.ledger.chain import append
from craft_site.people.models import Employer


class TeamRefused(Exception):
    """The team cannot be made or changed like this; the message says why, `field` where."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


@transaction.atomic
def make_team(
    *, event: Event, name: str, by: Any, employer: Employer | None = None, leader: str = ""
) -> Team:
    """A new team without members. Raises PermissionDenied, TeamRefused for a name in use or after the draw."""
    event = _open(event, by)
    try:
        with transaction.atomic():
            team = Team.objects.create(
                event=event, name=team_choice.spelled(name), employer=employer, leader=leader.strip()
            )
    except IntegrityError:
        raise TeamRefused(_("This event already has a team of this name."), "name") from None
    append(event.chain, "team.made", subject=f"team:{team.pk}", facts={}, by=by)
    return team


@transaction.atomic
def set_members(*, team: Team, entries: Collection[int], by: Any) -> Team:
    """Makes exactly these entries (keys) the members of a team; an entry leaves the team it was in. Whoever chose the
    team and takes no part (yet), such as a draft, stays with it.

    Raises PermissionDenied, TeamRefused for an entry of another event or one that does not take part.
    """
    event = _open(team.event, by)
    wanted = set(entries)
    takes_part = event.entries.exclude(state__in=OUT)
    if set(takes_part.filter(pk__in=wanted).values_list("pk", flat=True)) != wanted:
        raise TeamRefused(_("One of these entries does not take part in this event."), "members")
    members = takes_part.filter(team=team)
    if set(members.values_list("pk", flat=True)) == wanted:
        return team
    members.exclude(pk__in=wanted).update(team=None)
    event.entries.filter(pk__in=wanted).update(team=team)
    team_choice.tell_members(event=event, teams=[team.pk], by=by)
    return team


@transaction.atomic
def drop_team(*, team: Team, by: Any) -> None:
    """Removes a team; its members stay entered. Raises PermissionDenied, TeamRefused after the draw."""
    event = _open(team.event, by)
    key = team.pk
    team.members.update(team=None)
    team.delete()
    append(event.chain, "team.dropped", subject=f"team:{key}", facts={}, by=by)


def without_team(event: Event) -> int:
    """How many entries that take part are in no team."""
    return event.entries.exclude(state__in=OUT).filter(team__isnull=True).count()


def _open(event: Event, by: Any) -> Event:
    roles.can_organise(by, event).or_refuse()
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.scope != Event.Scope.TEAM:
        raise TeamRefused(_("This event ranks individuals only; change that under its particulars first."))
    if stations_fixed(event):
        raise TeamRefused(_("The stations have been drawn, so the teams stay as they are."))
    return event
