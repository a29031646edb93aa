"""The scorecard for everybody: a year, the records behind its numbers, its versions, the files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from craft_site.home.scorecard import years
from craft_site.home.scorecard.files import drawing
from craft_site.home.scorecard.files.workbook import heading, workbook
from craft_site.home.scorecard.models import Snapshot
from craft_site.home.scorecard.plan import Standing
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.home.scorecard.sheet import Sheet
from craft_site.home.scorecard.years import Year
from craft_site.kit.access import public
from craft_site.kit.filenames import safe_filename


def found(year: int) -> Year:
    """A published year, or 404. The files of a year ask here too."""
    shown = years.shown(year, public=True)
    if shown is None:
        raise Http404
    return shown


@public
def index(request: HttpRequest) -> HttpResponse:
    """The door: to the last year that is closed, else to the last one there is."""
    newest = years.newest_published()
    if newest is not None:
        return redirect("scorecard:year", newest)
    return render(request, "home/scorecard/none.html", {"page_title": _("Scorecard")})


@public
def year(request: HttpRequest, year: int) -> HttpResponse:
    shown = found(year)
    context = page(shown.sheet) | {"snapshot": shown.snapshot, "records_route": "scorecard:records"}
    if shown.snapshot is not None:
        context["versions"] = list(Snapshot.objects.filter(card=shown.card).defer("body"))
    return render(request, "home/scorecard/year.html", context)


def page(sheet: Sheet) -> dict[str, Any]:
    """What a page shows of a sheet."""
    return {
        "sheet": sheet,
        "page_title": heading(sheet),
        "share_title": heading(sheet),
        "standings": standings(sheet),
        "has_plan": any(sheet.standings()[one] for one in (Standing.BEHIND, Standing.AT, Standing.AHEAD)),
    }


def standings(sheet: Sheet) -> list[dict[str, Any]]:
    """How many numbers stand how; what nobody reached does not appear."""
    dress = {
        Standing.BEHIND: ("warn", "down"),
        Standing.AT: ("good", "check"),
        Standing.AHEAD: ("good", "up"),
        Standing.OPEN: ("plain", ""),
    }
    return [
        {"standing": one, "count": count, "kind": dress[one][0], "icon": dress[one][1]}
        for one, count in sheet.standings().items()
        if count
    ]


@public
def version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """An old version of a closed year, as it was."""
    snapshot = _version(year, number)
    sheet = years.of_version(snapshot)
    context = page(sheet) | {"snapshot": snapshot, "version": number}
    context["page_title"] = _("%(title)s, version %(number)d") % {"title": heading(sheet), "number": number}
    return render(request, "home/scorecard/year.html", context)


@public
def version_file(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """The very bytes that the check value is computed over."""
    snapshot = _version(year, number)
    response = HttpResponse(snapshot.body.encode(), content_type="application/json; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _version(year: int, number: int) -> Snapshot:
    snapshot = years.version(year, number)
    if snapshot is None:
        raise Http404
    return snapshot


@public
def records(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """What the numbers of one indicator are made of."""
    shown = found(year)
    line = shown.sheet.line(code)
    if line is None:
        raise Http404
    context = {
        "sheet": shown.sheet,
        "line": line,
        "page_title": line.name,
        "crumbs": [
            {"title": heading(shown.sheet), "url": reverse("scorecard:year", args=(year,))},
            {"title": line.name, "url": ""},
        ],
    }
    return render(request, "home/scorecard/records.html", context)


@public
def xlsx(request: HttpRequest, year: int) -> HttpResponse:
    return as_workbook(found(year))


@public
def paper(request: HttpRequest, year: int) -> HttpResponse:
    return as_pdf(request, found(year))


def as_workbook(shown: Year) -> HttpResponse:
    return workbook(shown.sheet, note=drawing.note(shown)).response(heading(shown.sheet))


def as_pdf(request: HttpRequest, shown: Year) -> HttpResponse:
    """The file; where there is none now, a page says why."""
    try:
        content = drawing.drawn(shown)
    except ScorecardRefused as refused:
        return _no_pdf(request, shown, str(refused))
    except drawing.StillDrawing:
        answer = _no_pdf(request, shown, _("It is being drawn at the moment. Ask again in a few seconds."))
        answer["Retry-After"] = "5"
        return answer
    response = HttpResponse(content, content_type="application/pdf")
    name = safe_filename(heading(shown.sheet), suffix=".pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _no_pdf(request: HttpRequest, shown: Year, reason: str) -> HttpResponse:
    context = {"page_title": heading(shown.sheet), "reason": reason, "year": shown.card.year}
    return render(request, "home/scorecard/no_pdf.html", context, status=503)


urlpatterns = [
    path("", index, name="index"),
    path("<int:year>/", year, name="year"),
    path("<int:year>/scorecard.pdf", paper, name="pdf"),
    path("<int:year>/scorecard.xlsx", xlsx, name="xlsx"),
    path("<int:year>/v<int:number>/", version, name="version"),
    path("<int:year>/v<int:number>.json", version_file, name="version_file"),
    path("<int:year>/<slug:code>/", records, name="records"),
]
