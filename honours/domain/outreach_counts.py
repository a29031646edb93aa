"""Counts for the yearly scorecard: what really took place, start <= day < end."""

from datetime import date
from typing import Any

from django.db.models import Sum

from honours.models import Talk, Visit


def visits(start: date, end: date) -> Any:
    """Visits to firms that took place on these days; a QuerySet."""
    return Visit.objects.held().filter(visited_on__gte=start, visited_on__lt=end)


def talks(start: date, end: date) -> Any:
    """Talks that were held on these days; a QuerySet."""
    return Talk.objects.held().filter(held_on__gte=start, held_on__lt=end)


def talk_audience(start: date, end: date) -> int:
    """People present at them."""
    return talks(start, end).aggregate(people=Sum("audience"))["people"] or 0
