"""Forms of a class: planning it, changing it, moving it on, its sessions."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models import ClassSession, Mentor, Place, TrainingClass
from academy.web.fields import ClockField, MomentField, YuanField
from craft_site.people.web.forms import DateField, needed_for, numeric

RESERVED = frozenset({"new", "export"})  # words that the addresses beside a class use
MOST_WEEKS = 30


class ClassForm(forms.ModelForm):
    """A class that is there: its academy and programme stand, everything else may change."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    enrolment_closes = MomentField(label=_("Enrolment closes"), required=False)

    class Meta:
        model = TrainingClass
        fields: tuple[str, ...] = (
            "edition",
            "kind",
            "places",
            "starts_on",
            "ends_on",
            "enrolment_closes",
            "sign_ins",
            "budget",
        )
        widgets = {"edition": numeric(), "places": numeric(), "budget": forms.TextInput()}
        field_classes = {"budget": YuanField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].unit = _("people")  # type: ignore[attr-defined]
        self.fields["budget"].label = _("Budget")  # its unit stands behind the field
        self.fields["budget"].unit = _("yuan")  # type: ignore[attr-defined]
        self.fields["budget"].widget.attrs["inputmode"] = "decimal"


class NewClassForm(ClassForm):
    class Meta(ClassForm.Meta):
        fields = ("academy", "programme", "code", *ClassForm.Meta.fields)
        labels = {"programme": _("Programme")}
        error_messages = {
            "code": {
                "unique": _("A class has this code already: choose another."),
                "invalid": _("Use letters of the English alphabet, digits and hyphens only."),
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = forms.ChoiceField(
            label=self.fields["kind"].label, required=False, choices=[("", "–"), *TrainingClass.Kind.choices]
        )
        needed_for(kind, _("Empty: as the last class of this course."))
        self.fields["kind"] = kind
        if "kind" not in (self.initial or {}) or not kwargs.get("initial"):
            self.initial["kind"] = ""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("Choose another code."))
        return code

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        course = given.get("programme")
        if course is not None and "kind" in given and not given["kind"]:
            before = course.classes.order_by("-starts_on", "-pk").values_list("kind", flat=True).first()
            if before is None:
                self.add_error("kind", _("Choose the kind: this is the first class of the course."))
            else:
                given["kind"] = before
        return given


class ClassMoveForm(forms.Form):
    to = forms.ChoiceField(choices=TrainingClass.State.choices)
    reason = forms.CharField(max_length=200, required=False)
    early = forms.BooleanField(required=False)


class MentorField(forms.ModelChoiceField):
    """Mentors by name, trade and academy: two may carry one name."""

    def label_from_instance(self, mentor: Any) -> str:
        return f"{mentor.worker.name} · {mentor.trade} · {mentor.academy}"


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, place: Any) -> str:
        return f"{place} · {place.academy}"


class SessionForm(forms.Form):
    """One session. Its verb names the fields starts_at and ends_at: VERB_FIELDS says what they are called here."""

    VERB_FIELDS = {"starts_at": "day", "ends_at": "ends"}

    day = DateField(label=_("Day"))
    starts = ClockField(label=_("Starts"))
    ends = ClockField(label=_("Ends"))
    mentor = MentorField(label=_("Mentor"), queryset=Mentor.objects.none())
    place = PlaceField(label=_("Place"), queryset=Place.objects.none())
    part = forms.ChoiceField(label=_("Part"), choices=ClassSession.Part.choices)
    topic = forms.CharField(label=_("Topic"), max_length=120, required=False)

    def __init__(self, *args: Any, held: TrainingClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = mentors_for(held)  # type: ignore[attr-defined]
        self.fields["place"].queryset = Place.objects.select_related("academy")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "day" in given and "starts" in given and "ends" in given:
            given["starts_at"] = _moment(given["day"], given["starts"])
            given["ends_at"] = _moment(given["day"], given["ends"])
        return given

    def answers(self) -> dict[str, Any]:
        """What the verb takes."""
        names = ("mentor", "place", "part", "topic", "starts_at", "ends_at")
        return {name: self.cleaned_data[name] for name in names}


class NewSessionForm(SessionForm):
    """A session, and the same again in the weeks after it."""

    weeks = forms.IntegerField(
        label=_("How many weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=1,
        widget=numeric(),
        help_text=_("1 is this session alone; 10 repeats it on the same weekday ten times."),
    )


def session_initial(session: ClassSession, *, next_day: bool = False) -> dict[str, Any]:
    """What a form shows for a kept session; for the next one of its kind the day after it."""
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return {
        "day": starts.date() + timedelta(days=1) if next_day else starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "mentor": session.mentor_id,
        "place": session.place_id,
        "part": session.part,
        "topic": "" if next_day else session.topic,
    }


def mentors_for(held: TrainingClass) -> QuerySet[Mentor]:
    """Who is appointed on some day of the class."""
    terms = Q(until=None) | Q(until__gte=held.starts_on)
    return Mentor.objects.for_desk().filter(terms, since__lte=held.ends_on)


def _moment(day: Any, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


MOVE_WORDS = {
    TrainingClass.State.PLANNED: pgettext_lazy("move of a class", "Take it back to planning"),
    TrainingClass.State.OPEN: pgettext_lazy("move of a class", "Open for enrolment"),
    TrainingClass.State.RUNNING: pgettext_lazy("move of a class", "Begin the class"),
    TrainingClass.State.FINISHED: pgettext_lazy("move of a class", "Finish and judge"),
    TrainingClass.State.CANCELLED: pgettext_lazy("move of a class", "Cancel the class"),
}
