"""The rules for masters and apprentices at the desk: the list, from a template, changed until the first signature."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from academy.domain import pair_schemes as verbs
from academy.domain.pair_moves import PairRefused, rules_of
from academy.files import programmes
from academy.files.pair_schemes import templates, written
from academy.models import Academy, PairScheme
from academy.rules import pairing
from academy.web import pair_words
from academy.web.desk.nav import academy_page
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs_role
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import numeric, posted
from craft_site.people.web.requests import PersonRequest

organiser_only = needs_role(site_roles.ORGANISER)


class SchemeForm(forms.Form):
    """The numbers as fields; duties and rewards as the text that the templates are written in."""

    name = forms.CharField(label=gettext_lazy("Name of the rules"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=160, required=False)
    academy = forms.ModelChoiceField(
        label=gettext_lazy("Academy"), queryset=Academy.objects.all(), required=False
    )
    least = forms.IntegerField(
        label=gettext_lazy("Apprentices a master, at least"),
        min_value=1,
        max_value=50,
        widget=numeric(size="3"),
    )
    most = forms.IntegerField(
        label=gettext_lazy("Apprentices a master, at most"),
        min_value=1,
        max_value=50,
        widget=numeric(size="3"),
    )
    months_least = forms.IntegerField(
        label=gettext_lazy("Months of a pair, at least"), min_value=1, max_value=120, widget=numeric(size="3")
    )
    months_most = forms.IntegerField(
        label=gettext_lazy("Months of a pair, at most"), min_value=1, max_value=120, widget=numeric(size="3")
    )
    pass_mark = forms.IntegerField(
        label=gettext_lazy("Pass mark at completion"), min_value=0, max_value=100, widget=numeric(size="3")
    )
    mid_mark = forms.IntegerField(
        label=gettext_lazy("Pass mark of each part at half time"),
        min_value=0,
        max_value=100,
        widget=numeric(size="3"),
    )
    remind_day = forms.IntegerField(
        label=gettext_lazy("The log is due on day"),
        min_value=1,
        max_value=pairing.LAST_DAY_OF_ALL,
        widget=numeric(size="3"),
    )
    overdue_day = forms.IntegerField(
        label=gettext_lazy("Overdue on day, in the next month"),
        min_value=1,
        max_value=pairing.LAST_DAY_OF_ALL,
        widget=numeric(size="3"),
    )
    reward_months = forms.IntegerField(
        label=gettext_lazy("Months after signing in which results are rewarded"),
        min_value=1,
        max_value=600,
        widget=numeric(size="3"),
    )
    more = forms.CharField(
        label=gettext_lazy("Duties and rewards"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy("As in the template: the words of each side, and the rules of rewards."),
    )

    def __init__(self, *args: Any, base: dict[str, Any], frozen: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = initial_of(base) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.base = base
        for name, field in self.fields.items():
            field.disabled = frozen and name not in ("name", "name_en", "academy")

    def clean_more(self) -> dict[str, Any]:
        try:
            return programmes.read(self.cleaned_data["more"] or "duties: {}")
        except programmes.YamlFault as fault:
            raise ValidationError(str(fault)) from fault

    def data_read(self) -> dict[str, Any]:
        """The whole rules, with what the form does not show kept."""
        given = self.cleaned_data
        more = given["more"]
        rewards = more.get("rewards") or []
        return self.base | {
            "name": given["name"],
            "name_en": given["name_en"],
            "apprentices": {"least": given["least"], "most": given["most"]},
            "months": self.base.get("months", {})
            | {"least": given["months_least"], "most": given["months_most"]},
            "log": {"remind_day": given["remind_day"], "overdue_day": given["overdue_day"]},
            "pass_mark": given["pass_mark"],
            "mid_mark": given["mid_mark"],
            "duties": more.get("duties") or {},
            "rewards": {"within_months": given["reward_months"], "rules": rewards},
        }


class NewSchemeForm(SchemeForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=50,
        validators=[validate_slug],
        help_text=gettext_lazy("Latin letters, digits and hyphens."),
    )
    field_order = ("code", "name", "name_en")


def initial_of(data: dict[str, Any]) -> dict[str, Any]:
    rules = pairing.read(data)
    more = {"duties": data.get("duties") or {}, "rewards": (data.get("rewards") or {}).get("rules") or []}
    return {
        "least": rules.least,
        "most": rules.most,
        "months_least": rules.months_least,
        "months_most": rules.months_most,
        "pass_mark": rules.pass_mark,
        "mid_mark": rules.mid_mark,
        "remind_day": rules.remind_day,
        "overdue_day": rules.overdue_day,
        "reward_months": rules.reward_months,
        "more": written(json.loads(json.dumps(more))),
    }


@organiser_only
@never_cache
def schemes(request: PersonRequest) -> HttpResponse:
    """The rules there are, and the templates to make others from."""
    found = PairScheme.objects.annotate(pairs_there=Count("pairs")).select_related("academy")
    context = academy_page(request, "pairs") | {
        "schemes": [
            {"scheme": one, "lines": rule_lines(rules_of(one)), "pairs": one.pairs_there} for one in found
        ],
        "templates": [
            {
                "code": code,
                "name": in_language(data["name"], data.get("name_en", "")),
                "lines": rule_lines(pairing.read(data)),
            }
            for code, data in templates().items()
        ],
    }
    return render(request, "academy/desk/pair_schemes.html", context)


def rule_lines(rules: pairing.Rules) -> list[str]:
    """The rules in a few lines."""
    return [
        _("%(least)d to %(most)d apprentices a master") % {"least": rules.least, "most": rules.most},
        _("%(least)d to %(most)d months") % {"least": rules.months_least, "most": rules.months_most},
        _("Log due on day %(remind)d, overdue on day %(overdue)d of the next month")
        % {"remind": rules.remind_day, "overdue": rules.overdue_day},
        *(pair_words.reward_words(rule) for rule in rules.rewards),
    ]


@organiser_only
@never_cache
def new(request: PersonRequest, template: str) -> HttpResponse:
    """Rules after a template, with numbers of one's own."""
    base = templates().get(template)
    if base is None:
        raise Http404
    initial = {"code": template, "name": base["name"], "name_en": base.get("name_en", "")}
    form = NewSchemeForm(posted(request), base=base, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verbs.create(
                code=given["code"],
                data=form.data_read(),
                name=given["name"],
                name_en=given["name_en"],
                academy=given["academy"],
                by=request.user,
            )
        except PairRefused as refused:
            put_refusal(form, refused, {"data": "more"})
        else:
            messages.success(request, _("The rules are kept."))
            return redirect("desk:pair_schemes")
    return _form_page(request, form, title=_("New rules for pairs"))


@organiser_only
@never_cache
def edit(request: PersonRequest, code: str) -> HttpResponse:
    """Everything before the first signature, the name and the academy afterwards."""
    scheme = get_object_or_404(PairScheme, code=code)
    frozen = verbs.is_frozen(scheme)
    initial = {"name": scheme.name, "name_en": scheme.name_en, "academy": scheme.academy_id}
    form = SchemeForm(posted(request), base=scheme.data, frozen=frozen, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verbs.change(
                scheme=scheme,
                data=scheme.data if frozen else form.data_read(),
                name=given["name"],
                name_en=given["name_en"],
                academy=given["academy"],
                by=request.user,
            )
        except PairRefused as refused:
            put_refusal(form, refused, {"data": "more"})
        else:
            messages.success(request, _("The rules have been changed."))
            return redirect("desk:pair_schemes")
    intro = (
        _("Agreements are signed under these rules, so they stand: only name and academy can change.")
        if frozen
        else ""
    )
    return _form_page(request, form, title=_("Change the rules"), intro=intro)


def _form_page(request: PersonRequest, form: SchemeForm, *, title: str, intro: str = "") -> HttpResponse:
    context = academy_page(request, "pairs") | {
        "form": form,
        "heading": title,
        "submit": _("Save"),
        "intro": intro,
        "cancel_url": reverse("desk:pair_schemes"),
    }
    return render(request, "academy/desk/form.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("academy/pair-rules/", schemes, name="pair_schemes"),
    path("academy/pair-rules/new/<slug:template>/", new, name="pair_scheme_new"),
    path("academy/pair-rules/<slug:code>/", edit, name="pair_scheme"),
]
