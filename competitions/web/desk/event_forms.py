"""Forms of an event's set-up."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.domain.event_setup import MOST_STATIONS, rule_problem
from competitions.domain.groups import group_meant, group_words
from competitions.models import CalendarStep, Competition, EligibilityRule, Entry, Event
from craft_site.kit.language import listed
from craft_site.people.models.trade import Grade

# A row that was added and left alone must post nothing, or it counts as filled in.
NOTHING = ("", "–")


class MomentField(forms.DateTimeField):
    """A date and time in the site's zone, to the minute, by the browser's own chooser."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)


class EventForm(forms.ModelForm):
    registration_opens = MomentField(label=_("Registration opens"), required=False)
    registration_closes = MomentField(label=_("Registration closes"), required=False)

    class Meta:
        model = Event
        fields: tuple[str, ...] = (
            "name",
            "name_en",
            "trade",
            "scope",
            "mixed_teams",
            "places",
            "registration_opens",
            "registration_closes",
            "return_days",
            "list_days",
            "publicity_days",
            "late_minutes",
            "public_rows",
            "group_review",
        )

    def __init__(self, *args: Any, fixed: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in fixed & set(self.fields):
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Fixed since the event has come this far.")

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        opens, closes = fields.get("registration_opens"), fields.get("registration_closes")
        if opens and closes and closes <= opens:
            self.add_error("registration_closes", _("Registration closes before it opens."))
        return fields


class NewEventForm(EventForm):
    competition = forms.ModelChoiceField(
        label=_("Competition"),
        queryset=Competition.objects.select_related("series"),
        help_text=_("Competitions and their hosts are kept under Administration."),
    )

    class Meta(EventForm.Meta):
        fields = ("competition", "code", *EventForm.Meta.fields)
        error_messages = {
            "code": {
                "unique": _("An event has this code already: choose another."),
                "invalid": _("Use letters of the English alphabet, digits and hyphens only."),
            }
        }

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code == "new":
            raise forms.ValidationError(_("Choose another code."))
        return code


class NewCompetitionForm(forms.ModelForm):
    """A competition with its host. Without a series it begins one of its own."""

    host = forms.CharField(label=_("Hosted by"), max_length=120)

    class Meta:
        model = Competition
        fields: tuple[str, ...] = (
            "name",
            "name_en",
            "code",
            "year",
            "edition",
            "series",
            "tier",
            "klass",
            "place",
        )
        error_messages = {
            "code": {
                "unique": _("Another competition or series has this code already: choose another."),
                "invalid": _("Use letters of the English alphabet, digits and hyphens only."),
            }
        }

    field_order = ("name", "name_en", "code", "year", "edition", "host", "series", "tier", "klass", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].required = False
        self.fields["series"].help_text = _(
            "Empty: this is the first of its kind, and a series begins with it."
        )
        self.fields["code"].help_text = _("Latin letters; part of printed addresses")

    def _get_validation_exclusions(self) -> set[str]:
        """The series may be made with it, so the model is not asked about an empty one."""
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django's own, not in its stubs
        return found | {"series"}


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=Event.State.choices)
    reason = forms.CharField(max_length=200, required=False)


class StepForm(forms.Form):
    kind = forms.ChoiceField(label=_("Step"), choices=[NOTHING, *CalendarStep.Kind.choices])
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"), required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("starts_at") and fields.get("ends_at") and fields["ends_at"] < fields["starts_at"]:
            self.add_error("ends_at", _("This is before the beginning."))
        return fields


class FillCalendarForm(forms.Form):
    day = forms.DateField(
        label=_("Contest day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Adds every step that is missing at its usual distance from this day."),
    )


class SessionForm(forms.Form):
    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("starts_at") and fields.get("ends_at") and fields["ends_at"] <= fields["starts_at"]:
            self.add_error("ends_at", _("This is before the beginning."))
        return fields


class StationsForm(forms.Form):
    count = forms.IntegerField(
        label=_("Benches"), min_value=0, max_value=MOST_STATIONS, help_text=_("Numbered from 1.")
    )
    unusable = forms.CharField(
        label=_("Benches that cannot be used"),
        required=False,
        max_length=400,
        help_text=_("Their numbers, for example: 4, 17. They are left out of the draw."),
    )

    def clean_unusable(self) -> list[int]:
        words = [word for word in re.split(r"[\s,，、;；]+", self.cleaned_data["unusable"]) if word]
        for word in words:
            if not re.fullmatch(r"[0-9]{1,4}", word):
                raise forms.ValidationError(
                    _("“%(word)s” is not the number of a bench."), params={"word": word}
                )
        return [int(word) for word in words]

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        count = fields.get("count")
        beyond = [n for n in fields.get("unusable") or () if count is not None and not 1 <= n <= count]
        if beyond:
            self.add_error(
                "unusable",
                forms.ValidationError(_("There is no bench %(number)d."), params={"number": beyond[0]}),
            )
        return fields


def rule_row(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A kept rule as the form shows it: a group by the word that the organiser would write."""
    group = rule["value"] if rule["kind"] == EligibilityRule.Kind.BARRED_GROUP else ""
    return {**rule, "value": str(Entry.Group(group).label)} if group in Entry.Group.values else {**rule}


def rule_hints() -> list[tuple[str, str]]:
    """What may stand in the value of each kind of rule, in words."""
    kinds = EligibilityRule.Kind
    grades = listed(f"{grade.value} {grade.label}" for grade in Grade)
    words: dict[str, Any] = {
        kinds.BELOW_AGE: _("One age, or two for men and women: 60/55."),
        kinds.BARRED_TITLE: _("The title, or a part of it, as certificates write it: 浙江省技术能手."),
        kinds.LEVEL_AT_LEAST: _("A number: %(grades)s.") % {"grades": grades},
        kinds.BARRED_GROUP: _("One of these words: %(groups)s.") % {"groups": listed(group_words())},
    }
    return [(str(kind.label), str(words.get(kind, _("A whole number.")))) for kind in kinds]


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Rule"), choices=[NOTHING, *EligibilityRule.Kind.choices])
    value = forms.CharField(label=_("Value"), max_length=80)
    hard = forms.BooleanField(label=_("Refuses"), required=False, initial=True)
    note = forms.CharField(label=_("Words of the rule"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if "kind" in fields and "value" in fields:
            fields["value"] = fields["value"].strip()
            if fields["kind"] == EligibilityRule.Kind.BARRED_GROUP:
                fields["value"] = group_meant(fields["value"]) or fields["value"]
            if problem := rule_problem(fields["kind"], fields["value"]):
                self.add_error("value", str(problem))
        return fields


CalendarFormSet = forms.formset_factory(StepForm, extra=2, can_delete=True, max_num=60, validate_max=True)
SessionFormSet = forms.formset_factory(SessionForm, extra=2, can_delete=True, max_num=40, validate_max=True)
RuleFormSet = forms.formset_factory(RuleForm, extra=2, can_delete=True, max_num=40, validate_max=True)


def kept_rows(formset: Any) -> list[dict[str, Any]]:
    """The rows of a valid formset that are filled in and not marked for deletion."""
    return [
        {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
