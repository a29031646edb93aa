"""Forms of the benches: a breach, lost time, times put right. A station is chosen by its number alone."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competitions.models import Code
from competitions.scoring.scheme import PenaltyRule, Scheme
from craft_site.kit.language import in_language

MOMENT = "%Y-%m-%dT%H:%M"


def moment(label: Any, *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
    )


class StationForm(forms.Form):
    """codes: the stations that this judge may see."""

    code = forms.ModelChoiceField(queryset=Code.objects.none(), to_field_name="number", label=_("Station"))

    def __init__(self, *args: Any, codes: "QuerySet[Code]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].queryset = codes  # type: ignore[attr-defined]


class PenaltyForm(StationForm):
    rule = forms.ChoiceField(label=_("Breach"))
    times = forms.IntegerField(label=_("How many times"), min_value=1, max_value=20, initial=1)
    aspects = forms.MultipleChoiceField(
        label=_("Aspects concerned"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for a breach whose aspects are named each time."),
    )
    happened_at = moment(_("When"))
    note = forms.CharField(label=_("What happened"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    contestant_signed = forms.BooleanField(
        label=_("The contestant has signed the record on paper"), required=False
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = scheme.penalties.rules
        self.fields["rule"].choices = [("", "–"), *((rule.code, rule_words(rule)) for rule in rules)]  # type: ignore[attr-defined]
        self.fields["aspects"].choices = named_aspects(rules, scheme)  # type: ignore[attr-defined]
        if not named_aspects(rules, scheme):
            del self.fields["aspects"]
        self.fields["happened_at"].initial = timezone.localtime().replace(second=0, microsecond=0)


class CreditForm(StationForm):
    from_at = moment(_("From"))
    to_at = moment(_("To"))
    cause = forms.CharField(
        label=_("Cause"), max_length=200, help_text=_("Why it was not the contestant's fault.")
    )


class TimesForm(forms.Form):
    started_at = moment(_("Started"), required=False)
    ended_at = moment(_("Ended"), required=False)
    reason = forms.CharField(label=_("Why are the times changed?"), max_length=200)


def rule_words(rule: PenaltyRule) -> str:
    return f"{rule.code} {in_language(rule.zh, rule.en)}"


def named_aspects(rules: tuple[PenaltyRule, ...], scheme: Scheme) -> list[tuple[str, str]]:
    """Sub-criteria and aspects that a rule may name each time."""
    wanted = {
        code
        for rule in rules
        if rule.aspects and rule.aspects.chosen_when_given
        for code in rule.aspects.aspects
    }
    return [
        (part.code, f"{part.code} {in_language(part.name.zh, part.name.en)}")
        for criterion in scheme.criteria
        for part in criterion.sub_criteria
        if wanted & {aspect.code for aspect in part.aspects}
    ]
