"""A judge's sheets as documents that a device keeps, so that they can be marked without network.

A document says what the page of the sheet says. Its stamp changes whenever anything in it may have changed, and costs
two queries for any number of sheets: open pages ask with it every few seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from competitions.domain.marking import UNDO
from competitions.models import Code, Event, SchemeVersion, Sheet, TimeCredit
from competitions.web.judge.home_lists import SheetGroup, sheet_groups
from competitions.web.judge.sheet_data import sheet_cells, words
from competitions.web.judge.words import more_words
from craft_site.kit.access import roles as needs
from craft_site.kit.access import speaks_json
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)
FORM = 2  # of the documents: a device fetches them anew when it changes
MARKED_IN = (Event.State.RUNNING, Event.State.SCORING)


def face() -> dict[str, Any]:
    """What every page of a judge tells its script: addresses, and words in the reader's language. Nothing personal."""
    return {
        "home": reverse("judge:home"),
        "index": reverse("judge:documents"),
        "marks": reverse("judge:marks"),
        "hello": reverse("judge:hello"),
        "unsent": reverse("judge:unsent"),
        "shell": reverse("judge:shell"),
        "worker": reverse("judge:worker"),
        "signIn": reverse("login"),
        "undo": int(UNDO.total_seconds()),
        "words": words() | more_words(),
    }


def sheet_document(sheet: Sheet, user: Any, cells: Sequence[Mapping[str, Any]], stamp: str) -> dict[str, Any]:
    """Everything that the script needs to mark this sheet, and no person's name."""
    previous, following = neighbours(sheet)
    address = reverse("judge:sheet", args=(sheet.uuid,))
    return {
        "sheet": str(sheet.uuid),
        "judge": str(user.uuid),
        "stamp": stamp,
        "code": sheet.code.number,
        "layer": sheet.code.get_layer_display(),
        "closed": closed_words(sheet),
        "address": address,
        "document": reverse("judge:document", args=(sheet.uuid,)),
        "check": reverse("judge:check", args=(sheet.uuid,)),
        "previous": previous,
        "following": following,
        "notices": [*reopened_words(sheet), *_credits(sheet)],
        "cells": list(cells),
    }


def closed_words(sheet: Sheet) -> str:
    """Why nothing can be entered on this sheet now; nothing when it is open."""
    if sheet.state not in Sheet.OPEN:
        return signed_words(sheet)
    return "" if sheet.event.state in MARKED_IN else _("This event is not being marked now.")


def signed_words(sheet: Sheet) -> str:
    """How far the signing of a sheet is, as its judge reads it; without a name, since devices keep it."""
    if sheet.state == Sheet.State.HALF_SIGNED:
        return _("You have signed; waits for the second judge")
    return sheet.get_state_display()


def reopened_words(sheet: Sheet) -> list[str]:
    """That the sheet was given back, when and why; nothing once it is signed again. One query for an open sheet."""
    if sheet.state not in Sheet.OPEN:
        return []
    last = sheet.reopenings.unanswered().last()
    return [last.said] if last else []


def _credits(sheet: Sheet) -> Iterable[str]:
    """Time that the chief judge has given back at this bench. Whoever marks works does not see benches."""
    if sheet.code.layer != Code.Layer.STATION:
        return
    given = (TimeCredit.Decision.PAUSE, TimeCredit.Decision.ADD)
    for credit in sheet.code.time_credits.filter(decision__in=given, seconds__gt=0):
        minutes = -(-credit.seconds // 60)
        text = ngettext("Time credit: %(n)d minute", "Time credit: %(n)d minutes", minutes)
        yield text % {"n": minutes}


def neighbours(sheet: Sheet) -> tuple[str, str]:
    """The sheets of the same seat before and after this one, in the order of their codes."""
    around = list(
        Sheet.objects.filter(seat_id=sheet.seat_id).order_by("code__number").values_list("uuid", flat=True)
    )
    at = around.index(sheet.uuid)
    before = reverse("judge:sheet", args=(around[at - 1],)) if at else ""
    after = reverse("judge:sheet", args=(around[at + 1],)) if at + 1 < len(around) else ""
    return before, after


def stamps(sheets: Sequence[Sheet]) -> dict[int, str]:
    """A short text for each sheet that is another one after any change: a mark or a state on any sheet of its code
    (the panel is revealed by others), the event, its scheme, a time credit, the language. Two
    queries."""
    known: dict[int, list[Any]] = defaultdict(list)
    scheme = SchemeVersion.objects.filter(event=OuterRef("event")).order_by("-number")
    rows = (
        Sheet.objects.filter(code__in={sheet.code_id for sheet in sheets})
        .annotate(last=Max("marks__seq"), scheme=Subquery(scheme.values("content_hash")[:1]))
        .order_by("pk")
    )
    shown = ("pk", "state", "alarm", "marks_in", "last", "seat__left_at", "event__state", "scheme")
    for code, *row in rows.values_list("code_id", *shown):
        known[code].append(row)
    if benches := {sheet.code_id for sheet in sheets if sheet.code.layer == Code.Layer.STATION}:
        credits = TimeCredit.objects.filter(code__in=benches).order_by("pk")
        for code, *row in credits.values_list("code_id", "pk", "decision", "seconds"):
            known[code].append(row)
    return {sheet.pk: _short(FORM, sheet.pk, get_language(), known[sheet.code_id]) for sheet in sheets}


def _short(*facts: Any) -> str:
    return sha256(repr(facts).encode()).hexdigest()[:20]


def sheet_index(user: Any, groups: Sequence[SheetGroup]) -> dict[str, Any]:
    """The judge's sheets as the list shows them, each with the stamp of its document."""
    sheets = [sheet for group in groups for sheet in group.mine]
    known = stamps(sheets)
    rows = [_index_row(sheet, group, known[sheet.pk]) for group in groups for sheet in group.mine]
    return {"judge": str(user.uuid), "stamp": _short(rows), "sheets": rows}


def _index_row(sheet: Sheet, group: SheetGroup, stamp: str) -> dict[str, str]:
    return {
        "sheet": str(sheet.uuid),
        "stamp": stamp,
        "code": sheet.code.number,
        "group": f"{group.event} · {group.session}" if group.session else str(group.event),
        "document": reverse("judge:document", args=(sheet.uuid,)),
        "address": sheet.get_absolute_url()
        if sheet.state in Sheet.OPEN
        else reverse("judge:check", args=(sheet.uuid,)),
        "sheet_address": sheet.get_absolute_url(),
        "state": tile_state(sheet),
        "count": f"{sheet.marks_in} / {sheet.marks_due}",
        "words": tile_words(sheet, held_back=sheet.pk in group.held_back),
    }


def tile_state(sheet: Sheet) -> str:
    if sheet.alarm:
        return "conflict"
    if sheet.state not in Sheet.OPEN:
        return "locked"
    if sheet.state == Sheet.State.ENTERED:
        return "received"
    return "here" if sheet.marks_in else "open"


def tile_words(sheet: Sheet, *, held_back: bool = False) -> str:
    if sheet.alarm:
        return _("Judge again")
    if held_back:
        return _("Waits for the other judges")
    if sheet.reopened and sheet.state in Sheet.OPEN:
        return _("Reopened")
    if sheet.state == Sheet.State.ISSUED:
        return _("Begun") if sheet.marks_in else _("Not begun")
    return _("To be signed") if sheet.state == Sheet.State.ENTERED else signed_words(sheet)


@speaks_json
@judge_only
@never_cache
def documents(request: PersonRequest) -> HttpResponse:
    """The list of my sheets; 304 when it is as the reader knows it."""
    index = sheet_index(request.user, sheet_groups(request.user))
    return _unless_known(request, index["stamp"]) or JsonResponse(index)


@speaks_json
@judge_only
@never_cache
def document(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One of my sheets; 304 when it is as the reader knows it."""
    mine = Sheet.objects.visible_to(request.user).for_list().filter(seat__user=request.user)
    sheet = get_object_or_404(mine, uuid=uuid)
    stamp = stamps([sheet])[sheet.pk]
    if known := _unless_known(request, stamp):
        return known
    cells = sheet_cells(sheet, request.user)
    return JsonResponse(sheet_document(sheet, request.user, cells, stamp))


def _unless_known(request: PersonRequest, stamp: str) -> HttpResponse | None:
    return HttpResponse(status=304) if request.headers.get("If-None-Match") == f'"{stamp}"' else None


urlpatterns = [
    path("documents/", documents, name="documents"),
    path("sheets/<uuid:uuid>/document/", document, name="document"),
]
