"""The desk's list of honours held: table, filter, workbook."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.xlsx_out import Book, Head
from craft_site.people.models import Trade
from honours.models import Holder, Honour, HonourTitle, Kind, Level


class HonourFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Name, unit or document number"))
    title = django_filters.ModelChoiceFilter(
        queryset=HonourTitle.objects.all(), label=pgettext_lazy("honour", "Title")
    )
    level = django_filters.ChoiceFilter(
        field_name="title__level", choices=Level.choices, label=_("Level"), empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(field_name="title__kind", choices=Kind.choices, label=_("Goes to"))
    year = django_filters.NumberFilter(label=_("Year"))
    trade = django_filters.ModelChoiceFilter(
        field_name="holder__trade", queryset=Trade.objects.all(), label=_("Trade")
    )
    state = django_filters.ChoiceFilter(choices=Honour.State.choices, label=_("State"))

    class Meta:
        model = Honour
        fields = ("q", "title", "level", "kind", "year", "trade", "state")

    def search(self, honours: QuerySet[Honour], name: str, value: str) -> QuerySet[Honour]:
        unit = Q(holder__unit__icontains=value) | Q(holder__employer__name__icontains=value)
        return honours.filter(Q(holder__name__icontains=value) | unit | Q(document_no__icontains=value))


class HonourTable(tables.Table):
    holder = tables.Column(
        verbose_name=pgettext_lazy("honour", "Holder"),
        order_by=("holder__name",),
        linkify=lambda record: record.holder.get_absolute_url(),
        attrs={"td": {"class": "lead"}},
    )
    unit = tables.Column(verbose_name=_("Unit"), accessor="holder__unit_name", orderable=False)
    title = tables.Column(
        verbose_name=pgettext_lazy("honour", "Title"), order_by=("-title__level", "title__name")
    )
    year = tables.Column(verbose_name=_("Year"))
    document_no = tables.Column(verbose_name=pgettext_lazy("decree", "Document number"))
    named = tables.Column(verbose_name=_("In public"), accessor="holder__basis", orderable=False)
    state = tables.Column(verbose_name=_("State"))

    class Meta:
        model = Honour
        fields = ("holder", "unit", "title", "year", "document_no", "named", "state")
        empty_text = _("No honour answers this filter.")

    def render_title(self, record: Honour) -> SafeString:
        return format_html("{} · {}", record.title, record.title.get_level_display())

    def render_named(self, record: Honour) -> str:
        return str(_("Yes")) if record.holder.basis != Holder.Basis.NONE else str(_("No"))

    def render_state(self, record: Honour) -> SafeString:
        kind = "good" if record.state == Honour.State.STANDS else "bad"
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


HEADS = (
    Head(pgettext_lazy("honour", "Title")),
    Head(_("Level")),
    Head(_("Goes to")),
    Head(_("Year")),
    Head(_("Conferred on")),
    Head(pgettext_lazy("decree", "Document number")),
    Head(pgettext_lazy("honour", "Holder")),
    Head(_("Unit")),
    Head(_("Trade")),
    Head(_("State")),
    Head(_("Source")),
)


def workbook(honours: Iterable[Any]) -> Book:
    book = Book()
    rows = [
        [
            str(one.title),
            one.title.get_level_display(),
            one.title.get_kind_display(),
            one.year,
            one.conferred_on,
            one.document_no,
            one.holder.name,
            one.holder.unit_name,
            str(one.holder.trade or ""),
            one.get_state_display(),
            one.source,
        ]
        for one in honours
    ]
    book.add_sheet(_("Honours held"), HEADS, rows)
    return book
