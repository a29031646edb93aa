"""One nomination at the desk: what it says, where it stands, the next step, departments, the printed form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.credentials.models import Certificate
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest
from honours import roles_rounds as roles
from honours.domain import clearances, nominations, nominees
from honours.domain.refusals import HonourRefused
from honours.models import Honour, Kind, Nomination, NomineeRemark
from honours.web import nomination_words, words
from honours.web.desk.nav import WHOLE_DESK, honours_page
from honours.web.desk.nomination_forms import ClearanceForm, MeetingForm
from honours.web.desk.nominations import nomination_at_desk
from honours.web.steps import take_step

at_the_desk = needs(*WHOLE_DESK)
actors = needs(site_roles.ORGANISER, site_roles.REVIEWER, site_roles.EMPLOYER)
reviewers = needs(site_roles.ORGANISER, site_roles.REVIEWER)
organiser_only = needs(site_roles.ORGANISER)
OFFICE = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR)
S = Nomination.State


@at_the_desk
@never_cache
def nomination(request: PersonRequest, uuid: str) -> HttpResponse:
    return _page(request, nomination_at_desk(request, uuid))


def _page(
    request: PersonRequest,
    found: Nomination,
    *,
    meeting: forms.Form | None = None,
    clearance: forms.Form | None = None,
) -> HttpResponse:
    """The page; with a form that was sent and is wrong."""
    user = request.user
    evidence = list(found.evidence.all())  # type: ignore[attr-defined]
    gone = nominations.fallen(found) if evidence else set()
    asked = list(found.clearances.select_related("entered_by"))  # type: ignore[attr-defined]
    writes = bool(roles.can_write(user, found))
    acts, turns = roles.can_act(user, found), roles.can_refuse(user, found)
    enters = bool(roles.can_run_rounds(user)) and found.state in (S.CLEARING, S.CLEARED)
    base = nominations.base_honour(found)
    context = honours_page(request, "nominations") | {
        "nomination": found,
        "kind": nomination_words.state_kind(found.state),
        "way": nomination_words.way(found),
        "next": nomination_words.NEXT.get(S(found.state), ""),
        "evidence": [{"line": line, "gone": line.source in gone} for line in evidence],
        "is_person": found.campaign.title.kind == Kind.PERSON,
        "traits": listed(words.TRAITS[trait] for trait in found.traits),
        "base_asked": words.base_words(found.campaign.asks),
        "base": base,
        "departments": [
            {
                "label": words.DEPARTMENTS[row.department],
                "row": row,
                "kind": {"clear": "good", "objects": "bad"}.get(row.answer, "plain"),
                "note": row.note.reveal() if row.note and user.has_role(*OFFICE) else "",
            }
            for row in asked
        ],
        "steps": found.steps.select_related("by"),  # type: ignore[attr-defined]
        "lacks": list(nominations.lacks(found)) if found.state in nominations.WRITABLE and writes else [],
        "may_write": writes and found.state in nominations.WRITABLE,
        "may_withdraw": writes and S.WITHDRAWN in nominations.MOVES[found.state],
        "may_meet": bool(acts) and found.state == S.NOMINATED,
        "may_approve": bool(acts) and found.state in (S.AT_TOWN, S.AT_CITY),
        "may_return": bool(turns) and S.RETURNED in nominations.MOVES[found.state],
        "may_refuse": bool(turns) and S.REFUSED in nominations.MOVES[found.state],
        "remarks": [
            {"row": one, "text": one.text.reveal(), "answer": one.answer.reveal() if one.answer else ""}
            for one in found.remarks.select_related("answered_by")  # type: ignore[attr-defined]
        ],
        "may_answer": bool(roles.can_answer_nominee(user, found)),
        "meeting": meeting or MeetingForm(initial={"met_on": timezone.localdate()}),
        "clearance": (clearance or ClearanceForm(nomination=found)) if enters else None,
        "form": meeting or clearance,
        **_after(user, found),
    }
    status = 422 if meeting is not None or clearance is not None else 200
    return render(request, "honours/desk/nomination.html", context, status=status)


def _after(user: Any, found: Nomination) -> dict[str, Any]:
    """What came of it: the honour where this person may read of it, and a team's certificate for its firm's contact."""
    honour = found.honour
    if honour is None:
        return {}
    holder = honour.holder
    in_public = holder.is_named and honour.state == Honour.State.STANDS
    return {
        "honour_url": holder.get_absolute_url()
        if user.has_role(*OFFICE)
        else (holder.public_url if in_public else ""),
        "certificate": Certificate.objects.standing()
        .in_wallet_of(user)
        .filter(source=honour.record_source)
        .first(),
    }


@actors
@require_POST
def act(request: PersonRequest, uuid: str) -> HttpResponse:
    """Hands in, passes on, returns, refuses, withdraws."""
    found = nomination_at_desk(request, uuid)
    reason = request.POST.get("reason", "")[:300]

    def turn(to: str) -> Callable[[], Any]:
        return lambda: nominations.turn_back(nomination=found, to=to, reason=reason, by=request.user)

    deeds: dict[str, Callable[[], Any]] = {
        "hand_in": lambda: nominations.hand_in(nomination=found, by=request.user),
        "approve": lambda: nominations.approve(nomination=found, by=request.user),
        "return": turn(S.RETURNED),
        "refuse": turn(S.REFUSED),
        "withdraw": turn(S.WITHDRAWN),
    }
    moved = take_step(request, deeds)
    if moved is not None:
        said = _("%(nomination)s: %(state)s.")
        messages.success(request, said % {"nomination": moved, "state": moved.get_state_display()})
    return redirect(found)


@reviewers
@require_POST
def meet(request: PersonRequest, uuid: str) -> HttpResponse:
    """The vote of the workers' meeting."""
    found = nomination_at_desk(request, uuid)
    form = MeetingForm(request.POST)
    if form.is_valid():
        try:
            nominations.meet(nomination=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The meeting has passed it."))
            return redirect(found)
    return _page(request, found, meeting=form)


@organiser_only
@require_POST
def clear(request: PersonRequest, uuid: str) -> HttpResponse:
    """What one department answered."""
    found = nomination_at_desk(request, uuid)
    form = ClearanceForm(request.POST, nomination=found)
    if form.is_valid():
        try:
            clearances.enter(nomination=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The answer is kept."))
            return redirect(found)
    return _page(request, found, clearance=form)


@actors
@require_POST
def answer_nominee(request: PersonRequest, uuid: str) -> HttpResponse:
    """Answers what the nominee said is wrong."""
    found = nomination_at_desk(request, uuid)
    remark = get_object_or_404(NomineeRemark.objects.open().select_related("nomination"), nomination=found)
    try:
        nominees.answer(
            remark=remark,
            answer=request.POST.get("answer", "")[: nominees.LONGEST],
            corrected=request.POST.get("corrected") == "yes",
            by=request.user,
        )
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The nominee reads your answer."))
    return redirect(found)


@at_the_desk
@never_cache
def paper(request: PersonRequest, uuid: str) -> HttpResponse:
    """The recommendation form in its official layout, to be printed, signed and sealed."""
    found = nomination_at_desk(request, uuid)
    worker = found.worker
    context = {
        "nomination": found,
        "is_person": found.campaign.title.kind == Kind.PERSON,
        "worker": worker,
        "id_masked": worker.id_number.masked() if worker else "",
        "age": worker.age_on(timezone.localdate()) if worker else None,
        "traits": listed(words.TRAITS[trait] for trait in found.traits),
        "evidence": list(found.evidence.all()),  # type: ignore[attr-defined]
        "boxes": [
            _("Opinion of the workers' meeting"),
            _("Opinion of the unit"),
            _("Opinion of the town or sub-district union"),
            _("Opinion of the city federation"),
            _("Opinion of the conferring body"),
        ],
        "departments": [words.DEPARTMENTS[row.department] for row in found.clearances.all()],  # type: ignore[attr-defined]
    }
    return render(request, "honours/desk/nomination_form.html", context)


urlpatterns = [
    path("honours/nominations/<uuid:uuid>/", nomination, name="nomination"),
    path("honours/nominations/<uuid:uuid>/act/", act, name="nomination_act"),
    path("honours/nominations/<uuid:uuid>/meeting/", meet, name="nomination_meet"),
    path("honours/nominations/<uuid:uuid>/department/", clear, name="nomination_clear"),
    path("honours/nominations/<uuid:uuid>/remark/", answer_nominee, name="nomination_remark"),
    path("honours/nominations/<uuid:uuid>/form/", paper, name="nomination_form"),
]
