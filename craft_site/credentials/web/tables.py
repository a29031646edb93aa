"""The desk's list of certificates: table, filter, workbook."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from craft_site.credentials import numbers, wording
from craft_site.credentials.models import Certificate, Revocation
from craft_site.kit import known_day
from craft_site.kit.language import listed
from craft_site.kit.xlsx_out import Book, Head

STATES = (
    ("stands", _("Stands")),
    ("asked", _("Revocation asked for")),
    ("revoked", pgettext_lazy("certificate", "Revoked")),
    ("unprintable", _("Character without a glyph")),
)


class CertificateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Name, number or what for"))
    kind = django_filters.ChoiceFilter(choices=Certificate.Kind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label=_("State"))
    since = django_filters.DateFilter(field_name="on", lookup_expr="gte", label=_("Dated from"))
    until = django_filters.DateFilter(field_name="on", lookup_expr="lte", label=_("Dated until"))

    class Meta:
        model = Certificate
        fields = ("q", "kind", "state", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            self.filters[name].field.widget.input_type = "date"

    def search(self, rows: QuerySet[Certificate], name: str, value: str) -> QuerySet[Certificate]:
        found = Q(holder_name__icontains=value) | Q(title__icontains=value)
        if number := numbers.read(value):
            found |= Q(number=number)
        return rows.filter(found)

    def in_state(self, rows: QuerySet[Certificate], name: str, value: str) -> QuerySet[Certificate]:
        match value:
            case "revoked":
                return rows.filter(revoked_at__isnull=False)
            case "asked":
                asked = Revocation.objects.filter(state=Revocation.State.ASKED)
                return rows.filter(pk__in=asked.values("certificate"))
            case "unprintable":
                return rows.filter(revoked_at__isnull=True).exclude(unprintable="")
        return rows.filter(revoked_at__isnull=True)


class CertificateTable(tables.Table):
    holder_name = tables.Column(
        verbose_name=_("Name"),
        linkify=lambda record: reverse("desk:certificate", args=(record.uuid,)),
        attrs={"td": {"class": "lead"}},
    )
    kind = tables.Column(verbose_name=_("Kind"))
    title = tables.Column(verbose_name=_("What for"))
    facts = tables.Column(verbose_name=_("What was achieved"), orderable=False)
    on = tables.DateColumn(verbose_name=_("Date"), format="Y-m-d")
    number = tables.Column(verbose_name=_("Number"), accessor="shown_number", order_by=("number",))
    state = tables.Column(verbose_name=_("State"), accessor="pk", order_by=("revoked_at",))

    class Meta:
        model = Certificate
        fields = ("holder_name", "kind", "title", "facts", "on", "number", "state")
        empty_text = _("No certificate answers this filter.")

    def render_on(self, record: Certificate) -> str:
        return record.shown_day

    def render_title(self, record: Certificate) -> str:
        return record.heading

    def render_facts(self, record: Certificate) -> str:
        return listed(value for _label, value in wording.fact_rows(record)) or "–"

    def render_number(self, value: str) -> SafeString:
        return format_html('<span class="mono">{}</span>', value)

    def render_state(self, record: Certificate) -> SafeString:
        kind, label = state_words(record)
        return format_html('<span class="tag {}">{}</span>', kind, label)


def state_words(record: Certificate) -> tuple[str, str]:
    """(kind of the tag, its word). Asks for `revocations`."""
    if record.revoked_at is not None:
        return "bad", pgettext("certificate", "Revoked")
    if record.open_request is not None:
        return "warn", gettext("Revocation asked for")
    if record.unprintable:
        return "warn", gettext("No glyph for %(chars)s") % {"chars": record.unprintable}
    return "good", gettext("Stands")


HEADS = (
    Head(_("Number")),
    Head(_("Name")),
    Head(_("Kind")),
    Head(_("What for")),
    Head(_("What was achieved")),
    Head(_("Granted by")),
    Head(_("Date")),
    Head(_("Issued")),
    Head(_("State")),
    Head(pgettext_lazy("certificate", "Revoked")),
    Head(_("Cause")),
)


def workbook(certificates: Iterable[Certificate]) -> Book:
    """The filtered list: the ledger of certificates that an office keeps for ever."""
    book = Book()
    book.add_sheet(gettext("Issued certificates"), HEADS, [_row(one) for one in certificates])
    return book


def _row(one: Certificate) -> list[Any]:
    return [
        one.shown_number,
        one.holder_name,
        str(one.get_kind_display()),
        one.heading,
        listed(value for _label, value in wording.fact_rows(one)),
        listed(one.issuer_names),
        one.shown_day if known_day.year_alone(one.kind, one.on) else one.on,
        one.issued_at,
        state_words(one)[1],
        one.revoked_at,
        one.cause,
    ]
