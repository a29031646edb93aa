"""The growth record: every wing writes through `record`, nobody writes GrowthEntry rows by hand."""

from datetime import date

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
