"""Who taught whom, read from the pairs: for the public those who agreed to be named, for the desk everybody.

Somebody who did not agree is in no public picture, with one exception: between a master and an apprentice who both
agreed for their own side stands one person without a name, so that the line of teaching is not torn. Of that person
nothing is told: no key, no trade, no year.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q, Sum

from academy.matching.lineage import Lineage, Link, lineage
from academy.models import Pair
from craft_site.kit.encryption import blind_index
from craft_site.people.models import GrowthEntry

KEPT_SECONDS = 60
KEY_LENGTH = 16  # hexadecimal digits: enough to tell a city's people apart


@dataclass(frozen=True, slots=True)
class Person:
    """key: stands in addresses and leads back to nobody without our secret; "" for whoever is not named. trade: of
    the first pair, in both languages. worker: the row, None for whoever is not named."""

    key: str
    name: str
    trade: str = ""
    trade_en: str = ""
    worker: int | None = None

    @property
    def named(self) -> bool:
        return bool(self.key)


@dataclass(frozen=True, slots=True)
class Lines:
    """Everybody by the key of the graph, and the graph."""

    people: dict[str, Person]
    graph: Lineage

    def find(self, words: str, *, most: int = 50) -> list[str]:
        """Keys of those whose name holds the words, larger families first."""
        words = words.strip().casefold()
        if not words:
            return []
        met = [key for key, one in self.people.items() if one.named and words in one.name.casefold()]
        return sorted(met, key=lambda key: -self.graph.below[key])[:most]


@dataclass(frozen=True, slots=True)
class _Row:
    """One pair as it is read, people by their rows."""

    master: int
    apprentice: int
    year: int
    master_agreed: bool
    apprentice_agreed: bool

    @property
    def named(self) -> bool:
        return self.master_agreed and self.apprentice_agreed


def for_public() -> Lines:
    """Two queries, whatever the number of people; one while nothing has changed.

    What was read is kept in the process until a pair or a consent changes, and for a minute at most, so that a
    corrected name appears.
    """
    return _public(_state(), int(time.time() // KEPT_SECONDS))


def read_again() -> None:
    """Forgets what this process keeps: a name was corrected."""
    _public.cache_clear()


def _state() -> tuple[Any, ...]:
    """Tells one state of the pairs and consents from another, at the cost of one walk through the table."""
    sides: dict[str, Any] = {}
    for side in ("mentor", "apprentice"):
        agreed = Q(**{f"{side}_public_at__isnull": False})
        sides |= {f"{side}_sum": Sum("pk", filter=agreed), f"{side}_last": Max(f"{side}_public_at")}
    found = Pair.objects.taught().aggregate(pairs=Count("pk"), all=Sum("pk"), **sides)
    return tuple(found.values())


@lru_cache(maxsize=1)
def _public(state: tuple[Any, ...], minute: int) -> Lines:
    rows, people = _read(Pair.objects.taught(), named_alone=True)
    named = {who for row in rows if row.named for who in (row.master, row.apprentice)}
    links: list[tuple[int, int, int | None]] = [
        (row.master, row.apprentice, row.year) for row in rows if row.named
    ]
    links += _across_the_unnamed(rows, named)
    return _lines(links, {pk: person for pk, person in people.items() if pk in named})


def for_desk(user: Any) -> Lines:
    """Every pair that this person may see, with names; one query."""
    rows, people = _read(Pair.objects.visible_to(user).taught())
    return _lines([(row.master, row.apprentice, row.year) for row in rows], people)


def key_of(worker_uuid: Any) -> str:
    """What stands for a worker in the addresses of the lineage."""
    return blind_index(str(worker_uuid), purpose="lineage")[:KEY_LENGTH]


def honoured(people: Iterable[Person]) -> set[int]:
    """The rows of those who hold an honour that stands; one query."""
    workers = [person.worker for person in people if person.worker is not None]
    lines = GrowthEntry.objects.filter(worker__in=workers, kind=GrowthEntry.Kind.HONOUR, withdrawn=False)
    return set(lines.values_list("worker_id", flat=True))


def _read(pairs: Any, *, named_alone: bool = False) -> tuple[list[_Row], dict[int, Person]]:
    """Pairs in the order in which they began, and their people by row."""
    if named_alone:
        pairs = pairs.filter(mentor_public_at__isnull=False) | pairs.filter(
            apprentice_public_at__isnull=False
        )
    rows: list[_Row] = []
    known: dict[int, tuple[str, Any, str, str]] = {}
    sides = (
        "mentor_id",
        "mentor__name",
        "mentor__uuid",
        "apprentice_id",
        "apprentice__name",
        "apprentice__uuid",
    )
    facts = ("trade__name", "trade__name_en", "starts_on", "mentor_public_at", "apprentice_public_at")
    for m, m_name, m_uuid, a, a_name, a_uuid, trade, trade_en, on, m_at, a_at in pairs.order_by(
        "starts_on", "pk"
    ).values_list(*sides, *facts):
        rows.append(_Row(m, a, on.year, m_at is not None, a_at is not None))
        known.setdefault(m, (m_name, m_uuid, trade, trade_en))
        known.setdefault(a, (a_name, a_uuid, trade, trade_en))
    return rows, {
        pk: Person(key_of(uuid), name, trade, trade_en, pk)
        for pk, (name, uuid, trade, trade_en) in known.items()
    }


def _across_the_unnamed(rows: Collection[_Row], named: set[int]) -> list[tuple[int, int, int | None]]:
    """Links to and from whoever is not named but stands between two who are; without a year."""
    masters: dict[int, list[int]] = defaultdict(list)
    apprentices: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.master_agreed and row.master in named and row.apprentice not in named:
            masters[row.apprentice].append(row.master)
        if row.apprentice_agreed and row.apprentice in named and row.master not in named:
            apprentices[row.master].append(row.apprentice)
    links: list[tuple[int, int, int | None]] = []
    for between in masters.keys() & apprentices.keys():
        links += [(master, between, None) for master in masters[between]]
        links += [(between, apprentice, None) for apprentice in apprentices[between]]
    return links


def _lines(links: Iterable[tuple[int, int, int | None]], people: dict[int, Person]) -> Lines:
    """The graph by keys; whoever is not named gets a key of the graph that tells nothing and is in no address."""
    keys = {pk: person.key for pk, person in people.items()}
    found: dict[str, Person] = {person.key: person for person in people.values()}
    graph_links = []
    for master, apprentice, year in links:
        for pk in (master, apprentice):
            if pk not in keys:
                keys[pk] = f"?{len(keys)}"
                found[keys[pk]] = Person("", "")
        graph_links.append(Link(keys[master], keys[apprentice], year))
    graph = lineage(graph_links)
    return Lines({key: found[key] for key in graph.below}, graph)
