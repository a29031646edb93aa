"""Words of the content come in Chinese, and perhaps in English; dates are short and lists well joined in both."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language


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


def listed(items: Iterable[object]) -> str:
    """A1、A2、A3 or A1, A2, A3."""
    return comma().join(map(str, items))


def bracketed(text: object) -> str:
    """（text） or (text), with the space that English puts before it: written right behind a word."""
    return f"（{text}）" if reads_chinese() else f" ({text})"


def short_day(at: datetime | date, *, year: bool = False) -> str:
    """4月8日 or 8 Apr, in the site's time zone; with the year when asked."""
    day = timezone.localtime(at) if isinstance(at, datetime) else at
    if reads_english():
        return formats.date_format(day, "j M Y" if year else "j M")
    return formats.date_format(day, "Y年n月j日" if year else "n月j日")


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
