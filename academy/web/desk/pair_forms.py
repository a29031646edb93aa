"""Forms about pairs at the desk."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from academy.models import Pair, PairReview, PairScheme
from academy.rules import pairing
from academy.web.fields import WholeField
from craft_site.people.models import Trade
from craft_site.people.models.trade import Grade
from craft_site.people.web.forms import DateField, numeric

MOST_SKILLS = 40


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class SkillsField(forms.CharField):
    """One skill a line with its day: "Milling 2026-03-31". Comes out as [(name, day)]."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Skills to learn"))
        options.setdefault(
            "help_text",
            gettext_lazy("One a line, its due day at the end: Milling of die plates 2026-03-31"),
        )
        widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
        super().__init__(max_length=6000, required=False, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{name} {due.isoformat()}" for name, due in value)
        return value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > MOST_SKILLS:
            raise ValidationError(_("At most %(most)d skills are agreed.") % {"most": MOST_SKILLS})
        return [self._skill(line) for line in lines]

    def _skill(self, line: str) -> tuple[str, date]:
        name, _space, due = line.rpartition(" ")
        try:
            day = date.fromisoformat(due)
        except ValueError as error:
            raise ValidationError(
                _("“%(line)s”: write the due day at the end, as 2026-03-31.") % {"line": line[:60]}
            ) from error
        if not name.strip():
            raise ValidationError(_("“%(line)s”: write the name before the day.") % {"line": line[:60]})
        return name.strip()[:120], day


class ContentForm(forms.Form):
    """What is agreed between two people who are known."""

    starts_on = DateField(label=pgettext_lazy("pair", "First day"))
    ends_on = DateField(label=gettext_lazy("Last day"))
    target_grade = forms.TypedChoiceField(
        label=gettext_lazy("Target level"), coerce=int, choices=[("", "–"), *Grade.choices]
    )
    target_on = DateField(label=gettext_lazy("Target date"))
    skills = SkillsField()
    meetings = forms.IntegerField(
        label=gettext_lazy("Meetings a month, at least"),
        min_value=1,
        max_value=31,
        initial=2,
        widget=numeric(size="3"),
    )
    allowance = WholeField(
        label=gettext_lazy("Allowance to the master a month"),
        min_value=0,
        max_value=100_000,
        initial=0,
        widget=numeric(size="6"),
        help_text=gettext_lazy("Whole yuan, paid by the employer; 0 for none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meetings"].unit = pgettext_lazy("meetings", "times")  # type: ignore[attr-defined]
        self.fields["allowance"].unit = gettext_lazy("yuan")  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(pair: Pair) -> dict[str, Any]:
        return {
            "target_grade": pair.target_grade,
            "target_on": pair.target_on,
            "starts_on": pair.starts_on,
            "ends_on": pair.ends_on,
            "meetings": pair.meetings,
            "allowance": pair.allowance,
            "skills": [(one.name, one.due_on) for one in pair.skills.all() if one.agreed],  # type: ignore[attr-defined]
        }


class ProposeForm(ContentForm):
    """The whole proposal once both people are chosen."""

    scheme = forms.ModelChoiceField(
        label=gettext_lazy("Rules"), queryset=PairScheme.objects.all(), empty_label=None
    )
    trade = forms.ModelChoiceField(label=gettext_lazy("Trade"), queryset=Trade.objects.all())
    field_order = ("scheme", "trade")


class ReviewForm(forms.Form):
    """One evaluation; the grades of half time and of the end bear other names."""

    theory = forms.IntegerField(label=gettext_lazy("Theory"), min_value=0, max_value=100, widget=numeric())
    practice = forms.IntegerField(
        label=gettext_lazy("Practice"), min_value=0, max_value=100, widget=numeric()
    )
    conduct = forms.IntegerField(label=gettext_lazy("Conduct"), min_value=0, max_value=100, widget=numeric())
    grade = forms.ChoiceField(label=gettext_lazy("Grade"), widget=forms.RadioSelect)
    until = DateField(
        label=gettext_lazy("New last day"),
        required=False,
        help_text=gettext_lazy("Only when the term is extended."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed unless it is passed; the two people read it."),
    )
    on = DateField(label=gettext_lazy("Day of the evaluation"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        for name in ("theory", "practice", "conduct"):
            self.fields[name].maximum = 100  # type: ignore[attr-defined]
        labels = dict(PairReview.Grade.choices)
        if kind == PairReview.Kind.MID:
            labels[PairReview.Grade.EXTEND] = pgettext_lazy("pair", "To improve, and to be evaluated again")
            del self.fields["until"]
        self.fields["grade"].choices = list(labels.items())  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    until = DateField(label=gettext_lazy("New last day"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ContestForm(forms.Form):
    """Of which tier a contest was and what place; the line of the growth record is the evidence."""

    line = forms.ChoiceField(label=gettext_lazy("Result"), widget=forms.RadioSelect)
    contest = forms.ChoiceField(label=gettext_lazy("Tier of the contest"))
    rank = forms.IntegerField(
        label=pgettext_lazy("contest", "Place"),
        min_value=1,
        max_value=999,
        required=False,
        widget=numeric(size="3"),
        help_text=gettext_lazy("Empty when only the prize is known."),
    )
    prize = forms.BooleanField(label=gettext_lazy("This place won a prize"), required=False, initial=True)

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]


def usual_term(rules: pairing.Rules, starts_on: date) -> date:
    """The last day that a form offers: two years, or what the rules allow next to it."""
    return pairing.add_months(starts_on, pairing.usual_months(rules))
