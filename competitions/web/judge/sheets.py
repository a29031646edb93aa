"""A judge's pages: my sheets, one sheet to mark, the check before signing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import signing
from competitions.domain.marking import NotMarkedNow, SheetClosed, Status, enter_marks
from competitions.domain.panel_waits import waits_for
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Event, Seat, Sheet
from competitions.web.desk.waiting import Matter, matters, seats_of, with_next_step
from competitions.web.judge.documents import face, reopened_words, sheet_document, sheet_index, stamps
from competitions.web.judge.home_lists import sheet_groups
from competitions.web.judge.plain_form import PlainMark, plain_fields
from competitions.web.judge.sheet_data import new_client_id, sheet_cells
from competitions.web.judge.sign_form import SendBackForm, SignForm
from craft_site.kit.access import roles as needs
from craft_site.kit.language import colon
from craft_site.kit.lists import is_uuid
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)


@judge_only
@never_cache
def home(request: PersonRequest) -> HttpResponse:
    """My sheets by event and session, what is left of each, and the next one to do."""
    groups = sheet_groups(request.user)
    at_the_desk = _waits_at_the_desk(request)
    return render(
        request,
        "competitions/judge/home.html",
        {
            "groups": groups,
            "at_the_desk": at_the_desk,
            "index": sheet_index(request.user, groups),
            "face": face(),
            "next": next((group.next for group in groups if group.next), None),
            "totals": {
                "sheets": sum(len(group.mine) for group in groups),
                "signed": sum(group.signed for group in groups),
                "alarms": sum(group.alarms for group in groups),
            },
        },
    )


def _waits_at_the_desk(request: PersonRequest) -> list[Matter]:
    """What a chief, coding judge, arbiter or recorder has to do: not on sheets, so this page only points there."""
    user = request.user
    seats = seats_of(user)
    at_work = [event for event, roles in seats.items() if roles - set(Seat.MARKING)]
    if not at_work:
        return []
    mine = with_next_step(Event.objects.filter(pk__in=at_work).for_desk())
    running = list(mine.exclude(state__in=(Event.State.FINAL, Event.State.ARCHIVED)))
    return [matter for matter in matters(user, running, seats) if matter.at != "judge:home"]


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
        if found.seat.witness_id == request.user.pk or _reviews(request, found):
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
    known = sheet_document(found, request.user, cells, stamps([found])[found.pk])
    return render(
        request,
        "competitions/judge/sheet.html",
        {
            "sheet": found,
            "cells": cells,
            "cell": current,
            "document": known | {"start": current["code"]},
            "face": face(),
            "marked": sum(1 for cell in cells if cell["revision"]),
            "closed": known["closed"],
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


@judge_only
@never_cache
def check(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Check and sign: every value, what is blank, what must be judged again; then the judge and the second judge, who
    may send the sheet back instead."""
    found = own_sheet(request, uuid)
    mine = found.seat.user_id == request.user.pk
    seconds = not mine and found.seat.witness_id == request.user.pk
    reviews = not mine and _reviews(request, found)
    if not (mine or seconds or reviews):
        return redirect("desk:sheet", found.event.code, uuid)
    witness = found.seat.witness if signing.wants_witness(found, scheme_of(found.event).scheme) else None
    back = seconds and request.POST.get("action") == "send_back"
    form = SignForm(
        None if back else request.POST or None, request=request, sheet=found, witness=witness, own=mine
    )
    refusal = SendBackForm(request.POST if back else None)
    if request.method == "POST":
        answer = _send_back(request, found, refusal) if back else _sign(request, found, form, mine=mine)
        if answer is not None:
            return answer
    cells = sheet_cells(found, request.user)
    return render(
        request,
        "competitions/judge/check.html",
        {
            "sheet": found,
            "cells": cells,
            "blanks": [cell for cell in cells if not cell["revision"]],
            "alarms": [cell for cell in cells if cell["alarm"]],
            "reopened": reopened_words(found),
            "waits_for": waits_for(found) if found.state in Sheet.UNSIGNED and not found.alarm else "",
            "form": form,
            "refusal": refusal,
            "face": face(),
            "mine": mine,
            "seconds": seconds,
            "witness": witness,
            "signatures": list(signing.signed_parts(found)),
            "open": found.state in Sheet.OPEN,
            "waits": found.state == Sheet.State.HALF_SIGNED,
            "may_review": reviews and found.state == Sheet.State.SIGNED,
        },
        status=422 if form.errors or refusal.errors else 200,
    )


def _sign(request: PersonRequest, found: Sheet, form: SignForm, *, mine: bool) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        if mine:
            signing.sign_sheet(sheet=found, by=request.user, witness=form.witness_account)
        else:
            signing.witness_sheet(sheet=found, by=request.user)
    except signing.SigningRefused as refused:
        form.add_error(None, str(refused))
        return None
    return redirect("judge:signed", found.uuid)


def _send_back(request: PersonRequest, found: Sheet, form: SendBackForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        signing.send_back_sheet(sheet=found, by=request.user, reason=form.cleaned_data["reason"])
    except signing.SigningRefused as refused:
        form.add_error("reason", str(refused))
        return None
    messages.success(request, _("%(code)s goes back to its judge.") % {"code": found.code})
    return redirect("judge:home")


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
            "waits": found.state == Sheet.State.HALF_SIGNED,
            "mine": found.seat.user_id == request.user.pk,
            "following": following,
        },
    )


@judge_only
@require_POST
def witness_many(request: PersonRequest) -> HttpResponse:
    """The second judge signs several sheets that the judge has signed."""
    found = Sheet.objects.visible_to(request.user).filter(seat__witness=request.user)
    return _sign_many(request, found, signing.witness_sheet)


def _reviews(request: PersonRequest, found: Sheet) -> bool:
    return Sheet.objects.for_review_by(request.user).filter(pk=found.pk).exists()


@judge_only
@require_POST
def review_many(request: PersonRequest) -> HttpResponse:
    """A judge of the same kind has reviewed signed sheets and signs them for the group."""
    found = Sheet.objects.for_review_by(request.user).filter(state=Sheet.State.SIGNED)
    return _sign_many(request, found, signing.review_sheet)


def _sign_many(
    request: PersonRequest, found: "QuerySet[Sheet]", sign: Callable[..., Sheet]
) -> HttpResponseRedirect:
    """Signs those of the sheets that were chosen, each by itself, and says which were refused and why."""
    chosen = found.filter(uuid__in=[value for value in request.POST.getlist("sheet") if is_uuid(value)])
    done, refused = 0, []
    for one in chosen.select_related("event", "code", "seat"):
        try:
            sign(sheet=one, by=request.user)
            done += 1
        except signing.SigningRefused as error:
            refused.append(f"{one.code}{colon()}{error}")
    if done:
        messages.success(
            request, ngettext("%(count)d sheet signed.", "%(count)d sheets signed.", done) % {"count": done}
        )
    for text in refused[:5]:
        messages.error(request, text)
    return redirect("judge:home")


urlpatterns = [
    path("", home, name="home"),
    path("witness/", witness_many, name="witness_many"),
    path("review/", review_many, name="review_many"),
    path("sheets/<uuid:uuid>/", sheet, name="sheet"),
    path("sheets/<uuid:uuid>/check/", check, name="check"),
    path("sheets/<uuid:uuid>/signed/", signed, name="signed"),
]
