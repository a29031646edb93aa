"""The desk's list of classes: table, filter, workbook."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models import Academy, TrainingClass
from academy.web.desk.class_nav import STATE_KIND
from craft_site.kit.lists import days_cell
from craft_site.kit.xlsx_out import Book, Head


class ClassFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Programme or code"))
    academy = django_filters.ModelChoiceFilter(queryset=Academy.objects.all(), label=_("Academy"))
    kind = django_filters.ChoiceFilter(choices=TrainingClass.Kind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=TrainingClass.State.choices, label=_("State"))

    class Meta:
        model = TrainingClass
        fields = ("q", "academy", "kind", "state")

    def search(self, classes: QuerySet[TrainingClass], name: str, value: str) -> QuerySet[TrainingClass]:
        named = Q(programme__name__icontains=value) | Q(programme__name_en__icontains=value)
        return classes.filter(named | Q(code__icontains=value))


class ClassTable(tables.Table):
    programme = tables.Column(
        verbose_name=_("Class"), linkify=True, order_by=("programme__name",), attrs={"td": {"class": "lead"}}
    )
    academy = tables.Column(verbose_name=_("Academy"), order_by=("academy__name",))
    kind = tables.Column(verbose_name=_("Kind"))
    starts_on = tables.Column(verbose_name=_("Days"))
    taken = tables.Column(verbose_name=_("Places taken"))
    state = tables.Column(verbose_name=_("State"))

    class Meta:
        model = TrainingClass
        fields = ("programme", "academy", "kind", "starts_on", "taken", "state")
        empty_text = _("No class answers this filter.")

    def render_programme(self, record: TrainingClass) -> str:
        return str(record)

    def render_starts_on(self, record: TrainingClass) -> SafeString | str:
        return days_cell(record.starts_on, record.ends_on)

    def render_taken(self, record: Any) -> str:
        return render_to_string(
            "academy/desk/places.html",
            {
                "taken": record.taken,
                "places": record.places,
                "waiting": record.waiting,
                "percent": percent_of(record.taken, record.places),
            },
        )

    def render_state(self, record: TrainingClass) -> SafeString:
        kind = STATE_KIND[TrainingClass.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


def percent_of(part: int, whole: int) -> int:
    """How full a bar is drawn, 0 to 100."""
    return min(100, 100 * part // whole) if whole else 0


HEADS = (
    Head(_("Code")),
    Head(_("Class")),
    Head(_("Academy")),
    Head(_("Kind")),
    Head(_("Trade")),
    Head(_("Level")),
    Head(_("State")),
    Head(_("First day")),
    Head(_("Last day")),
    Head(_("Class hours")),
    Head(_("Places")),
    Head(_("Places taken")),
    Head(pgettext_lazy("enrolment", "In the waiting list")),
    Head(_("Budget in yuan"), places=2),
)


def workbook(classes: Iterable[Any]) -> Book:
    book = Book()
    book.add_sheet(_("Classes"), HEADS, [_row(one) for one in classes])
    return book


def _row(one: Any) -> list[Any]:
    programme = one.programme
    return [
        one.code,
        str(one),
        str(one.academy),
        one.get_kind_display(),
        str(programme.trade or ""),
        programme.get_grade_display() if programme.grade else "",
        one.get_state_display(),
        one.starts_on,
        one.ends_on,
        programme.hours,
        one.places,
        one.taken,
        one.waiting,
        one.budget,
    ]
