"""The list of a recheck at the desk: its columns and its filter."""

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from competitions.models import RecheckItem


class ItemFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="sheet__code__number",
        lookup_expr="icontains",
        label=gettext_lazy("Work or station number"),
    )
    outcome = django_filters.ChoiceFilter(
        choices=RecheckItem.Outcome.choices, label=pgettext_lazy("recheck", "Outcome")
    )
    why = django_filters.ChoiceFilter(choices=RecheckItem.Why.choices, label=gettext_lazy("Why"))

    class Meta:
        model = RecheckItem
        fields = ("q", "outcome", "why")


class ItemTable(tables.Table):
    sheet = tables.Column(
        verbose_name=gettext_lazy("Number"),
        order_by=("sheet__code__number", "sheet__pk"),
        attrs={"td": {"class": "lead"}},
    )
    seat = tables.Column(accessor="sheet__seat", verbose_name=gettext_lazy("Seat"), orderable=False)
    why = tables.Column(verbose_name=gettext_lazy("Why"))
    outcome = tables.Column(verbose_name=pgettext_lazy("recheck", "Outcome"))
    checked_by = tables.Column(verbose_name=gettext_lazy("Checked by"), orderable=False)
    checked_at = tables.Column(verbose_name=gettext_lazy("At"))

    class Meta:
        model = RecheckItem
        fields = ("sheet", "seat", "why", "outcome", "checked_by", "checked_at")
        empty_text = gettext_lazy("No sheet answers this filter.")
        row_attrs = {"class": lambda record: "alert" if record.outcome == RecheckItem.Outcome.ERROR else ""}

    def render_sheet(self, record: RecheckItem) -> SafeString:
        address = reverse("desk:recheck_item", args=(record.recheck.event.code, record.uuid))
        return format_html('<a href="{}">{}</a>', address, record.sheet.code)

    def render_checked_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def order_sheet(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        sign = "-" if is_descending else ""
        return queryset.order_by(f"{sign}sheet__code__number", f"{sign}sheet__pk"), True
