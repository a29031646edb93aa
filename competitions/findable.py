"""What the search finds of the contests: announced events whose contest has a public page, and published results.

Of results the newest release alone, of people the names that it prints of whoever still agrees to be named.
"""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from competitions.models import CompetitionPage, Event, Release, ReleaseRow
from competitions.scheme_names import award_names
from craft_site.kit.pages import open_to_all
from craft_site.search.documents import Document, Keys, joined, register
from craft_site.search.models import Kind


def events(keys: Keys) -> Iterator[Document]:
    """By the code of the event. Two queries."""
    found = Event.objects.published().select_related("competition__series", "trade").order_by("pk")
    if keys is not None:
        found = found.filter(code__in=keys)
    pages = open_to_all(CompetitionPage.objects.live()).filter(competition__in=found.values("competition"))
    where = {page.competition_id: page.get_url() for page in pages.defer_streamfields()}
    for event in found.iterator(chunk_size=500):
        if url := where.get(event.competition_id):
            yield _event(event, url)


def _event(event: Event, url: str) -> Document:
    contest, trade = event.competition, event.trade
    return Document(
        key=event.code,
        kind=Kind.CONTEST,
        title=_of(contest.name, event.name),
        title_en=_of(contest.name_en, event.name_en) if event.name_en else "",
        url=f"{url}#{event.code}",
        body=joined(contest.series.name, trade and trade.name, contest.place, contest.year),
        body_en=joined(contest.series.name_en, trade and trade.name_en),
        day=_day_of(event),
    )


def _of(contest: str, event: str) -> str:
    """The event within its contest; once where both have one name."""
    return contest if event == contest else joined(event, contest)


def _day_of(event: Event) -> date:
    if event.registration_opens is not None:
        return timezone.localtime(event.registration_opens).date()
    return date(event.competition.year, 1, 1)


def results(keys: Keys) -> Iterator[Document]:
    """By the code of the event. Two queries a batch."""
    later = Release.objects.filter(event=OuterRef("event"), number__gt=OuterRef("number"))
    rows = ReleaseRow.objects.select_related("entry").defer("breakdown", "ties").order_by("position")
    found: QuerySet[Release] = Release.objects.filter(~Exists(later)).defer("body")
    if keys is not None:
        found = found.filter(event__code__in=keys)
    found = found.select_related("event__competition", "event__trade", "scheme").order_by("pk")
    return (
        _result(one)
        for one in found.prefetch_related(Prefetch("rows", queryset=rows)).iterator(chunk_size=20)
    )


def _result(release: Release) -> Document:
    event, contest = release.event, release.event.competition
    awards = {teams: award_names(release.scheme.scheme, teams=teams) for teams in (False, True)}
    rows = list(release.rows.all())  # type: ignore[attr-defined]  # prefetched
    named = {row.pk: _name(row) for row in rows}
    lines = [
        joined(
            row.contestant_no,
            named[row.pk],
            row.employer,
            awards[bool(row.team_id)].get(row.award, {}).get("zh"),
        )
        for row in rows
    ]
    with translation.override(settings.LANGUAGE_CODE):
        word = _("Results")
    with translation.override("en"):
        word_en = _("Results")
    trade = event.trade
    return Document(
        key=event.code,
        kind=Kind.RESULT,
        title=joined(_of(contest.name, event.name), word),
        title_en=joined(_of(contest.name_en, event.name_en), word_en) if event.name_en else "",
        url=reverse("contest:release", args=(release.slug,)),
        url_en=reverse("contest:release_en", args=(release.slug,)),
        body="；".join([*([trade.name] if trade else ()), *lines]),
        day=timezone.localtime(release.published_at).date(),
        names=tuple(named[row.pk] for row in rows if row.entry_id and named[row.pk]),
    )


def _name(row: ReleaseRow) -> str:
    """As the row prints it; nothing for whoever took back the consent since, though the release stays what it was."""
    if row.entry is not None and row.entry.agreed_publicity_at is None:
        return ""
    return row.name


EVENTS = register("competitions.event", events)
RESULTS = register("competitions.result", results)
