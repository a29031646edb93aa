"""Academies with their branches, bases and rooms; alliances and their member studios."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import academies as verbs
from academy.domain import alliances
from academy.domain.refusals import TrainingRefused
from academy.models import Academy, Alliance, Membership, Place, Studio
from academy.web.desk.academy_forms import (
    AcademyForm,
    AllianceForm,
    JoinForm,
    LeaveForm,
    NewAcademyForm,
    PlaceForm,
    StudioForm,
)
from academy.web.desk.class_nav import form_page
from academy.web.desk.nav import academy_page
from academy.web.desk.worker_choice import answer_status
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.models import Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

office_only = needs(*roles.OFFICE)
organiser_only = needs(site_roles.ORGANISER)
SECTION = "academies"


@office_only
@never_cache
def academies(request: PersonRequest) -> HttpResponse:
    """The academies as they belong together, the alliances, the studios."""
    today = timezone.localdate()
    serving = (Q(mentors__until=None) | Q(mentors__until__gte=today)) & Q(mentors__since__lte=today)
    found = Academy.objects.select_related("parent", "employer", "alliance").annotate(
        mentor_count=Count("mentors", filter=serving, distinct=True),
        class_count=Count("classes", distinct=True),
    )
    members = (Q(memberships__until=None) | Q(memberships__until__gte=today)) & Q(
        memberships__since__lte=today
    )
    context = academy_page(request, SECTION) | {
        "academies": _in_order(list(found)),
        "alliances": Alliance.objects.annotate(members=Count("memberships", filter=members)),
        "studios": Studio.objects.select_related("employer", "leader").annotate(
            alliance_count=Count("memberships", filter=members)
        ),
        "may_run": bool(roles.can_run_training(request.user)),
    }
    return render(request, "academy/desk/academies.html", context)


def _in_order(found: list[Any]) -> list[dict[str, Any]]:
    """Each academy with what belongs to it right below."""
    below: dict[int | None, list[Any]] = {}
    for one in found:
        below.setdefault(one.parent_id, []).append(one)
    rows: list[dict[str, Any]] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        one = waiting.pop()
        rows.append({"academy": one, "below": one.parent_id is not None})
        waiting += reversed(below.get(one.pk, []))
    return rows


# --- academies ---------------------------------------------------------------------------------------------


@office_only
@never_cache
def academy(request: PersonRequest, code: str) -> HttpResponse:
    """One academy and its rooms; the organiser adds one here."""
    found = get_object_or_404(Academy.objects.select_related("parent", "employer", "alliance"), code=code)
    form = PlaceForm(posted(request))
    if request.method == "POST":
        roles.can_run_training(request.user).or_refuse()
        if form.is_valid():
            try:
                verbs.add_place(academy=found, by=request.user, **form.cleaned_data)
            except TrainingRefused as refused:
                put_refusal(form, refused)
            else:
                messages.success(request, _("The room has been added."))
                return redirect("desk:academy_one", code)
    context = academy_page(request, SECTION) | {
        "academy": found,
        "places": found.places.annotate(held=Count("sessions")),
        "branches": found.branches.all(),
        "form": form,
        "may_run": bool(roles.can_run_training(request.user)),
    }
    return render(request, "academy/desk/academy.html", context, status=422 if form.is_bound else 200)


@organiser_only
@require_POST
def place_drop(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    place = get_object_or_404(Place, academy__code=code, pk=pk)
    try:
        verbs.drop_place(place=place, by=request.user)
    except TrainingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The room has been taken away."))
    return redirect("desk:academy_one", code)


@organiser_only
@never_cache
def academy_new(request: PersonRequest) -> HttpResponse:
    return _academy_form(request, NewAcademyForm(posted(request)), _("A new academy, branch or base"))


@organiser_only
@never_cache
def academy_edit(request: PersonRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Academy, code=code)
    return _academy_form(request, AcademyForm(posted(request), instance=found), _("Change the academy"))


def _academy_form(request: PersonRequest, form: AcademyForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kept = verbs.save_academy(academy=form.instance, by=request.user)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            return _kept(request, reverse("desk:academy_one", args=(kept.code,)))
    return _form(request, form, title)


# --- alliances ---------------------------------------------------------------------------------------------


@office_only
@never_cache
def alliance(request: PersonRequest, pk: int) -> HttpResponse:
    """An alliance and its members with their days; the organiser lets a studio join here."""
    found = get_object_or_404(Alliance, pk=pk)
    form = JoinForm(posted(request), initial={"since": timezone.localdate()})
    if request.method == "POST":
        roles.can_run_training(request.user).or_refuse()
        if form.is_valid():
            try:
                alliances.join(alliance=found, by=request.user, **form.cleaned_data)
            except TrainingRefused as refused:
                put_refusal(form, refused)
            else:
                messages.success(request, _("The studio is a member now."))
                return redirect("desk:alliance", pk)
    today = timezone.localdate()
    memberships = found.memberships.select_related("studio__employer").order_by("-since", "-pk")
    context = academy_page(request, SECTION) | {
        "alliance": found,
        "memberships": [
            {"membership": one, "past": one.until is not None and one.until < today} for one in memberships
        ],
        "form": form,
        "may_run": bool(roles.can_run_training(request.user)),
    }
    return render(request, "academy/desk/alliance.html", context, status=422 if form.is_bound else 200)


@organiser_only
@never_cache
def membership_leave(request: PersonRequest, pk: int) -> HttpResponse:
    """A studio leaves its alliance at the end of a day."""
    found = get_object_or_404(Membership.objects.select_related("studio", "alliance"), pk=pk)
    form = LeaveForm(posted(request), initial={"on": timezone.localdate()})
    back = reverse("desk:alliance", args=(found.alliance_id,))
    if request.method == "POST" and form.is_valid():
        try:
            alliances.leave(membership=found, by=request.user, **form.cleaned_data)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The studio leaves at the end of that day."))
            return redirect(back)
    title = _("%(studio)s leaves %(alliance)s") % {"studio": found.studio, "alliance": found.alliance}
    return _form(request, form, title, back=back)


@organiser_only
@never_cache
def alliance_new(request: PersonRequest) -> HttpResponse:
    return _alliance_form(request, AllianceForm(posted(request)), _("A new alliance"))


@organiser_only
@never_cache
def alliance_edit(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Alliance, pk=pk)
    return _alliance_form(request, AllianceForm(posted(request), instance=found), _("Change the alliance"))


def _alliance_form(request: PersonRequest, form: AllianceForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        kept = alliances.save_alliance(alliance=form.instance, by=request.user)
        return _kept(request, reverse("desk:alliance", args=(kept.pk,)))
    return _form(request, form, title)


# --- studios -----------------------------------------------------------------------------------------------


@organiser_only
@never_cache
def studio_new(request: PersonRequest) -> HttpResponse:
    return _studio_form(request, None, _("A new studio"))


@organiser_only
@never_cache
def studio_edit(request: PersonRequest, pk: int) -> HttpResponse:
    return _studio_form(request, get_object_or_404(Studio, pk=pk), _("Change the studio"))


def _studio_form(request: PersonRequest, studio: Studio | None, title: str) -> HttpResponse:
    leader = {"worker": studio.leader} if studio and studio.leader else {}
    among = Worker.objects.visible_to(request.user)
    form = StudioForm(posted(request), instance=studio, among=among, initial=leader)
    if request.method == "POST" and form.is_valid():
        form.instance.leader = form.cleaned_data["worker"]
        alliances.save_studio(studio=form.instance, by=request.user)
        return _kept(request, reverse("desk:academies"))
    return _form(request, form, title)


def _kept(request: PersonRequest, to: str) -> HttpResponse:
    messages.success(request, _("Kept."))
    return redirect(to)


def _form(request: PersonRequest, form: forms.BaseForm, title: str, *, back: str = "") -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        back=back or reverse("desk:academies"),
        section=SECTION,
        status=answer_status(form),
    )


urlpatterns = [
    path("academy/academies/", academies, name="academies"),
    path("academy/academies/new/", academy_new, name="academy_new"),
    path("academy/academies/<slug:code>/", academy, name="academy_one"),
    path("academy/academies/<slug:code>/edit/", academy_edit, name="academy_edit"),
    path("academy/academies/<slug:code>/rooms/<int:pk>/drop/", place_drop, name="place_drop"),
    path("academy/alliances/new/", alliance_new, name="alliance_new"),
    path("academy/alliances/<int:pk>/", alliance, name="alliance"),
    path("academy/alliances/<int:pk>/edit/", alliance_edit, name="alliance_edit"),
    path("academy/memberships/<int:pk>/leave/", membership_leave, name="membership_leave"),
    path("academy/studios/new/", studio_new, name="studio_new"),
    path("academy/studios/<int:pk>/", studio_edit, name="studio_edit"),
]
