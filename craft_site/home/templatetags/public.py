"""Small tags of the public pages: a calendar as the steps component, days in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template

from competitions.models import CalendarStep
from craft_site.kit import language, lists
from craft_site.kit.language import short_day, short_days

register = template.Library()


@register.inclusion_tag("components/steps.html")
def timeline(steps: Iterable[CalendarStep], label: str = "") -> dict[str, Any]:
    """A contest's calendar as marks on a rule."""
    return {
        "items": [
            {
                "title": step.get_kind_display(),
                "date": short_days(step.starts_at, step.ends_at),
                "note": step.place,
                "state": {"later": "next"}.get(phase := step.phase(), phase),
            }
            for step in steps
        ],
        "label": label,
    }


@register.filter
def day(at: datetime | date) -> str:
    return short_day(at)


@register.filter
def full_day(at: datetime | date | None) -> str:
    """2026年4月8日, for a sentence; a list has list_day."""
    return short_day(at, year=True) if at else ""


@register.filter
def moment(at: datetime | None) -> str:
    """2026年4月8日 09:30, for a sentence; a list has list_day."""
    return language.moment(at) if at else ""


@register.filter
def list_day(at: datetime | date | None) -> str:
    """2026-04-08, with the hour of a moment: in lists, tables and rows of facts. A dash for none."""
    return lists.day_cell(at)
