"""Counting several kinds of rows in one query: each count is a value of some row that is fetched anyway."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, for annotate()."""
    counted = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_number=Count("pk"))
    return Coalesce(Subquery(counted.values("_number"), output_field=IntegerField()), 0)
