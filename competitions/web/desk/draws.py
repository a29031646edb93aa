"""The desk's pages of the three draws: freeze, throw, witness, void; and the decoding after the lock."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import codes, draw_lists, draw_voiding, draws
from competitions.domain.codes import DecodingRefused
from competitions.domain.draws import DrawRefused
from competitions.domain.events import MoveRefused
from competitions.models import Code, Decoding, Draw, Event, OpenedLayer
from competitions.web.desk import code_lists
from competitions.web.desk.draw_forms import ThrowForm, VoidForm
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.part import Part
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

at_the_draw = needs(site_roles.ORGANISER, site_roles.SUPERVISOR, site_roles.JUDGE)
P = Draw.Purpose


@at_the_draw
def overview(request: PersonRequest, code: str) -> HttpResponse:
    """The three draws of an event with what is next, the lists of numbers, and the decoding."""
    event = event_at_desk(request, code)
    part = Part(request.user, event)
    part.can_see_draws().or_refuse()
    found = list(Draw.objects.for_page().filter(event=event).order_by("purpose", "-round"))
    present, waiting = draw_lists.checked_in_and_missing(event)
    seen = dict(
        Code.objects.visible_to(request.user)
        .filter(event=event)
        .order_by()
        .values_list("layer")
        .annotate(count=Count("pk"))
    )
    context = desk_page(request, event, "draws") | {
        "may": part,
        "steps": [_step(event, purpose, found, seen, present) for purpose in P],
        "present": present,
        "waiting": waiting,
        "places": len(draw_lists.benches(event)) if event.state in draw_lists.OPEN_IN[P.STATION] else 0,
        "decoding": Decoding.objects.select_related("asked_by").filter(event=event).first(),
        "layers": _layers(event),
        "is_locked": event.state == Event.State.LOCKED,
    }
    return render(request, "competitions/desk/draws.html", context)


def _layers(event: Event) -> list[dict[str, Any]]:
    """The layers in the order in which they are opened; nothing before the lock."""
    if not (event.is_decoded or event.state == Event.State.LOCKED):
        return []
    done = OpenedLayer.objects.filter(decoding__event=event).select_related("asked_by", "witnessed_by")
    opened = {one.layer: one for one in done}
    closed = codes.closed_layers(event) if event.state == Event.State.LOCKED else []
    return [
        {
            "layer": layer.value,
            "title": layer.label,
            "opened": opened.get(layer),
            "is_next": closed[:1] == [layer],
        }
        for layer in codes.BACKWARDS
        if layer in opened or layer in closed
    ]


def _step(
    event: Event, purpose: Draw.Purpose, found: list[Draw], seen: dict[str, int], present: int
) -> dict[str, Any]:
    rounds = [draw for draw in found if draw.purpose == purpose]
    standing = next((draw for draw in rounds if draw.state != Draw.State.VOID), None)
    drawn = {draw.purpose for draw in found if draw.state == Draw.State.DRAWN}
    in_its_states = standing is None and event.state in draw_lists.OPEN_IN[purpose]
    is_open = in_its_states and draw_lists.can_freeze_now(event, purpose, drawn=drawn, present=present)
    return {
        "purpose": purpose.value,
        "title": purpose.label,
        "draw": standing,
        "void": [draw for draw in rounds if draw.state == Draw.State.VOID],
        "open": is_open,
        "later": _why_later(event, purpose, drawn) if in_its_states and not is_open else "",
        "who_next": _who_next(standing) if standing else "",
        "codes": seen.get(purpose.value, 0),
    }


def _why_later(event: Event, purpose: Draw.Purpose, drawn: set[str]) -> str:
    """What must happen before the list can be frozen, in an event that has come far enough."""
    before = draw_lists.BEFORE.get(purpose)
    if before is not None and before not in drawn:
        return _("First draw “%(draw)s”.") % {"draw": P(before).label}
    opens = draw_lists.station_list_from(event) if purpose == P.STATION else None
    if opens is not None and timezone.now() < opens:
        words = _("The list can be frozen from %(time)s, shortly before the first session.")
        return words % {"time": date_format(timezone.localtime(opens), "SHORT_DATETIME_FORMAT")}
    return _("First check the contestants in.") if purpose == P.STATION else ""


def _who_next(draw: Draw) -> str:
    """Whose turn it is at a draw, for everybody who looks at it; nothing when it is over."""
    if draw.void_asked_by_id is not None and draw.state != Draw.State.VOID:
        return _("Next: the chief judge or a supervisor decides whether the draw is voided.")
    if draw.state != Draw.State.COMMITTED:
        return ""
    if not draw.dice:
        return _("Next: the dice are thrown in the hall and the coding judge enters what fell.")
    return _("Next: a supervisor who saw the throw enters it too; then the lots are drawn.")


@at_the_draw
def draw_page(request: PersonRequest, code: str, purpose: str, round: int) -> HttpResponse:
    """One draw: its hashes, and the step that this person has to do."""
    event = event_at_desk(request, code)
    return _page(request, event, _found(event, purpose, round))


def _page(request: PersonRequest, event: Event, draw: Draw, **forms: Any) -> HttpResponse:
    """Whoever is not the coding judge sees no more here than on the public page."""
    person = request.user
    mine = draw.drawn_by_id == person.pk
    part = Part(person, event)
    part.can_see_draws().or_refuse()
    # The order of a later layer shows two layers at once; the gate for codes says who may see that.
    layers = set(
        Code.objects.visible_to(person).filter(event=event).values_list("layer", flat=True).distinct()
    )
    opened = draw.seed and (draw.is_revealed or layers >= _layers_of(draw))
    context = desk_page(request, event, "draws") | {
        "draw": draw,
        "title": draw.get_purpose_display(),
        "may": part,
        "throw_form": forms.get("throw", ThrowForm(initial={"dice": draw.dice})),
        "witness_form": forms.get("witness", ThrowForm(auto_id="id_witness_%s")),
        "void_form": forms.get("void", VoidForm(auto_id="id_void_%s")),
        "may_throw": part.code and draw.state == Draw.State.COMMITTED and not draw.void_asked_by_id,
        "may_witness": (
            part.witness
            and draw.state == Draw.State.COMMITTED
            and draw.dice
            and not mine
            and not draw.void_asked_by_id
        ),
        "may_ask_void": part.code and draw.state != Draw.State.VOID and not draw.void_asked_by_id,
        "may_decide": (
            part.decide_void
            and draw.state != Draw.State.VOID
            and draw.void_asked_by_id not in (None, person.pk)
        ),
        "slots": draw.slots.all() if opened and draw.purpose != P.CONTESTANT else [],
        "opened": opened,
        "who_next": _who_next(draw),
        "public_url": reverse("contest:draw", args=(draw.uuid,)),
    }
    return render(request, "competitions/desk/draw.html", context)


def _layers_of(draw: Draw) -> set[str]:
    """The layers whose numbers stand side by side in the outcome of a draw."""
    return {draw.purpose} | (
        {draw_lists.BEFORE[draw.purpose]} if draw.purpose in draw_lists.BEFORE else set()
    )


@at_the_draw
@never_cache
def draw_commit(request: PersonRequest, code: str, purpose: str) -> HttpResponse:
    """Freezes a list. Before the stations' one the page names who becomes absent, and asks."""
    event = event_at_desk(request, code)
    roles.can_code(request.user, event).or_refuse()
    if purpose not in P.values:
        raise Http404
    seen = request.POST.getlist("missing") if "confirmed" in request.POST else None
    if request.method != "POST" or (purpose == P.STATION and seen is None):
        return _freeze_page(request, event, purpose)
    try:
        draw = draws.commit_draw(event=event, purpose=purpose, by=request.user, missing=seen)
    except draws.MissingChanged as changed:
        messages.error(request, str(changed))
        return redirect("desk:draw_commit", event.code, purpose)
    except DrawRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:draws", event.code)
    messages.success(request, _("The list is frozen. Publish the two hashes before the dice are thrown."))
    return redirect(draw)


def _freeze_page(request: PersonRequest, event: Event, purpose: str) -> HttpResponse:
    missing = draw_lists.missing_now(event) if purpose == P.STATION else []
    numbers = code_lists.Numbers(request.user, event, Code.Layer.CONTESTANT)
    context = desk_page(request, event, "draws") | {
        "purpose": purpose,
        "title": P(purpose).label,
        "heads": numbers.heads(),
        "missing": [{"number": code.number, "cells": numbers.row(code)[1:]} for code in missing],
        "present": draw_lists.checked_in_and_missing(event)[0],
        "asks": purpose == P.STATION,
    }
    return render(request, "competitions/desk/draw_freeze.html", context)


@at_the_draw
@require_POST
def draw_throw(request: PersonRequest, code: str, purpose: str, round: int) -> HttpResponse:
    """The coding judge's dice."""
    return _thrown(
        request, code, purpose, round, draws.throw, "throw", _("Now the supervisor enters it too.")
    )


@at_the_draw
@require_POST
def draw_witness(request: PersonRequest, code: str, purpose: str, round: int) -> HttpResponse:
    """The supervisor's dice: the lots are drawn when both are the same."""
    return _thrown(request, code, purpose, round, draws.witness_throw, "witness", _("The lots are drawn."))


def _thrown(
    request: PersonRequest,
    code: str,
    purpose: str,
    round: int,
    verb: Callable[..., Draw],
    part: str,
    done: str,
) -> HttpResponse:
    event = event_at_desk(request, code)
    draw = _found(event, purpose, round)
    form = ThrowForm(request.POST, auto_id="id_witness_%s" if part == "witness" else "id_%s")
    if form.is_valid():
        try:
            made = verb(draw=draw, dice=form.cleaned_data["dice"], by=request.user)
        except DrawRefused as refusal:
            form.add_error("dice", str(refusal))
        else:
            read = _("Read as: %(dice)s.") % {"dice": made.dice}
            messages.success(request, f"{read} {done}")
            return redirect(draw)
    return _page(request, event, draw, **{part: form})


@at_the_draw
@require_POST
def draw_void(request: PersonRequest, code: str, purpose: str, round: int) -> HttpResponse:
    """The coding judge asks; nothing happens before another person decides."""
    event = event_at_desk(request, code)
    draw = _found(event, purpose, round)
    form = VoidForm(request.POST, auto_id="id_void_%s")
    if form.is_valid():
        try:
            draw_voiding.ask_to_void(draw=draw, reason=form.cleaned_data["reason"], by=request.user)
        except DrawRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("The chief judge or a supervisor decides on this."))
            return redirect(draw)
    return _page(request, event, draw, void=form)


@at_the_draw
@require_POST
def draw_decide(request: PersonRequest, code: str, purpose: str, round: int) -> HttpResponse:
    """Voids the draw or lets it stand."""
    draw = _found(event_at_desk(request, code), purpose, round)
    verb = draw_voiding.void_draw if request.POST.get("decision") == "void" else draw_voiding.keep_draw
    try:
        verb(draw=draw, by=request.user)
    except DrawRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Decided."))
    return redirect(draw)


def _found(event: Event, purpose: str, round: int) -> Draw:
    return get_object_or_404(Draw.objects.for_page(), event=event, purpose=purpose, round=round)


@at_the_draw
@require_POST
def decoding_ask(request: PersonRequest, code: str) -> HttpResponse:
    event = event_at_desk(request, code)
    try:
        codes.ask_to_decode(event=event, by=request.user)
    except DecodingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Now a supervisor opens the codes."))
    return redirect("desk:draws", event.code)


@at_the_draw
@require_POST
def decoding_open(request: PersonRequest, code: str, layer: str) -> HttpResponse:
    """The supervisor's action: from here on the numbers of this layer lead back to those before."""
    event = event_at_desk(request, code)
    roles.can_supervise(request.user, event).or_refuse()
    decoding = Decoding.objects.select_related("asked_by").filter(event=event).first()
    try:
        if decoding is None:
            raise DecodingRefused(_("The coding judge has not asked for the decoding yet."))
        event = codes.open_layer(event=event, layer=layer, by=decoding.asked_by, witness=request.user)
    except (DecodingRefused, MoveRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:draws", event.code)
    if event.is_decoded:
        messages.success(request, _("The codes are open."))
        return redirect("desk:draws", event.code)
    return redirect("desk:decoding_layer", event.code, layer)


@at_the_draw
def decoding_layer(request: PersonRequest, code: str, layer: str) -> HttpResponse:
    """A layer that was opened: each number and the one it leads back to, for those who stand at the decoding."""
    event = event_at_desk(request, code)
    opened = get_object_or_404(
        OpenedLayer.objects.select_related("asked_by", "witnessed_by"),
        decoding__event=event,
        layer=layer,
        layer__in=draw_lists.BEFORE,
    )
    found = list(Code.objects.opened_before(request.user).filter(event=event, layer=layer).order_by("number"))
    if not found:  # the gate for codes says who stands there
        raise PermissionDenied(str(_("This list of numbers is not for your eyes.")))
    context = desk_page(request, event, "draws") | {
        "opened": opened,
        "title": opened.get_layer_display(),
        "leads_to": Code.Layer(draw_lists.BEFORE[P(layer)]).label,
        "rows": found,
    }
    return render(request, "competitions/desk/decoding_layer.html", context)


urlpatterns = [
    path("events/<slug:code>/draws/", overview, name="draws"),
    path("events/<slug:code>/draws/<slug:purpose>/freeze/", draw_commit, name="draw_commit"),
    path("events/<slug:code>/draws/<slug:purpose>/<int:round>/", draw_page, name="draw"),
    path("events/<slug:code>/draws/<slug:purpose>/<int:round>/throw/", draw_throw, name="draw_throw"),
    path("events/<slug:code>/draws/<slug:purpose>/<int:round>/witness/", draw_witness, name="draw_witness"),
    path("events/<slug:code>/draws/<slug:purpose>/<int:round>/void/", draw_void, name="draw_void"),
    path("events/<slug:code>/draws/<slug:purpose>/<int:round>/decide/", draw_decide, name="draw_decide"),
    path("events/<slug:code>/decoding/ask/", decoding_ask, name="decoding_ask"),
    path("events/<slug:code>/decoding/<slug:layer>/open/", decoding_open, name="decoding_open"),
    path("events/<slug:code>/decoding/<slug:layer>/", decoding_layer, name="decoding_layer"),
    *code_lists.urlpatterns,
]
