"""One sheet of a recheck: its readings beside empty fields, and the notices of what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import recheck_checks
from competitions.domain.rechecks import RecheckRefused
from competitions.models import ErrorNotice, Event, Recheck, RecheckItem
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.reading_fields import Typed, read_typed, reading_fields
from competitions.web.judge.sheet_data import sheet_cells, values_text
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

officials = needs(site_roles.JUDGE, site_roles.SUPERVISOR)


def notice_lines(recheck: Recheck, state: str = "", item: RecheckItem | None = None) -> list[dict[str, Any]]:
    """Notices with what stands and what should stand as texts. Two queries."""
    aspects = {aspect.code: aspect for aspect in recheck.scheme.scheme.aspects()}
    found = ErrorNotice.objects.filter(item__recheck=recheck).select_related(
        "item__sheet__code", "item__sheet__seat", "raised_by", "answered_by"
    )
    if state:
        found = found.filter(state=state)
    if item is not None:
        found = found.filter(item=item)
    return [
        {
            "notice": notice,
            "name": in_language(aspects[notice.aspect].name.zh, aspects[notice.aspect].name.en),
            "stands": values_text(aspects[notice.aspect], **_shown(notice.stands)),
            "should": values_text(aspects[notice.aspect], **_shown(notice.should)),
        }
        for notice in found
    ]


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"values": facts["values"], "not_done": facts["not_done"]}


@officials
@never_cache
def recheck_item(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """A supervisor compares a sheet with its original: all agree, or what should stand there. The chief judge reads."""
    event = event_at_desk(request, code)
    item = get_object_or_404(
        RecheckItem.objects.visible_to(request.user).for_list().select_related("recheck__scheme"),
        recheck__event=event,
        uuid=uuid,
    )
    item.sheet.event = event
    cells = sheet_cells(item.sheet, request.user)
    problems: list[dict[str, str]] = []
    post: QueryDict | None = None
    if request.method == "POST":
        post = request.POST
        problems = _record(request, item, cells, post)
        if not problems:
            return redirect(_after(item, request))
    for n, cell in enumerate(cells):
        cell["fields_to_fill"] = reading_fields(cell, f"a{n}", post)
        cell["prefix"] = f"a{n}"
        cell["typed_not_done"] = bool(post and post.get(f"a{n}-not_done") == "1")
    open_now = item.recheck.state == Recheck.State.CHECKING and event.state == Event.State.RECHECKING
    context = desk_page(request, event, "recheck") | {
        "item": item,
        "cells": cells,
        "problems": problems,
        "may_check": open_now and bool(roles.can_supervise(request.user, event)),
        "may_correct": open_now and bool(roles.can_chair(request.user, event)),
        "notices": notice_lines(item.recheck, item=item),
        "signatures": list(item.sheet.signatures.select_related("by").order_by("at", "pk")),
    }
    return render(request, "competitions/desk/recheck_item.html", context, status=422 if problems else 200)


def _record(
    request: PersonRequest, item: RecheckItem, cells: Sequence[Mapping[str, Any]], post: QueryDict
) -> list[dict[str, str]]:
    """What is wrong with what was typed; nothing when it was recorded."""
    roles.can_supervise(request.user, item.recheck.event).or_refuse()
    typed = [
        (n, given)
        for n, cell in enumerate(cells)
        if (given := read_typed(cell, f"a{n}", post)) is not None and not _same(cell, given)
    ]
    if not typed and post.get("compared") != "1":
        text = _("Say that you have compared every reading, or enter what the original says.")
        return [{"text": text, "url": "#compared"}]
    problems = []
    try:
        with transaction.atomic():
            for n, given in typed:
                try:
                    recheck_checks.raise_notice(
                        item=item,
                        aspect=given.aspect,
                        values=given.values,
                        not_done=given.not_done,
                        note=post.get("note", ""),
                        by=request.user,
                    )
                except RecheckRefused as refused:
                    problems.append({"text": f"{given.aspect}: {refused}", "url": f"#a{n}"})
            if problems:
                transaction.set_rollback(True)
            elif not typed:
                recheck_checks.check_ok(item=item, by=request.user)
    except RecheckRefused as refused:
        return [{"text": str(refused), "url": ""}]
    if not problems:
        count = len(typed)
        messages.success(
            request,
            ngettext(
                "%(number)s: %(count)d error reported to the chief judge.",
                "%(number)s: %(count)d errors reported to the chief judge.",
                count,
            )
            % {"number": item.sheet.code, "count": count}
            if count
            else _("%(number)s agrees.") % {"number": item.sheet.code},
        )
    return problems


def _same(cell: Mapping[str, Any], given: Typed) -> bool:
    return (given.values, given.not_done) == (cell["values"], cell["not_done"])


def _after(item: RecheckItem, request: PersonRequest) -> Any:
    """The next sheet to be checked, or the list when none is left."""
    waiting = RecheckItem.objects.visible_to(request.user).filter(
        recheck=item.recheck, outcome=RecheckItem.Outcome.OPEN
    )
    following = waiting.order_by("sheet__code__number", "sheet_id").first()
    return following.get_absolute_url() if following else item.recheck.get_absolute_url()


@officials
@require_POST
def recheck_notice(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """The chief judge corrects what a notice says, or whoever raised it withdraws it."""
    event = event_at_desk(request, code)
    notice = get_object_or_404(
        ErrorNotice.objects.select_related("item__recheck__event"),
        pk=pk,
        item__in=RecheckItem.objects.visible_to(request.user).filter(recheck__event=event),
    )
    try:
        if request.POST.get("action") == "withdraw":
            recheck_checks.withdraw_notice(
                notice=notice, reason=request.POST.get("reason", ""), by=request.user
            )
            messages.success(request, _("The notice is withdrawn."))
        else:
            recheck_checks.correct(notice=notice, by=request.user)
            messages.success(request, _("The mark is corrected and the sheet signed."))
    except RecheckRefused as refused:
        messages.error(request, str(refused))
    return redirect(notice.item.get_absolute_url())
