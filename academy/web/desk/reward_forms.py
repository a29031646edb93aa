"""Forms of a reward: the decision, the payment, its confirmation by another person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from craft_site.people.web.forms import DateField


def _reason(**options: object) -> forms.CharField:
    return forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), **options)  # type: ignore[arg-type]


class DecisionForm(forms.Form):
    reason = _reason(label=_("Reason"), required=False, help_text=_("Needed to refuse."))


class PaidForm(forms.Form):
    on = DateField(label=_("Paid on"))
    sure = forms.BooleanField(label=_("Yes, the money has been given to the master"))


class ConfirmForm(forms.Form):
    sure = forms.BooleanField(label=_("Yes, I have compared amount, person and day with the receipt"))


class TakeBackForm(forms.Form):
    reason = _reason(label=_("What was wrong?"), help_text=_("It is kept."))
