"""Counting working days: Monday to Friday. Public holidays and the Saturdays worked for them are decided every
year by decree, so whoever sets a date sees the computed one and may move it."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def after(day: date, days: int) -> date:
    """The working day that is `days` working days after `day`, which itself is not counted."""
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


def end_of(day: date) -> datetime:
    """The last second of a day in the site's own time zone."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
