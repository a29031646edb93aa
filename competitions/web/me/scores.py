"""A contestant's own published scores, with every step of the sum."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from competitions.models import ReleaseRow
from competitions.web.result_pages import row_context
from craft_site.kit.access import signed_in


def _own_rows(request: HttpRequest):
    return ReleaseRow.objects.filter(entry__worker__user=request.user).select_related(
        "release__event__competition", "release__scheme"
    )


@signed_in
def scores(request: HttpRequest) -> HttpResponse:
    """My published results, the newest version of each event."""
    newest = {}
    for row in _own_rows(request).order_by("-release__published_at"):
        newest.setdefault(row.release.event_id, row)
    return render(request, "competitions/me/scores.html", {"rows": list(newest.values())})


@signed_in
def score_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """How my mark was computed, aspect by aspect, reading by reading."""
    row = get_object_or_404(_own_rows(request), pk=pk)
    return render(
        request, "competitions/me/score_sheet.html", row_context(row.release, row, every_aspect=True)
    )


urlpatterns = [
    path("scores/", scores, name="scores"),
    path("scores/<int:pk>/", score_sheet, name="score_sheet"),
]
