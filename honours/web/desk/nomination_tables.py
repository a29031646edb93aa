"""The desk's list of nominations: table, filter, workbook."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from craft_site.kit.language import listed
from craft_site.kit.xlsx_out import Book, Head
from honours.models import Campaign, Nomination
from honours.web import words
from honours.web.nomination_words import state_kind


def _rounds(request: Any) -> QuerySet[Campaign]:
    """The rounds that this person may know of."""
    return Campaign.objects.visible_to(request.user)


class NominationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Name, unit or number"))
    campaign = django_filters.ModelChoiceFilter(queryset=_rounds, label=_("Round"))
    state = django_filters.ChoiceFilter(choices=Nomination.State.choices, label=_("State"))
    waits = django_filters.ChoiceFilter(
        method="mine", choices=[("me", _("For me"))], label=_("Waits"), empty_label=_("All")
    )

    class Meta:
        model = Nomination
        fields = ("q", "campaign", "state", "waits")

    def search(self, found: QuerySet[Nomination], name: str, value: str) -> QuerySet[Nomination]:
        return found.filter(
            Q(name__icontains=value) | Q(employer__name__icontains=value) | Q(reference__iexact=value)
        )

    def mine(self, found: Any, name: str, value: str) -> QuerySet[Nomination]:
        mine: QuerySet[Nomination] = found.waiting_for(self.request.user)  # type: ignore[union-attr]
        return mine


class NominationTable(tables.Table):
    reference = tables.Column(verbose_name=_("Number"), linkify=True)
    name = tables.Column(verbose_name=_("Name"), linkify=True, attrs={"td": {"class": "lead"}})
    employer = tables.Column(verbose_name=_("Unit"), order_by=("employer__name",))
    campaign = tables.Column(verbose_name=_("Round"), order_by=("campaign__name",))
    state = tables.Column(verbose_name=_("State"))
    waits_for = tables.Column(verbose_name=_("Waits for"), orderable=False)

    class Meta:
        model = Nomination
        fields = ("reference", "name", "employer", "campaign", "state", "waits_for")
        empty_text = _("No nomination answers this filter.")

    def render_state(self, record: Nomination) -> SafeString:
        return format_html(
            '<span class="tag {}">{}</span>', state_kind(record.state), record.get_state_display()
        )


HEADS = (
    Head(_("Round")),
    Head(_("Number")),
    Head(_("Name")),
    Head(_("Unit")),
    Head(_("Trade")),
    Head(_("Groups of people")),
    Head(_("In short")),
    Head(_("State")),
    Head(_("Waits for")),
)


def workbook(found: Iterable[Any]) -> Book:
    book = Book()
    rows = [
        [
            str(one.campaign),
            one.reference,
            one.name,
            str(one.employer),
            str(one.trade or ""),
            listed(words.TRAITS[trait] for trait in one.traits),
            one.summary,
            one.get_state_display(),
            str(one.waits_for or ""),
        ]
        for one in found
    ]
    book.add_sheet(_("Nominations"), HEADS, rows)
    return book
