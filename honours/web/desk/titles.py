"""Honour titles at the desk: the list, those that come with the site, one title in a plain form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import numeric, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles
from honours.domain import titles
from honours.domain.refusals import HonourRefused
from honours.files.titles import shipped
from honours.models import HonourTitle, Kind, Level
from honours.rules.title import AT_MOST, DEPARTMENTS, MOST_DAYS, STAGES, TRAITS, Rules
from honours.web import words
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.fields import put_refusal

organiser_only = needs(site_roles.ORGANISER)
office = needs(*OFFICE)
RESERVED = frozenset({"new", "shipped"})


class TitleForm(forms.ModelForm):
    """A title with its rules as plain fields: a share in percent for each trait, days on notice, departments."""

    base_level = forms.TypedChoiceField(
        label=gettext_lazy("An honour held before is expected"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("None")), *Level.choices],
        help_text=gettext_lazy("Of this level or above; the pages of a nomination say when there is none."),
    )
    everybody = forms.MultipleChoiceField(
        label=gettext_lazy("Departments asked about everybody"),
        required=False,
        choices=[(one, words.DEPARTMENTS[one]) for one in DEPARTMENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    firms = forms.MultipleChoiceField(
        label=gettext_lazy("Departments asked about heads of firms, units and teams as well"),
        required=False,
        choices=[(one, words.DEPARTMENTS[one]) for one in DEPARTMENTS],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = HonourTitle
        fields = (
            "code",
            "name",
            "name_en",
            "level",
            "kind",
            "body",
            "body_en",
            "cycle",
            "source",
            "in_use",
        )
        widgets = {"cycle": numeric()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = self.instance.asks if self.instance.pk else Rules()
        self.initial.update(
            base_level=asks.base_level, everybody=list(asks.everybody), firms=list(asks.firms)
        )
        if self.instance.pk:
            del self.fields["code"]
        for trait in TRAITS:
            label = _("At most, %(who)s") if trait in AT_MOST else _("At least, %(who)s")
            self._whole(f"quota_{trait}", label % {"who": words.TRAITS[trait]}, most=100, unit="%")
            self.initial[f"quota_{trait}"] = asks.quotas.get(trait)
        for stage in STAGES:
            label = _("Working days on notice, %(where)s") % {"where": words.STAGES[stage]}
            self._whole(f"days_{stage}", label, most=MOST_DAYS, unit=_("days"), needed=True)
            self.initial[f"days_{stage}"] = asks.days[stage]

    def _whole(self, name: str, label: str, *, most: int, unit: str, needed: bool = False) -> None:
        field = forms.IntegerField(
            label=label, min_value=0, max_value=most, required=needed, widget=numeric()
        )
        field.unit = unit  # type: ignore[attr-defined]  # the field's template prints it
        self.fields[name] = field

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("Choose another code."))
        return code

    def title(self) -> HonourTitle:
        """The title as the form describes it, not saved yet."""
        given, title = self.cleaned_data, self.instance
        title.rules = Rules(
            quotas={t: given[f"quota_{t}"] for t in TRAITS if given.get(f"quota_{t}") is not None},
            base_level=given["base_level"],
            days={stage: given[f"days_{stage}"] for stage in STAGES},
            everybody=tuple(given["everybody"]),
            firms=tuple(given["firms"]),
        ).as_data()
        return title


@office
@never_cache
def index(request: PersonRequest) -> HttpResponse:
    """All titles by level, with what they ask for."""
    kept = list(HonourTitle.objects.all())
    rows = [
        {
            "title": title,
            "quotas": words.quota_words(title.asks),
            "base": words.base_words(title.asks),
        }
        for title in kept
    ]
    context = honours_page(request, "titles") | {
        "rows": rows,
        "may_keep": bool(roles.can_keep_titles(request.user)),
        "left": len(shipped().keys() - {title.code for title in kept}),
    }
    return render(request, "honours/desk/titles.html", context)


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    return _edit(request, TitleForm(posted(request)), _("New honour title"))


@organiser_only
@never_cache
def edit(request: PersonRequest, code: str) -> HttpResponse:
    found = get_object_or_404(HonourTitle, code=code)
    return _edit(request, TitleForm(posted(request), instance=found), _("Change the honour title"))


def _edit(request: PersonRequest, form: TitleForm, heading: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            titles.save_title(title=form.title(), by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The title is kept."))
            return redirect("desk:titles")
    return form_page(request, form, section="titles", title=heading, back=reverse("desk:titles"))


@organiser_only
@never_cache
def list_shipped(request: PersonRequest) -> HttpResponse:
    """Titles that come with the site and are not kept here yet."""
    known = set(HonourTitle.objects.values_list("code", flat=True))
    rows = [
        {
            "code": code,
            "name": in_language(data["name"], data.get("name_en", "")),
            "level": Level(data["level"]).label,
            "kind": Kind(data["kind"]).label,
            "source": data.get("source", ""),
        }
        for code, data in shipped().items()
        if code not in known
    ]
    return render(
        request, "honours/desk/titles_shipped.html", honours_page(request, "titles") | {"rows": rows}
    )


@organiser_only
@require_POST
def take_over(request: PersonRequest, code: str) -> HttpResponse:
    if code not in shipped():
        raise Http404
    title = titles.take_over(data=shipped()[code], by=request.user)
    messages.success(
        request, _("“%(title)s” is kept. Compare its rules with this year's notice.") % {"title": title}
    )
    return redirect("desk:titles_shipped")


urlpatterns = [
    path("honours/titles/", index, name="titles"),
    path("honours/titles/new/", new, name="title_new"),
    path("honours/titles/shipped/", list_shipped, name="titles_shipped"),
    path("honours/titles/shipped/<slug:code>/", take_over, name="title_take"),
    path("honours/titles/<slug:code>/", edit, name="title"),
]
