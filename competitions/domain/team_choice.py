"""A contestant's own team: chosen or founded with the entry, or named by the employer in its roster.

Unless the event lets teams mix employers, a team belongs to one employer and takes its workers alone; a team of the
office's own, without an employer, is filled at the desk. The ledger is told of a team once its members hand in.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competitions.domain.event_setup import stations_fixed
from competitions.models import Entry, Event, Team
from craft_site.ledger.chain import append
from craft_site.people.models import Employer

OUT = (Entry.State.DRAFT, Entry.State.REFUSED, Entry.State.WITHDRAWN)
# Of these the ledger says nothing yet: handing in says it. A refused one may still be let in.
UNTOLD = (Entry.State.DRAFT, Entry.State.WITHDRAWN)
MOST_LETTERS = 80


class TeamBarred(Exception):
    """This team cannot be chosen; the message says why and what to do, `field` where in the form."""

    def __init__(self, message: str, field: str = "team") -> None:
        super().__init__(message)
        self.field = field


def forms_teams(event: Event) -> bool:
    """Whether the event ranks teams, so that an entry may name one."""
    return event.scope == Event.Scope.TEAM


def spelled(name: str) -> str:
    """A team's name as it is kept: one space between words."""
    return " ".join(name.split())


def open_to(event: Event, employer_id: int | None) -> QuerySet[Team]:
    """The teams that a worker of this employer may join; without an employer only where teams mix."""
    if event.mixed_teams:
        return event.teams.all()
    return event.teams.filter(employer_id=employer_id) if employer_id else event.teams.none()


def may_found(event: Event, employer_id: int | None) -> bool:
    return event.mixed_teams or employer_id is not None


def closed_for(event: Event) -> str:
    """Why nobody can choose a team in this event now, or ""."""
    if not forms_teams(event):
        return _("This event ranks individuals only, so no team is named.")
    if stations_fixed(event):
        return _("The stations have been drawn, so the teams stay as they are.")
    return ""


def barred(event: Event, team: Team, employer_id: int | None) -> str:
    """Why a worker of this employer cannot be in the team, or ""."""
    if event.mixed_teams or (employer_id is not None and team.employer_id == employer_id):
        return ""
    return _(
        "The team “%(team)s” is not one of this employer's. Choose another team, or give a new one another name."
    ) % {"team": team}


class TeamNames:
    """The teams of an event by name, for one employer: what a name means, and whether it may be used.

    Read once for many names; who writes holds the event's lock.
    """

    def __init__(self, event: Event, employer: Employer | None) -> None:
        self.event, self.employer = event, employer
        self.closed = closed_for(event)
        self._known = {team.name.casefold(): team for team in event.teams.all()}

    def __contains__(self, name: str) -> bool:
        return spelled(name).casefold() in self._known

    def differs(self, name: str | None, entry: Entry) -> bool:
        """Whether naming this team changes the entry. name: "" for no team, None where it is left open."""
        if name is None:
            return False
        if not name:
            return entry.team_id is not None
        team = self._known.get(spelled(name).casefold())
        return team is None or team.pk != entry.team_id

    def problem(self, name: str | None, entry: Entry | None) -> str:
        """Why this name cannot be given to the entry (None: a new one), or ""."""
        if not name or (entry is not None and not self.differs(name, entry)):
            return ""
        if self.closed:
            return self.closed
        if len(spelled(name)) > MOST_LETTERS:
            return _("The name of a team has at most %(most)s characters.") % {"most": MOST_LETTERS}
        employer_id = self.employer.pk if self.employer else None
        team = self._known.get(spelled(name).casefold())
        if team is not None:
            return barred(self.event, team, employer_id)
        if not may_found(self.event, employer_id):
            return _(
                "Teams here are of one employer; your profile names none. Add it there, or ask the office."
            )
        return ""

    def found(self, name: str, *, by: Any) -> Team | None:
        """The team of this name, made if it is not there; None for "". Ask `problem` first."""
        if not name:
            return None
        team = self._known.get(spelled(name).casefold())
        if team is None:
            team = Team.objects.create(event=self.event, name=spelled(name), employer=self.employer)
            append(self.event.chain, "team.made", subject=f"team:{team.pk}", facts={}, by=by)
            self._known[team.name.casefold()] = team
        return team


def chosen(*, entry: Entry, team: Team | None, name: str, by: Any) -> Team | None:
    """The team that a contestant's answer means: one of those there, or a new one of this name. The event is locked;
    the caller writes the answer. Raises TeamBarred."""
    event = Event.objects.select_for_update().get(pk=entry.event_id)
    employer = entry.worker.employer
    names = TeamNames(event, employer)
    if name:
        if problem := names.problem(name, entry):
            raise TeamBarred(problem, "new_team")
        return names.found(name, by=by)
    if (team.pk if team else None) == entry.team_id:
        return team
    if names.closed:
        raise TeamBarred(names.closed)
    if team is not None:
        if team.event_id != event.pk:
            raise TeamBarred(_("This team is of another event."))
        if problem := barred(event, team, employer.pk if employer else None):
            raise TeamBarred(problem)
    return team


def tell_members(*, event: Event, teams: Iterable[int | None], by: Any) -> None:
    """Writes who is in these teams (keys) now, one ledger line a team."""
    for key in sorted({key for key in teams if key is not None}):
        members = event.entries.exclude(state__in=UNTOLD).filter(team=key).values_list("uuid", flat=True)
        append(
            event.chain,
            "team.members",
            subject=f"team:{key}",
            facts={"entries": sorted(map(str, members))},
            by=by,
        )
