"""Forms of a round: its name and times, what counts, the decision on proposals."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.domain.round_decisions import Term
from academy.matching.weights import MOST, NAMES
from academy.models import MatchRound, PairScheme
from academy.web.fields import MomentField
from academy.web.match_words import WEIGHT_WORDS
from craft_site.people.web.forms import DateField, numeric

RESERVED = frozenset({"new"})  # words that the addresses beside a round use


class RoundForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("round", "Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    opens_at = MomentField(label=_("Wishes from"))
    closes_at = MomentField(label=_("Wishes until"))


class NewRoundForm(RoundForm):
    code = forms.SlugField(
        label=_("Code"),
        max_length=50,
        help_text=_("Latin letters; part of printed addresses"),
        error_messages={"invalid": _("Use letters of the English alphabet, digits and hyphens only.")},
    )
    scheme = forms.ModelChoiceField(
        label=_("Rules"),
        queryset=PairScheme.objects.all(),
        help_text=_("How many apprentices, for how long."),
    )
    field_order = ("name", "name_en", "code", "scheme", "opens_at", "closes_at")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("Choose another code."))
        return code


def _points(name: str) -> forms.IntegerField:
    label, why = WEIGHT_WORDS[name]
    field = forms.IntegerField(
        label=label, help_text=why, min_value=0, max_value=MOST, widget=numeric(size="4")
    )
    field.unit = pgettext_lazy("unit", "points")  # type: ignore[attr-defined]
    field.maximum = MOST  # type: ignore[attr-defined]
    return field


class WeightsForm(forms.Form):
    """Points by their plain names, as matching.weights.plain gives them."""

    same_trade_only = forms.BooleanField(
        label=_("Only within one trade"),
        required=False,
        help_text=_("Nobody is proposed a master of another trade, whatever the points."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name] = _points(name)
        by_distance = [name for name in NAMES if name.startswith("km_")]
        first = ["trade", "same_trade_only", "gap_1", "gap_2", "gap_3", "far", "employer", "town"]
        self.order_fields([*first, *by_distance])


class DecisionForm(forms.Form):
    """One decision on all proposals chosen, with the term of the new pairs."""

    TAKE, DROP = "take", "drop"

    starts_on = DateField(label=_("First day of the new pairs"))
    months = forms.IntegerField(label=_("For how long"), min_value=1, max_value=120, widget=numeric(size="4"))
    meetings = forms.IntegerField(
        label=_("Meetings a month, at least"), min_value=1, max_value=31, widget=numeric(size="3")
    )
    allowance = forms.IntegerField(
        label=_("Allowance to the master a month"),
        min_value=0,
        max_value=100_000,
        widget=numeric(size="6"),
        help_text=_("Whole yuan, paid by the employer; 0 for none."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Needed when they are not taken; only the office reads it."),
    )
    action = forms.ChoiceField(
        choices=[(TAKE, _("Take")), (DROP, pgettext_lazy("proposal", "Do not take"))],
        widget=forms.HiddenInput,
    )
    chosen = forms.TypedMultipleChoiceField(
        coerce=str,
        error_messages={"required": _("Choose at least one row.")},
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args: Any, held: MatchRound, term: Term, **kwargs: Any) -> None:
        kwargs["initial"] = asdict(term)
        super().__init__(*args, **kwargs)
        months = self.fields["months"]
        months.unit = _("months")  # type: ignore[attr-defined]
        self.fields["meetings"].unit = pgettext_lazy("meetings", "times")  # type: ignore[attr-defined]
        self.fields["allowance"].unit = _("yuan")  # type: ignore[attr-defined]
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = [(str(uuid), str(uuid)) for uuid in held.proposals.values_list("uuid", flat=True)]  # type: ignore[attr-defined]

    def term(self) -> Term:
        given = self.cleaned_data
        return Term(given["starts_on"], given["months"], given["meetings"], given["allowance"])
