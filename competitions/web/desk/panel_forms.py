"""Forms of the seats, the ties and the declarations."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain.panels import can_hold
from competitions.models import Declaration, Event, Seat
from craft_site.kit.language import in_language
from craft_site.people import roles as site_roles
from craft_site.people.models import Employer, User, Worker

MAY_SIT = (site_roles.JUDGE, site_roles.SUPERVISOR, site_roles.ORGANISER, site_roles.REVIEWER)


class PersonField(forms.ModelChoiceField):
    """Two people may bear one name; the staff number tells them apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.staff_no}" if obj.name else str(obj.staff_no)


class SeatChangeForm(forms.Form):
    """What a seat marks and the papers of its judge."""

    place = forms.IntegerField(
        label=gettext_lazy("Place on the panel"),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=gettext_lazy("A place above the size of the panel is a reserve for gaps that ties leave."),
    )
    aspects = forms.MultipleChoiceField(
        label=gettext_lazy("Aspects"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all that this role marks."),
    )
    sessions: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sessions"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Floor judges only. None ticked: all."),
    )
    witness: Any = PersonField(
        label=gettext_lazy("Second judge"),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Reads the same instrument and signs too."),
    )
    qualification = forms.CharField(label=gettext_lazy("Qualification"), max_length=120, required=False)
    certificate_no = forms.CharField(label=gettext_lazy("Judge's certificate"), max_length=40, required=False)

    def __init__(self, *args: Any, event: Event, role: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = event.scheme_version
        self.scheme = version.scheme if version else None
        scheme_aspects = list(self.scheme.aspects()) if self.scheme else []
        roles = [role] if role else list(Seat.MARKING)
        self._field("aspects").choices = [
            (aspect.code, f"{aspect.code} {in_language(aspect.name.zh, aspect.name.en)}")
            for aspect in scheme_aspects
            if any(can_hold(one, aspect) for one in roles)
        ]
        self._field("sessions").queryset = event.sessions.all()
        self._field("witness").queryset = _people(site_roles.JUDGE)
        if role and role not in Seat.MARKING:
            for name in ("aspects", "sessions", "witness", "place"):
                del self.fields[name]
        elif role and role != Seat.Role.FLOOR:
            del self.fields["sessions"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def values(self) -> dict[str, Any]:
        """What the verbs take; a part that the role does not have is empty."""
        empty: dict[str, Any] = {"place": 1, "aspects": [], "sessions": [], "witness": None}
        return empty | self.cleaned_data


class FindPersonForm(forms.Form):
    """Which seat is to be given, and a part of the name or staff number of whoever is to have it."""

    role = forms.ChoiceField(label=gettext_lazy("Seat"), choices=Seat.Role.choices)
    q = forms.CharField(label=gettext_lazy("Name or staff number"), max_length=50, required=False)


class SeatForm(SeatChangeForm):
    """A new seat. people: those to choose from, all who may sit somewhere where none are given."""

    user: Any = PersonField(label=gettext_lazy("Person"), queryset=None)
    role = forms.ChoiceField(
        label=gettext_lazy("Seat"),
        choices=Seat.Role.choices,
        help_text=gettext_lazy(
            "Floor judges mark what is marked on the spot, measuring and result judges the finished work."
        ),
    )
    field_order = ("user", "role", "place", "aspects", "sessions", "witness")

    def __init__(self, *args: Any, event: Event, people: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, event=event, **kwargs)
        self._field("user").queryset = people_who_may_sit() if people is None else people

    def clean_role(self) -> str:
        """A seat that has nothing to mark would be missed only when the sheets are issued, on the contest day."""
        role: str = self.cleaned_data["role"]
        if (
            role in Seat.MARKING
            and self.scheme is not None
            and not any(can_hold(role, aspect) for aspect in self.scheme.aspects())
        ):
            raise forms.ValidationError(_("The marking scheme has no aspect that this seat marks."))
        return role


def people_who_may_sit(words: str = "") -> Any:
    """Everybody whom some seat is open to; words: a part of the name or staff number."""
    found = _people(*MAY_SIT)
    return found.filter(Q(name__icontains=words) | Q(staff_no__icontains=words)) if words else found


def _people(*roles: str) -> Any:
    return User.objects.filter(is_active=True, groups__name__in=roles).distinct().order_by("name", "staff_no")


class SeatFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(
        field_name="user__name", lookup_expr="icontains", label=gettext_lazy("Name")
    )
    role = django_filters.ChoiceFilter(choices=Seat.Role.choices, label=gettext_lazy("Seat"))
    left = django_filters.BooleanFilter(
        field_name="left_at",
        lookup_expr="isnull",
        exclude=True,
        label=gettext_lazy("Left"),
        widget=forms.Select(
            choices=[
                ("", gettext_lazy("All")),
                ("false", gettext_lazy("Taken")),
                ("true", gettext_lazy("Left")),
            ]
        ),
    )

    class Meta:
        model = Seat
        fields = ("name", "role", "left")


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why this pair is to be allowed"),
        max_length=300,
        help_text=gettext_lazy("The chief judge and the supervisor read it, the judge never does."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclarationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="judge__name", lookup_expr="icontains", label=gettext_lazy("Judge")
    )
    kind = django_filters.ChoiceFilter(
        choices=Declaration._meta.get_field("kind").choices, label=gettext_lazy("Kind")
    )
    matched = django_filters.ChoiceFilter(
        method="by_match",
        label=gettext_lazy("Matched"),
        choices=(("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))),
    )

    class Meta:
        model = Declaration
        fields = ("q", "kind", "matched")

    def by_match(self, found: Any, _name: str, answer: str) -> Any:
        nobody = {"worker__isnull": True, "employer__isnull": True}
        return found.filter(**nobody) if answer == "no" else found.exclude(**nobody)


class MatchForm(forms.Form):
    """To whom a declaration belongs. Workers are offered by the declared name only, employers by words typed."""

    worker: Any = forms.ModelChoiceField(label=gettext_lazy("Worker"), queryset=None, required=False)
    employer_name = forms.CharField(
        label=gettext_lazy("Employer (full name)"), max_length=120, required=False
    )

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["worker"]
        field.queryset = (
            Worker.objects.select_related("employer").filter(name=declaration.person_name)
            if declaration.person_name
            else Worker.objects.none()
        )
        field.label_from_instance = lambda worker: f"{worker.name} · {worker.employer or '—'} · {worker.post}"
        if not declaration.person_name:
            del self.fields["worker"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        worker, words = found.get("worker"), found.get("employer_name", "")
        if bool(worker) == bool(words):
            raise forms.ValidationError(_("Choose a worker or name an employer, one of the two."))
        found["employer"] = Employer.objects.filter(name=words).first() if words else None
        if words and found["employer"] is None:
            self.add_error("employer_name", _("There is no employer of this name."))
        return found
