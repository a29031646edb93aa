"""What a worker writes about a course: why leave is asked, and how the class was."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why can you not come?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The office reads it and answers."),
    )


class RatingForm(forms.Form):
    """One anonymous form a person."""

    score = forms.TypedChoiceField(
        label=_("How was the class?"),
        coerce=int,
        choices=(
            (5, pgettext_lazy("rating", "5: very good")),
            (4, pgettext_lazy("rating", "4: good")),
            (3, pgettext_lazy("rating", "3: fair")),
            (2, pgettext_lazy("rating", "2: poor")),
            (1, pgettext_lazy("rating", "1: very poor")),
        ),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What should stay, what should change?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Write nothing that tells who you are."),
    )
