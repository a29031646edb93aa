"""The words of a question marked where they stand: in a title whole, in a long text in a window around the first of
them. Everything else is escaped."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from craft_site.search import initials
from craft_site.search.query import Query, may_be_initials
from craft_site.search.words import is_run, pairs

BEFORE, AFTER = 30, 110  # characters around the first mark
LOOKED_THROUGH = 20_000  # characters of a text in which a mark is looked for
_FULL_WIDTH = ord("！") - ord("!")


def pattern(query: Query) -> re.Pattern[str]:
    """Finds the words asked for, the longest first, and of a run that stands nowhere whole its pairs."""
    parts = sorted({*query.terms, *(pair for term in query.terms if is_run(term) for pair in pairs(term))})
    parts.sort(key=len, reverse=True)
    return re.compile("|".join(map(_spelled, parts)) or r"(?!)", re.IGNORECASE)


def _spelled(term: str) -> str:
    """However it was written: a letter or digit of full width is the plain one. A word is found by its beginning."""
    signs = (
        f"[{re.escape(sign)}{chr(ord(sign) + _FULL_WIDTH)}]" if "!" <= sign <= "~" else re.escape(sign)
        for sign in term
    )
    return ("" if is_run(term) else r"(?<![^\W_])") + "".join(signs)


def marked(text: str, query: Query) -> SafeString:
    """The whole text with its marks."""
    return _marked(text, _spans(text, query) or _initial_spans(text, query))


def excerpt(text: str, query: Query) -> SafeString:
    """A piece of the text around its first mark, the beginning of the text where there is none."""
    spans = _spans(text[:LOOKED_THROUGH], query)
    first = spans[0][0] if spans else 0
    start = max(first - BEFORE, 0) if first > BEFORE else 0
    end = min(start + BEFORE + AFTER, len(text))
    here = [(max(a, start) - start, min(b, end) - start) for a, b in spans if b > start and a < end]
    body = _marked(text[start:end].rstrip(), here)
    return mark_safe(
        ("… " if start else "") + body + (" …" if end < len(text) else "")
    )  # escaped piece by piece


def has_mark(text: str, query: Query) -> bool:
    return pattern(query).search(text[:LOOKED_THROUGH]) is not None


def _spans(text: str, query: Query) -> list[tuple[int, int]]:
    return [match.span() for match in pattern(query).finditer(text)]


def _initial_spans(text: str, query: Query) -> list[tuple[int, int]]:
    """The characters whose initials were typed."""
    places = [n for n, sign in enumerate(text) if is_run(sign) and initials.of_text(sign)]
    for reading in initials.of_title(text, is_name=True):
        if len(reading) != len(places):
            continue
        for term in filter(may_be_initials, query.terms):
            if (n := reading.find(term)) >= 0:
                return [(places[n], places[n + len(term) - 1] + 1)]
    return []


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    parts, last = [], 0
    for start, end in spans:
        if start >= end:
            continue
        parts += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))  # every piece is escaped
