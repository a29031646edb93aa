"""Forms of the review of entries."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.domain.reviews import Decision
from competitions.web.desk.event_forms import MomentField
from craft_site.people.web.forms import DateField

WORDS = {
    Decision.PASS: _("Pass it on to the office"),
    Decision.ACCEPT: _("Accept"),
    Decision.RETURN: _("Return for correction"),
    Decision.REFUSE: _("Refuse"),
    Decision.REOPEN: _("Take the acceptance back"),
}


class DecisionForm(forms.Form):
    """One reviewer's decision on one entry."""

    decision = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed unless you pass or accept; the contestant reads it."),
    )
    due_at = MomentField(
        label=_("To be corrected by"),
        required=False,
        help_text=_("For a return; empty means the event's usual days from now."),
    )

    def __init__(self, *args: Any, choices: list[Decision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = cast(forms.ChoiceField, self.fields["decision"])
        decision.choices = [(d.value, WORDS[d]) for d in choices]

    def clean_decision(self) -> Decision:
        return Decision(self.cleaned_data["decision"])


class BulkForm(forms.Form):
    """One decision on all rows chosen."""

    action = forms.ChoiceField(
        label=_("Decision"),
        choices=[(d.value, WORDS[d]) for d in (Decision.PASS, Decision.ACCEPT, Decision.RETURN)],
    )
    chosen = forms.MultipleChoiceField(
        label=_("Rows"), error_messages={"required": _("Choose at least one row.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The contestants read it."),
    )
    due_at = MomentField(
        label=_("To be corrected by"),
        required=False,
        help_text=_("Empty means the event's usual days from now."),
    )

    def clean_action(self) -> Decision:
        return Decision(self.cleaned_data["action"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("chosen") if hasattr(self.data, "getlist") else []
        cast(forms.ChoiceField, self.fields["chosen"]).choices = [(uuid, uuid) for uuid in given]


class PublishForm(forms.Form):
    until = DateField(
        label=_("On public notice until"),
        help_text=_("The last day. Working days are counted Monday to Friday: add public holidays by hand."),
    )
