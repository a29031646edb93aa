"""The list of sheets at the desk: its columns and its filter."""

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain.alarms import alarms_of
from competitions.domain.codes import typed_number
from competitions.domain.signing import ready_for_chief
from competitions.models import Event, Seat, Session, Sheet
from competitions.scoring.scheme import Scheme
from competitions.web.desk.progress_wall import seat_words, sheets_of_criterion
from craft_site.kit.language import in_language, listed

STATES = [
    ("blank", gettext_lazy("Not begun")),
    ("begun", gettext_lazy("Begun")),
    ("entered", gettext_lazy("To be signed")),
    ("half_signed", gettext_lazy("Waits for the second judge")),
    ("signed", gettext_lazy("Signed by the judges")),
    ("group_reviewed", gettext_lazy("Reviewed by the group")),
    ("chief_signed", gettext_lazy("Signed by the chief judge")),
    ("rechecked", gettext_lazy("Rechecked")),
    ("locked", gettext_lazy("Locked")),
]
_WORDS = dict(STATES)


class SheetFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="code__number", method="by_number", label=gettext_lazy("Work or station number")
    )
    session = django_filters.ModelChoiceFilter(
        field_name="code__session", queryset=Session.objects.none(), label=gettext_lazy("Session")
    )
    criterion = django_filters.ChoiceFilter(
        method="by_criterion", choices=[], label=gettext_lazy("Criterion")
    )
    role = django_filters.ChoiceFilter(
        field_name="seat__role",
        choices=[(role.value, role.label) for role in Seat.MARKING],
        label=gettext_lazy("Seat"),
    )
    state = django_filters.ChoiceFilter(method="by_state", choices=STATES, label=gettext_lazy("State"))
    attention = django_filters.ChoiceFilter(
        method="by_attention",
        choices=[("yes", gettext_lazy("Yes"))],
        label=gettext_lazy("Needs attention"),
    )

    class Meta:
        model = Sheet
        fields = ("q", "session", "criterion", "role", "state", "attention")

    def __init__(self, *args: Any, event: Event, scheme: Scheme | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme = scheme
        self.filters["session"].queryset = event.sessions.all()
        criteria = scheme.criteria if scheme else ()
        self.filters["criterion"].extra["choices"] = [
            (c.code, f"{c.code} {in_language(c.name.zh, c.name.en)}") for c in criteria
        ]

    def by_number(self, sheets: "QuerySet[Sheet]", name: str, value: str) -> "QuerySet[Sheet]":
        return sheets.filter(**{f"{name}__icontains": typed_number(value)})

    def by_state(self, sheets: "QuerySet[Sheet]", _name: str, value: str) -> "QuerySet[Sheet]":
        if value == "blank":
            return sheets.filter(state=Sheet.State.ISSUED, marks_in=0)
        if value == "begun":
            return sheets.filter(state=Sheet.State.ISSUED, marks_in__gt=0)
        return sheets.filter(state=value)

    def by_attention(self, sheets: "QuerySet[Sheet]", _name: str, _value: str) -> "QuerySet[Sheet]":
        return sheets.filter(~Q(alarm=""))

    def by_criterion(self, sheets: "QuerySet[Sheet]", _name: str, value: str) -> "QuerySet[Sheet]":
        if self.scheme is None:
            return sheets.none()
        rows = list(sheets.values("pk", "aspects"))
        return sheets.filter(pk__in=sheets_of_criterion(rows, self.scheme, value))


class SheetTable(tables.Table):
    pick = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Choose"))
    code = tables.Column(
        verbose_name=gettext_lazy("Number"), order_by=("code__number",), attrs={"td": {"class": "lead"}}
    )
    session = tables.Column(accessor="code__session", verbose_name=gettext_lazy("Session"))
    seat = tables.Column(verbose_name=gettext_lazy("Seat"), order_by=("seat__role", "seat__place"))
    judge = tables.Column(accessor="seat__user", verbose_name=gettext_lazy("Judge"), orderable=False)
    marks_in = tables.Column(
        verbose_name=gettext_lazy("Marked"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    state = tables.Column(verbose_name=gettext_lazy("State"))
    alarm = tables.Column(verbose_name=gettext_lazy("Needs attention"))
    updated_at = tables.Column(verbose_name=gettext_lazy("Last change"))

    class Meta:
        model = Sheet
        fields = ("pick", "code", "session", "seat", "judge", "marks_in", "state", "alarm", "updated_at")
        empty_text = gettext_lazy("No sheet answers this filter.")
        row_attrs = {"class": lambda record: "alert" if record.alarm else ""}

    def __init__(self, *args: Any, may_chair: bool, scheme: Scheme | None, **kwargs: Any) -> None:
        self.may_chair, self.scheme = may_chair, scheme
        super().__init__(*args, exclude=() if may_chair else ("pick",), **kwargs)

    def render_pick(self, record: Sheet) -> SafeString | str:
        if record.state != ready_for_chief(record.event):
            return ""
        label = _("Choose %(code)s") % {"code": record.code}
        return format_html(
            '<input type="checkbox" name="sheet" value="{}" data-bulk-item aria-label="{}">',
            record.uuid,
            label,
        )

    def render_code(self, record: Sheet) -> SafeString | str:
        if not self.may_chair:
            return str(record.code)
        address = reverse("desk:sheet", args=(record.event.code, record.uuid))
        return format_html('<a href="{}">{}</a>', address, record.code)

    def render_seat(self, value: Seat) -> str:
        return seat_words(value, self.scheme)

    def render_marks_in(self, record: Sheet) -> str:
        return f"{record.marks_in} / {record.marks_due}"

    def render_state(self, record: Sheet) -> str:
        return state_word(record)

    def render_alarm(self, record: Sheet) -> str:
        return listed(alarms_of(record.alarm))

    def render_updated_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%H:%M:%S}"


def state_word(sheet: Sheet) -> str:
    """The state as the desk names it."""
    key = {
        Sheet.State.ISSUED: "begun" if sheet.marks_in else "blank",
    }.get(Sheet.State(sheet.state), sheet.state)
    return str(_WORDS.get(key) or sheet.get_state_display())
