"""What the public may know of a contest now: announced events, documents in force, draws, releases.

Read-only, and of results nothing but Release rows. Each question costs the same queries at any size.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.models.accepted import AcceptedList
from competitions.models.draw import Draw
from competitions.models.event import CalendarStep, Event
from competitions.models.exhibit import Exhibit, Exhibition
from competitions.models.notice import DocumentVersion
from competitions.models.release import Release
from competitions.models.scheme import SchemeVersion
from competitions.models.series import Competition, Organiser
from craft_site.kit.counting import count_of

S = Event.State

# The steps that a reader of the front page asks about; the whole calendar stands on the contest's page.
KEY_STEPS = (
    CalendarStep.Kind.NOTICE,
    CalendarStep.Kind.REGISTRATION,
    CalendarStep.Kind.LIST,
    CalendarStep.Kind.DRAW,
    CalendarStep.Kind.THEORY,
    CalendarStep.Kind.PRACTICE,
    CalendarStep.Kind.PUBLICITY,
    CalendarStep.Kind.FINAL,
)
# Before decoding the public learns no more than "being marked": which check is running is nobody's business.
BEING_MARKED = (S.SCORING, S.RECHECKING, S.LOCKED, S.DECODED)
OVER = (S.FINAL, S.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contest or an event stands, in the public's words. tone: a class of the tag component."""

    label: str | Promise
    tone: str


def event_standing(event: Event, at: datetime | None = None) -> Standing:
    if event.state == S.REGISTERING:
        if event.takes_entries(at):
            return Standing(_("Open for registration"), "good")
        opens = event.registration_opens
        if opens is not None and opens > (at or timezone.now()):
            return Standing(_("Registration opens soon"), "info")
        return Standing(_("Registration closed"), "plain")
    if event.state in BEING_MARKED:
        return Standing(_("Being marked"), "warn")
    if event.state == S.RUNNING:
        return Standing(_("In progress"), "warn")
    if event.state == S.PUBLICITY:
        return Standing(_("Results on public notice"), "warn")
    if event.state in OVER:
        return Standing(_("Final results"), "brass")
    if event.state == S.PUBLISHED:
        return Standing(_("Announced"), "info")
    if event.state == S.ELIGIBILITY:
        return Standing(_("Entries under review"), "plain")
    return Standing(_("Accepted list published"), "info")


# What a reader wants to hear first of a contest with several events.
_URGENCY = (
    S.REGISTERING,
    S.RUNNING,
    S.PUBLICITY,
    S.SCORING,
    S.RECHECKING,
    S.LOCKED,
    S.DECODED,
    S.FROZEN,
    S.BRIEFED,
    S.ELIGIBILITY,
    S.PUBLISHED,
    S.FINAL,
    S.ARCHIVED,
)


def standing(events: Sequence[Event], at: datetime | None = None) -> Standing | None:
    """How a contest stands: its most pressing announced event speaks for it. None before any is announced."""
    announced = [event for event in events if event.state in _URGENCY]
    if not announced:
        return None
    return event_standing(min(announced, key=lambda event: _URGENCY.index(S(event.state))), at)


@dataclass(slots=True)
class Notice:
    """One announced event with everything that hangs on the board about it."""

    event: Event
    standing: Standing
    takes_entries: bool
    calendar: list[CalendarStep] = field(default_factory=list)
    document: DocumentVersion | None = None
    coming_document: DocumentVersion | None = None
    earlier_documents: list[DocumentVersion] = field(default_factory=list)
    scheme: SchemeVersion | None = None
    accepted: AcceptedList | None = None
    draws: list[Draw] = field(default_factory=list)
    release: Release | None = None
    earlier_releases: list[Release] = field(default_factory=list)

    def key_steps(self) -> list[CalendarStep]:
        """Those of the line of marks; the marking among them while it runs."""
        shown = {*KEY_STEPS, CalendarStep.Kind.MARKING} if self.event.state in BEING_MARKED else KEY_STEPS
        return [step for step in self.calendar if step.kind in shown]

    @property
    def next_step(self) -> CalendarStep | None:
        """The first that has not begun, as CalendarStep.objects.coming() says it for the desk; no query."""
        return next((step for step in self.calendar if step.phase() == "later"), None)

    @property
    def under_way(self) -> str | Promise:
        """What goes on now, from the event's own state; else the step whose days these are. Empty between steps."""
        if self.event.state in (S.RUNNING, *BEING_MARKED):
            return self.standing.label
        step = next((step for step in self.calendar if step.phase() == "now"), None)
        return step.get_kind_display() if step is not None else ""


def _by_event(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.event_id].append(row)
    return found


def of(competition: Competition, at: datetime | None = None) -> list[Notice]:
    """The announced events of a contest in their order; seven queries at any size."""
    now = at or timezone.now()
    events = list(
        Event.objects.published().filter(competition=competition).select_related("trade").order_by("pk")
    )
    if not events:
        return []
    here = Q(event__in=[event.pk for event in events])
    calendars = _by_event(CalendarStep.objects.filter(here))
    documents = _by_event(
        DocumentVersion.objects.filter(here, published_at__isnull=False).order_by("event", "-number")
    )
    schemes = _by_event(SchemeVersion.objects.filter(here).defer("body").order_by("event", "-number"))
    accepted = _by_event(
        AcceptedList.objects.filter(here).annotate(places=Count("rows")).order_by("event", "-number")
    )
    draws = _by_event(
        Draw.objects.filter(here).defer("items", "secret").order_by("event", "committed_at", "pk")
    )
    releases = _by_event(Release.objects.filter(here).defer("body").order_by("event", "-number"))
    board = []
    for event in events:
        in_force = [version for version in documents[event.pk] if version.effective_at <= now]
        coming = [version for version in documents[event.pk] if version.effective_at > now]
        board.append(
            Notice(
                event=event,
                standing=event_standing(event, now),
                takes_entries=event.takes_entries(now),
                calendar=calendars[event.pk],
                document=in_force[0] if in_force else None,
                coming_document=coming[0] if coming else None,
                earlier_documents=in_force[1:],
                scheme=schemes[event.pk][0] if schemes[event.pk] else None,
                accepted=accepted[event.pk][0] if accepted[event.pk] else None,
                draws=draws[event.pk],
                release=releases[event.pk][0] if releases[event.pk] else None,
                earlier_releases=releases[event.pk][1:],
            )
        )
    for notice in board:
        _tell_days_of_publicity(notice)
        owned: tuple[Any, ...] = (
            *notice.draws,
            *notice.earlier_releases,
            *notice.earlier_documents,
            *(notice.release, notice.accepted, notice.document, notice.coming_document),
        )
        for row in owned:
            if row is not None:
                row.event = notice.event  # so that naming its event costs no query
    return board


def _tell_days_of_publicity(notice: Notice) -> None:
    """Once a result is out its own days of notice are the true ones; the calendar had only planned them."""
    if notice.release is None or notice.release.notice_until is None:
        return
    first = notice.earlier_releases[-1] if notice.earlier_releases else notice.release
    for step in notice.calendar:
        if step.kind == CalendarStep.Kind.PUBLICITY:
            step.starts_at, step.ends_at = first.published_at, notice.release.notice_until


def documents(competition: Competition, code: str) -> list[DocumentVersion]:
    """The published versions of an announced event's technical document, newest first; one query."""
    return list(
        DocumentVersion.objects.filter(
            event__in=Event.objects.published().filter(competition=competition, code=code),
            published_at__isnull=False,
        )
        .select_related("event__competition")
        .order_by("-number")
    )


def leading(events: Sequence[Event], at: datetime | None = None) -> Notice | None:
    """The announced event that the front page draws large: the most pressing one, with its calendar; one query, a
    second for the days of notice where a result is out."""
    if not events:
        return None
    event = min(events, key=lambda event: _URGENCY.index(S(event.state)))
    notice = Notice(
        event=event,
        standing=event_standing(event, at),
        takes_entries=event.takes_entries(at),
        calendar=list(event.calendar.all()),
    )
    if event.state in (S.PUBLICITY, *OVER):
        releases = list(Release.objects.filter(event=event).defer("body").order_by("-number"))
        notice.release, notice.earlier_releases = releases[0] if releases else None, releases[1:]
        _tell_days_of_publicity(notice)
    return notice


def _open_now() -> Q:
    now = timezone.now()
    begun = Q(registration_opens__isnull=True) | Q(registration_opens__lte=now)
    not_over = Q(registration_closes__isnull=True) | Q(registration_closes__gte=now)
    return Q(state=S.REGISTERING) & begun & not_over


def front(competition: Any) -> tuple[list[Any], list[Any]]:
    """The announced events of one contest, and all that take entries now, the soonest to close first; one query, with
    the pages of their contests. competition: its key, or a query for it."""
    found: list[Any] = list(
        Event.objects.published()
        .filter(Q(competition=competition) | _open_now())
        .annotate(
            of_the_lead=Case(When(competition=competition, then=True), default=False),
            shows_moulds=Exists(Exhibit.objects.filter(exhibition__competition=OuterRef("competition"))),
        )
        .select_related("competition__series", "competition__page__picture", "trade")
        .defer("competition__page__body", "competition__page__body_en")
        .order_by("pk")
    )
    far = timezone.now() + timedelta(days=10_000)
    takes = [event for event in found if event.takes_entries()]
    takes.sort(key=lambda event: (event.registration_closes or far, event.pk))
    return [event for event in found if event.of_the_lead], takes


def counted() -> dict[str, Any]:
    """Figures for the front page, each as a part of whatever query it is annotated to."""
    announced = Event.objects.published()
    return {
        "contests_now": count_of(announced.exclude(state__in=OVER)),
        "contests_decided": count_of(announced.filter(Exists(Release.objects.filter(event=OuterRef("pk"))))),
    }


def latest_results(depth: int = 20) -> list[Release]:
    """The newest release of each event among the last ones, newest first."""
    newest: dict[int, Release] = {}
    releases = Release.objects.defer("body").select_related("event__competition")
    for release in releases.order_by("-published_at", "-number")[:depth]:
        newest.setdefault(release.event_id, release)
    return list(newest.values())


def organisers(competition: Competition) -> list[tuple[str, list[Organiser]]]:
    """(part, hosts in their order) in the order host, organiser, supporter."""
    rows = list(Organiser.objects.filter(competition=competition).order_by("position", "pk"))
    parts = [(part, [row for row in rows if row.part == part]) for part in Organiser.Part]
    return [(str(part.label), found) for part, found in parts if found]


def exhibition(competition: Competition) -> Exhibition | None:
    return Exhibition.objects.filter(competition=competition).first()


def exhibits_shown(competition: Competition, limit: int | None = None) -> list[Exhibit]:
    """The moulds on show by booth, with firm and picture; one query."""
    exhibits = (
        Exhibit.objects.filter(exhibition__competition=competition)
        .select_related("firm", "picture")
        .order_by("booth", "pk")
    )
    return list(exhibits[:limit])
