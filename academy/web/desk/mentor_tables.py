"""The desk's list of mentors: table, filter, workbook."""

from collections.abc import Mapping
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.domain.mentors import MentorRow
from academy.models import Academy, Mentor
from craft_site.kit.language import listed
from craft_site.kit.lists import days_cell
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people.models import Trade

SERVING = (
    ("yes", pgettext_lazy("mentor", "Serving now")),
    ("no", pgettext_lazy("mentor", "Not serving now")),
)
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class MentorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Name or letter number"))
    academy = django_filters.ModelChoiceFilter(queryset=Academy.objects.all(), label=_("Academy"))
    trade = django_filters.ModelChoiceFilter(queryset=Trade.objects.all(), label=_("Trade"))
    serving = django_filters.ChoiceFilter(choices=SERVING, method="by_term", label=_("Term"))

    class Meta:
        model = Mentor
        fields = ("q", "academy", "trade", "serving")

    def search(self, mentors: QuerySet[Mentor], name: str, value: str) -> QuerySet[Mentor]:
        return mentors.filter(Q(worker__name__icontains=value) | Q(letter_no__icontains=value))

    def by_term(self, mentors: Any, name: str, value: str) -> QuerySet[Mentor]:
        if value == "yes":
            found: QuerySet[Mentor] = mentors.serving()
            return found
        today = timezone.localdate()
        return mentors.filter(Q(until__lt=today) | Q(since__gt=today))


class MentorTable(tables.Table):
    worker = tables.Column(
        verbose_name=_("Name"),
        order_by=("worker__name",),
        linkify=("desk:mentor", {"uuid": tables.A("uuid")}),
        attrs={"td": {"class": "lead"}},
    )
    employer = tables.Column(
        accessor="worker__employer",
        verbose_name=_("Employer"),
        order_by=("worker__employer__name",),
        default="–",
    )
    academy = tables.Column(
        verbose_name=_("Academy"), order_by=("academy__name",), attrs={"td": {"class": "nowrap"}}
    )
    trade = tables.Column(verbose_name=_("Trade and level"), order_by=("trade__name", "-grade"))
    since = tables.Column(verbose_name=_("Term"))
    hours = tables.Column(verbose_name=_("Hours taught"), empty_values=(), orderable=False, attrs=NUMBER)
    rating = tables.Column(verbose_name=_("Rating of 5"), empty_values=(), orderable=False, attrs=NUMBER)
    honours = tables.Column(verbose_name=_("Honours"), empty_values=(), orderable=False)

    class Meta:
        model = Mentor
        fields = ("worker", "employer", "academy", "trade", "since", "hours", "rating", "honours")
        empty_text = _("No mentor answers this filter.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.computed: Mapping[int, MentorRow] = {}  # of the page shown, by key of the mentor

    def render_trade(self, record: Mentor) -> str:
        return f"{record.trade} · {record.get_grade_display()}"

    def render_since(self, record: Mentor) -> SafeString | str:
        term = term_of(record)
        if record.serves():
            return term
        return format_html('{} <span class="tag plain">{}</span>', term, SERVING[1][1])

    def render_hours(self, record: Mentor) -> int:
        return self.computed[record.pk].hours

    def render_rating(self, record: Mentor) -> str:
        rating = self.computed[record.pk].rating
        return "–" if rating.mean is None else f"{rating.mean} ({rating.answers})"

    def render_honours(self, record: Mentor) -> SafeString | str:
        honours = self.computed[record.pk].honours
        return format_html_join(" ", '<span class="tag brass">{}</span>', ((one,) for one in honours)) or "–"


def term_of(mentor: Mentor) -> SafeString | str:
    return days_cell(mentor.since, mentor.until)


HEADS = (
    Head(_("Name")),
    Head(_("Employer")),
    Head(_("Academy")),
    Head(_("Studio")),
    Head(_("Trade")),
    Head(_("Level")),
    Head(_("Letter number")),
    Head(_("Appointed from")),
    Head(_("Appointed until")),
    Head(_("Hours taught")),
    Head(_("Rating of 5"), places=1),
    Head(_("Number of ratings")),
    Head(_("Honours")),
)


def workbook(rows: list[MentorRow]) -> Book:
    book = Book()
    book.add_sheet(_("Mentors"), HEADS, [_row(row) for row in rows])
    return book


def _row(row: MentorRow) -> list[Any]:
    mentor = row.mentor
    return [
        mentor.worker.name,
        str(mentor.worker.employer or ""),
        str(mentor.academy),
        str(mentor.studio or ""),
        str(mentor.trade),
        mentor.get_grade_display(),
        mentor.letter_no,
        mentor.since,
        mentor.until,
        row.hours,
        row.rating.mean,
        row.rating.answers if row.rating.mean is not None else None,
        listed(row.honours),
    ]
