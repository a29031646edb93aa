"""The marking scheme for everybody: what an outsider needs to re-compute a result, with the value to check it by."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from competitions.models import Event
from competitions.web import scheme_words
from competitions.web.desk.schemes import scheme_download
from craft_site.kit.access import public

KINDS = ("yaml", "json")


@public
@require_safe
def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """The scheme in force, its check value, and every earlier version."""
    event = get_object_or_404(Event.objects.published().for_desk(), code=code)
    versions = list(event.schemes.all())
    if not versions:
        raise Http404
    context = {
        "event": event,
        "versions": versions,
        "newest": versions[0],
        "tree": scheme_words.tree(versions[0].scheme),
        "sums": scheme_words.sums(versions[0].scheme),
    }
    return render(request, "competitions/public/scheme.html", context)


@public
@require_safe
def scheme_file(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """A version as YAML or as the canonical JSON whose SHA-256 is the check value."""
    if kind not in KINDS:
        raise Http404
    event = get_object_or_404(Event.objects.published(), code=code)
    version = get_object_or_404(event.schemes.select_related("event"), number=number)
    return scheme_download(version, kind)


urlpatterns = [
    path("<slug:code>/scheme/", scheme, name="scheme"),
    path("<slug:code>/scheme-v<int:number>.<slug:kind>", scheme_file, name="scheme_file"),
]
