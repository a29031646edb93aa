"""The targets of the yearly training plan: set, corrected, taken out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.domain import targets
from academy.models import TrainingClass, TrainingTarget
from academy.web.desk.nav import academy_page
from craft_site.kit.access import roles as needs
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

organisers = needs(roles.ORGANISER)


class _Digits(forms.TextInput):
    """A number as text: no spinner, and the digits on a phone."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", **(attrs or {})})


def _of(name: str) -> Any:
    """The column, whose words the form takes over."""
    return TrainingTarget._meta.get_field(name)


FIRST_YEAR, AHEAD = 2000, 5  # years that may be planned
MOST = 1_000_000


class TargetForm(forms.Form):
    """Set again for the same year and kind, a target is corrected."""

    year = forms.IntegerField(label=gettext_lazy("year"), min_value=FIRST_YEAR, widget=_Digits)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=TrainingClass.Kind.choices)
    sessions = forms.IntegerField(
        label=_of("sessions").verbose_name,
        help_text=_of("sessions").help_text,
        min_value=0,
        max_value=MOST,
        initial=0,
        widget=_Digits,
    )
    people = forms.IntegerField(
        label=_of("people").verbose_name,
        help_text=_of("people").help_text,
        min_value=0,
        max_value=MOST,
        initial=0,
        widget=_Digits,
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        last = timezone.localdate().year + AHEAD
        if year > last:
            raise forms.ValidationError(_("Plan up to %(year)d.") % {"year": last})
        return year

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not given["sessions"] and not given["people"]:
            self.add_error("sessions", _("Give a number of sessions or of people."))
        return given


@organisers
@never_cache
def training_plan(request: PersonRequest) -> HttpResponse:
    form = TargetForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        targets.set_target(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:training_plan")
    context = academy_page(request, "academy") | {"form": form, "targets": TrainingTarget.objects.all()}
    return render(request, "academy/desk/training_plan.html", context, status=422 if form.errors else 200)


@organisers
@require_POST
def drop(request: PersonRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(TrainingTarget, pk=pk)
    targets.drop_target(target=target, by=request.user)
    messages.success(request, _("“%(target)s” is no longer part of the plan.") % {"target": target})
    return redirect("desk:training_plan")


urlpatterns = [
    path("academy/plan/", training_plan, name="training_plan"),
    path("academy/plan/<int:pk>/drop/", drop, name="training_target_drop"),
]
