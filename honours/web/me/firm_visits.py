"""One visit for those whom it concerns: the firm asks, agrees, rates; the craftsman answers for themselves."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.kit.access import signed_in
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest
from honours import roles_outreach as roles
from honours.domain import outreach_pictures, visit_answers, visit_reports, visits
from honours.domain.refusals import HonourRefused
from honours.models import OutreachPicture, Visit, VisitCraftsman
from honours.web import visit_words
from honours.web.desk.visit_forms import RateForm, RequestForm
from honours.web.fields import put_refusal
from honours.web.steps import add_picture as add_picture_to

contacts = needs(site_roles.EMPLOYER)
S = Visit.State
A = VisitCraftsman.Answer


def _mine(request: PersonRequest, uuid: str) -> Visit:
    """A visit of one's own firm, or one to which one was asked; else 404, whatever one may see at the desk."""
    user = request.user
    seen = Visit.objects.visible_to(user).for_list()
    found = get_object_or_404(seen, uuid=uuid)
    if roles.is_contact(user, found.employer_id):
        return found
    return get_object_or_404(seen.filter(craftsmen__worker__user=user), uuid=uuid)


def _form(request: PersonRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "heading": title,
        "cancel_url": back,
        "me_nav": me_nav(request),
        "submit": "",
        "multipart": False,
    } | more
    return render(request, "honours/me/form.html", context, status=422 if form.is_bound else 200)


@contacts
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """The firm asks for help."""
    employer = request.user.employer
    if employer is None:
        raise PermissionDenied(_("Your account belongs to no firm yet: ask the office."))
    form = RequestForm(posted(request), initial={"contact": request.user.name})
    if request.method == "POST" and form.is_valid():
        try:
            made = visits.request(employer=employer, asked=form.asked(), by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The office has your request %(number)s.") % {"number": made.number})
            return redirect(made.my_url())
    title, back = _("Ask craftsmen for help"), reverse("me:outreach")
    return _form(request, form, title, back, submit=_("Send the request"))


@signed_in
@never_cache
def visit(request: PersonRequest, uuid: str) -> HttpResponse:
    """Where it stands and what is mine to do."""
    return _page(request, _mine(request, uuid))


def _page(
    request: PersonRequest, found: Visit, *, wrong: str = "", said: str = "", action: str = ""
) -> HttpResponse:
    """The page; wrong: what is wrong with the reason that came with an action."""
    user = request.user
    speaks = roles.is_contact(user, found.employer_id)
    people = list(found.craftsmen.select_related("worker__employer"))  # type: ignore[attr-defined]
    invited = next((one for one in people if one.worker.user_id == user.pk and one.answer != A.DROPPED), None)
    comes = invited is not None and invited.answer == A.YES
    rates = speaks and found.state in (S.VISITED, S.FOLLOWED_UP) and found.rating is None
    context = {
        "visit": found,
        "kind": visit_words.STATE_KIND[S(found.state)],
        "way": visit_words.way(found),
        "next": visit_words.next_words(found, for_firm=speaks),
        "wrong": wrong,
        "problem": [{"text": wrong, "url": "#cancel-reason" if action == "cancel" else "#reason"}]
        if wrong
        else [],
        "said": said,
        "action": action,
        "contact": found.contact.reveal() if found.contact and (speaks or comes) else "",
        "craftsmen": [
            {"row": one, "kind": visit_words.ANSWER_KIND[A(one.answer)]}
            for one in people
            if one.answer != A.DROPPED
        ],
        "problems": list(found.problems.all()),  # type: ignore[attr-defined]
        "pictures": [
            {"row": one, "may_drop": one.made_by_id == user.pk}
            for one in outreach_pictures.visible_to(user).filter(visit=found)
        ],
        "last": found.steps.last(),  # type: ignore[attr-defined]
        "stars": visit_words.stars(found.rating),
        "speaks": speaks,
        "invited": invited,
        "reasons": visit_words.reason_words(invited.reasons) if invited else [],
        "may_agree": speaks and found.state == S.MATCHED and found.firm_agreed_on is None,
        "may_answer": invited is not None and found.state == S.MATCHED,
        "may_rate": rates,
        "may_cancel": speaks and S.CANCELLED in visits.MOVES[found.state],
        "may_picture": found.state in Visit.HELD and bool(roles.can_add_picture(user, found)),
        "may_publish": speaks and found.state in Visit.HELD and found.rating is not None,
        "may_name": comes and found.state in (S.AGREED, *Visit.HELD),
        "me_nav": me_nav(request),
        "page_title": found.problem[:40],
    }
    return render(request, "honours/me/firm_visit.html", context, status=422 if wrong else 200)


@signed_in
@require_POST
def act(request: PersonRequest, uuid: str) -> HttpResponse:
    """The firm agrees or not, cancels, allows publication; the craftsman comes or not, and may be named or not."""
    found = _mine(request, uuid)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")[:300]
    by = request.user
    invited = found.craftsmen.filter(worker__user=by).first()  # type: ignore[attr-defined]
    named = request.POST.get("may_name") == "yes"
    try:
        if action in ("agree", "disagree"):
            visit_answers.answer_for_firm(visit=found, yes=action == "agree", reason=reason, by=by)
        elif action == "cancel":
            visits.cancel(visit=found, reason=reason, by=by)
        elif action in ("publish", "unpublish"):
            visit_reports.say_published(visit=found, may_publish=action == "publish", by=by)
        elif action in ("come", "stay") and invited:
            visit_answers.answer(invited=invited, yes=action == "come", words=reason, may_name=named, by=by)
        elif action in ("name", "unname") and invited:
            visit_answers.say_named(invited=invited, named=action == "name", by=by)
        else:
            raise PermissionDenied(_("This step is not made here."))
    except HonourRefused as refused:
        if refused.field == "reason":
            return _page(request, found, wrong=str(refused), said=reason, action=action)
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your answer is kept."))
    return redirect(found.my_url())


@contacts
@never_cache
def rate(request: PersonRequest, uuid: str) -> HttpResponse:
    """The firm rates the visit."""
    found = _mine(request, uuid)
    form = RateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            visit_reports.rate(visit=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Thank you. Your rating is kept."))
            return redirect(found.my_url())
    return _form(request, form, _("Rate the visit"), found.my_url())


@signed_in
@never_cache
def add_picture(request: PersonRequest, uuid: str) -> HttpResponse:
    """A picture from whoever was there."""
    found = _mine(request, uuid)
    roles.can_add_picture(request.user, found).or_refuse()
    form = add_picture_to(request, found)
    if form is None:
        return redirect(found.my_url())
    return _form(request, form, _("Add a picture of the visit"), found.my_url(), multipart=True)


@signed_in
@require_POST
def drop_picture(request: PersonRequest, uuid: str) -> HttpResponse:
    """Takes one's own picture away."""
    mine = OutreachPicture.objects.filter(made_by=request.user, visit__isnull=False)
    found = get_object_or_404(mine.select_related("visit", "talk", "file"), uuid=uuid)
    visit = found.visit
    assert visit is not None
    outreach_pictures.drop(picture=found, by=request.user)
    messages.success(request, _("The picture is gone."))
    return redirect(visit.my_url())


urlpatterns = [
    path("firm-visits/new/", new, name="firm_visit_new"),
    path("firm-visits/<uuid:uuid>/", visit, name="firm_visit"),
    path("firm-visits/<uuid:uuid>/act/", act, name="firm_visit_act"),
    path("firm-visits/<uuid:uuid>/rate/", rate, name="firm_visit_rate"),
    path("firm-visits/<uuid:uuid>/picture/", add_picture, name="firm_visit_picture"),
    path("firm-visits/pictures/<uuid:uuid>/drop/", drop_picture, name="firm_visit_picture_drop"),
]
