"""Published results for everybody. These views read releases and nothing else."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import translation

from competitions.files.results_book import results_book
from competitions.models import Release
from competitions.proof.build import ProofRefused
from competitions.proof.files import write_proof
from competitions.web.amendments import amendments_of
from competitions.web.result_pages import other_language, release_context, row_context
from craft_site.kit.access import public

ZIP = "application/zip"
LANGUAGES = {"": "zh-hans", "en": "en"}


def released(slug: str, *, with_marks: bool = False) -> Release:
    """The release of an address such as mould-2024-v1; with_marks: only where its marks are public. Raises Http404."""
    event_code, dash, number = slug.rpartition("-v")
    if not dash or not number.isdigit():
        raise Http404
    found = get_object_or_404(
        Release.objects.select_related("event__competition", "scheme"),
        event__code=event_code,
        number=int(number),
    )
    if with_marks and not found.event.marks_are_public:
        raise Http404
    return found


@public
def release(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    """A published result. Normally its file answers before this view is asked (kit.published)."""
    found = released(slug)
    with translation.override(LANGUAGES[language]):
        context = release_context(found) | {"other_language": other_language(found)}
        return render(request, "competitions/public/release.html", context)


@public
def release_screen(request: HttpRequest, slug: str) -> HttpResponse:
    """The same list for the big screen in the hall: it turns its pages by itself."""
    return render(request, "competitions/public/release_screen.html", release_context(released(slug)))


@public
def release_row(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One contestant's line, as far as the event lets the public see: components and criteria, no readings."""
    found = released(slug, with_marks=True)
    row = get_object_or_404(found.rows, contestant_no=number, status="")
    return render(
        request, "competitions/public/release_row.html", row_context(found, row, every_aspect=False)
    )


@public
def release_book(request: HttpRequest, slug: str) -> HttpResponse:
    """The result book as a workbook."""
    found = released(slug)
    amended = amendments_of(found, full=found.event.marks_are_public)
    return results_book(found, amended=amended["rows"] if amended else ())


@public
def release_file(request: HttpRequest, slug: str) -> HttpResponse:
    """What the check value covers, as canonical JSON: anybody can compute the result from it and the scheme."""
    found = released(slug, with_marks=True)
    response = HttpResponse(found.body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.json"'
    return response


@public
def release_proof(request: HttpRequest, slug: str) -> FileResponse:
    """The proof of the result: one zip. Normally its file answers before this view is asked."""
    found = released(slug, with_marks=True)
    try:
        path = write_proof(found)
    except ProofRefused as refused:
        raise Http404 from refused
    response = FileResponse(
        path.open("rb"), filename=f"{found.slug}.zip", as_attachment=True, content_type=ZIP
    )
    response["Cache-Control"] = "public, max-age=86400"
    return response


urlpatterns = [
    path("results/<slug:slug>/", release, name="release"),
    path("results/<slug:slug>/en/", release, {"language": "en"}, name="release_en"),
    path("results/<slug:slug>/screen/", release_screen, name="release_screen"),
    path("results/<slug:slug>/book.xlsx", release_book, name="release_book"),
    path("results/<slug:slug>/release.json", release_file, name="release_file"),
    path("results/<slug:slug>/proof.zip", release_proof, name="release_proof"),
    path("results/<slug:slug>/<str:number>/", release_row, name="release_row"),
]
