"""A sheet on paper, to be signed by hand: what stands on it, each receipt, and the root of the ledger that holds it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import evidence, signing
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Sheet
from competitions.web.judge.sheet_data import sheet_cells
from craft_site.kit.access import roles as needs
from craft_site.ledger import checkpoints, receipts
from craft_site.ledger.models import Line
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)


def _sheet(request: PersonRequest, uuid: UUID) -> Sheet:
    """A sheet of the judge's own, one that the judge witnesses, or one of the chief judge's event."""
    found = Sheet.objects.visible_to(request.user).for_list()
    return get_object_or_404(found.select_related("event__competition", "seat__witness"), uuid=uuid)


@judge_only
@never_cache
def paper(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The sheet for printing. Its anchor counts when the checkpoint covers every line of the sheet."""
    found = _sheet(request, uuid)
    try:
        cells = sheet_cells(found, request.user)
        wants_witness = signing.wants_witness(found, scheme_of(found.event).scheme)
    except NoScheme as error:
        raise PermissionDenied(str(error)) from error
    codes = receipts.codes(found.event.chain, {cell["seq"] for cell in cells if cell["seq"]})
    newest = checkpoints.latest(found.event.chain)
    last = Line.objects.filter(chain__name=found.event.chain, subject=f"sheet:{found.uuid}").aggregate(
        seq=Max("seq")
    )["seq"]
    return render(
        request,
        "competitions/judge/paper.html",
        {
            "sheet": found,
            "cells": [cell | {"receipt": codes.get(cell["seq"], "")} for cell in cells],
            "signatures": list(signing.signed_parts(found)),
            "wants_witness": wants_witness,
            "newest": newest,
            "covered": newest is not None and newest.size >= (last or 0),
            "whole": found.state not in Sheet.UNSIGNED,
            "waits": found.state == Sheet.State.HALF_SIGNED,
            "receipts_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("receipts:look_up"),
        },
    )


@judge_only
@require_POST
def paper_seal(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Signs the ledger now, so that the paper's root covers this sheet."""
    found = _sheet(request, uuid)
    try:
        evidence.seal_for_paper(event=found.event)
    except checkpoints.LedgerBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The ledger is signed. The paper can be printed."))
    return redirect("judge:paper", uuid)


urlpatterns = [
    path("sheets/<uuid:uuid>/paper/", paper, name="paper"),
    path("sheets/<uuid:uuid>/paper/seal/", paper_seal, name="paper_seal"),
]
