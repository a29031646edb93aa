"""What every list of the desk has in common, whichever wing it stands in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin
from django_tables2.data import TableQuerysetData


def is_uuid(text: str) -> bool:
    """Whether what a list sent back as chosen can be a row's key at all."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class KeysFirst(TableQuerysetData):
    """Finds the keys of a page, then its rows: a database sorts keys many times faster than rows joined over tables."""

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        keys = list(self.data.values_list("pk", flat=True)[key])
        rows = {row.pk: row for row in self.data.order_by().filter(pk__in=keys)} if keys else {}
        return [rows[pk] for pk in keys if pk in rows]


class DeskList(SingleTableMixin, FilterView):
    """A table with a filter, 50 rows a page. A bad filter value is told beside its field and the list stays."""

    table_pagination = {"per_page": 50}  # paginate_by would count and read the page twice
    strict = False
    keys_first = False  # one query more, worth it where thousands of wide rows are sorted

    def get_table(self, **kwargs: Any) -> Any:
        """With the dash for an empty cell that every other list of the site has."""
        return super().get_table(default="–", **kwargs)

    def get_table_data(self) -> Any:
        found = super().get_table_data()
        return KeysFirst(found) if self.keys_first else found


def plain_day(at: date | datetime) -> str:
    """A day in a list, in every list the same: 2026-11-29, with the hour where there is one. Days of one width stand
    below each other and sort as they are read. A sentence has craft_site.kit.language.short_day and moment."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if isinstance(at, datetime) else at.isoformat()


def day_cell(at: date | datetime | None) -> SafeString | str:
    """The same for programs too; a dash for none."""
    if at is None:
        return "–"
    exact = (
        timezone.localtime(at).isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()
    )
    return format_html('<time class="nowrap" datetime="{}">{}</time>', exact, plain_day(at))


def days_cell(first: date, last: date | None) -> SafeString | str:
    """From a day to a day in a list; open-ended without the last, one day when both are one."""
    if first == last:
        return day_cell(first)
    ends = (day_cell(first), day_cell(last) if last is not None else "")
    return format_html_join(" – ", "{}", ((one,) for one in ends))
