"""Public notices of nominations at the desk: all of them, posting, ending, answering objections."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.models import Union
from craft_site.people.web.requests import PersonRequest
from honours import roles_rounds as roles
from honours.domain import notices
from honours.domain.refusals import HonourRefused
from honours.models import HonourNotice, HonourObjection
from honours.web.desk.nav import OFFICE, honours_page
from honours.web.desk.rounds import answers_objections, campaign_at_desk

office = needs(*OFFICE)
posters = needs(site_roles.ORGANISER, site_roles.REVIEWER)
SHOWN = 100


@office
@never_cache
def index(request: PersonRequest) -> HttpResponse:
    """Notices, those that stand first, with what waits at each."""
    found = HonourNotice.objects.select_related("campaign", "union").annotate(
        unanswered=Count("objections", filter=Q(objections__answered_at=None))
    )
    now = timezone.now()
    rows = [
        {"notice": one, "stands": notices.stands(one, now), "ended": one.ended_at is not None}
        for one in found.order_by("-until")[:SHOWN]
    ]
    context = honours_page(request, "notices") | {"rows": rows}
    return render(request, "honours/desk/notices.html", context)


@posters
@require_POST
def post(request: PersonRequest, code: str) -> HttpResponse:
    """Puts all that wait in this round, stage and union on notice."""
    campaign = campaign_at_desk(request, code)
    stage, union = request.POST.get("stage", ""), request.POST.get("union", "")
    if stage not in HonourNotice.Stage.values or not union.isascii() or not union.isdigit():
        raise Http404
    try:
        made = notices.post(
            campaign=campaign,
            stage=stage,
            union=get_object_or_404(Union, pk=int(union[:12])),
            by=request.user,
        )
    except HonourRefused as refused:
        messages.error(request, str(refused))
        return redirect(campaign)
    messages.success(request, _("The names are on notice."))
    return redirect(made)


@office
@never_cache
def notice(request: PersonRequest, uuid: str) -> HttpResponse:
    """One notice: its names and, for the city, who objected."""
    found = get_object_or_404(
        HonourNotice.objects.select_related("campaign", "union", "posted_by"), uuid=uuid
    )
    answers = answers_objections(request.user)
    objections = found.objections.select_related("nomination", "answered_by")  # type: ignore[attr-defined]
    context = honours_page(request, "notices") | {
        "notice": found,
        "stands": notices.stands(found),
        "now": timezone.now(),
        "may_post": bool(roles.can_post(request.user, found.union)),
        "answers": answers,
        "objections": [_objection(one) for one in objections] if answers else [],
        "unanswered": sum(one.answered_at is None for one in objections),
        "nominations": list(found.nominations.order_by("pk")) if answers else [],  # type: ignore[attr-defined]
    }
    return render(request, "honours/desk/notice.html", context)


def _objection(one: HonourObjection) -> dict[str, Any]:
    return {
        "row": one,
        "name": one.name.reveal(),
        "phone": one.phone.reveal(),
        "text": one.text.reveal(),
        "answer": one.answer.reveal() if one.answer else "",
    }


@posters
@require_POST
def end(request: PersonRequest, uuid: str) -> HttpResponse:
    found = get_object_or_404(HonourNotice.objects.select_related("campaign", "union"), uuid=uuid)
    try:
        count = notices.end(notice=found, by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(count)d nominations go on.") % {"count": count})
    return redirect(found)


@posters
@require_POST
def answer(request: PersonRequest, uuid: str) -> HttpResponse:
    """Answers an objection: upheld the nomination is refused, otherwise it goes on after the notice."""
    found = get_object_or_404(HonourObjection.objects.select_related("notice__campaign"), uuid=uuid)
    meant = request.POST.get("nomination", "")
    chosen = found.notice.nominations.filter(reference=meant).first() if meant else None  # type: ignore[attr-defined]
    outcome = request.POST.get("outcome", "")
    if outcome not in ("uphold", "reject"):
        messages.error(request, _("Choose whether the objection is upheld."))
        return redirect(found.notice)
    try:
        notices.answer(
            objection=found,
            text=request.POST.get("text", "")[:1000],
            upheld=outcome == "uphold",
            nomination=chosen,
            by=request.user,
        )
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The answer is kept. Tell it to whoever objected."))
    return redirect(found.notice)


urlpatterns = [
    path("honours/notices/", index, name="honour_notices"),
    path("honours/rounds/<slug:code>/post/", post, name="honour_notice_new"),
    path("honours/notices/<uuid:uuid>/", notice, name="honour_notice"),
    path("honours/notices/<uuid:uuid>/end/", end, name="honour_notice_end"),
    path("honours/objections/<uuid:uuid>/answer/", answer, name="honour_objection_answer"),
]
