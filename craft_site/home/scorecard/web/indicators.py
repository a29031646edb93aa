"""Indicators at the desk: the list, one with its measures in a plain form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from craft_site.home.scorecard import roles
from craft_site.home.scorecard.counters import registry
from craft_site.home.scorecard.domain import indicators
from craft_site.home.scorecard.domain.indicators import MeasureGiven
from craft_site.home.scorecard.models import Indicator, Measure
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.home.scorecard.web.nav import scorecard_page
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import numeric, posted
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
office = needs(*roles.OFFICE)
MOST_MEASURES, SPARE = 10, 2
TAKEN = frozenset({"new", "publish", "close"})  # addresses of their own, as those of versions are: v1


class IndicatorForm(forms.ModelForm):
    class Meta:
        model = Indicator
        fields = ("code", "name", "name_en", "group", "position", "leading", "shares", "in_use")
        widgets = {"position": numeric()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in TAKEN or (code[:1] == "v" and code[1:].isdigit()):
            raise forms.ValidationError(_("Choose another code."))
        return code


class MeasureForm(forms.Form):
    """One measure; a form whose code is empty is none."""

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Empty: no such measure."),
    )
    name = forms.CharField(label=pgettext_lazy("measure", "Name"), max_length=60, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=12, required=False)
    unit_en = forms.CharField(label=gettext_lazy("Unit in English"), max_length=30, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Measure.Kind.choices, required=False)
    counter = forms.CharField(
        label=gettext_lazy("Counted by"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("One of the counters named below; empty where numbers are typed in."),
    )

    def clean_counter(self) -> str:
        key: str = self.cleaned_data["counter"].strip()
        if key and not registry.is_known(key):
            raise forms.ValidationError(_("Nothing counts “%(key)s”.") % {"key": key})
        return key

    def given(self) -> MeasureGiven | None:
        values = dict(self.cleaned_data)
        values["kind"] = values["kind"] or Measure.Kind.NUMBER
        return MeasureGiven(**values) if values["code"] else None


def _measure_forms(indicator: Indicator, request: PersonRequest) -> Any:
    kept = [
        {name: getattr(one, name) for name in MeasureForm.base_fields}
        for one in Measure.objects.filter(indicator=indicator if indicator.pk else None)
    ]
    several = forms.formset_factory(
        MeasureForm, extra=SPARE, max_num=MOST_MEASURES, absolute_max=MOST_MEASURES
    )
    return several(posted(request), initial=kept, prefix="m")


@office
@never_cache
def index(request: PersonRequest) -> HttpResponse:
    """All indicators in their order, with their measures and what counts them."""
    context = scorecard_page(request, "indicators") | {
        "indicators": Indicator.objects.prefetch_related("measures"),
        "may_keep": bool(roles.can_keep(request.user)),
    }
    return render(request, "home/scorecard/desk/indicators.html", context)


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    return _edit(request, Indicator(), _("New indicator"))


@organiser_only
@never_cache
def edit(request: PersonRequest, code: str) -> HttpResponse:
    return _edit(request, get_object_or_404(Indicator, code=code), _("Change the indicator"))


def _edit(request: PersonRequest, indicator: Indicator, heading: str) -> HttpResponse:
    form = IndicatorForm(posted(request), instance=indicator)
    measures = _measure_forms(indicator, request)
    if request.method == "POST" and all([form.is_valid(), measures.is_valid()]):
        given = [one for each in measures if (one := each.given()) is not None]
        try:
            indicators.save_indicator(indicator=form.save(commit=False), measures=given, by=request.user)
        except ScorecardRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The indicator is kept."))
            return redirect("desk:scorecard_indicators")
    context = scorecard_page(request, "indicators") | {
        "form": form,
        "measures": measures,
        "heading": heading,
        "counters": [
            {"key": f"{key}:…" if key in registry.FAMILIES else key, "label": label}
            for key, label in registry.LABELS.items()
        ],
        "cancel_url": reverse("desk:scorecard_indicators"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "home/scorecard/desk/indicator.html", context, status=status)


urlpatterns = [
    path("scorecard/indicators/", index, name="scorecard_indicators"),
    path("scorecard/indicators/new/", new, name="scorecard_indicator_new"),
    path("scorecard/indicators/<slug:code>/", edit, name="scorecard_indicator"),
]
