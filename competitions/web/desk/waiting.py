"""What waits for a person over all their events, the urgent matters first, in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from competitions.models import (
    Appeal,
    CalendarStep,
    Draw,
    Entry,
    Event,
    KeptMark,
    PenaltyRecord,
    Release,
    Seat,
    Sheet,
    TimeCredit,
    Violation,
)
from craft_site.people import roles

S, R = Event.State, Seat.Role
BAD, WARN, INFO = "bad", "warn", "info"
FOR_THE_CHIEF = Q(state=Sheet.State.SIGNED, event__group_review=Event.GroupReview.NONE) | Q(
    state=Sheet.State.GROUP_REVIEWED
)
_URGENCY = {BAD: 0, WARN: 1, INFO: 2}


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to do. count: how many of it; at: the address name and what to filter there."""

    event: Event
    title: str | Promise
    count: int
    kind: str
    role: str | Promise
    at: str
    query: str = ""

    @property
    def url(self) -> str:
        if self.at == "judge:home":
            return reverse(self.at)
        if self.at == "desk:entries":
            return f"{reverse(self.at)}?event={self.event.pk}&{self.query}"
        address = reverse(self.at, args=(self.event.code,))
        return f"{address}?{self.query}" if self.query else address


def with_next_step(events: "QuerySet[Event]") -> "QuerySet[Event]":
    """Events with the next step of their calendar and what stands open at them, in the same query."""
    coming = CalendarStep.objects.coming().filter(event=OuterRef("pk"))
    return events.annotate(
        next_kind=Subquery(coming.values("kind")[:1]),
        next_at=Subquery(coming.values("starts_at")[:1]),
        open_draw=Subquery(
            Draw.objects.filter(event=OuterRef("pk"), state=Draw.State.COMMITTED).values("purpose")[:1]
        ),
        lots_drawn=Subquery(
            Draw.objects.in_force()
            .filter(event=OuterRef("pk"), state=Draw.State.DRAWN)
            .order_by()
            .values("event")
            .annotate(purposes=Count("purpose", distinct=True))
            .values("purposes")
        ),
        notice_until=Subquery(
            Release.objects.filter(event=OuterRef("pk")).order_by("-number").values("notice_until")[:1]
        ),
    )


def seats_of(user: Any) -> dict[int, set[str]]:
    """The roles of the seats that a person holds now, by event."""
    seats: dict[int, set[str]] = {}
    for event_id, role in Seat.objects.held_by(user).values_list("event_id", "role"):
        seats.setdefault(event_id, set()).add(role)
    return seats


def matters(user: Any, events: Sequence[Event], seats: dict[int, set[str]]) -> list[Matter]:
    """Everything that waits for this person in these events, made by `with_next_step`; urgent first."""
    asker = _Asker(user, {event.pk: event for event in events}, seats)
    found = [
        *asker.entries(),
        *asker.sheets(),
        *asker.incidents(),
        *asker.violations(),
        *asker.kept(),
        *asker.appeals(),
        *asker.steps(),
    ]
    return sorted(found, key=lambda matter: _URGENCY[matter.kind])


class _Asker:
    """One person's questions to the database."""

    def __init__(self, user: Any, events: dict[int, Event], seats: dict[int, set[str]]) -> None:
        self.user = user
        self.events = events
        self.seats = seats

    def holds(self, event: Event, *names: str) -> bool:
        return bool(self.seats.get(event.pk, set()) & set(names))

    def in_office(self, event: Event, *names: str) -> bool:
        """Whether a site role counts here: not for whoever marks in the event."""
        return self.user.has_role(*names) and not self.holds(event, *Seat.MARKING)

    def entries(self) -> Iterator[Matter]:
        if not (self.user.in_office or self.user.has_role(roles.EMPLOYER)):
            return
        found = (
            Entry.objects.visible_to(self.user)
            .filter(event__in=self.events, state__in=(Entry.State.SUBMITTED, Entry.State.UNIT_OK))
            .values("event_id")
            .order_by("event_id")
            .annotate(
                office=Count("pk", filter=Q(state=Entry.State.UNIT_OK), distinct=True),
                employer=Count(
                    "pk",
                    filter=Q(state=Entry.State.SUBMITTED, employer_id=self.user.employer_id),
                    distinct=True,
                ),
            )
        )
        for row in found:
            event = self.events[row["event_id"]]
            if row["office"] and self.user.in_office and not self.holds(event, *Seat.MARKING):
                yield Matter(
                    event,
                    _("Entries wait for the office"),
                    row["office"],
                    WARN,
                    _("Office"),
                    "desk:entries",
                    "state=unit_ok",
                )
            if row["employer"] and self.user.has_role(roles.EMPLOYER):
                yield Matter(
                    event,
                    _("Your workers' entries wait for you"),
                    row["employer"],
                    WARN,
                    _("Employer"),
                    "desk:entries",
                    "state=submitted",
                )

    def sheets(self) -> Iterator[Matter]:
        marked = [
            pk for pk, event in self.events.items() if event.state in (S.RUNNING, S.SCORING, S.RECHECKING)
        ]
        if not marked:
            return
        mine = Q(seat__user=self.user, seat__left_at__isnull=True, state__in=Sheet.OPEN)
        found = (
            Sheet.objects.filter(event__in=marked)
            .values("event_id")
            .order_by("event_id")
            .annotate(
                alarms=Count("pk", filter=~Q(alarm="")),
                unsigned=Count("pk", filter=FOR_THE_CHIEF),
                mine=Count("pk", filter=mine),
            )
        )
        for row in found:
            event = self.events[row["event_id"]]
            chief = self.holds(event, R.CHIEF)
            follows = chief or self.holds(event, R.SUPERVISOR)
            follows = follows or self.in_office(event, roles.ORGANISER, roles.SUPERVISOR)
            if row["alarms"] and follows:
                title = _("Sheets need attention")
                yield Matter(
                    event, title, row["alarms"], BAD, pgettext_lazy("calendar", "Marking"), "desk:progress"
                )
            if row["unsigned"] and chief:
                title = _("Sheets wait for your signature")
                yield Matter(event, title, row["unsigned"], WARN, R.CHIEF.label, "desk:progress")
            if row["mine"]:
                title = _("Sheets for you to mark")
                yield Matter(event, title, row["mine"], INFO, _("Judge"), "judge:home")

    def incidents(self) -> Iterator[Matter]:
        chaired = [pk for pk, event in self.events.items() if self.holds(event, R.CHIEF)]
        if not chaired:
            return
        penalties = PenaltyRecord.objects.filter(
            code__event__in=chaired, state=PenaltyRecord.State.SECONDED
        ).values_list("code__event_id")
        credits = TimeCredit.objects.filter(
            code__event__in=chaired, decision=TimeCredit.Decision.PENDING
        ).values_list("code__event_id")
        waiting: dict[int, int] = {}
        for (event_id,) in penalties.order_by().union(credits.order_by(), all=True):
            waiting[event_id] = waiting.get(event_id, 0) + 1
        for event_id, count in waiting.items():
            title = _("Incidents wait for your decision")
            yield Matter(self.events[event_id], title, count, BAD, R.CHIEF.label, "desk:incidents")

    def violations(self) -> Iterator[Matter]:
        """Those on which this person may decide (domain.violations.can_decide), in one query."""
        deciding = {
            pk: event
            for pk, event in self.events.items()
            if self.holds(event, R.CHIEF, R.SUPERVISOR) or self.in_office(event, roles.ORGANISER)
        }
        if not deciding:
            return
        chiefs = Seat.objects.taken().filter(
            event=OuterRef("event"), role=R.CHIEF, user=OuterRef("noticed_by")
        )
        found = (
            Violation.objects.filter(event__in=deciding, state=Violation.State.NOTICED)
            .exclude(noticed_by=self.user)
            .order_by("event_id")
            .values_list("event_id", "seat__user_id", Exists(chiefs))
        )
        counts: dict[tuple[int, str], int] = {}
        for event_id, official, by_chief in found:
            event = deciding[event_id]
            if official is not None:
                may = self.in_office(event, roles.ORGANISER) and official != self.user.pk
                role = str(_("Organiser")) if may else ""
            elif self.holds(event, R.CHIEF):
                role = str(R.CHIEF.label)
            else:
                role = str(R.SUPERVISOR.label) if by_chief and self.holds(event, R.SUPERVISOR) else ""
            if role:
                counts[event_id, role] = counts.get((event_id, role), 0) + 1
        for (event_id, role), count in counts.items():
            title = _("Violations wait for your decision")
            yield Matter(self.events[event_id], title, count, BAD, role, "desk:violations")

    def kept(self) -> Iterator[Matter]:
        """What tablets out of use still sent, while marks can be written."""
        chaired = [
            pk
            for pk, event in self.events.items()
            if event.state in (S.RUNNING, S.SCORING, S.RECHECKING) and self.holds(event, R.CHIEF)
        ]
        if not chaired:
            return
        found = KeptMark.objects.waiting().filter(sheet__event__in=chaired).order_by("sheet__event_id")
        for row in found.values("sheet__event_id").annotate(count=Count("pk")):
            yield Matter(
                self.events[row["sheet__event_id"]],
                _("Marks of a tablet taken out of use wait for your decision"),
                row["count"],
                WARN,
                R.CHIEF.label,
                "desk:kept_marks",
                f"decision={KeptMark.Decision.WAITING}",
            )

    def appeals(self) -> Iterator[Matter]:
        """Appeals for the instances that this person sits in, overdue ones as urgent; objections for the office."""
        asked = [
            pk
            for pk, event in self.events.items()
            if self.holds(event, R.ARBITER, R.COMMITTEE) or self.in_office(event, roles.ORGANISER)
        ]
        if not asked:
            return
        now = timezone.now()
        first = Q(state__in=(Appeal.State.FILED, Appeal.State.ADMITTED))
        second = Q(state=Appeal.State.SECOND)
        found = (
            Appeal.objects.filter(first | second, event__in=asked)
            .values("event_id")
            .order_by("event_id")
            .annotate(
                first=Count("pk", filter=first),
                second=Count("pk", filter=second),
                late=Count(
                    "pk", filter=(first & Q(answer_by__lt=now)) | (second & Q(second_answer_by__lt=now))
                ),
            )
        )
        for row in found:
            event = self.events[row["event_id"]]
            kind = BAD if row["late"] else WARN
            if row["first"] and self.holds(event, R.ARBITER):
                yield Matter(
                    event, _("Appeals wait for you"), row["first"], kind, R.ARBITER.label, "desk:appeals"
                )
            if row["second"] and self.holds(event, R.COMMITTEE):
                yield Matter(
                    event, _("Appeals wait for you"), row["second"], kind, R.COMMITTEE.label, "desk:appeals"
                )
            if row["late"] and self.in_office(event, roles.ORGANISER):
                title = _("Answers to appeals are overdue")
                yield Matter(event, title, row["late"], BAD, _("Organiser"), "desk:appeals")

    def steps(self) -> Iterator[Matter]:
        """What the events' own states ask for; no query."""
        for event in self.events.values():
            draw = getattr(event, "open_draw", None)
            if draw and self.holds(event, R.CODING, R.SUPERVISOR):
                title = _("A draw waits for the dice")
                yield Matter(event, title, 1, WARN, R.CODING.label, "desk:draws")
            elif (lots := _lots_to_freeze(event)) and self.holds(event, R.CODING):
                yield Matter(event, lots, 1, WARN, R.CODING.label, "desk:draws")
            if event.state == S.LOCKED and self.holds(event, R.CODING, R.SUPERVISOR):
                title = _("The marks are locked: decode them")
                yield Matter(event, title, 1, WARN, R.CODING.label, "desk:draws")
            if not self.in_office(event, roles.ORGANISER):
                continue
            if event.state == S.DECODED:
                title = _("The result waits to be published")
                yield Matter(event, title, 1, BAD, _("Organiser"), "desk:results")
            until = getattr(event, "notice_until", None)
            if event.state == S.PUBLICITY and until is not None and until <= timezone.now():
                title = _("The notice is over: make the result final")
                yield Matter(event, title, 1, WARN, _("Organiser"), "desk:results")
            closes = event.registration_closes
            if event.state == S.REGISTERING and closes is not None and closes <= timezone.now():
                title = _("Registration is over: begin the review")
                yield Matter(event, title, 1, WARN, _("Organiser"), "desk:event")


def _lots_to_freeze(event: Event) -> Promise | None:
    """Which list the coding judge freezes next, in the order of the three draws; None while it is not the time."""
    drawn = getattr(event, "lots_drawn", None) or 0
    if drawn == 0 and event.state in (S.BRIEFED, S.FROZEN):
        return _("Contestant numbers are to be drawn")
    if drawn == 1 and event.state == S.FROZEN:
        return _("Check the contestants in, then draw the stations")
    if drawn == 2 and event.state == S.SCORING:
        return _("Work numbers are to be drawn")
    return None
