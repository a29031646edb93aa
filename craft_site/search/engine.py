"""The question to the database: one pass over what answers, ranked by the same rule on SQLite and PostgreSQL.

The index (FTS5, GIN) says which documents answer; where the question stands in their titles is asked by position in the
folded titles (instr, strpos), in whole numbers. So both databases give one order, down to the last line: the better
place in the title, then the newer, then the key by its bytes.

  9 the title is the question        6 in the title as whole words     3 the title's initials begin so
  8 it begins the title, whole words 5 in the title                    2 each term is in title or initials
  7 it begins the title              4 all its terms in the title      1 in the words below the title
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from craft_site.search.install import FTS, MATCHING
from craft_site.search.models import Entry, Kind
from craft_site.search.query import Need, Query, may_be_initials
from craft_site.search.words import is_run

ENTRY = Entry._meta.db_table
Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what answers. counts: of all that answers, by kind, whatever kind was asked for."""

    entries: tuple[Entry, ...]
    counts: dict[Kind, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def search(query: Query, *, kind: Kind | None = None, start: int = 0, most: int = 20) -> Found:
    """The entries of one page with their passages, best first. Two queries; none for an empty question."""
    if not query:
        return Found((), {})
    hits, params = _hits(query)
    page, page_params = _page(kind, start, most)
    nothing = "NULL, NULL, NULL"
    sql = (
        f"WITH hit AS MATERIALIZED ({hits}) "
        f"SELECT kind, count(*), {nothing} FROM hit GROUP BY kind UNION ALL "
        f"SELECT * FROM (SELECT kind, id, rank, day, key FROM hit {page}) best"
    )
    rows = _rows(sql, [*params, *page_params])
    counts = {Kind(row[0]): row[1] for row in rows if row[2] is None}
    return Found(_entries([row[1:] for row in rows if row[2] is not None]), counts)


def suggest(query: Query, *, most: int = 8) -> tuple[Entry, ...]:
    """The best entries alone, while somebody types."""
    if not query:
        return ()
    hits, params = _hits(query)
    page, page_params = _page(None, 0, most)
    rows = _rows(
        f"WITH hit AS MATERIALIZED ({hits}) SELECT id, rank, day, key FROM hit {page}",
        [*params, *page_params],
    )
    return _entries(rows)


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _entries(rows: Sequence[tuple[Any, ...]]) -> tuple[Entry, ...]:
    """rows: id, rank, and the rest of the order. A union promises none, so it is made again here."""
    known = Entry.objects.select_related("passage").defer("passage__tokens").in_bulk([row[0] for row in rows])
    ranked = sorted(rows, key=lambda row: row[3].encode())
    ranked.sort(key=lambda row: (row[1], str(row[2] or "")), reverse=True)
    return tuple(known[row[0]] for row in ranked if row[0] in known)


def _page(kind: Kind | None, start: int, most: int) -> Sql:
    bytewise = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    where, params = ("WHERE kind = %s ", [str(kind)]) if kind else ("", [])
    order = f"ORDER BY rank DESC, day IS NULL, day DESC, key{bytewise} LIMIT %s OFFSET %s"
    return where + order, [*params, most, start]


def _hits(query: Query) -> Sql:
    """What answers and is public today, with its rank."""
    rank, rank_params = _rank(query)
    matching, params = _matching(query.needs)
    return (
        f"SELECT e.id, e.kind, e.day, e.key, {rank} AS rank FROM {matching} AND (e.until IS NULL OR e.until >= %s)",
        [*rank_params, *params, connection.ops.adapt_datefield_value(timezone.localdate())],
    )


def _matching(needs: Sequence[Need]) -> Sql:
    """The documents that have everything, joined to their entries as `e`, up to the first condition."""
    if connection.vendor == "postgresql":
        asked = " & ".join(_any_of(need, "|", "'", ":*") for need in needs)
        return f"{MATCHING}(%s::tsquery) AS found(id) JOIN {ENTRY} e ON e.id = found.id WHERE true", [asked]
    asked = " AND ".join(_any_of(need, "OR", '"', " *") for need in needs)
    # CROSS JOIN: the index is asked first, and each entry then by its number.
    return f"{FTS} CROSS JOIN {ENTRY} e ON e.id = {FTS}.rowid WHERE {FTS} MATCH %s", [asked]


def _any_of(need: Need, word: str, quote: str, star: str) -> str:
    """Tokens hold letters and digits alone, so a quote around them is all that either language needs."""
    tokens = (f"{quote}{token}{quote}{star if need.beginning else ''}" for token in need.anyof)
    return f"({f' {word} '.join(tokens)})"


def _rank(query: Query) -> Sql:
    """Most of a broad question stands below the titles: that is asked first, and the places in the title only of the
    rest. Whatever meets 5 to 9 meets 4 as well."""
    text, terms = query.text, query.terms
    in_title = _all([_in_title(_begun(term)) for term in terms])
    below = [(3, _in_initials(f"\n{text}"))] if may_be_initials(text) else []
    if any(map(may_be_initials, terms)):
        below.append((2, _all([_somehow_in_title(term) for term in terms])))
    above = [
        (9, _in_title(f"\n {text} \n")),
        (8, _in_title(f"\n {text} ")),
        (7, _in_title(f"\n {text}")),
        (6, _in_title(f" {text} ")),
        *([(5, _in_title(_begun(text)))] if len(terms) > 1 else []),
    ]
    low, low_params = _case(below, 1)
    high, high_params = _case(above, 4 if len(terms) > 1 else 5)
    found, params = in_title
    return f"CASE WHEN {found} THEN {high} ELSE {low} END", [*params, *high_params, *low_params]


def _all(conditions: Sequence[Sql]) -> Sql:
    return " AND ".join(sql for sql, _some in conditions), [one for _sql, some in conditions for one in some]


def _case(steps: Sequence[tuple[int, Sql]], otherwise: int) -> Sql:
    """The number of the first condition that holds."""
    if not steps:
        return str(otherwise), []
    whens = " ".join(f"WHEN {sql} THEN {number}" for number, (sql, _some) in steps)
    return f"CASE {whens} ELSE {otherwise} END", [one for _number, (_sql, some) in steps for one in some]


def _begun(term: str) -> str:
    """A run of characters may stand anywhere in a word; a word of another script only at its beginning."""
    return term if is_run(term) else f" {term}"


def _somehow_in_title(term: str) -> Sql:
    title, params = _in_title(_begun(term))
    if not may_be_initials(term):
        return title, params
    also, also_params = _in_initials(term)
    return f"({title} OR {also})", [*params, *also_params]


def _in_title(text: str) -> Sql:
    return f"{_position()}(e.folded, %s) > 0", [text]


def _in_initials(text: str) -> Sql:
    return f"{_position()}(e.initials, %s) > 0", [text]


def _position() -> str:
    return "strpos" if connection.vendor == "postgresql" else "instr"
