"""What an event still lacks for its next state: one function a target state, each naming what is missing.

The functions look only at rows that other subjects have written (documents, entries, codes, sheets, releases), so that
a step is judged by what is there and not by who did it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from competitions.models import (
    CalendarStep,
    Code,
    Entry,
    Event,
    Organiser,
    PenaltyRecord,
    PlayRecord,
    Seat,
    Sheet,
    TimeCredit,
)

S = Event.State


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is missing. at: the desk page where it is mended (documents, setup, entries, ...)."""

    code: str
    message: str | Promise
    at: str


Check = Callable[[Event], Iterator[Blocker]]


def blockers(event: Event, to: str) -> list[Blocker]:
    """Everything that stands between the event and the state `to`; empty when it may move."""
    check = CHECKS.get(to)
    return [] if check is None else list(check(event))


def _published(event: Event) -> Iterator[Blocker]:
    if not event.documents.filter(published_at__isnull=False).exists():
        yield Blocker("no_document", _("No technical document has been published."), "documents")
    kinds = set(event.calendar.values_list("kind", flat=True))
    if CalendarStep.Kind.REGISTRATION not in kinds:
        yield Blocker("no_registration_step", _("The calendar has no registration step."), "setup")
    if not kinds & {CalendarStep.Kind.THEORY, CalendarStep.Kind.PRACTICE}:
        yield Blocker("no_contest_day", _("The calendar names no day of the contest."), "setup")
    if not Organiser.objects.filter(competition_id=event.competition_id, part=Organiser.Part.HOST).exists():
        yield Blocker("no_host", _("The competition names no host."), "event")


def _registering(event: Event) -> Iterator[Blocker]:
    opens, closes = event.registration_opens, event.registration_closes
    if opens is None or closes is None:
        yield Blocker("no_registration_dates", _("The registration has no dates."), "setup")
    elif closes <= timezone.now():
        yield Blocker("registration_over", _("The registration ends in the past."), "setup")


def _eligibility(event: Event) -> Iterator[Blocker]:
    if event.draws.exclude(state="void").exists():
        yield Blocker("drawn", _("Lots have been drawn among the accepted: void the draw first."), "draws")


def _briefed(event: Event) -> Iterator[Blocker]:
    waiting = event.entries.filter(
        state__in=(Entry.State.SUBMITTED, Entry.State.UNIT_OK, Entry.State.RETURNED)
    ).count()
    if waiting:
        yield Blocker(
            "entries_waiting",
            ngettext_lazy(
                "%(number)d entry still waits for a decision.",
                "%(number)d entries still wait for a decision.",
                waiting,
            )
            % {"number": waiting},
            "entries",
        )
    if not event.entries.filter(state=Entry.State.ACCEPTED).exists():
        yield Blocker("nobody_accepted", _("Nobody has been accepted."), "entries")


def _frozen(event: Event) -> Iterator[Blocker]:
    if event.scheme_version is None:
        yield Blocker("no_scheme", _("The event has no marking scheme."), "scheme")
    benches = event.sessions.count() * event.stations.filter(usable=True).count()
    accepted = event.entries.filter(state__in=TAKING_PART).count()
    if benches < accepted:
        yield Blocker(
            "benches_short",
            _("%(accepted)d contestants, but only %(benches)d places at the benches of all sessions.")
            % {"accepted": accepted, "benches": benches},
            "setup",
        )
    taken = set(Seat.objects.taken().filter(event=event).values_list("role", flat=True))
    for role in (Seat.Role.CHIEF, Seat.Role.CODING, Seat.Role.SUPERVISOR):
        if role not in taken:
            yield Blocker(
                f"no_{role}", _("Nobody holds the seat “%(seat)s”.") % {"seat": role.label}, "seats"
            )


TAKING_PART = (Entry.State.ACCEPTED, Entry.State.CHECKED_IN)


def _running(event: Event) -> Iterator[Blocker]:
    without = (
        event.entries.filter(state__in=TAKING_PART).exclude(contestant_code__child__layer="station").count()
    )
    if without:
        yield Blocker(
            "no_stations",
            ngettext_lazy(
                "%(number)d contestant has no station yet: draw the stations.",
                "%(number)d contestants have no station yet: draw the stations.",
                without,
            )
            % {"number": without},
            "draws",
        )


def _scoring(event: Event) -> Iterator[Blocker]:
    playing = PlayRecord.objects.filter(
        code__event=event, started_at__isnull=False, ended_at__isnull=True
    ).count()
    if playing:
        yield Blocker(
            "still_playing",
            ngettext_lazy(
                "%(number)d contestant is still at work.",
                "%(number)d contestants are still at work.",
                playing,
            )
            % {"number": playing},
            "incidents",
        )


def _signed(event: Event) -> Iterator[Blocker]:
    unsigned = (
        Sheet.objects.filter(event=event)
        .exclude(state__in=(Sheet.State.CHIEF_SIGNED, Sheet.State.LOCKED))
        .count()
    )
    if unsigned:
        yield Blocker(
            "unsigned",
            ngettext_lazy(
                "%(number)d sheet is not signed by the chief judge.",
                "%(number)d sheets are not signed by the chief judge.",
                unsigned,
            )
            % {"number": unsigned},
            "progress",
        )
    if not Sheet.objects.filter(event=event).exists() and not event.entered_marks.exists():
        yield Blocker("no_marks", _("Nothing has been marked."), "progress")


def _locked(event: Event) -> Iterator[Blocker]:
    yield from _signed(event)
    open_penalties = PenaltyRecord.objects.filter(
        code__event=event, state__in=(PenaltyRecord.State.PROPOSED, PenaltyRecord.State.SECONDED)
    )
    open_credits = TimeCredit.objects.filter(code__event=event, decision=TimeCredit.Decision.PENDING)
    undecided = open_penalties.count() + open_credits.count()
    if undecided:
        yield Blocker(
            "undecided",
            ngettext_lazy(
                "%(number)d incident waits for a decision.",
                "%(number)d incidents wait for a decision.",
                undecided,
            )
            % {"number": undecided},
            "incidents",
        )


def _decoded(event: Event) -> Iterator[Blocker]:
    if Sheet.objects.filter(event=event).exclude(state=Sheet.State.LOCKED).exists():
        yield Blocker("sheets_open", _("Some sheets are not locked."), "progress")
    broken = Code.objects.filter(
        Q(event=event, layer=Code.Layer.WORK) & Q(parent__parent__entry__isnull=True)
    )
    if broken.exists():
        yield Blocker("codes_broken", _("Some work numbers lead back to no entry."), "draws")


def _publicity(event: Event) -> Iterator[Blocker]:
    if not event.releases.exists():
        yield Blocker("no_release", _("No result has been published."), "results")


def _final(event: Event) -> Iterator[Blocker]:
    newest = event.releases.order_by("-number").first()
    if newest is None:
        yield Blocker("no_release", _("No result has been published."), "results")
    elif newest.notice_until is not None and newest.notice_until > timezone.now():
        until = timezone.localtime(newest.notice_until)
        yield Blocker(
            "on_notice",
            _("The result is on public notice until %(until)s.") % {"until": f"{until:%Y-%m-%d %H:%M}"},
            "results",
        )


CHECKS: dict[str, Check] = {
    S.PUBLISHED: _published,
    S.REGISTERING: _registering,
    S.ELIGIBILITY: _eligibility,
    S.BRIEFED: _briefed,
    S.FROZEN: _frozen,
    S.RUNNING: _running,
    S.SCORING: _scoring,
    S.RECHECKING: _signed,
    S.LOCKED: _locked,
    S.DECODED: _decoded,
    S.PUBLICITY: _publicity,
    S.FINAL: _final,
}
