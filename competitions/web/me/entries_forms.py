"""The short sections of an entry, one form each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.models import Entry, EntryFile
from craft_site.kit.uploads import PHOTO, SCAN
from craft_site.people.web.forms import CleanFileField, numeric


class WholeNumberField(forms.IntegerField):
    """Digits typed into a text field: no spinner that a thumb or a wheel turns by accident."""

    def __init__(self, *, unit: Any = "", **kwargs: Any) -> None:
        super().__init__(widget=numeric(autocomplete="off"), min_value=0, **kwargs)
        self.unit = unit


class DetailsForm(forms.Form):
    group = forms.ChoiceField(label=_("I enter as"), choices=Entry.Group.choices, widget=forms.RadioSelect)
    trade_years = WholeNumberField(label=_("Years in the trade"), unit=_("years"), max_value=60)
    insured_months = WholeNumberField(
        label=_("Local social insurance"),
        unit=_("months"),
        required=False,
        max_value=720,
        help_text=_("Months paid up to now; a single kind of insurance counts."),
    )
    local_resident = forms.BooleanField(
        label=_("I am a registered resident here, or hold a residence permit"), required=False
    )
    emergency_contact = forms.CharField(
        label=_("Whom do we call in an emergency?"), max_length=60, help_text=_("Name and telephone number.")
    )


class PaperForm(forms.Form):
    """One paper at a time: what it is, and the file."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=EntryFile.Kind.choices)
    file = forms.FileField(label=_("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy = PHOTO if self.data.get("kind") == EntryFile.Kind.PHOTO else SCAN
        self.fields["file"] = CleanFileField(
            label=_("File"),
            policy=policy,
            help_text=_("A photo taken with the phone, or a PDF; at most 15 MB."),
        )
        self.fields["file"].widget.attrs["accept"] = ",".join(SCAN.extensions)


class ConsentsForm(forms.Form):
    """Two consents, asked apart: nobody has to be named in public in order to take part."""

    rules = forms.BooleanField(
        label=_("What I have stated is true. I have read the rules of the contest and keep to them."),
        error_messages={"required": _("Without this you cannot take part.")},
    )
    publicity = forms.BooleanField(
        label=_("My name and employer may stand on the public list of contestants"),
        required=False,
        help_text=_("You may leave this open or take it back at any time; it has no effect on your entry."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
