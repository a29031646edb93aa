"""Progress of the marking at the desk: the wall, the sheets, the chief judge's signature, reopening and the lock."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import signing
from competitions.domain.events import MoveRefused
from competitions.domain.lock_blockers import lock_blockers
from competitions.domain.panel_waits import judging_again
from competitions.models import Event, Sheet, Signature
from competitions.scoring.scheme import Scheme
from competitions.web.desk.asking import ask, is_sure
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import blocker_url, desk_page, event_at_desk
from competitions.web.desk.progress_tables import SheetFilter, SheetTable, state_word
from competitions.web.desk.progress_wall import wall
from competitions.web.judge.sheet_data import sheet_cells, values_text
from craft_site.kit.access import roles as needs
from craft_site.kit.language import bracketed, listed
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

FOLLOWERS = (site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)
followers = needs(*FOLLOWERS)
judges_only = needs(site_roles.JUDGE)


def _sheets(event: Event) -> "QuerySet[Sheet]":
    """The event's sheets for those who follow the marking: codes and judges, never a person who competes."""
    return Sheet.objects.filter(event=event).for_list().order_by("code__number", "seat__role", "seat__place")


def _scheme(event: Event) -> Scheme | None:
    version = event.scheme_version
    return version.scheme if version else None


class Progress(EventDeskList):
    """How far the marking is: figures, exceptions, judges, then every sheet."""

    access = frozenset(FOLLOWERS)
    table_class = SheetTable
    filterset_class = SheetFilter
    template_name = "competitions/desk/progress.html"
    keys_first = True
    table_pagination = {"per_page": 25}

    @cached_property
    def may_chair(self) -> bool:
        return bool(roles.can_chair(self.request.user, self.event))

    @cached_property
    def scheme(self) -> Scheme | None:
        return _scheme(self.event)

    def get_queryset(self) -> Any:
        roles.can_follow_marking(self.request.user, self.event).or_refuse()
        return _sheets(self.event)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"event": self.event, "scheme": self.scheme}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_chair": self.may_chair, "scheme": self.scheme}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "progress")
            | {
                "wall": wall(self.event),
                "may_chair": self.may_chair,
                "locked": self.event.state
                not in (Event.State.RUNNING, Event.State.SCORING, Event.State.RECHECKING),
            }
        )


@followers
@never_cache
def progress_wall(request: PersonRequest, code: str) -> HttpResponse:
    """The upper part of the page alone, for its refresh."""
    event = event_at_desk(request, code)
    roles.can_follow_marking(request.user, event).or_refuse()
    context = {
        "event": event,
        "wall": wall(event),
        "may_chair": bool(roles.can_chair(request.user, event)),
    }
    return render(request, "competitions/desk/progress_wall.html", context)


@followers
def progress_export(request: PersonRequest, code: str) -> HttpResponse:
    """The list as a workbook, narrowed by the same filter as on screen."""
    event = event_at_desk(request, code)
    roles.can_follow_marking(request.user, event).or_refuse()
    scheme = _scheme(event)
    found = SheetFilter(request.GET, queryset=_sheets(event), event=event, scheme=scheme)
    table = SheetTable([], may_chair=False, scheme=scheme)
    heads = [
        Head(text)
        for text in (
            _("Number"),
            _("Session"),
            _("Seat"),
            _("Judge"),
            _("Marked"),
            _("To be marked"),
            _("State"),
            _("Needs attention"),
            _("Last change"),
        )
    ]
    rows = [
        (
            str(sheet.code),
            str(sheet.code.session or ""),
            table.render_seat(sheet.seat),
            str(sheet.seat.user),
            sheet.marks_in,
            sheet.marks_due,
            state_word(sheet),
            table.render_alarm(sheet),
            sheet.updated_at,
        )
        for sheet in found.qs
    ]
    book = Book()
    book.add_sheet(_("Sheets"), heads, rows, caption=str(event))
    return book.response(f"{event.code}-sheets")


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is the sheet reopened?"),
        max_length=300,
        help_text=gettext_lazy("The signatures are void; the judge changes the sheet and signs again."),
    )


@judges_only
@never_cache
def sheet(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """The chief judge reads one sheet: values by code, every revision, the signatures; signs or reopens it."""
    event = event_at_desk(request, code)
    roles.can_chair(request.user, event).or_refuse()
    found = get_object_or_404(
        Sheet.objects.visible_to(request.user).for_list().select_related("seat__witness"),
        event=event,
        uuid=uuid,
    )
    form = ReopenForm(request.POST if request.method == "POST" else None)
    signatures = list(found.signatures.select_related("by").order_by("at", "pk"))
    if request.method == "POST" and form.is_valid():
        if not is_sure(request) and found.state not in Sheet.OPEN:
            return _ask_to_reopen(request, event, found, signatures)
        try:
            signing.reopen_sheet(sheet=found, by=request.user, reason=form.cleaned_data["reason"])
        except signing.SigningRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The sheet is open again."))
            return redirect("desk:sheet", code, uuid)
    cells = sheet_cells(found, request.user)
    signable = found.state == signing.ready_for_chief(event)
    waits = judging_again(event, [found]).get(found.pk, "") if signable else ""
    context = desk_page(request, event, "progress") | {
        "sheet": found,
        "cells": cells,
        "state": state_word(found),
        "earlier": _earlier(
            found, {cell["code"] for cell in cells if cell["values"] is not None or cell["not_done"]}
        ),
        "signatures": signatures,
        "reopenings": list(found.reopenings.select_related("by")),
        "form": form,
        "may_sign": signable and not waits,
        "waits_for": waits,
        "may_hand_over": found.state in Sheet.OPEN and event.state in signing.MARKED_IN,
        "may_reopen": found.state not in (*Sheet.OPEN, Sheet.State.LOCKED)
        and event.state in signing.MARKED_IN,
    }
    return render(request, "competitions/desk/sheet.html", context, status=422 if form.errors else 200)


def _ask_to_reopen(
    request: PersonRequest, event: Event, found: Sheet, signatures: list[Signature]
) -> HttpResponse:
    void = [
        f"{signing.PART_WORDS[one.part]} {one.by}{bracketed(timezone.localtime(one.at).strftime('%H:%M'))}"
        for one in signatures
        if not one.void
    ]
    said = [
        _("These signatures become void: %(signatures)s.") % {"signatures": listed(void)} if void else "",
        _("The judge, %(name)s, reads your reason on the sheet, changes it and signs again.")
        % {"name": found.seat.user},
        _("The reopening and its reason stay on record."),
    ]
    return ask(
        request,
        event,
        "progress",
        heading=_("Reopen %(code)s?") % {"code": found.code},
        consequences=[text for text in said if text],
        confirm=_("Reopen the sheet"),
        back=reverse("desk:sheet", args=(event.code, found.uuid)),
    )


def _earlier(found: Sheet, open_codes: set[str]) -> list[dict[str, Any]]:
    """Values that were replaced, of aspects whose value may be seen."""
    version = found.event.scheme_version
    if version is None:
        return []
    aspects = {aspect.code: aspect for aspect in version.scheme.aspects()}
    replaced = found.marks.filter(is_current=False, aspect__in=open_codes).order_by("at", "pk")
    return [
        {"mark": mark, "text": values_text(aspects[mark.aspect], mark.values, not_done=mark.not_done)}
        for mark in replaced
        if mark.aspect in aspects
    ]


@judges_only
@require_POST
def sheets_sign(request: PersonRequest, code: str) -> HttpResponse:
    """The chief judge signs the chosen sheets, or all that the judges have signed but for those of which a panel judges
    again."""
    event = event_at_desk(request, code)
    roles.can_chair(request.user, event).or_refuse()
    everything, found = request.POST.get("action") == "all", Sheet.objects.filter(event=event)
    found = (
        found.filter(state=signing.ready_for_chief(event))
        if everything
        else found.filter(uuid__in=_uuids(request.POST.getlist("sheet")))
    )
    chosen = list(found.select_related("code"))
    waits = judging_again(event, chosen) if everything else {}
    chosen = [one for one in chosen if one.pk not in waits]
    left_out = list(dict.fromkeys(waits.values()))[: signing.MOST_NAMED]
    if not chosen:
        messages.warning(request, " ".join(left_out) or _("Choose at least one sheet."))
        return redirect("desk:progress", code)
    if everything and len(chosen) > 1 and not is_sure(request, len(chosen)):
        return _ask_to_sign(request, event, chosen, left_out)
    try:
        done = signing.chief_sign(event=event, sheets=chosen, by=request.user)
    except signing.SigningRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, ngettext("%(count)d sheet signed.", "%(count)d sheets signed.", done) % {"count": done}
        )
        for text in left_out:
            messages.warning(request, text)
    return redirect("desk:progress", code)


def _ask_to_sign(
    request: PersonRequest, event: Event, chosen: list[Sheet], left_out: list[str]
) -> HttpResponse:
    """All at once is asked about: how many, and which are left out because a panel judges again."""
    count = len(chosen)
    said = [
        ngettext(
            "You sign %(count)d sheet of %(judges)d judges as chief judge, without opening it.",
            "You sign %(count)d sheets of %(judges)d judges as chief judge, without opening them.",
            count,
        )
        % {"count": count, "judges": len({found.seat_id for found in chosen})},
        _("A signed sheet is opened again only one by one, each with a reason that stays on record."),
    ]
    if left_out:
        said.insert(1, _("Left out: %(panels)s") % {"panels": " ".join(left_out)})
    return ask(
        request,
        event,
        "progress",
        heading=_("Sign all %(count)d sheets?") % {"count": count},
        consequences=said,
        confirm=_("Sign them"),
        back=reverse("desk:progress", args=(event.code,)),
        counted=count,
    )


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@judges_only
@never_cache
def lock(request: PersonRequest, code: str) -> HttpResponse:
    """The chief judge locks the marks, or reads what is missing for it."""
    event = event_at_desk(request, code)
    roles.can_chair(request.user, event).or_refuse()
    refused: list[Any] = []
    if request.method == "POST":
        try:
            signing.lock_marks(event=event, by=request.user)
        except signing.LockRefused as error:
            refused = list(error.blockers)
        except MoveRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("The marks are locked. The coding judge may now ask for the decoding.")
            )
            return redirect("desk:event", code)
    missing = refused or (
        lock_blockers(event, request.user)
        if event.state in (Event.State.SCORING, Event.State.RECHECKING)
        else []
    )
    context = desk_page(request, event, "progress") | {
        "blockers": [{"text": str(b.message), "url": blocker_url(b, event)} for b in missing],
        "ready": not missing and event.state in (Event.State.SCORING, Event.State.RECHECKING),
        "is_locked": event.state == Event.State.LOCKED or event.is_decoded,
    }
    return render(request, "competitions/desk/lock.html", context, status=409 if refused else 200)


urlpatterns = [
    path("events/<slug:code>/progress/", Progress.as_view(), name="progress"),
    path("events/<slug:code>/progress/wall/", progress_wall, name="progress_wall"),
    path("events/<slug:code>/progress/export/", progress_export, name="progress_export"),
    path("events/<slug:code>/progress/sign/", sheets_sign, name="sheets_sign"),
    path("events/<slug:code>/progress/lock/", lock, name="lock"),
    path("events/<slug:code>/sheets/<uuid:uuid>/", sheet, name="sheet"),
]
