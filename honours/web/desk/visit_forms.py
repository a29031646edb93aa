"""Forms of a visit to a firm, shared by the desk and the firm's own pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.uploads import PHOTO
from craft_site.people.models import Trade, Worker
from craft_site.people.web.forms import CleanFileField, DateField, EmployerField, numeric
from honours.domain.visits import Asked
from honours.models import Visit, VisitCraftsman, VisitProblem
from honours.web.fields import WorkerField


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _trade() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("Trade"), queryset=Trade.objects.all(), required=False, empty_label=_("Not sure")
    )


class RequestForm(forms.Form):
    """What a firm asks for."""

    problem = forms.CharField(
        label=_("What do you need help with?"),
        max_length=1000,
        widget=_area(4),
        help_text=_("The machine, what goes wrong, what was tried."),
    )
    kind = forms.ChoiceField(label=_("Kind of help"), choices=Visit.Kind.choices)
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Visit.Urgency.choices, initial=Visit.Urgency.NORMAL
    )
    trade = _trade()
    wished_by = DateField(label=_("Wished by"), required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    contact = forms.CharField(
        label=_("Whom to call at the firm"),
        max_length=80,
        help_text=_("Name and telephone. The office and the craftsmen who come read it, nobody else."),
    )

    def asked(self) -> Asked:
        names = ("problem", "kind", "urgency", "trade", "wished_by", "place", "contact")
        return Asked(**{name: self.cleaned_data[name] for name in names})


class PhonedForm(RequestForm):
    """The same, entered by the office after a call."""

    employer = EmployerField(label=_("Firm"))
    on = DateField(label=_("Day of the call"))
    field_order = ("employer", "on", *RequestForm.base_fields)


class TriageForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of help"), choices=Visit.Kind.choices)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Visit.Urgency.choices)
    trade = _trade()


class MatchForm(forms.Form):
    """Who goes: of the craftsmen who were weighed, and one more by name. The page draws `workers` with its reasons."""

    workers = forms.ModelMultipleChoiceField(
        label=_("Craftsmen"), queryset=Worker.objects.none(), required=False
    )
    other = WorkerField(label=_("Another craftsman"), required=False)
    planned_on = DateField(label=_("Day of the visit"))
    both = forms.BooleanField(
        label=_("On this day somebody is expected elsewhere too: both can be done"), required=False
    )
    place = forms.CharField(label=_("Place"), max_length=120)

    def __init__(self, *args: Any, keys: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workers"].queryset = Worker.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        self.fields["other"].among = Worker.objects.all()  # type: ignore[attr-defined]

    def chosen(self) -> list[Worker]:
        found = list(self.cleaned_data["workers"])
        other = self.cleaned_data["other"]
        return found if other is None or other in found else [*found, other]


class ReportForm(forms.Form):
    visited_on = DateField(label=_("Visited on"))
    earlier = forms.BooleanField(label=_("It took place earlier than agreed"), required=False)
    came = forms.MultipleChoiceField(label=_("Who came"), widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(label=_("What was done"), max_length=2000, widget=_area(4))
    hours = forms.DecimalField(
        label=_("Hours"),
        required=False,
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.1"),
        widget=numeric(),
    )
    people_trained = forms.IntegerField(
        label=_("People trained"), required=False, min_value=0, widget=numeric()
    )
    saving = forms.DecimalField(
        label=_("Saving in yuan"),
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=0,
        widget=numeric(),
        help_text=_("As the firm reckons it for a year; empty where nobody knows."),
    )

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coming = visit.craftsmen.filter(answer=VisitCraftsman.Answer.YES).select_related("worker")  # type: ignore[attr-defined]
        self.fields["came"].choices = [(one.pk, one.worker.name) for one in coming]  # type: ignore[attr-defined]
        self.fields["came"].initial = [one.pk for one in coming]
        today = timezone.localdate()
        if visit.planned_on is None:
            del self.fields["earlier"]
        if visit.planned_on is None or visit.planned_on <= today:
            self.fields["visited_on"].initial = visit.planned_on or today

    def clean_came(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["came"]]


class ProblemForm(forms.Form):
    text = forms.CharField(label=pgettext_lazy("firm visit", "Problem"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of help"), choices=Visit.Kind.choices)
    solved = forms.BooleanField(label=pgettext_lazy("problem", "Solved"), required=False)
    follow_up_on = DateField(label=_("If still open, look again on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follow_up_on"].unmarked = True  # type: ignore[attr-defined]  # an open problem needs it

    def has_changed(self) -> bool:
        """A row is filled in by its words, a day or a tick; the kind is always chosen already."""
        return bool({"text", "solved", "follow_up_on"} & set(self.changed_data))


ProblemFormSet = forms.formset_factory(ProblemForm, extra=2, max_num=12, validate_max=True)


class FollowForm(forms.Form):
    on = DateField(label=_("Day of the follow-up"))
    words = forms.CharField(label=_("What it found"), max_length=500, widget=_area(3))
    solved = forms.MultipleChoiceField(
        label=_("Solved since"), required=False, widget=forms.CheckboxSelectMultiple
    )
    next_on = DateField(label=_("For the rest, look again on"), required=False)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        still = list(VisitProblem.objects.filter(visit=visit, solved_on=None))
        if still:
            self.fields["solved"].choices = [(one.pk, one.text) for one in still]  # type: ignore[attr-defined]
        else:
            del self.fields["solved"], self.fields["next_on"]

    def values(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        return found | {"solved": [int(key) for key in found.get("solved", [])]}


class RateForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("How helpful was the visit?"),
        coerce=int,
        choices=[
            (5, pgettext_lazy("rating of a visit", "5: it solved our problem")),
            (4, pgettext_lazy("rating of a visit", "4: it helped a lot")),
            (3, pgettext_lazy("rating of a visit", "3: it helped")),
            (2, pgettext_lazy("rating of a visit", "2: it helped little")),
            (1, pgettext_lazy("rating of a visit", "1: it did not help")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("In your own words"), max_length=300, required=False, widget=_area(3))
    may_publish = forms.BooleanField(
        label=_("The public page may name our firm and say what the visit was about"), required=False
    )


class PictureForm(forms.Form):
    file = CleanFileField(label=_("Picture"), policy=PHOTO)
    words = forms.CharField(label=_("What it shows"), max_length=160)
    may_publish = forms.BooleanField(
        label=_("Everybody who can be recognised agrees that it is shown in public"), required=False
    )
