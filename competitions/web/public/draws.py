"""A draw as everybody may see it: what was published before, what was thrown, and how to compute it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from competitions.models import Draw, Entry, Event
from craft_site.kit.access import public

# Reads the published file and nothing else; craft_site/kit/draw.py is the definition.
PROGRAM = """\
import hashlib, json, sys
H = lambda text: hashlib.sha256(text.encode()).hexdigest()
draw = json.load(open(sys.argv[1], encoding="utf-8"))
items = sorted(draw["items"], key=str.encode)
L = H("\\n".join(items))
C = H(draw["secret"])
seed = H("\\n".join(["draw-v1", L, draw["secret"], draw["dice"]]))
order = sorted(items, key=lambda item: (H(seed + "\\n" + item), item.encode()))
print(L == draw["list_hash"], C == draw["commitment"], seed == draw["seed"])
for label, item in zip(draw["labels"], order): print(label, item)
"""


@public
def draw_page(request: HttpRequest, uuid: str) -> HttpResponse:
    """One draw with the other rounds and layers of its event beside it."""
    draw = _published(uuid)
    others = (
        Draw.objects.filter(event=draw.event)
        .exclude(pk=draw.pk)
        .defer("items", "secret", "labels")
        .order_by("committed_at", "pk")
    )
    lines = list(_outcome(draw)) if draw.is_revealed else []
    context = {
        "draw": draw,
        "event": draw.event,
        "title": draw.get_purpose_display(),
        "size": len(draw.items),
        "first_label": draw.labels[0] if draw.labels else "",
        "last_label": draw.labels[-1] if draw.labels else "",
        "others": others,
        "lines": lines,
        "secret": draw.secret.reveal() if draw.is_revealed else "",
        "program": PROGRAM,
        "of_entries": draw.purpose == Draw.Purpose.CONTESTANT,
        "references": any(line["reference"] for line in lines),
    }
    return render(request, "competitions/public/draw.html", context)


def _outcome(draw: Draw) -> list[dict[str, Any]]:
    """The drawn order. An entry shows its key only, and its reference number once the event is decoded."""
    references: dict[str, str] = {}
    if draw.purpose == Draw.Purpose.CONTESTANT and draw.event.is_decoded:
        rows = Entry.objects.filter(event=draw.event).values_list("uuid", "reference")
        references = {str(uuid): reference or "" for uuid, reference in rows}
    return [
        {"slot": slot, "reference": references.get(slot.item, "")} for slot in draw.slots.order_by("position")
    ]


@public
def draw_file(request: HttpRequest, uuid: str) -> HttpResponse:
    """What the program reads: published once the draw may be revealed, never before."""
    draw = _revealed(uuid)
    content = {
        "algorithm": draw.algorithm,
        "purpose": draw.purpose,
        "round": draw.round,
        "items": draw.items,
        "labels": draw.labels,
        "list_hash": draw.list_hash,
        "commitment": draw.commitment,
        "secret": draw.secret.reveal(),
        "dice": draw.dice,
        "seed": draw.seed,
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = (
        f'attachment; filename="{draw.event.code}-{draw.purpose}-{draw.round}.json"'
    )
    return response


@public
def draw_program(request: HttpRequest, uuid: str) -> HttpResponse:
    """The ten lines, as a file."""
    _published(uuid)
    response = HttpResponse(PROGRAM, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="draw_again.py"'
    return response


def _published(uuid: str) -> Draw:
    events = Event.objects.published()
    return get_object_or_404(Draw.objects.select_related("event__competition"), uuid=uuid, event__in=events)


def _revealed(uuid: str) -> Draw:
    """404 and not 403 before the time: whether there is anything to fetch is nobody's business."""
    draw = _published(uuid)
    if not draw.is_revealed:
        return get_object_or_404(Draw.objects.none())
    return draw


urlpatterns = [
    path("draws/<uuid:uuid>/", draw_page, name="draw"),
    path("draws/<uuid:uuid>/draw.json", draw_file, name="draw_file"),
    path("draws/<uuid:uuid>/draw_again.py", draw_program, name="draw_program"),
]
