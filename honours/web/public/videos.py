"""Videos of stories, from this site alone. Telephones ask for a video piece by piece, so pieces are answered.

A video is open to everybody as long as a published story shows it, and to editors before that.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe
from wagtail.models import ReferenceIndex

from craft_site.kit.access import public
from craft_site.kit.pages import open_to_all
from honours.models import StoryVideo
from honours.pages import StoryPage

PIECE = 256 * 1024  # bytes read at a time
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def _video(request: HttpRequest, uuid: str) -> StoryVideo:
    found: StoryVideo = get_object_or_404(StoryVideo, uuid=uuid)
    if request.user.has_perm("wagtailadmin.access_admin"):
        return found
    pages = ReferenceIndex.get_references_to(found).values_list("object_id", flat=True)
    if not open_to_all(
        StoryPage.objects.live().filter(pk__in=[int(pk) for pk in pages if pk.isdigit()])
    ).exists():
        raise Http404("no published story shows this video")
    return found


@public
@require_safe
def video(request: HttpRequest, uuid: str, suffix: str) -> HttpResponseBase:
    """The file, or the piece of it that is asked for (206); 416 for a piece that lies behind its end."""
    found = _video(request, uuid)
    if found.suffix != f".{suffix}":
        raise Http404("the file has another ending")
    try:
        file: IO[Any] = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("the file is gone") from error
    size = found.file.size
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or asked.groups() == ("", ""):
        answer: HttpResponseBase = FileResponse(file, content_type=found.content_type)
    else:
        first, last = _piece(*asked.groups(), size=size)
        if first > last:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        answer = StreamingHttpResponse(
            _pieces(file, first, last), status=206, content_type=found.content_type
        )
        answer["Content-Length"] = str(last - first + 1)
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, max-age=600"  # a consent withdrawn is felt within minutes
    return answer


def _piece(start: str, end: str, *, size: int) -> tuple[int, int]:
    """First and last byte; "-500" are the last 500. First behind last where there is no such piece."""
    if not start:
        return max(size - int(end), 0), size - 1
    last = min(int(end), size - 1) if end else size - 1
    return (int(start), last) if int(start) < size else (size, size - 1)


def _pieces(file: IO[Any], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (read := file.read(min(PIECE, left))):
            left -= len(read)
            yield read


@public
@require_safe
def captions(request: HttpRequest, uuid: str) -> HttpResponse:
    """The captions of a video, as the browser's player wants them."""
    found = _video(request, uuid)
    if not found.captions_url:
        raise Http404("no captions")
    return HttpResponse(found.captions, content_type="text/vtt; charset=utf-8")


urlpatterns = [
    path("videos/<uuid:uuid>.<slug:suffix>", video, name="video"),
    path("videos/<uuid:uuid>/captions.vtt", captions, name="video_captions"),
]
