"""What can be found: one document for each public page or fact, and where such documents come from."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from craft_site.search.models import Entry, Kind

Keys = Collection[str] | None
Documents = Callable[[Keys], Iterable["Document"]]


@dataclass(frozen=True, slots=True)
class Document:
    """What a public page prints of one fact, and no more.

    key: of the fact within its source; url: where it stands, url_en: in English where that is another address; day: the
    newer is shown first; until: the last day on which it is public, whoever forgets to take it out; names: people whom
    the body names, so that they are found by initials as well; is_name: the title is somebody's name.
    """

    key: str
    kind: Kind
    title: str
    url: str
    title_en: str = ""
    body: str = ""
    body_en: str = ""
    url_en: str = ""
    day: date | None = None
    until: date | None = None
    names: tuple[str, ...] = ()
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where documents of one sort come from. `documents(keys)` reads what is public of these facts now, of all when
    keys is None; a key without a document is not public. label: what a hit is, where its kind says too little: one
    person may stand in the roll, among the mentors and in the lineage."""

    name: str
    documents: Documents = field(repr=False)
    label: str | Promise = ""

    def whole(self, key: str) -> str:
        return f"{self.name}:{key}"


def joined(*parts: object) -> str:
    """What stands side by side on a page: 电工 · 一等奖. Empty parts are left out."""
    return " · ".join(text for part in parts if part and (text := str(part)))


SOURCES: dict[str, Source] = {}


def register(name: str, documents: Documents, label: str | Promise = "") -> Source:
    """A source under its name. Each app's findable.py is read at the start, so the whole index can be made again."""
    SOURCES[name] = Source(name, documents, label)
    return SOURCES[name]


def sort_of(entry: Entry) -> str:
    """What a hit is, in words: of its source, else of its kind."""
    source = SOURCES.get(entry.key.partition(":")[0])
    return str(source.label) if source is not None and source.label else str(entry.get_kind_display())
