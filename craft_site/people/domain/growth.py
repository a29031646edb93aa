"""The growth record: every wing writes through `record`, nobody writes GrowthEntry rows by hand."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from craft_site.kit.language import in_language
from craft_site.people.models import GrowthEntry, Worker


def record(
    *,
    worker: Worker,
    kind: str,
    on: date,
    title: str,
    source: str,
    title_en: str = "",
    detail: str = "",
    detail_en: str = "",
    url: str = "",
) -> GrowthEntry:
    """Writes one line of a worker's record. Sent again for the same source it corrects the line, never doubles it.

    kind: a GrowthEntry.Kind; source: what the line comes from, e.g. "contest:mould-2024:entry:17".
    """
    entry, _ = GrowthEntry.objects.update_or_create(
        worker=worker,
        source=source,
        defaults={
            "kind": kind,
            "on": on,
            "title": title,
            "title_en": title_en,
            "detail": detail,
            "detail_en": detail_en,
            "url": url,
            "withdrawn": False,
        },
    )
    return entry


def withdraw(*, worker: Worker, source: str) -> None:
    """Hides a line whose fact no longer holds (a cancelled result, a revoked honour). The row stays."""
    GrowthEntry.objects.filter(worker=worker, source=source).update(withdrawn=True)


def honours_of(workers: Iterable[int]) -> dict[int, list[str]]:
    """The honours that stand in the records of these workers (keys), newest first, in the reader's language; one
    query. A withdrawn one is not there."""
    found: dict[int, list[str]] = {}
    lines = GrowthEntry.objects.filter(
        worker__in=list(workers), kind=GrowthEntry.Kind.HONOUR, withdrawn=False
    )
    for line in lines:
        found.setdefault(line.worker_id, []).append(in_language(line.title, line.title_en))
    return found


NEWEST_HONOUR_FIRST = ("-honour__on", "-honour__pk")


def with_honours(found: QuerySet[Any], worker: str = "worker") -> QuerySet[Any]:
    """Rows of any table with a worker, each repeated for each honour that stands in the worker's record; in the order
    of NEWEST_HONOUR_FIRST they stand as in `honours_of`."""
    standing = Q(
        **{f"{worker}__growth__kind": GrowthEntry.Kind.HONOUR, f"{worker}__growth__withdrawn": False}
    )
    joined = found.annotate(honour=FilteredRelation(f"{worker}__growth", condition=standing))
    named: QuerySet[Any] = joined.annotate(
        honour_title=F("honour__title"), honour_title_en=F("honour__title_en")
    )
    return named


def honour_here(row: Any) -> list[str]:
    """The one honour of a row that came `with_honours`, in the reader's language; empty where there is none."""
    return [in_language(row.honour_title, row.honour_title_en)] if row.honour_title else []
