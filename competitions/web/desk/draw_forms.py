"""Forms of the draws and of check-in."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from competitions.models import Code, Entry


class ThrowForm(forms.Form):
    """What was thrown. Both people fill in the same form, each for themselves."""

    dice = forms.CharField(
        label=_("What was thrown"),
        max_length=80,
        help_text=_("Six dice, each 1 to 6, in the order in which they fell: 4 6 1 3 5 2."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LateForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the contestant is admitted"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example how many minutes late, and what held them up. It is kept with your name."),
    )


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the draw is to be voided"),
        max_length=300,
        help_text=_("The reason is published with the draw: write no name and no number of anybody."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CodeFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(lookup_expr="icontains", label=_("Number"))

    class Meta:
        model = Code
        fields = ("number",)


class PresenceFilter(django_filters.FilterSet):
    """Finds a contestant at the door by number or reference; by name only for those who may know names."""

    q = django_filters.CharFilter(method="by_words", label=_("Number, reference or name"))
    state = django_filters.ChoiceFilter(
        field_name="entry__state",
        label=_("State"),
        choices=[
            (state.value, state.label)
            for state in (Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.ABSENT)
        ],
    )

    class Meta:
        model = Code
        fields = ("q", "state")

    def by_words(self, found: "QuerySet[Code]", _name: str, words: str) -> "QuerySet[Code]":
        wanted = Q(number__icontains=words) | Q(entry__reference__icontains=words)
        known: Any = Entry.objects.visible_to(self.request.user).filter(worker__name__icontains=words)
        return found.filter(wanted | Q(entry__in=known.values("pk")))
