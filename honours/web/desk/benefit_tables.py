"""The desk's lists of benefits and of visits: tables, filters, workbooks."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from craft_site.kit.money import yuan
from craft_site.kit.xlsx_out import Book, Head
from honours.models import Benefit, HomeVisit

HOLDER = tables.Column(
    verbose_name=pgettext_lazy("honour", "Holder"),
    order_by=("holder__name",),
    linkify=lambda record: reverse("desk:care", args=(record.holder.uuid,)),
    attrs={"td": {"class": "lead"}},
)


def _named(found: QuerySet[Any], value: str) -> QuerySet[Any]:
    unit = Q(holder__unit__icontains=value) | Q(holder__employer__name__icontains=value)
    return found.filter(Q(holder__name__icontains=value) | unit)


class BenefitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Name or unit"))
    kind = django_filters.ChoiceFilter(choices=Benefit.Kind.choices, label=gettext_lazy("Kind"))
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))

    class Meta:
        model = Benefit
        fields = ("q", "kind", "year")

    def search(self, found: QuerySet[Benefit], name: str, value: str) -> QuerySet[Benefit]:
        return _named(found, value)


class BenefitTable(tables.Table):
    holder = HOLDER
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    year = tables.Column(verbose_name=gettext_lazy("Year"))
    amount = tables.Column(verbose_name=gettext_lazy("Amount (yuan)"), attrs={"td": {"class": "num"}})
    paid_on = tables.DateColumn(verbose_name=gettext_lazy("Paid on"), format="Y-m-d")
    honour = tables.Column(verbose_name=gettext_lazy("Because of"), accessor="honour__title", orderable=False)
    made_by = tables.Column(verbose_name=gettext_lazy("Entered by"), orderable=False)

    class Meta:
        model = Benefit
        fields = ("holder", "kind", "year", "amount", "paid_on", "honour", "made_by")
        empty_text = gettext_lazy("No benefit answers this filter.")

    def render_year(self, record: Benefit) -> str:
        return f"{record.year}-{record.month:02d}" if record.month else str(record.year)

    def render_amount(self, record: Benefit) -> SafeString | str:
        if record.cancelled_at is None:
            return yuan(record.amount)
        return format_html('<s>{}</s> <span class="tag">{}</span>', yuan(record.amount), _("cancelled"))


class VisitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Name or unit"))
    occasion = django_filters.ChoiceFilter(
        choices=HomeVisit.Occasion.choices, label=pgettext_lazy("visit", "Occasion")
    )
    year = django_filters.NumberFilter(field_name="on__year", label=gettext_lazy("Year"))

    class Meta:
        model = HomeVisit
        fields = ("q", "occasion", "year")

    def search(self, found: QuerySet[HomeVisit], name: str, value: str) -> QuerySet[HomeVisit]:
        return _named(found, value)


class VisitTable(tables.Table):
    holder = HOLDER
    on = tables.DateColumn(verbose_name=gettext_lazy("Day"), format="Y-m-d")
    occasion = tables.Column(verbose_name=pgettext_lazy("visit", "Occasion"))
    visitors = tables.Column(verbose_name=gettext_lazy("Who went"), orderable=False)
    follow_up = tables.Column(verbose_name=gettext_lazy("What will be done"), orderable=False)

    class Meta:
        model = HomeVisit
        fields = ("holder", "on", "occasion", "visitors", "follow_up")
        empty_text = gettext_lazy("No visit answers this filter.")


def benefit_book(found: Iterable[Any]) -> Book:
    book = Book()
    heads = (
        Head(pgettext("honour", "Holder")),
        Head(_("Unit")),
        Head(_("Kind")),
        Head(_("Year")),
        Head(_("Month")),
        Head(_("Amount (yuan)"), places=2),
        Head(_("Paid on")),
        Head(_("Because of")),
        Head(_("Entered by")),
        Head(_("Cancelled")),
    )
    rows = [
        [
            one.holder.name,
            one.holder.unit_name,
            one.get_kind_display(),
            one.year,
            one.month,
            one.amount,
            one.paid_on,
            str(one.honour.title),
            one.made_by.name,
            one.cancelled_at is not None,
        ]
        for one in found
    ]
    book.add_sheet(_("Benefits"), heads, rows)
    return book


def visit_book(found: Iterable[Any]) -> Book:
    """Without what the person told: that is read on the page of the holder."""
    book = Book()
    heads = (
        Head(pgettext("honour", "Holder")),
        Head(_("Unit")),
        Head(_("Day")),
        Head(pgettext("visit", "Occasion")),
        Head(_("Who went")),
        Head(_("What will be done")),
    )
    rows = [
        [
            one.holder.name,
            one.holder.unit_name,
            one.on,
            one.get_occasion_display(),
            one.visitors,
            one.follow_up,
        ]
        for one in found
    ]
    book.add_sheet(_("Visits"), heads, rows)
    return book
