"""What an event still lacks for its next state: one function a target state, each naming what is missing.

The functions look only at rows that other subjects have written (documents, entries, codes, sheets, releases), so that
a step is judged by what is there and not by who did it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from competitions.domain import contest_pages, panels
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
from competitions.scheme_names import SchemeNames
from craft_site.kit.language import bracketed, colon, semicolon

S = Event.State


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is missing. at: where it is mended: a page of the desk (documents, setup, entries, ...),
    or host and public_page under Administration. number: the work that the page is narrowed to, if it is one."""

    code: str
    message: str | Promise
    at: str
    number: str = ""


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
        yield Blocker("no_host", _("The competition names no host."), "host")
    page = contest_pages.page_of(event.competition_id)
    if page is not None and not page.live:
        yield Blocker(
            "page_is_draft", _("The contest's public page is a draft: publish it first."), "public_page"
        )


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

    if not _list_stands(event):
        yield Blocker(
            LIST_NOT_PUBLISHED, _("The list of those accepted now has not been published."), "accepted"
        )


LIST_NOT_PUBLISHED = "list_not_published"


def _list_stands(event: Event) -> bool:
    """Whether the newest list is of exactly those who are accepted now: after a step back it must be made anew."""
    newest = event.accepted_lists.order_by("-number").first()
    if newest is None:
        return False
    accepted = set(event.entries.accepted().values_list("pk", flat=True))
    return accepted == set(newest.rows.values_list("entry_id", flat=True))


def _judges(event: Event) -> Iterator[Blocker]:
    """Every aspect needs its judges before papers are frozen, and still has them when play begins."""
    version = event.scheme_version
    if version is None:
        return
    lacking = panels.unmanned(event, version.scheme)
    if not lacking:
        return
    names = SchemeNames(version.scheme)
    words = [_lack_in_words(lack, names) for lack in lacking[:NAMED_AT_MOST]]
    more = len(lacking) - len(words)
    named = semicolon().join(words) + (gettext(" and %(number)d more") % {"number": more} if more else "")
    yield Blocker("no_judges", _("Judges are missing: %(named)s.") % {"named": named}, "seats")


NAMED_AT_MOST = 6


def _lack_in_words(lack: panels.Unmanned, names: SchemeNames) -> str:
    aspect = names.aspect(lack.aspect.code)
    where = bracketed(lack.session) if lack.session is not None else ""
    counts = {"has": lack.has, "least": lack.least}
    return aspect + where + colon() + gettext("%(has)d of at least %(least)d") % counts


def _frozen(event: Event) -> Iterator[Blocker]:
    if event.scheme_version is None:
        yield Blocker("no_scheme", _("The event has no marking scheme."), "scheme")
    yield from _judges(event)
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
    for role in OFFICIALS:
        if role not in taken:
            yield Blocker(
                f"no_{role}", _("Nobody holds the seat “%(seat)s”.") % {"seat": role.label}, "seats"
            )


OFFICIALS = (Seat.Role.CHIEF, Seat.Role.CODING, Seat.Role.SUPERVISOR)
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
    yield from _judges(event)


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
    unsigned = Sheet.objects.filter(event=event).exclude(state__in=Sheet.FINISHED).count()
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
