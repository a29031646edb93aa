"""The question before an act that cannot be taken back: what follows from it, yes or no."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competitions.models import Event
from competitions.web.desk.nav import desk_page
from craft_site.people.web.requests import PersonRequest

SURE, COUNTED = "sure", "counted"


def is_sure(request: HttpRequest, counted: int | None = None) -> bool:
    """Whether the person has read the consequences and said yes. counted: to so many things and no others."""
    asked = counted is None or request.POST.get(COUNTED) == str(counted)
    return asked and request.POST.get(SURE) == "yes"


def ask(
    request: PersonRequest,
    event: Event,
    section: str,
    *,
    heading: str,
    consequences: Sequence[str],
    confirm: str,
    back: str,
    counted: int | None = None,
) -> HttpResponse:
    """The page with the question. Yes sends what was sent to the same address once more; no leads back.

    section: the part of the desk that the act belongs to (web.desk.nav.SECTIONS); counted: how many things the answer
    is about, so that a yes is not stretched to what came meanwhile (`is_sure`).
    """
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", SURE, COUNTED)
        for value in values
    ]
    if counted is not None:
        posted.append((COUNTED, str(counted)))
    context = desk_page(request, event, section) | {
        "heading": heading,
        "consequences": consequences,
        "confirm": confirm,
        "back": back,
        "posted": posted,
    }
    return render(request, "competitions/desk/ask.html", context)
