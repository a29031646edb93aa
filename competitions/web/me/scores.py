"""A contestant's own published scores, with every step of the sum."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from competitions.models import ReleaseRow
from competitions.web.result_pages import row_context
from craft_site.kit.access import signed_in
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


def _own_rows(request: PersonRequest) -> QuerySet[ReleaseRow]:
    return ReleaseRow.objects.filter(entry__worker__user=request.user).select_related(
        "release__event__competition", "release__scheme"
    )


@signed_in
def scores(request: PersonRequest) -> HttpResponse:
    """My published results, the newest version of each event."""
    newest: dict[int, ReleaseRow] = {}
    for row in _own_rows(request).order_by("-release__published_at"):
        newest.setdefault(row.release.event_id, row)
    return render(
        request, "competitions/me/scores.html", {"rows": list(newest.values()), "me_nav": me_nav(request)}
    )


@signed_in
def score_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """How my mark was computed, aspect by aspect, reading by reading."""
    row = get_object_or_404(_own_rows(request), pk=pk)
    context = row_context(row.release, row, every_aspect=True) | {"me_nav": me_nav(request)}
    return render(request, "competitions/me/score_sheet.html", context)


urlpatterns = [
    path("scores/", scores, name="scores"),
    path("scores/<int:pk>/", score_sheet, name="score_sheet"),
]
