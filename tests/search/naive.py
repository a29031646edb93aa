"""The search once more, as plainly as it can be said: no index, no tokens, one walk through all documents."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from craft_site.search.documents import Document
from craft_site.search.initials import of_title

HAN = re.compile(r"[\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


def words_of(text: str) -> list[str]:
    """Letter by letter: a word ends where the script changes or no letter stands."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    found: list[str] = []
    kind = None
    for sign in text:
        now = "han" if HAN.match(sign) else "word" if sign.isalnum() else None
        if now and now == kind:
            found[-1] += sign
        elif now:
            found.append(sign)
        kind = now
    return found


def answers(document: Document, terms: list[str]) -> bool:
    texts = [document.title, document.title_en, document.body, document.body_en]
    found = [word for text in texts for word in words_of(text)]
    return all(_meets(document, found, term) for term in terms)


def _meets(document: Document, found: list[str], term: str) -> bool:
    if HAN.match(term):
        if len(term) == 1:
            return any(term in word for word in found)
        return all(any(a + b in word for word in found) for a, b in pairwise(term))
    if any(word.startswith(term) and not HAN.match(word) for word in found):
        return True
    if not _latin(term):
        return False
    readings = of_title(document.title, is_name=document.is_name)
    names = [reading for name in document.names for reading in of_title(name, is_name=True)]
    return any(term in reading for reading in readings) or any(name.startswith(term) for name in names)


def _latin(term: str) -> bool:
    return len(term) >= 2 and term.isascii() and term.isalpha()


def rank(document: Document, terms: list[str]) -> int:
    titles = [words_of(title) for title in (document.title, document.title_en)]
    readings = of_title(document.title, is_name=document.is_name)
    text = " ".join(terms)
    lines = [" ".join(title) for title in titles if title]
    begun = text if HAN.match(text) else f" {text}"
    whole = [f" {line} " for line in lines]
    if text in lines:
        return 9
    if any(line.startswith(f"{text} ") for line in lines):
        return 8
    if any(line.startswith(text) for line in lines):
        return 7
    if any(f" {text} " in line for line in whole):
        return 6
    if any(begun in line for line in whole):
        return 5
    in_title = [any((t if HAN.match(t) else f" {t}") in line for line in whole) for t in terms]
    if all(in_title):
        return 4
    if len(terms) == 1 and _latin(text) and any(reading.startswith(text) for reading in readings):
        return 3
    by_initials = [_latin(t) and any(t in reading for reading in readings) for t in terms]
    if any(map(_latin, terms)) and all(a or b for a, b in zip(in_title, by_initials, strict=True)):
        return 2
    return 1


def search(documents: Iterable[Document], typed: str) -> list[str]:
    """Keys, best first: by rank, then the newer, those without a day last, then by the bytes of the key."""
    terms = list(dict.fromkeys(words_of(typed.strip())))
    if not terms:
        return []
    found = [one for one in documents if answers(one, terms)]
    found.sort(key=lambda one: one.key.encode())
    found.sort(key=lambda one: str(one.day or ""), reverse=True)
    found.sort(key=lambda one: rank(one, terms), reverse=True)
    return [one.key for one in found]
