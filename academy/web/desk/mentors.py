"""Mentors at the desk: who is appointed, what they taught and how it was found; appointing, and ending a term."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from academy import roles
from academy.domain import academies as verbs
from academy.domain import feeds
from academy.domain.mentors import rows
from academy.domain.refusals import TrainingRefused
from academy.models import Academy, Mentor, Studio, TrainingClass
from academy.web.desk.class_nav import OFFICE_AND_FIRMS, form_page
from academy.web.desk.mentor_tables import MentorFilter, MentorTable, term_of, workbook
from academy.web.desk.nav import academy_page
from academy.web.desk.worker_choice import WorkerChoice, answer_status
from academy.web.fields import put_refusal
from craft_site.kit import ical
from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.models import Trade, Worker
from craft_site.people.models.trade import Grade
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(*OFFICE_AND_FIRMS)
organiser_only = needs(site_roles.ORGANISER)
SHOWN = 20


class AppointForm(WorkerChoice):
    """The letter of appointment: for whom, by which academy, for what and how long."""

    academy = forms.ModelChoiceField(label=gettext_lazy("Academy"), queryset=Academy.objects.all())
    letter_no = forms.CharField(label=gettext_lazy("Number of the letter of appointment"), max_length=40)
    trade = forms.ModelChoiceField(label=gettext_lazy("Trade"), queryset=Trade.objects.all())
    grade = forms.TypedChoiceField(
        label=gettext_lazy("Level"), coerce=int, choices=[("", "---------"), *Grade.choices]
    )
    since = DateField(label=gettext_lazy("Appointed from"))
    until = DateField(
        label=gettext_lazy("Appointed until"),
        required=False,
        help_text=gettext_lazy("Empty: until it is ended."),
    )
    studio = forms.ModelChoiceField(
        label=gettext_lazy("Studio"),
        queryset=Studio.objects.all(),
        required=False,
        help_text=gettext_lazy("It must be a member of the academy's alliance on the first day."),
    )
    publicity = forms.BooleanField(
        label=gettext_lazy("The mentor has agreed to be named on public pages"), required=False
    )


class EndForm(forms.Form):
    on = DateField(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class MentorList(DeskList):
    """Every appointment for the office, those of the firm's people for a contact."""

    access = frozenset(OFFICE_AND_FIRMS)
    table_class = MentorTable
    filterset_class = MentorFilter
    template_name = "academy/desk/mentors.html"
    table_pagination = {"per_page": 25}

    def get_queryset(self) -> Any:
        return Mentor.objects.visible_to(self.request.user).for_desk()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        table = context["table"]
        shown = [row.record for row in table.paginated_rows]
        table.computed = {row.mentor.pk: row for row in rows(shown)}
        may_run = bool(roles.can_run_training(self.request.user))
        return context | academy_page(self.request, "mentors") | {"may_run": may_run}


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = MentorFilter(request.GET, queryset=Mentor.objects.visible_to(request.user).for_desk())
    if not found.is_valid():
        return redirect(f"{reverse('desk:mentors')}?{request.GET.urlencode()}")
    return workbook(rows(list(found.qs))).response(_("Mentors"))


def _mentor(request: PersonRequest, uuid: UUID) -> Mentor:
    return get_object_or_404(Mentor.objects.visible_to(request.user).for_desk(), uuid=uuid)


@at_the_desk
@never_cache
def mentor(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One appointment: the letter, what was taught, what is still to come."""
    found = _mentor(request, uuid)
    [computed] = rows([found])
    coming = (
        found.sessions.filter(ends_at__gte=timezone.now(), training_class__in=_classes(request))
        .select_related("training_class__programme", "place")
        .order_by("starts_at")[:SHOWN]
    )
    context = academy_page(request, "mentors") | {
        "mentor": found,
        "term": term_of(found),
        "serves": found.serves(),
        "computed": computed,
        "coming": coming,
        "may_run": bool(roles.can_run_training(request.user)),
        "ended": found.until is not None and found.until < timezone.localdate(),
    }
    return render(request, "academy/desk/mentor.html", context)


def _classes(request: PersonRequest) -> Any:
    return TrainingClass.objects.visible_to(request.user).values("pk")


@organiser_only
@never_cache
def appoint(request: PersonRequest) -> HttpResponse:
    """Appoints a worker as mentor."""
    form = AppointForm(
        posted(request),
        among=Worker.objects.visible_to(request.user),
        initial={"since": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        answers = {name: value for name, value in form.cleaned_data.items() if name != "find"}
        try:
            made = verbs.appoint(by=request.user, **answers)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s is appointed.") % {"name": made.worker.name})
            return redirect("desk:mentor", made.uuid)
    return form_page(
        request,
        form,
        title=_("Appoint a mentor"),
        submit=_("Appoint"),
        back=reverse("desk:mentors"),
        section="mentors",
        status=answer_status(form),
    )


@organiser_only
@never_cache
def end(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Ends an appointment on a day, with the reason."""
    found = _mentor(request, uuid)
    form = EndForm(posted(request), initial={"on": timezone.localdate()})
    back = reverse("desk:mentor", args=(uuid,))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.end_appointment(mentor=found, by=request.user, **form.cleaned_data)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The appointment ends on that day."))
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("End the appointment of %(name)s") % {"name": found.worker.name},
        intro=_("What was taught stays. Pairs of master and apprentice are not touched by this."),
        submit=_("End the appointment"),
        back=back,
        section="mentors",
        status=422 if form.is_bound else 200,
    )


@at_the_desk
def calendar(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """A mentor's sessions for a calendar program; the file is named after the letter, not the person."""
    found = _mentor(request, uuid)
    return ical.response(_("Mentor %(letter)s") % {"letter": found.letter_no}, feeds.mentor_feed([found]))


urlpatterns = [
    path("academy/mentors/", MentorList.as_view(), name="mentors"),
    path("academy/mentors/export/", export, name="mentors_export"),
    path("academy/mentors/appoint/", appoint, name="mentor_appoint"),
    path("academy/mentors/<uuid:uuid>/", mentor, name="mentor"),
    path("academy/mentors/<uuid:uuid>/end/", end, name="mentor_end"),
    path("academy/mentors/<uuid:uuid>/calendar.ics", calendar, name="mentor_calendar"),
]
