"""The rules of a programme as a form: who may claim, how often, with which papers, who comes first."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from academy.models import ClaimFile, SubsidyProgramme
from academy.rules import programme as reading
from academy.web import claim_words
from academy.web.desk.nav import academy_page
from academy.web.desk.subsidies import may_run
from academy.web.desk.subsidy_edit import keep_change
from academy.web.desk.subsidy_forms import reason_field, whole
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

ANY, MUST, MUST_NOT = "any", "yes", "no"
CONDITIONS = (
    (ANY, gettext_lazy("Does not matter")),
    (MUST, gettext_lazy("Must be so")),
    (MUST_NOT, gettext_lazy("Must not be so")),
)
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Who may claim"), ("trait_", "any_of", "months_in_firm", "after_hiring")),
    (gettext_lazy("How often"), ("once_per", "per_year", "no_lower", "excludes")),
    (pgettext_lazy("subsidy", "Documents"), ("documents",)),
    (gettext_lazy("Who comes first"), ("first",)),
    (gettext_lazy("Before the review and before the opening"), ("posted_before_filing", "rehearsal_days")),
)


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


def _yes(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class RulesForm(forms.Form):
    """Everything of a programme that is no name, day, amount or place. The answer is `data_read`."""

    any_of = _several(
        gettext_lazy("One of these is enough"),
        gettext_lazy("Besides the conditions above. Nothing ticked: no such condition."),
    )
    months_in_firm = whole(
        gettext_lazy("With the employer for at least"),
        most=600,
        help_text=gettext_lazy("On the day of filing; 0 for no such condition."),
    )
    after_hiring = _yes(
        gettext_lazy("Obtained after joining the employer"),
        gettext_lazy("The date on the certificate must not lie before the first day with the employer."),
    )
    once_per = _several(
        gettext_lazy("How often one person may claim"),
        gettext_lazy("Several can be ticked; each is looked at by itself."),
    )
    per_year = whole(
        gettext_lazy("Claims of one person in a year, at most"),
        least=1,
        most=99,
        required=False,
        help_text=gettext_lazy("Empty: no such limit."),
    )
    no_lower = _yes(gettext_lazy("No lower level after a higher one in the same trade"))
    excludes = _several(
        gettext_lazy("Not together with"),
        gettext_lazy("Whoever has claimed there gets nothing here for it."),
    )
    documents = _several(
        gettext_lazy("Which documents are handed in"),
        gettext_lazy("Nothing ticked: the claimant is asked for no documents."),
    )
    first = _several(
        gettext_lazy("Groups that come first"),
        gettext_lazy(
            "When places are short they are served before the others: in front of the line, or before the lots."
        ),
    )
    posted_before_filing = whole(
        gettext_lazy("Posted in the firm before its union passes a claim"),
        most=reading.MOST_DAYS,
        help_text=gettext_lazy("0: the firm posts nothing."),
    )
    rehearsal_days = whole(
        gettext_lazy("Days of rehearsal before the opening"),
        most=reading.MOST_DAYS,
        help_text=gettext_lazy("Drafts can be made and tried in them; 0: no rehearsal."),
    )

    def __init__(self, *args: Any, base: Mapping[str, Any], code: str, used: bool, **kwargs: Any) -> None:
        """base: data that can be read; code: of the programme; used: there are claims, a change needs its reason."""
        self.base = base
        self.rules = reading.read(base)
        kwargs["initial"] = self._initial()
        super().__init__(*args, **kwargs)
        for name in reading.TRAITS:
            self.fields[f"trait_{name}"] = forms.ChoiceField(
                label=claim_words.sentence(claim_words.TRAITS[name]), choices=CONDITIONS
            )
        self._choices(code)
        for name, unit in (
            ("months_in_firm", _("months")),
            ("posted_before_filing", _("working days")),
            ("rehearsal_days", pgettext_lazy("unit", "days")),
        ):
            self.fields[name].unit = unit  # type: ignore[attr-defined]
        if used:
            self.fields["reason"] = reason_field(needed=True)

    def _choices(self, code: str) -> None:
        others = dict(
            SubsidyProgramme.objects.exclude(code=code).order_by("code").values_list("code", "name")
        )
        others |= {kept: kept for kept in self.rules.excludes if kept not in others}
        for name, choices in {
            "any_of": [(trait, claim_words.sentence(claim_words.TRAITS[trait])) for trait in reading.TRAITS],
            "once_per": list(claim_words.once_words().items()),
            "excludes": [(key, f"{words} · {key}" if words != key else key) for key, words in others.items()],
            "documents": [(kind, ClaimFile.Kind(kind).label) for kind in reading.DOCUMENTS],
            "first": [
                (group, claim_words.sentence(claim_words.FIRST[group])) for group in reading.PRIORITIES
            ],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not others:
            del self.fields["excludes"]

    def _initial(self) -> dict[str, Any]:
        rules = self.rules
        names = (*COUNTS, *SWITCHES, *LISTS, "per_year")
        found = {name: getattr(rules, name) for name in names}
        found |= dict.fromkeys((f"trait_{name}" for name in reading.TRAITS), ANY)
        return found | {f"trait_{name}": MUST if value else MUST_NOT for name, value in rules.traits.items()}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in given.get("any_of") or ():
            if given.get(f"trait_{name}", ANY) != ANY:
                self.add_error(
                    "any_of", _("A condition above names the same thing. Choose one of the two places.")
                )
                break
        return given

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Each group's title with its fields."""
        return [
            (title, [field for start in names for field in self if _belongs(field.name, start)])
            for title, names in GROUPS
        ]

    def data_read(self) -> dict[str, Any]:
        """The programme's data with the answers in it; the form is valid."""
        given, data = self.cleaned_data, deepcopy(dict(self.base))
        data["traits"] = {
            name: given[f"trait_{name}"] == MUST for name in reading.TRAITS if given[f"trait_{name}"] != ANY
        }
        for name in (*COUNTS, *SWITCHES, *LISTS):
            if name in given:
                data[name] = given[name]
        data.pop("per_year", None)
        if given["per_year"] is not None:
            data["per_year"] = given["per_year"]
        return data


COUNTS = ("months_in_firm", "posted_before_filing", "rehearsal_days")
SWITCHES = ("after_hiring", "no_lower")
LISTS = ("any_of", "once_per", "excludes", "documents", "first")


def _belongs(name: str, start: str) -> bool:
    return name.startswith(start) if start.endswith("_") else name == start


@may_run
def edit_rules(request: PersonRequest, code: str) -> HttpResponse:
    """Before the first claim the form corrects, afterwards it makes the next version."""
    found = get_object_or_404(SubsidyProgramme, code=code)
    version = found.versions.all()[0]  # type: ignore[attr-defined]
    used = found.claims.exists()  # type: ignore[attr-defined]
    form = RulesForm(posted(request), base=version.data, code=found.code, used=used)
    if request.method == "POST" and form.is_valid():
        now = {"name": found.name, "name_en": found.name_en, "budget": found.budget}
        times = {"opens_at": found.opens_at, "closes_at": found.closes_at}
        if keep_change(request, found, form, form.data_read() | now, times):
            return redirect("desk:subsidy", code)
    context = academy_page(request, "subsidies") | {"form": form, "programme": found, "used": used}
    return render(request, "academy/desk/subsidy_rules.html", context, status=422 if form.errors else 200)


urlpatterns = [path("academy/subsidies/<slug:code>/rules/", edit_rules, name="subsidy_rules")]
