"""The short sections of an entry, one form each."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from competitions.domain import team_choice
from competitions.domain.team_choice import MOST_LETTERS
from competitions.models import Entry, EntryFile, Team
from craft_site.kit.uploads import PHOTO, SCAN
from craft_site.people.web.forms import CleanFileField, numeric

SHORTEST_NUMBER = 7  # digits: a number of the town without its code


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

    def clean_emergency_contact(self) -> str:
        """Somebody, and a number that can be called: without either nobody is reached when it matters."""
        contact: str = self.cleaned_data["emergency_contact"]
        digits = sum(char.isdigit() for char in contact)
        if digits < SHORTEST_NUMBER or not any(char.isalpha() for char in contact):
            raise ValidationError(_("Enter a name and a telephone number, for example Li Na 13800138000."))
        return contact


class TeamField(forms.ModelChoiceField):
    """A team by its name, and how many have chosen it."""

    def label_from_instance(self, obj: Any) -> str:
        words = ngettext("%(team)s, %(count)s member", "%(team)s, %(count)s members", obj.size)
        return words % {"team": obj, "count": obj.size}


class TeamDetailsForm(DetailsForm):
    """The same for an event that ranks teams: one of the own employer's teams, or a new one, or none yet."""

    team = TeamField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team yet")
    )
    new_team = forms.CharField(
        label=_("Or found a new team"),
        required=False,
        max_length=MOST_LETTERS,
        help_text=_("Give it a name; its other members then choose it here. The list of results shows it."),
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = team_choice.open_to(entry.event, entry.worker.employer_id)
        teams = cast(forms.ModelChoiceField, self.fields["team"])
        taking_part = Count(
            "members", filter=~Q(members__state__in=(Entry.State.REFUSED, Entry.State.WITHDRAWN))
        )
        # A team that the office chose for the entry may be kept.
        keys = Q(pk__in=mine.values("pk")) | Q(pk=entry.team_id)
        teams.queryset = entry.event.teams.filter(keys).annotate(size=taking_part)
        self.initial["team"] = entry.team_id

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("new_team"):
            if answers.get("team") and "team" in self.changed_data:
                self.add_error("new_team", _("Choose a team or name a new one, not both."))
            answers["team"] = None
        return answers


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
