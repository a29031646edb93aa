"""Which document a year shows: the one it was closed with, else what stands now. Each question costs the same queries
for any number of years and indicators."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import timezone

from craft_site.home.scorecard import document, sheet
from craft_site.home.scorecard.document import Live
from craft_site.home.scorecard.models import Figure, Scorecard, Snapshot
from craft_site.home.scorecard.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Year:
    """A year with what it shows. snapshot: what it was closed with, None while it is open; live: what stands now,
    where it was asked for or there is nothing else."""

    card: Scorecard
    sheet: Sheet
    document: dict[str, Any]
    snapshot: Snapshot | None
    live: Live | None = None

    @property
    def changed(self) -> bool:
        """Whether what stands now is no longer what the year was closed with."""
        return (
            self.snapshot is not None
            and self.live is not None
            and document.essence(self.live.document) != document.essence(self.document)
        )


def newest(cards: Any) -> Any:
    """The newest snapshot of each of these cards, with its body. One query."""
    last = Snapshot.objects.filter(card=OuterRef("card")).order_by().values("card").annotate(n=Max("number"))
    return Snapshot.objects.filter(card__in=cards, number=Subquery(last.values("n"))).select_related("card")


def shown(year: int, *, public: bool, with_live: bool = False, today: date | None = None) -> Year | None:
    """What a year shows; None where there is none, or none that this face may see.

    public: only what is published. with_live: count what stands now too, beside what the year was closed with.
    Three queries and those of the counters, if the year is open or `with_live`.
    """
    cards = {one.year: one for one in Scorecard.objects.filter(Q(published=True) if public else Q())}
    card = cards.get(year)
    if card is None:
        return None
    snapshots = {one.card.year: one for one in newest([one.pk for one in cards.values()])}
    rows: defaultdict[int, list[Figure]] = defaultdict(list)
    open_years = [one.pk for at, one in cards.items() if at not in snapshots or (one is card and with_live)]
    for row in Figure.objects.filter(card__in=open_years).in_order():
        rows[row.card_id].append(row)
    others: dict[int, Any] = {}
    for at, one in cards.items():
        if at == year:
            continue
        snapshot = snapshots.get(at)
        others[at] = _body(snapshot) if snapshot else document.entered(rows[one.pk], at)
    closed = snapshots.get(year)
    live = document.live(card, rows[card.pk]) if closed is None or with_live else None
    if closed is not None:
        closed.card = card
        content = _body(closed)
    else:
        assert live is not None
        content = live.document
    read = sheet.read(content, closed=closed is not None, today=today or timezone.localdate(), others=others)
    return Year(card, read, content, closed, live)


def version(year: int, number: int) -> Snapshot | None:
    """One version of a published year that is closed."""
    rows = Snapshot.objects.select_related("card", "asked_by", "confirmed_by")
    return rows.filter(card__year=year, card__published=True, number=number).first()


def of_version(snapshot: Snapshot) -> Sheet:
    return sheet.read(_body(snapshot), closed=True, today=timezone.localdate())


def newest_published() -> int | None:
    """The year that the door leads to: the last one that is closed, else the last one. One query."""
    closed = Snapshot.objects.filter(card=OuterRef("pk")).order_by().values("card").annotate(n=Max("number"))
    cards = Scorecard.objects.filter(published=True).annotate(version=Subquery(closed.values("n")))
    years = [(one.version is not None, one.year) for one in cards]
    return max(years)[1] if years else None


def _body(snapshot: Snapshot) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(snapshot.body)
    return content
