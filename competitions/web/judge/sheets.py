"""A judge's pages: my sheets, one sheet to mark, the check before signing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import signing
from competitions.domain.marking import NotMarkedNow, SheetClosed, Status, enter_marks
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Sheet
from competitions.web.judge.home_lists import sheet_groups
from competitions.web.judge.plain_form import PlainMark, plain_fields
from competitions.web.judge.sheet_data import new_client_id, page_data, sheet_cells
from competitions.web.judge.sign_form import SignForm
from craft_site.kit.access import roles as needs
from craft_site.kit.language import colon
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)


@judge_only
@never_cache
def home(request: PersonRequest) -> HttpResponse:
    """My sheets by event and session, what is left of each, and the next one to do."""
    groups = sheet_groups(request.user)
    return render(
        request,
        "competitions/judge/home.html",
        {
            "groups": groups,
            "next": next((group.next for group in groups if group.next), None),
            "totals": {
                "sheets": sum(len(group.mine) for group in groups),
                "signed": sum(group.signed for group in groups),
                "alarms": sum(group.alarms for group in groups),
            },
        },
    )


def own_sheet(request: PersonRequest, uuid: UUID) -> Sheet:
    """A sheet that the person marks or witnesses; the chief judge reads sheets at the desk."""
    found = Sheet.objects.visible_to(request.user).for_list().select_related("seat__witness")
    return get_object_or_404(found, uuid=uuid)


@judge_only
@never_cache
def sheet(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One sheet to mark. The script takes over where there is one; else one aspect is posted at a time."""
    found = own_sheet(request, uuid)
    if found.seat.user_id != request.user.pk:
        if found.seat.witness_id == request.user.pk:
            return redirect("judge:check", uuid)
        return redirect("desk:sheet", found.event.code, uuid)
    trouble = None
    if request.method == "POST":
        trouble = _save_plain(request, found)
        if isinstance(trouble, HttpResponseRedirect):
            return trouble
    try:
        cells = sheet_cells(found, request.user)
    except NoScheme as error:
        raise PermissionDenied(str(error)) from error
    current = _current(cells, request.GET.get("aspect", ""))
    return render(
        request,
        "competitions/judge/sheet.html",
        {
            "sheet": found,
            "cells": cells,
            "cell": current,
            "page": page_data(found, request.user, cells) | _neighbours(found) | {"start": current["code"]},
            "neighbours": _neighbours(found),
            "marked": sum(1 for cell in cells if cell["revision"]),
            "closed": found.state not in Sheet.OPEN,
            "fields": plain_fields(current, request.POST if trouble else None),
            "trouble": trouble,
            "client_id": new_client_id(),
        },
        status=422 if trouble else 200,
    )


def _save_plain(request: PersonRequest, found: Sheet) -> HttpResponse | Any:
    """One aspect from the form without a script: a redirect to the next one, or the answer that says what is wrong."""
    mark = PlainMark.read(request.POST)
    try:
        [answer] = enter_marks(sheet=found, marks=[mark], by=request.user)
    except (SheetClosed, NotMarkedNow) as error:
        messages.error(request, str(error))
        return redirect("judge:sheet", found.uuid)
    if answer.status not in (Status.SAVED, Status.REPEATED):
        return answer
    if answer.spread:
        messages.warning(request, _("The panel is too far apart. Discuss, then each judges again."))
    messages.success(
        request,
        _("%(aspect)s received: #%(seq)d %(receipt)s")
        % {"aspect": answer.aspect, "seq": answer.seq, "receipt": answer.receipt},
    )
    codes = list(found.aspects)
    after = codes[codes.index(answer.aspect) + 1 :][:1] or codes[:1]
    return redirect(f"{found.get_absolute_url()}?aspect={after[0]}")


def _current(cells: Sequence[Mapping[str, Any]], wanted: str) -> Mapping[str, Any]:
    """The aspect in hand: the one asked for, else the first to be judged again or not marked, else the first."""
    if not cells:
        raise PermissionDenied(_("This sheet has nothing to mark."))
    for cell in cells:
        if cell["code"] == wanted:
            return cell
    return next((cell for cell in cells if cell["alarm"] or not cell["revision"]), cells[0])


def _neighbours(found: Sheet) -> dict[str, str]:
    """The sheets of the same seat before and after this one, in the order of their codes."""
    around = list(
        Sheet.objects.filter(seat_id=found.seat_id).order_by("code__number").values_list("uuid", flat=True)
    )
    at = around.index(found.uuid)
    return {
        "previous": reverse("judge:sheet", args=(around[at - 1],)) if at else "",
        "following": reverse("judge:sheet", args=(around[at + 1],)) if at + 1 < len(around) else "",
    }


@judge_only
@never_cache
def check(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Check and sign: every value, what is blank, what must be judged again; then the judge and the second judge."""
    found = own_sheet(request, uuid)
    mine = found.seat.user_id == request.user.pk
    if not mine and found.seat.witness_id != request.user.pk:
        return redirect("desk:sheet", found.event.code, uuid)
    witness = found.seat.witness if signing.wants_witness(found, scheme_of(found.event).scheme) else None
    form = SignForm(request.POST or None, request=request, sheet=found, witness=witness, own=mine)
    if request.method == "POST" and form.is_valid():
        try:
            if mine:
                signing.sign_sheet(sheet=found, by=request.user, witness=form.witness_account)
            else:
                signing.witness_sheet(sheet=found, by=request.user)
        except signing.SigningRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("judge:signed", uuid)
    cells = sheet_cells(found, request.user)
    return render(
        request,
        "competitions/judge/check.html",
        {
            "sheet": found,
            "cells": cells,
            "blanks": [cell for cell in cells if not cell["revision"]],
            "alarms": [cell for cell in cells if cell["alarm"]],
            "form": form,
            "mine": mine,
            "witness": witness,
            "signatures": list(signing.signed_parts(found)),
            "open": found.state in Sheet.OPEN,
        },
        status=422 if form.errors else 200,
    )


@judge_only
@never_cache
def signed(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What has been signed, by whom, and the next sheet."""
    found = own_sheet(request, uuid)
    following = (
        Sheet.objects.filter(seat_id=found.seat_id, state__in=Sheet.OPEN, seat__user=request.user)
        .exclude(pk=found.pk)
        .order_by("code__number")
        .select_related("code")
        .first()
    )
    signatures = list(signing.signed_parts(found))
    return render(
        request,
        "competitions/judge/signed.html",
        {
            "sheet": found,
            "signatures": signatures,
            "digest": signatures[-1][1].content_hash[:12].upper() if signatures else "",
            "complete": found.state not in Sheet.OPEN,
            "following": following,
        },
    )


@judge_only
@require_POST
def witness_many(request: PersonRequest) -> HttpResponse:
    """The second judge signs several sheets that the judge has signed."""
    chosen = Sheet.objects.visible_to(request.user).filter(
        uuid__in=[value for value in request.POST.getlist("sheet") if _is_uuid(value)],
        seat__witness=request.user,
    )
    done, refused = 0, []
    for found in chosen.select_related("event", "code", "seat"):
        try:
            signing.witness_sheet(sheet=found, by=request.user)
            done += 1
        except signing.SigningRefused as error:
            refused.append(f"{found.code}{colon()}{error}")
    if done:
        messages.success(request, _("%(count)d sheets signed.") % {"count": done})
    for text in refused[:5]:
        messages.error(request, text)
    return redirect("judge:home")


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


urlpatterns = [
    path("", home, name="home"),
    path("witness/", witness_many, name="witness_many"),
    path("sheets/<uuid:uuid>/", sheet, name="sheet"),
    path("sheets/<uuid:uuid>/check/", check, name="check"),
    path("sheets/<uuid:uuid>/signed/", signed, name="signed"),
]
