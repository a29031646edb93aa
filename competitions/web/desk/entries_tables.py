"""The desk's list of entries: table, filter, workbook."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from competitions.models import Entry, Event
from competitions.web.entry_words import STATE_KIND
from craft_site.kit.xlsx_out import Book, Head


def _events(request: HttpRequest | None) -> QuerySet[Event]:
    if request is None:
        return Event.objects.none()
    return Event.objects.visible_to(request.user).select_related("competition")


class EventField(django_filters.fields.ModelChoiceField):
    """Events of several years may carry one name; the competition tells them apart."""

    def label_from_instance(self, event: Event) -> str:
        return f"{event} · {event.competition}"


class EventFilter(django_filters.ModelChoiceFilter):
    field_class = EventField


class EntryFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Name or reference number"))
    event = EventFilter(queryset=_events, label=_("Event"))
    state = django_filters.ChoiceFilter(choices=Entry.State.choices, label=_("State"))
    employer = django_filters.CharFilter(method="of_employer", label=_("Employer"))
    papers = django_filters.ChoiceFilter(
        method="by_papers", label=_("Papers"), choices=(("no_photo", _("Photo missing")),)
    )

    class Meta:
        model = Entry
        fields = ("q", "event", "state", "employer", "papers")

    def search(self, entries: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return entries.filter(Q(worker__name__icontains=value) | Q(reference__icontains=value))

    def by_papers(self, entries: Any, name: str, value: str) -> QuerySet[Entry]:
        found: QuerySet[Entry] = entries.without_photo()
        return found

    def of_employer(self, entries: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return entries.filter(
            Q(employer__name__icontains=value)
            | Q(employer__short_name__icontains=value)
            | Q(employer__credit_code=value.strip().upper())
        )


class EntryTable(tables.Table):
    chosen = tables.Column(
        accessor="uuid",
        orderable=False,
        verbose_name=_("Choose"),
        attrs={"td": {"class": "pick"}, "th": {"class": "pick"}},
    )
    worker = tables.Column(
        verbose_name=_("Name"),
        order_by=("worker__name",),
        linkify=lambda record, table: table.url_of(record),
        attrs={"td": {"class": "lead"}},
    )
    reference = tables.Column(verbose_name=_("Reference"), default="–")
    employer = tables.Column(verbose_name=_("Employer"), order_by=("employer__name",), default="–")
    event = tables.Column(verbose_name=_("Event"), order_by=("event__name",))
    group = tables.Column(verbose_name=_("Enters as"))
    state = tables.Column(verbose_name=_("State"))
    submitted_at = tables.Column(verbose_name=_("Handed in"), default="–")

    class Meta:
        model = Entry
        fields = ("chosen", "worker", "reference", "employer", "event", "group", "state", "submitted_at")
        empty_text = _("No entry answers this filter.")

    def __init__(
        self,
        *args: Any,
        codes: Callable[[Entry], list[str]] = lambda entry: [],
        query: str = "",
        **kwargs: Any,
    ) -> None:
        """codes: the decisions that a row could join; query: the list's filter, which an entry's page keeps."""
        super().__init__(*args, **kwargs)
        self.codes, self.query = codes, query

    def url_of(self, record: Entry) -> str:
        url = record.get_absolute_url()
        return f"{url}?{self.query}" if self.query else url

    def render_chosen(self, record: Entry) -> SafeString | str:
        """A box only where this person can decide on the row now."""
        codes = self.codes(record)
        if not codes:
            return ""
        return format_html(
            '<label><input type="checkbox" name="chosen" value="{}" data-bulk-item data-bulk-can="{}">'
            '<span class="sr">{}</span></label>',
            record.uuid,
            " ".join(codes),
            record.worker.name,
        )

    def render_state(self, record: Entry) -> SafeString:
        kind = STATE_KIND[Entry.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())

    def render_submitted_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


HEADS = (
    Head(_("Reference")),
    Head(_("Name")),
    Head(_("Document, last four")),
    Head(_("Employer")),
    Head(_("Event")),
    Head(_("Enters as")),
    Head(_("Team")),
    Head(_("State")),
    Head(_("Years in the trade")),
    Head(_("Months of local social insurance")),
    Head(_("Local resident")),
    Head(_("Name on the public list")),
    Head(_("Handed in")),
)


def workbook(entries: Iterable[Entry]) -> Book:
    """The filtered list for the office's own use: no document number but its last four, no telephone number."""
    book = Book()
    book.add_sheet(_("Entries"), HEADS, [_row(entry) for entry in entries])
    return book


def _row(entry: Entry) -> list[Any]:
    return [
        entry.reference or "",
        entry.worker.name,
        entry.worker.id_number.masked(),
        entry.employer.name if entry.employer else "",
        str(entry.event),
        entry.get_group_display(),
        str(entry.team or ""),
        entry.get_state_display(),
        entry.trade_years,
        entry.insured_months,
        entry.local_resident,
        entry.agreed_publicity_at is not None,
        entry.submitted_at,
    ]
