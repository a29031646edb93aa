"""Words of the content come in Chinese, and perhaps in English; dates are short and lists well joined in both."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_noop

# Said by every form; named here so that our words for it come before those of other packages.
REQUIRED = gettext_noop("This field is required.")


def reads_english() -> bool:
    """Whether the reader has chosen English."""
    return (get_language() or "").startswith("en")


def in_language(chinese: str, english: str) -> str:
    """The English words when the reader reads English and there are any, else the Chinese ones."""
    return english if english and reads_english() else chinese


def reads_chinese() -> bool:
    """Whether what is being written will be read in Chinese; a program without a language writes English."""
    return (get_language() or "").startswith("zh")


def comma() -> str:
    """Between the items of a list."""
    return "、" if reads_chinese() else ", "


def semicolon() -> str:
    """Between the clauses of a sentence."""
    return "；" if reads_chinese() else "; "


def colon() -> str:
    """Between a name and what is said of it."""
    return "：" if reads_chinese() else ": "


def introducing(text: object) -> str:
    """A name before what is said of it: with a colon, unless it is a question or a sentence and ends by itself."""
    said = str(text)
    if said.endswith(("?", "？", ".", "。")):
        return said if reads_chinese() else f"{said} "
    return f"{said}{colon()}"


def listed(items: Iterable[object]) -> str:
    """A1、A2、A3 or A1, A2, A3."""
    return comma().join(map(str, items))


def quoted(text: object) -> str:
    """“text”, with the quotes that it holds itself turned into ‘single’ ones."""
    return f"“{str(text).replace('“', '‘').replace('”', '’')}”"


def plain_decimal(value: Decimal) -> str:
    """89.5 for 89.50 and 100 for 1E+2: one number in one spelling, wherever it stands."""
    return f"{value.normalize():f}"


def bracketed(text: object) -> str:
    """（text） or (text), with the space that English puts before it: written right behind a word."""
    return f"（{text}）" if reads_chinese() else f" ({text})"


def short_day(at: datetime | date, *, year: bool = False) -> str:
    """4月8日 or 8 Apr, in the site's time zone; with the year when asked."""
    day = timezone.localtime(at) if isinstance(at, datetime) else at
    if reads_english():
        return formats.date_format(day, "j M Y" if year else "j M")
    return formats.date_format(day, "Y年n月j日" if year else "n月j日")


def moment(at: datetime, *, year: bool = True) -> str:
    """2026年4月8日 09:30 or 8 Apr 2026 09:30, for a sentence; a list has craft_site.kit.lists.day_cell."""
    return f"{short_day(at, year=year)} {timezone.localtime(at):%H:%M}"


def month_of_year(at: date) -> str:
    """2025年3月 or March 2025."""
    return formats.date_format(at, "F Y" if reads_english() else "Y年n月")


def short_days(start: datetime, end: datetime | None) -> str:
    """3月1–20日, 3月28日–4月2日, or one day when both fall on it."""
    if end is None or timezone.localtime(start).date() >= timezone.localtime(end).date():
        return short_day(start)
    first, last = timezone.localtime(start), timezone.localtime(end)
    if (first.year, first.month) != (last.year, last.month):
        return f"{short_day(start)}–{short_day(end)}"
    if reads_english():
        return f"{first.day}–{short_day(end)}"
    return f"{first.month}月{first.day}–{last.day}日"
