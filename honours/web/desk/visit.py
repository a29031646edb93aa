"""One visit at the desk: where it stands, the next step, who goes and why, problems, pictures, history."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest
from honours import roles_outreach as roles
from honours.domain import outreach_pictures, visit_answers, visit_reports, visits
from honours.domain.refusals import HonourRefused
from honours.models import Visit, VisitCraftsman
from honours.web import visit_words
from honours.web.desk.nav import WHOLE_DESK, honours_page
from honours.web.desk.visit_forms import TriageForm
from honours.web.steps import take_step

at_the_desk = needs(*WHOLE_DESK)
organiser_only = needs(site_roles.ORGANISER)
OFFICE = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR)
S = Visit.State
A = VisitCraftsman.Answer


def visit_at_desk(request: PersonRequest, uuid: str) -> Visit:
    """The visit, if the person may know of it; else 404."""
    return get_object_or_404(Visit.objects.visible_to(request.user).for_list(), uuid=uuid)


@at_the_desk
@never_cache
def visit(request: PersonRequest, uuid: str) -> HttpResponse:
    found = visit_at_desk(request, uuid)
    if not request.user.has_role(*OFFICE):
        return redirect(found.my_url())  # a firm's contact has a page of their own
    return _page(request, found)


def _page(request: PersonRequest, found: Visit, *, form: forms.Form | None = None) -> HttpResponse:
    """The page; with a triage that was sent and is wrong."""
    user = request.user
    runs = bool(roles.can_run_visits(user))
    speaks = runs and bool(roles.can_speak_for_firm(user, found))
    people = found.craftsmen.select_related("worker__employer", "worker__user")  # type: ignore[attr-defined]
    steps = list(found.steps.select_related("by"))  # type: ignore[attr-defined]
    lacks = visit_reports.lacks_for_close(found) if found.state in (S.VISITED, S.FOLLOWED_UP) else ""
    initial = {"kind": found.kind, "urgency": found.urgency, "trade": found.trade_id}
    context = honours_page(request, "firm_visits") | {
        "visit": found,
        "kind": visit_words.STATE_KIND[S(found.state)],
        "urgency_kind": visit_words.URGENCY_KIND[Visit.Urgency(found.urgency)],
        "due_words": visit_words.due_words(found),
        "due_kind": visit_words.due_kind(found),
        "way": visit_words.way(found),
        "next": visit_words.NEXT.get(S(found.state), ""),
        "contact": found.contact.reveal() if runs and found.contact else "",
        "craftsmen": [
            {
                "row": one,
                "kind": visit_words.ANSWER_KIND[A(one.answer)],
                "reasons": visit_words.reason_words(one.reasons),
                "may_answer": found.state == S.MATCHED
                and one.answer != A.DROPPED
                and bool(roles.can_answer_invitation(user, one)),
            }
            for one in people
        ],
        "problems": list(found.problems.all()),  # type: ignore[attr-defined]
        "pictures": [
            {"row": one, "may_drop": bool(roles.can_drop_picture(user, one))}
            for one in outreach_pictures.visible_to(user).filter(visit=found)
        ],
        "stars": visit_words.stars(found.rating),
        "steps": steps,
        "weighed_on": next((step.on for step in reversed(steps) if step.to == S.MATCHED), None),
        "lacks": lacks,
        "triage": (form or TriageForm(initial=initial)) if runs and found.state == S.REQUESTED else None,
        "form": form,
        "may_match": runs and found.state == S.TRIAGED,
        "may_speak": speaks and found.state == S.MATCHED and found.firm_agreed_on is None,
        "may_record": runs and found.state == S.AGREED,
        "may_follow": runs and found.state in (S.VISITED, S.FOLLOWED_UP),
        "may_rate": speaks and found.state in (S.VISITED, S.FOLLOWED_UP) and found.rating is None,
        "may_close": runs and found.state in (S.VISITED, S.FOLLOWED_UP) and not lacks,
        "may_decline": runs and S.DECLINED in visits.MOVES[found.state],
        "may_cancel": runs and S.CANCELLED in visits.MOVES[found.state],
        "may_match_again": runs and found.state in (S.MATCHED, S.AGREED),
        "may_take_back": runs and found.state == S.VISITED and found.rating is None,
        "may_picture": runs and found.state in Visit.HELD,
    }
    return render(request, "honours/desk/firm_visit.html", context, status=422 if form else 200)


@organiser_only
@require_POST
def triage(request: PersonRequest, uuid: str) -> HttpResponse:
    """Takes the request on."""
    found = visit_at_desk(request, uuid)
    form = TriageForm(request.POST)
    if form.is_valid():
        try:
            visits.triage(visit=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            messages.error(request, str(refused))
            return redirect(found)
        messages.success(request, _("The request is accepted. Now find who fits."))
        return redirect("desk:firm_visit_match", found.uuid)
    return _page(request, found, form=form)


@organiser_only
@require_POST
def act(request: PersonRequest, uuid: str) -> HttpResponse:
    """Declines, cancels, goes back to the match, takes the report back, closes."""
    found = visit_at_desk(request, uuid)
    reason = request.POST.get("reason", "")[:300]
    by = request.user
    deeds: dict[str, Callable[[], Any]] = {
        "decline": lambda: visits.decline(visit=found, reason=reason, by=by),
        "cancel": lambda: visits.cancel(visit=found, reason=reason, by=by),
        "again": lambda: visit_answers.match_again(visit=found, reason=reason, by=by),
        "take_back": lambda: visit_reports.take_back(visit=found, reason=reason, by=by),
        "close": lambda: visit_reports.close(visit=found, by=by),
        "firm_yes": lambda: visit_answers.answer_for_firm(visit=found, yes=True, by=by),
        "firm_no": lambda: visit_answers.answer_for_firm(visit=found, yes=False, reason=reason, by=by),
    }
    moved = take_step(request, deeds)
    if moved is not None:
        said = _("%(visit)s: %(state)s.")
        messages.success(request, said % {"visit": moved.number, "state": moved.get_state_display()})
    return redirect(found)


@organiser_only
@require_POST
def answer(request: PersonRequest, uuid: str) -> HttpResponse:
    """What a craftsman without an account said on the telephone. uuid: of the invitation."""
    invited = get_object_or_404(VisitCraftsman.objects.select_related("visit"), uuid=uuid)
    said = request.POST.get("answer", "")
    if said not in ("yes", "no"):
        raise PermissionDenied(_("This step is not made here."))
    try:
        visit_answers.answer(invited=invited, yes=said == "yes", by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The craftsman's answer is kept."))
    return redirect(invited.visit)


urlpatterns = [
    path("honours/firm-visits/<uuid:uuid>/", visit, name="firm_visit"),
    path("honours/firm-visits/<uuid:uuid>/triage/", triage, name="firm_visit_triage"),
    path("honours/firm-visits/<uuid:uuid>/act/", act, name="firm_visit_act"),
    path("honours/firm-visits/invitations/<uuid:uuid>/answer/", answer, name="firm_visit_answer"),
]
