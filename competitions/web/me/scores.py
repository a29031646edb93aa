"""A contestant's own published scores, with every step of the sum."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from competitions.models import Appeal, Entry, ReleaseRow
from competitions.web.me.appeal_rows import appeal_rows
from competitions.web.me.appeals import clock_rows, open_for
from competitions.web.result_pages import row_context
from craft_site.kit.access import signed_in
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

NO_PART = (Entry.State.DRAFT, Entry.State.REFUSED, Entry.State.WITHDRAWN)


def _own_rows(request: PersonRequest) -> QuerySet[ReleaseRow]:
    return ReleaseRow.objects.filter(entry__worker__user=request.user).select_related(
        "release__event__competition", "release__scheme", "entry__event", "entry__team", "entry__worker"
    )


@signed_in
def scores(request: PersonRequest) -> HttpResponse:
    """My published results, the newest version of each event."""
    newest: dict[int, ReleaseRow] = {}
    for row in _own_rows(request).order_by("-release__published_at"):
        newest.setdefault(row.release.event_id, row)
    context = {
        "rows": list(newest.values()),
        "takes_part": bool(newest)
        or Entry.objects.filter(worker__user=request.user).exclude(state__in=NO_PART).exists(),
        "me_nav": me_nav(request),
    }
    return render(request, "competitions/me/scores.html", context)


@signed_in
@never_cache
def score_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """How my mark was computed, aspect by aspect, reading by reading."""
    row = get_object_or_404(_own_rows(request), pk=pk)
    assert row.entry is not None  # found through the entry
    event = row.release.event
    clocks = [clock for clock in clock_rows(row.entry, request.user) if clock["clock"].release]
    filed = appeal_rows(row.entry, request.user)
    context = row_context(row.release, row, every_aspect=True) | {
        "me_nav": me_nav(request),
        "clocks": clocks,
        "may_appeal": Appeal.Subject.MARKS in open_for(event, clocks, filed),
        "appeals": filed,
        "newest": event.releases.filter(number__gt=row.release.number).first(),
        "now": timezone.now(),
    }
    return render(request, "competitions/me/score_sheet.html", context)


urlpatterns = [
    path("scores/", scores, name="scores"),
    path("scores/<int:pk>/", score_sheet, name="score_sheet"),
]
