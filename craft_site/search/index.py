"""The verbs that keep the index, in the transaction of the fact: what is put, dropped or read again commits with it.

A wing calls `refresh` with its source and the keys of what changed; the source reads what is public of them now. So
what a public page shows no longer leaves the search with the same commit, whatever the reason.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice

from django.db import transaction

from craft_site.kit.canonical import sha256_hex
from craft_site.search import initials
from craft_site.search.documents import SOURCES, Document, Source
from craft_site.search.models import Entry, Passage
from craft_site.search.words import tokens, words

LONGEST_BODY = 40_000  # characters of each language: a tsvector may weigh a megabyte
A_BATCH = 200
VERSION = "1"  # of what is made of a document: another one writes everything again

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Count:
    """How many documents a source has and how many of them stand in the index; stray: in the index alone."""

    source: str
    public: int
    indexed: int
    stray: int
    stale: int

    @property
    def agrees(self) -> bool:
        return self.public == self.indexed and not self.stray and not self.stale


@transaction.atomic
def put(source: Source, *documents: Document) -> int:
    """Writes documents, each once a key; says how many were new or had changed."""
    given = {source.whole(one.key): _tidy(one) for one in documents}
    known = dict(Entry.objects.filter(key__in=given).values_list("key", "digest"))
    entries, texts = [], {}
    for key in sorted(given):  # in one order everywhere, so that two of us never wait for each other
        digest = _digest(given[key])
        if known.get(key) != digest:
            entries.append(_entry(key, given[key], digest))
            texts[key] = given[key]
    if not entries:
        return 0
    columns = [
        field.name for field in Entry._meta.local_fields if not field.primary_key and field.name != "key"
    ]
    kept = Entry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["key"], update_fields=columns
    )
    Passage.objects.bulk_create(
        [_passage(entry, texts[entry.key]) for entry in kept],
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=["body", "body_en", "tokens"],
    )
    return len(kept)


@transaction.atomic
def drop(source: Source, *keys: str) -> int:
    """Takes documents out; says how many there were."""
    return _forget(source.whole(key) for key in keys)


@transaction.atomic
def refresh(source: Source, keys: Iterable[object]) -> None:
    """Reads these facts again and keeps what is public of them, nothing else."""
    asked = {str(key) for key in keys}
    if not asked:
        return
    found = [one for one in source.documents(asked) if one.key in asked]
    if gone := asked - {one.key for one in found}:
        drop(source, *gone)
    put(source, *found)


def rebuild(source: Source, *, progress: Progress | None = None) -> int:
    """Reads all facts of a source again; what is not public any more leaves. Says how many were written or taken out.

    Committed batch by batch: whoever searches meanwhile finds the old line or the new one.
    """
    changed = 0
    seen: set[str] = set()
    for batch in batches(source.documents(None), A_BATCH):
        changed += put(source, *batch)
        seen.update(source.whole(one.key) for one in batch)
        if progress is not None:
            progress(source.name, len(seen))
    return changed + _forget(set(_keys(source)) - seen)


def forget_strays() -> int:
    """Takes out what no source claims: documents of a source that is no more."""
    names = set(SOURCES)
    keys = Entry.objects.values_list("key", flat=True)
    return _forget([key for key in keys.iterator() if key.partition(":")[0] not in names])


def compare(source: Source) -> Count:
    """What the facts say against what the index holds; nothing is changed."""
    held = dict(Entry.objects.filter(key__startswith=f"{source.name}:").values_list("key", "digest"))
    public = {source.whole(one.key): _digest(_tidy(one)) for one in source.documents(None)}
    both = held.keys() & public.keys()
    stale = sum(held[key] != public[key] for key in both)
    return Count(source.name, len(public), len(both), len(held.keys() - public.keys()), stale)


def batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, size)):
        yield batch


def _keys(source: Source) -> Iterable[str]:
    return Entry.objects.filter(key__startswith=f"{source.name}:").values_list("key", flat=True)


def _forget(keys: Iterable[str]) -> int:
    asked, gone = sorted(keys), 0
    for n in range(0, len(asked), A_BATCH):
        here = list(Entry.objects.filter(key__in=asked[n : n + A_BATCH]).values_list("pk", flat=True))
        Passage.objects.filter(entry__in=here).delete()
        gone += Entry.objects.filter(pk__in=here).delete()[0]
    return gone


def _tidy(document: Document) -> Document:
    """As it is kept: white space as single spaces, cut to what the columns hold."""
    return replace(
        document,
        title=clean(document.title)[:300],
        title_en=clean(document.title_en)[:400],
        body=clean(document.body)[:LONGEST_BODY],
        body_en=clean(document.body_en)[:LONGEST_BODY],
        names=tuple(clean(name) for name in document.names),
    )


def _digest(document: Document) -> str:
    return sha256_hex({"version": VERSION} | asdict(document))


def _entry(key: str, document: Document, digest: str) -> Entry:
    return Entry(
        key=key,
        kind=document.kind,
        day=document.day,
        until=document.until,
        title=document.title,
        title_en=document.title_en,
        url=document.url,
        url_en=document.url_en,
        folded=folded(document.title, document.title_en),
        initials=lines(initials.of_title(document.title, is_name=document.is_name)),
        digest=digest,
    )


def _passage(entry: Entry, document: Document) -> Passage:
    found: set[str] = set()
    for text in (document.title, document.title_en, document.body, document.body_en):
        found |= tokens(text)
    for reading in entry.initials.split():
        found |= initials.title_tokens(reading)
    for name in document.names:
        found |= initials.name_tokens(name)
    return Passage(entry=entry, body=document.body, body_en=document.body_en, tokens=found)


def clean(text: str) -> str:
    """White space as single spaces; without characters that no database takes: controls, halves of pairs."""
    kept = "".join(" " if sign < " " or "\ud800" <= sign <= "\udfff" else sign for sign in text)
    return " ".join(kept.split())


def folded(*titles: str) -> str:
    """Titles as the ranking reads them: one a line, a space before and after every word."""
    return lines(f" {' '.join(found)} " for title in titles if (found := words(title)))


def lines(texts: Iterable[str]) -> str:
    kept = list(texts)
    return "\n" + "\n".join(kept) + "\n" if kept else ""
