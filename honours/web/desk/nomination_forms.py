"""Forms of a nomination: what it says, the meeting, the answer of a department."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from craft_site.people.models import Employer, Trade, Worker
from craft_site.people.web.forms import DateField, EmployerField, numeric
from honours.domain.nominations import Said
from honours.models import Campaign, Clearance, Kind, Nomination
from honours.rules.title import TRAITS
from honours.web import words
from honours.web.fields import WorkerField

KNOWN = ("woman", "young")  # of a person the register tells these


class SaidForm(forms.Form):
    """What a nomination says."""

    trade = forms.ModelChoiceField(label=gettext_lazy("Trade"), queryset=Trade.objects.all(), required=False)
    summary = forms.CharField(
        label=gettext_lazy("In short"),
        max_length=200,
        help_text=gettext_lazy("Stands on the public notices; write no numbers of documents."),
    )
    deeds = forms.CharField(
        label=gettext_lazy("Main deeds"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "What was done, with numbers. Prizes, levels and pairs are picked from the record."
        ),
    )
    members = forms.CharField(
        label=gettext_lazy("Leader and members"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One name a line, who leads it first."),
    )
    traits = forms.MultipleChoiceField(
        label=gettext_lazy("Groups of people"), required=False, widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("The nominee knows of it and agrees to the public notices"), required=False
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = campaign.title.kind == Kind.PERSON
        offered = [trait for trait in TRAITS if not self.person or trait not in KNOWN]
        self.fields["traits"].choices = [(trait, words.TRAITS[trait]) for trait in offered]  # type: ignore[attr-defined]
        if self.person:
            del self.fields["members"]
            self.fields["traits"].help_text = _("Sex and age are in the register already.")

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            summary=given["summary"],
            deeds=given["deeds"],
            traits=given["traits"],
            trade=given["trade"],
            members=given.get("members", "").splitlines(),
            agreed=given["agreed"],
        )


class NominateForm(SaidForm):
    """Who is put up, and what speaks for it."""

    employer = EmployerField(label=gettext_lazy("Unit"))
    worker = WorkerField(label=gettext_lazy("Worker"))
    name = forms.CharField(label=gettext_lazy("Name of the unit or team"), max_length=120)
    field_order = ("employer", "worker", "name")

    def __init__(self, *args: Any, campaign: Campaign, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, campaign=campaign, **kwargs)
        self.unit: Employer | None = user.employer if not user.has_role("organiser") else None
        if self.unit is None and user.union_id and not user.has_role("organiser"):
            own = list(Employer.objects.filter(union=user.union_id)[:2])
            self.unit = own[0] if len(own) == 1 else None
        if self.unit is not None:
            del self.fields["employer"]
        if self.person:
            del self.fields["name"]
            among = Worker.objects.visible_to(user)
            if self.unit is not None:
                among = Worker.objects.filter(employer=self.unit)
            self.fields["worker"].among = among  # type: ignore[attr-defined]
        else:
            del self.fields["worker"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.unit is not None:
            given["employer"] = self.unit
        return given


def said_initial(nomination: Nomination) -> dict[str, Any]:
    return {
        "trade": nomination.trade_id,
        "summary": nomination.summary,
        "deeds": nomination.deeds,
        "members": "\n".join(nomination.members),
        "traits": nomination.traits,
        "agreed": nomination.agreed,
    }


class MeetingForm(forms.Form):
    met_on = DateField(label=gettext_lazy("Day of the meeting"))
    present = forms.IntegerField(
        label=pgettext_lazy("meeting", "Present"), max_value=1_000_000, widget=numeric()
    )
    in_favour = forms.IntegerField(label=gettext_lazy("In favour"), max_value=1_000_000, widget=numeric())


class ClearanceForm(forms.Form):
    department = forms.ChoiceField(
        label=gettext_lazy("Department"), choices=[(key, label) for key, label in words.DEPARTMENTS.items()]
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[(one.value, one.label) for one in (Clearance.Answer.CLEAR, Clearance.Answer.OBJECTS)],
    )
    document_no = forms.CharField(
        label=pgettext_lazy("decree", "Document number"), max_length=60, required=False
    )
    note = forms.CharField(label=gettext_lazy("What was said"), max_length=500, required=False)

    def __init__(self, *args: Any, nomination: Nomination, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = nomination.clearances.values_list("department", flat=True)  # type: ignore[attr-defined]
        self.fields["department"].choices = [  # type: ignore[attr-defined]
            (key, words.DEPARTMENTS[key]) for key in asked
        ]
