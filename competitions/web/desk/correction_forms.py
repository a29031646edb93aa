"""The forms of correction orders: which sheet or mark, what it should be, why, and the scan that proves it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.domain.incidents import penalty_rules
from competitions.models import CorrectionOrder, EnteredMark, Event, PenaltyRecord
from craft_site.kit.language import in_language
from craft_site.kit.uploads import SCAN
from craft_site.people.web.forms import CleanFileField


class FindForm(forms.Form):
    number = forms.CharField(
        label=_("Work or station number"), max_length=20, help_text=_("The sheets of this number are listed.")
    )


class WhyForm(forms.Form):
    """What every order says besides its change."""

    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Published with the new version of the result. Name no person."),
    )
    evidence = CleanFileField(
        label=_("Scan or photo of the original"),
        policy=SCAN,
        required=False,
        help_text=_("A picture or a PDF."),
    )
    appeal = forms.RegexField(
        label=_("Number of the appeal"),
        regex=r"^A-[0-9]{3,}$",
        required=False,
        max_length=12,
        help_text=_("Where an appeal asks for it, for example A-003."),
        error_messages={"invalid": _("An appeal's number looks like A-003.")},
    )


class ComponentForm(WhyForm):
    entered = forms.ModelChoiceField(label=_("Mark"), queryset=EnteredMark.objects.none())
    mark = forms.DecimalField(label=_("It should be"), max_digits=8, decimal_places=3, min_value=0)
    field_order = ("entered", "mark", "reason", "evidence")

    def __init__(self, *args: Any, marks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entered"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = marks


class LiftForm(WhyForm):
    record = forms.ModelChoiceField(label=_("Penalty to be lifted"), queryset=PenaltyRecord.objects.none())
    field_order = ("record", "reason", "evidence")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["record"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = PenaltyRecord.objects.filter(
            code__event=event, state=PenaltyRecord.State.APPROVED
        ).select_related("code")


class GiveForm(WhyForm):
    station = forms.CharField(label=_("Station number"), max_length=20)
    rule = forms.ChoiceField(label=_("Penalty"))
    times = forms.IntegerField(label=_("Times"), min_value=1, max_value=20, initial=1)
    aspects = forms.CharField(
        label=_("Aspects concerned"),
        max_length=200,
        required=False,
        help_text=_("Codes with a space between, where the penalty names them each time."),
    )
    field_order = ("station", "rule", "times", "aspects", "reason", "evidence")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rule"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (rule.code, f"{rule.code} {in_language(rule.zh, rule.en)}") for rule in penalty_rules(event)
        ]


class AnswerForm(forms.ModelForm):
    class Meta:
        model = CorrectionOrder
        fields = ("answer",)
        labels = {"answer": _("Reason")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True
