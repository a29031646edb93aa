"""Forms of the review of claims."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from academy.domain import claims
from academy.rules import cards
from craft_site.people.models import User
from craft_site.people.web.forms import DateField

WORDS = {
    "approve": _("Approve and pass on"),
    "return": _("Return for correction"),
    "refuse": _("Refuse"),
}


AT_THE_CITY = _("Approve for the public notice")  # there is no floor above


def approve_words(*, last: bool) -> Any:
    """What a yes does. last: of the city, after which the public notice comes."""
    return AT_THE_CITY if last else WORDS["approve"]


def _reason(**options: Any) -> forms.CharField:
    return forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), **options)


class DecisionForm(forms.Form):
    """One reviewer's decision on one claim."""

    decision = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = _reason(
        label=_("Reason"), required=False, help_text=_("Needed unless you approve; the claimant reads it.")
    )

    def __init__(self, *args: Any, choices: list[str], last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = WORDS | {"approve": approve_words(last=last)}
        decision = cast(forms.ChoiceField, self.fields["decision"])
        decision.choices = [(choice, words[choice]) for choice in choices]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") in ("return", "refuse") and len(given.get("reason", "").strip()) < 4:
            self.add_error("reason", _("Write the reason: the claimant reads it."))
        return given


class BulkForm(forms.Form):
    """One decision on all rows chosen; without a yes it is shown first what it would do. A no with its reason is only
    given claim by claim."""

    action = forms.ChoiceField(choices=[(name, WORDS[name]) for name in ("approve", "return")])
    chosen = forms.TypedMultipleChoiceField(error_messages={"required": _("Choose at least one row.")})
    reason = _reason(label=_("Reason"), required=False, help_text=_("The claimants read it."))
    yes = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("chosen") if hasattr(self.data, "getlist") else []
        cast(forms.ChoiceField, self.fields["chosen"]).choices = [(uuid, uuid) for uuid in given]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        said = given.get("reason", "").strip()
        if given.get("yes") and given.get("action") == "return" and len(said) < 4:
            self.add_error("reason", _("Write the reason: the claimants read it."))
        self.fields["reason"].required = given.get("action") == "return"  # as the page says that asks for it
        return given


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.union}"


class HandOverForm(forms.Form):
    to = ColleagueField(label=_("Let decide"), queryset=User.objects.none())

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ColleagueField, self.fields["to"]).queryset = colleagues.select_related("union")


class ReclaimForm(forms.Form):
    reason = _reason(label=_("Why is the money asked back?"), min_length=4, help_text=_("It is kept."))


class PostedForm(forms.Form):
    """Since when the firm has the names on its notice board; of this claim, or of all that wait here."""

    on = DateField(label=_("On the firm's notice board since"))
    every = forms.BooleanField(
        label=_("The same for all claims of this programme that wait for me without a notice"),
        required=False,
        help_text=_("Those handed in later than that day are left out."),
    )


class AskCardForm(forms.Form):
    words = _reason(
        label=_("What is wrong with the card?"), min_length=4, help_text=_("The claimant reads it.")
    )


class DropForm(forms.Form):
    """Why a payment list is given up, and that it is meant."""

    reason = _reason(label=_("Why is the list dropped?"), min_length=4, help_text=_("It is kept."))
    sure = forms.BooleanField(label=_("Yes, drop this list and free its claims for another"))


class CardForm(forms.Form):
    """Another card after the bank could not pay, brought to the office on paper."""

    number = forms.CharField(
        label=_("Number of the new bank card"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        number = cards.folded(self.cleaned_data["number"])
        if fault := cards.fault(number):
            raise forms.ValidationError(claims.card_words(fault))
        return number
