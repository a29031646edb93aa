"""The desk's list of visits to firms: table, filter, workbook."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from craft_site.kit.language import listed
from craft_site.kit.lists import day_cell
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people.models import Trade
from honours.models import Visit
from honours.web import visit_words


def overdue_first(found: Any) -> Any:
    """What is open stands before what is over, the longest overdue on top."""
    over = Case(When(state__in=Visit.OVER, then=Value(1)), default=Value(0))
    return found.order_by(over, F("due_on").asc(nulls_last=True), "-asked_on", "-pk")


class VisitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Firm, number or problem"))
    state = django_filters.ChoiceFilter(
        choices=Visit.State.choices, label=gettext_lazy("State"), empty_label=gettext_lazy("All")
    )
    late = django_filters.ChoiceFilter(
        method="overdue",
        choices=[
            ("yes", gettext_lazy("Overdue")),
            ("open", pgettext_lazy("firm visit", "Open")),
            ("office", pgettext_lazy("firm visit", "To accept or to match")),
        ],
        label=gettext_lazy("Next step"),
        empty_label=gettext_lazy("All"),
    )
    kind = django_filters.ChoiceFilter(
        choices=Visit.Kind.choices, label=gettext_lazy("Kind of help"), empty_label=gettext_lazy("All")
    )
    urgency = django_filters.ChoiceFilter(
        choices=Visit.Urgency.choices, label=gettext_lazy("Urgency"), empty_label=gettext_lazy("All")
    )
    trade = django_filters.ModelChoiceFilter(queryset=Trade.objects.all(), label=gettext_lazy("Trade"))
    year = django_filters.NumberFilter(field_name="visited_on__year", label=gettext_lazy("Visited in year"))

    class Meta:
        model = Visit
        fields = ("q", "state", "late", "kind", "urgency", "trade", "year")

    def search(self, found: QuerySet[Visit], name: str, value: str) -> QuerySet[Visit]:
        return found.filter(
            Q(employer__name__icontains=value) | Q(number__icontains=value) | Q(problem__icontains=value)
        )

    def overdue(self, found: Any, name: str, value: str) -> QuerySet[Visit]:
        chosen: dict[str, Any] = {
            "yes": found.overdue,
            "open": found.open,
            "office": found.for_the_office,
        }
        answer: QuerySet[Visit] = chosen[value]()
        return answer


class VisitTable(tables.Table):
    number = tables.Column(verbose_name=gettext_lazy("Number"), linkify=True)
    employer = tables.Column(
        verbose_name=gettext_lazy("Firm"),
        order_by=("employer__name",),
        linkify=lambda record: record.get_absolute_url(),
        attrs={"td": {"class": "lead"}},
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind of help"))
    urgency = tables.Column(verbose_name=gettext_lazy("Urgency"))
    state = tables.Column(verbose_name=gettext_lazy("State"))
    due_on = tables.Column(verbose_name=gettext_lazy("Next step"), empty_values=())
    age = tables.Column(
        verbose_name=pgettext_lazy("firm visit", "Age"), order_by=("-asked_on",), empty_values=()
    )
    visited_on = tables.Column(verbose_name=gettext_lazy("Visited on"), empty_values=())

    class Meta:
        model = Visit
        fields = ("number", "employer", "kind", "urgency", "state", "due_on", "age", "visited_on")
        empty_text = gettext_lazy("No visit to a firm answers this filter.")

    def render_urgency(self, record: Visit) -> SafeString:
        kind = visit_words.URGENCY_KIND[Visit.Urgency(record.urgency)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_urgency_display())

    def render_state(self, record: Visit) -> SafeString:
        kind = visit_words.STATE_KIND[Visit.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())

    def render_due_on(self, record: Visit) -> SafeString | str:
        if not record.is_open or record.due_on is None:
            return "–"
        words = visit_words.due_words(record)
        if record.is_late:
            return format_html('<span class="tag bad">{}</span>', words)
        return format_html('{} <span class="small">{}</span>', day_cell(record.due_on), words)

    def render_age(self, record: Visit) -> str:
        if not record.is_open:
            return "–"
        days = (timezone.localdate() - record.asked_on).days
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}

    def render_visited_on(self, record: Visit) -> SafeString | str:
        return day_cell(record.visited_on)


HEADS = (
    Head(gettext_lazy("Number")),
    Head(gettext_lazy("Firm")),
    Head(gettext_lazy("What the firm needs help with")),
    Head(gettext_lazy("Trade")),
    Head(gettext_lazy("Kind of help")),
    Head(gettext_lazy("Urgency")),
    Head(gettext_lazy("State")),
    Head(pgettext_lazy("firm visit", "Asked on")),
    Head(gettext_lazy("Next step due")),
    Head(gettext_lazy("Visited on")),
    Head(gettext_lazy("Craftsmen")),
    Head(gettext_lazy("Problems solved")),
    Head(gettext_lazy("Problems open")),
    Head(gettext_lazy("Hours"), places=1),
    Head(gettext_lazy("People trained")),
    Head(gettext_lazy("Saving (yuan)"), places=2),
    Head(pgettext_lazy("firm visit", "Rating")),
    Head(gettext_lazy("May be published")),
)


def workbook(found: Iterable[Any]) -> Book:
    """found: with craftsmen and problems read along."""
    book = Book()
    rows = []
    for one in found:
        solved = sum(problem.solved_on is not None for problem in one.problems.all())
        rows.append(
            [
                one.number,
                str(one.employer),
                one.problem,
                str(one.trade or ""),
                one.get_kind_display(),
                one.get_urgency_display(),
                one.get_state_display(),
                one.asked_on,
                one.due_on,
                one.visited_on,
                listed(row.worker.name for row in one.craftsmen.all() if row.came),
                solved,
                len(one.problems.all()) - solved,
                one.hours,
                one.people_trained,
                one.saving,
                one.rating,
                one.may_publish,
            ]
        )
    book.add_sheet(_("Visits to firms"), HEADS, rows)
    return book
