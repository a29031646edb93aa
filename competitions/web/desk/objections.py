"""What the public says against results, and the office's answers; and the clocks and contacts of an event."""

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import event_setup, publicity
from competitions.models import Event, Objection
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

may_enter = needs(site_roles.ORGANISER, site_roles.SUPERVISOR)
SHOWN = 200


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was answered, and how"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AppealRulesForm(forms.ModelForm):
    class Meta:
        model = Event
        fields = (
            "appeal_minutes",
            "answer_minutes",
            "second_minutes",
            "late_appeals",
            "objection_phone",
            "objection_mail",
        )


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    roles.can_answer_objections(request.user, event).or_refuse()
    return event


@may_enter
@never_cache
def objections(request: PersonRequest, code: str) -> HttpResponse:
    """What waits for an answer first."""
    event = _event(request, code)
    found = (
        Objection.objects.visible_to(request.user)
        .filter(release__event=event)
        .select_related("release__event", "answered_by")
        .order_by(F("answered_at").desc(nulls_first=True), "-pk")[:SHOWN]
    )
    rows = [
        {
            "objection": objection,
            "name": objection.name.reveal(),
            "phone": objection.phone.reveal(),
            "text": objection.text.reveal(),
            "answer": objection.answer.reveal(),
            "form": AnswerForm(auto_id=f"o{objection.pk}_%s"),
        }
        for objection in found
    ]
    context = desk_page(request, event, "objections") | {"rows": rows}
    return render(request, "competitions/desk/objections.html", context)


@may_enter
@require_POST
def objection_answer(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """Records the answer."""
    event = _event(request, code)
    found = get_object_or_404(
        Objection.objects.visible_to(request.user)
        .filter(release__event=event)
        .select_related("release__event"),
        uuid=uuid,
    )
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the answer that was given."))
        return redirect("desk:objections", code)
    try:
        publicity.answer(objection=found, text=form.cleaned_data["text"], by=request.user)
    except publicity.ObjectionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Recorded."))
    return redirect("desk:objections", code)


@needs(site_roles.ORGANISER)
def event_appeals(request: PersonRequest, code: str) -> HttpResponse:
    """The clocks of appeals, and where objections go."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    form = AppealRulesForm(request.POST or None, instance=event)
    for name in event_setup.fixed_fields(event) & set(form.fields):
        form.fields[name].disabled = True
        form.fields[name].help_text = _("Fixed since the event has come this far.")
    if request.method == "POST" and form.is_valid():
        try:
            event_setup.edit_event(event=event, fields=form.cleaned_data, by=request.user)
        except event_setup.SetupRefused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:event_setup", event.code)
    context = desk_page(request, event, "setup") | {"form": form}
    return render(request, "competitions/desk/event_appeals.html", context)


urlpatterns = [
    path("events/<slug:code>/objections/", objections, name="objections"),
    path("events/<slug:code>/objections/<uuid:uuid>/", objection_answer, name="objection_answer"),
    path("events/<slug:code>/appeal-rules/", event_appeals, name="event_appeals"),
]
