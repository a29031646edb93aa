"""What somebody typed, read: terms, the tokens that a document must have, and the words to mark in it. Pure.

Whatever is typed is words or nothing: there are no operators, so no quotation mark, bracket or star is one too many.
"""

from dataclasses import dataclass

from craft_site.search import initials
from craft_site.search.words import is_run, pairs, words

LONGEST = 100  # characters that are read; the rest of what was typed is left out
MOST_TERMS = 8
LEAST_INITIALS = 2  # one letter would find half of the site


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a document must have: any of these tokens, whole or as a beginning."""

    anyof: tuple[str, ...]
    beginning: bool


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def text(self) -> str:
        """As it would stand in a folded title."""
        return " ".join(self.terms)

    @property
    def needs(self) -> tuple[Need, ...]:
        """All of them must be met, each once."""
        found: dict[Need, None] = {}
        for term in self.terms:
            if not is_run(term):
                also = (initials.MARK + term[: initials.ENOUGH],) if may_be_initials(term) else ()
                found[Need((term, *also), True)] = None
            elif len(term) == 1:
                found[Need((term,), True)] = None
            else:
                found |= {Need((pair,), False): None for pair in pairs(term)}
        return tuple(found)


def may_be_initials(term: str) -> bool:
    return len(term) >= LEAST_INITIALS and term.isascii() and term.isalpha()


def read(typed: str) -> Query:
    """The query in what was typed; empty when there is no word in it."""
    cut = typed[: 10 * LONGEST].strip()[:LONGEST]
    return Query(tuple(dict.fromkeys(words(cut)))[:MOST_TERMS])
