"""The long steps of a visit at the desk, a page each: the match, the report, the follow-up, the rating on paper."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest
from honours.domain import engagements, visit_matching, visit_reports, visits
from honours.domain.refusals import HonourRefused
from honours.domain.visit_reports import Found, Report
from honours.models import Visit
from honours.rules.visit_match import WEIGHTS
from honours.web import visit_words
from honours.web.desk.nav import form_page, honours_page
from honours.web.desk.visit import visit_at_desk
from honours.web.desk.visit_forms import FollowForm, MatchForm, ProblemFormSet, RateForm, ReportForm
from honours.web.fields import put_refusal

organiser_only = needs(site_roles.ORGANISER)
S = Visit.State


def _not_now(request: PersonRequest, found: Visit) -> HttpResponse:
    messages.error(request, _("The visit cannot do this step now."))
    return redirect(found)


@organiser_only
@never_cache
def match(request: PersonRequest, uuid: str) -> HttpResponse:
    """Who fits and why; people decide."""
    found = visit_at_desk(request, uuid)
    if found.state != S.TRIAGED:
        return _not_now(request, found)
    candidates = visit_matching.candidates(found, year=timezone.localdate().year)
    form = MatchForm(
        posted(request), keys=[one.worker.pk for one in candidates], initial={"place": found.place}
    )
    if request.method == "POST" and form.is_valid():
        try:
            visits.match(
                visit=found,
                workers=form.chosen(),
                planned_on=form.cleaned_data["planned_on"],
                place=form.cleaned_data["place"],
                unless_busy=not form.cleaned_data["both"],
                by=request.user,
            )
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Proposed: the firm and the craftsmen are asked."))
            return redirect(found)
    taken = engagements.coming([one.worker.pk for one in candidates])
    ticked = set(request.POST.getlist("workers"))
    context = honours_page(request, "firm_visits") | {
        "visit": found,
        "form": form,
        "candidates": [
            {
                "worker": one.worker,
                "score": one.fit.score,
                "former": one.fit.former,
                "taken": taken.get(one.worker.pk, ()),
                "reasons": visit_words.reason_words(reason.as_data() for reason in one.fit.reasons),
                "ticked": str(one.worker.pk) in ticked,
            }
            for one in candidates
        ],
        "weights": [{"label": visit_words.REASONS[key], "most": most} for key, most in WEIGHTS.items()],
    }
    return render(request, "honours/desk/firm_visit_match.html", context, status=422 if form.errors else 200)


@organiser_only
@never_cache
def report(request: PersonRequest, uuid: str) -> HttpResponse:
    """Writes down that it took place and what came of it."""
    found = visit_at_desk(request, uuid)
    if found.state != S.AGREED:
        return _not_now(request, found)
    form = ReportForm(posted(request), visit=found)
    problems = ProblemFormSet(
        posted(request),
        initial=[{"text": found.problem[:200], "kind": found.kind}] if request.method == "GET" else None,
        prefix="problem",
    )
    if request.method == "POST" and all([form.is_valid(), problems.is_valid()]):
        rows = [one for one in problems.forms if one.cleaned_data]
        told = Report(
            problems=[Found(**one.cleaned_data) for one in rows],
            **form.cleaned_data,
        )
        try:
            visit_reports.record(visit=found, report=told, by=request.user)
        except HonourRefused as refused:
            if refused.field == "problems":
                problems.non_form_errors().append(str(refused))
            elif refused.field.startswith("problems."):
                _start, n, name = refused.field.split(".")
                rows[int(n)].add_error(name, str(refused))
            else:
                put_refusal(form, refused)
        else:
            messages.success(request, _("The visit is written down; the growth records have their line."))
            return redirect(found)
    wrong = bool(form.errors) or bool(problems.is_bound and problems.total_error_count())
    context = honours_page(request, "firm_visits") | {"visit": found, "form": form, "formset": problems}
    return render(request, "honours/desk/firm_visit_report.html", context, status=422 if wrong else 200)


@organiser_only
@never_cache
def follow(request: PersonRequest, uuid: str) -> HttpResponse:
    """Somebody asked again: what is solved by now, and when to ask about the rest."""
    found = visit_at_desk(request, uuid)
    if found.state not in (S.VISITED, S.FOLLOWED_UP):
        return _not_now(request, found)
    form = FollowForm(posted(request), visit=found)
    if request.method == "POST" and form.is_valid():
        try:
            visit_reports.follow_up(visit=found, by=request.user, **form.values())
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The follow-up is kept."))
            return redirect(found)
    return _form(request, found, form, _("Follow up on %(visit)s") % {"visit": found})


@organiser_only
@never_cache
def rate(request: PersonRequest, uuid: str) -> HttpResponse:
    """The rating of a firm without an account, as it stands on paper."""
    found = visit_at_desk(request, uuid)
    form = RateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            visit_reports.rate(visit=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The rating is kept."))
            return redirect(found)
    return _form(request, found, form, _("Rating of %(visit)s") % {"visit": found})


def _form(request: PersonRequest, found: Visit, form: Any, title: str) -> HttpResponse:
    return form_page(request, form, section="firm_visits", title=title, back=found.get_absolute_url())


urlpatterns = [
    path("honours/firm-visits/<uuid:uuid>/match/", match, name="firm_visit_match"),
    path("honours/firm-visits/<uuid:uuid>/report/", report, name="firm_visit_report"),
    path("honours/firm-visits/<uuid:uuid>/follow-up/", follow, name="firm_visit_follow"),
    path("honours/firm-visits/<uuid:uuid>/rating/", rate, name="firm_visit_rate"),
]
