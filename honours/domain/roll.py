"""The honour roll: what everybody may read. Only honours that stand, of holders who may be named; what a source counts
without names is counted, with its source. Each question costs the same queries at any size."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from craft_site.kit.language import in_language
from craft_site.people.models import GrowthEntry
from honours.models import Holder, Honour, HonourTally, HonourTitle, Level
from honours.models.honour import HonourQuerySet

_YEARS = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class YearOfTitle:
    """One title in one year. total: honours, the unnamed included; named: those whom the roll names."""

    title: HonourTitle
    year: int
    total: int
    named: int
    tally: HonourTally | None = None

    @property
    def unnamed(self) -> int:
        return self.total - self.named

    @property
    def period(self) -> str:
        """2022-2023 where the source counts more than the year."""
        return self.tally.period if self.tally and self.tally.period else str(self.year)

    def covers(self, year: int) -> bool:
        """Whether its period has this year in it."""
        years = [int(one) for one in _YEARS.findall(self.period)] or [self.year]
        return min(years) <= year <= max(years)


def years() -> list[YearOfTitle]:
    """Every title in every year that is known, the latest year and the highest level first. Three queries.

    A source's count says how many were conferred; honours revoked since are taken off it.
    """
    titles = {title.pk: title for title in HonourTitle.objects.all()}
    tallies = {(one.title_id, one.year): one for one in HonourTally.objects.all()}
    named = Q(state=Honour.State.STANDS) & ~Q(holder__basis=Holder.Basis.NONE)
    counted: dict[tuple[int, int], Any] = {
        (row["title"], row["year"] or 0): row
        for row in Honour.objects.order_by()
        .exclude(year=None)
        .values("title", "year")
        .annotate(
            standing=Count("pk", filter=Q(state=Honour.State.STANDS)),
            revoked=Count("pk", filter=Q(state=Honour.State.REVOKED)),
            named=Count("pk", filter=named),
        )
    }
    found = []
    for key in counted.keys() | tallies.keys():
        row = counted.get(key, {"standing": 0, "revoked": 0, "named": 0})
        tally = tallies.get(key)
        total = max(row["standing"], (tally.count if tally else 0) - row["revoked"])
        if total:
            found.append(YearOfTitle(titles[key[0]], key[1], total, row["named"], tally))
    return sorted(found, key=lambda one: (-one.year, -one.title.level, one.title.kind, one.title.name))


def without_year() -> int:
    """Honours named in the roll of which no source tells the year. One query."""
    return Honour.objects.in_public().filter(year=None).count()


def by_level(rows: list[YearOfTitle]) -> dict[int, dict[int, int]]:
    """Honours by year and level, for the chart; years without any between the first and the last are there too."""
    if not rows:
        return {}
    found: dict[int, dict[int, int]] = {}
    for year in range(min(one.year for one in rows), max(one.year for one in rows) + 1):
        found[year] = dict.fromkeys(sorted(Level.values, reverse=True), 0)
    for one in rows:
        found[one.year][one.title.level] += one.total
    return found


def named() -> HonourQuerySet:
    """The honours that the roll lists by name."""
    return Honour.objects.in_public().for_list().prefetch_related("members")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of somebody's way. brass: it is an honour; kind: of a line of the growth record."""

    on: date | None
    year: str
    title: str
    detail: str
    url: str
    brass: bool
    kind: str = GrowthEntry.Kind.HONOUR

    @property
    def label(self) -> str:
        """What kind of station it is, in words."""
        return str(GrowthEntry.Kind(self.kind).label)


def way(holder: Holder) -> list[Step]:
    """What the public page of a holder shows, the oldest first: the honours in public, and of the growth record those
    kinds of lines to which the person agreed. Two queries."""
    steps = [
        Step(
            honour.conferred_on,
            str(honour.year or ""),
            str(honour.title),
            " · ".join(part for part in (honour.title.conferring_body, honour.document_no) if part),
            "",
            True,
        )
        for honour in Honour.objects.in_public().filter(holder=holder).for_list()
    ]
    if holder.worker_id and holder.is_named and holder.record_kinds:
        lines = GrowthEntry.objects.filter(
            worker=holder.worker_id, withdrawn=False, kind__in=holder.record_kinds
        ).exclude(kind__in=(GrowthEntry.Kind.SUBSIDY, GrowthEntry.Kind.HONOUR))
        steps += [
            Step(
                line.on,
                str(line.on.year),
                in_language(line.title, line.title_en),
                in_language(line.detail, line.detail_en),
                line.url if line.url.startswith("/") and not line.url.startswith(_INSIDE) else "",
                False,
                line.kind,
            )
            for line in lines
        ]
    return sorted(steps, key=lambda step: (step.year or "9999", step.on or date.max, step.title))


_INSIDE = ("/me/", "/desk/", "/judge/", "/admin/")  # addresses of the own record that lead strangers nowhere


def kinds_shown(holder: Holder) -> Mapping[str, Any]:
    """The kinds of lines that the person shows, with their labels."""
    labels = dict(GrowthEntry.Kind.choices)
    return {kind: labels[kind] for kind in holder.record_kinds}
