"""Reads scheme and entry files in YAML: exact numbers, no tricks, and a line for every fault.

The parser's events are walked directly, so that nothing is constructed that a marking scheme does not
need: no tags, no anchors, no aliases, no dates, no binary floats, no second document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from competitions.scoring.scheme import Scheme, SchemeErrors, dotted, parse_scheme
from competitions.scoring.scheme.errors import Path

MAX_SCHEME_BYTES = 1_000_000
MAX_DEPTH = 20
Position = tuple[int, int]

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[+-]?(0|[1-9][0-9]{0,29})", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}\.[0-9]{1,30}", re.ASCII)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class LocatedError:
    """One fault with the line and column it stands at, both counted from 1."""

    line: int
    column: int
    path: Path
    code: str
    params: dict[str, str]
    message: str

    def __str__(self) -> str:
        where = f" ({dotted(self.path)})" if self.path else ""
        return f"line {self.line}: {self.message}{where}"


class FileErrors(ValueError):
    """All faults of a file, by line."""

    def __init__(self, errors: list[LocatedError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.line, error.column)))
        super().__init__("\n".join(map(str, self.errors)))


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data, and where each part of it stands in the file."""

    content: Any
    positions: dict[Path, Position]

    def position(self, path: Path) -> Position:
        """Line and column of a part, or of the nearest part around it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))


def read_scheme(text: str) -> Scheme:
    """The scheme of a YAML (or JSON) text. Raises FileErrors."""
    document = read_yaml(text, max_bytes=MAX_SCHEME_BYTES)
    try:
        return parse_scheme(document.content)
    except SchemeErrors as faults:
        raise FileErrors(
            [
                LocatedError(*document.position(e.path), e.path, e.code, e.message_params, e.message)
                for e in faults.errors
            ]
        ) from None


def read_yaml(text: str, *, max_bytes: int) -> Document:
    """Plain data of one YAML document: dict, list, str, int, Decimal, bool, None.

    Raises FileErrors for bad syntax, repeated keys, anchors, aliases, tags, depth and size.
    """
    if len(text.encode(errors="surrogatepass")) > max_bytes:
        raise _fault((1, 1), "too_long", f"the file is longer than {max_bytes} bytes")
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER)).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        position = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        raise _fault(position, "syntax", f"not readable as YAML: {error.problem}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise _fault((1, 1), "syntax", f"not readable as YAML: {str(error).splitlines()[0]}") from None


class _Builder:
    """Builds plain data from the stream of events."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._positions: dict[Path, Position] = {}

    def build(self) -> Document:
        next(self._events)  # start of the stream
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return Document(None, self._positions)
        content = self._node(next(self._events), (), 0)
        next(self._events)  # end of the document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise _fault(_start(event), "second_document", "a second document begins here")
        return Document(content, self._positions)

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        self._positions[path] = _start(event)
        _refuse_tricks(event)
        if depth > MAX_DEPTH:
            raise _fault(_start(event), "too_deep", f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else _resolve(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(event, (*path, len(items)), depth + 1))
            return items
        return self._mapping(path, depth)

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        last: tuple[str, Any] | None = None  # the key and the event of the value just read
        while not isinstance(key_event := next(self._events), yaml.MappingEndEvent):
            _refuse_tricks(key_event)
            if not isinstance(key_event, yaml.ScalarEvent):
                raise _fault(_start(key_event), "key_not_a_word", "a field name must be a plain word")
            key, event = key_event.value, next(self._events)
            if last is not None and _is_rest_of_text(key_event, event, mapping[last[0]], last[1]):
                mapping[last[0]] += ("," if _end(last[1])[1] + 1 == _start(key_event)[1] else ", ") + key
                last = (last[0], key_event)
                continue
            if key in mapping:
                first = self._positions[(*path, key)][0]
                raise _fault(
                    _start(key_event), "duplicate_key", f"field {key} is there twice, first in line {first}"
                )
            mapping[key] = self._node(event, (*path, key), depth + 1)
            last = (key, event)
        return mapping


def _is_rest_of_text(key_event: Any, event: Any, text: Any, text_event: Any) -> bool:
    """Whether a "field" without colon and value is really the rest of an unquoted text with a comma.

    Authors write {zh: 整洁,倒角一致, en: Clean}. To YAML the comma ends the text and 倒角一致 is a
    field of its own; dropping it would cut the benchmark that judges read.
    """
    if not (isinstance(event, yaml.ScalarEvent) and isinstance(text_event, yaml.ScalarEvent)):
        return False
    bare = not event.value and not event.style and _start(event) == _end(key_event)
    return bare and isinstance(text, str) and not text_event.style


def _refuse_tricks(event: Any) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _fault(_start(event), "alias", "anchors and aliases are not allowed")
    if getattr(event, "tag", None) is not None:
        raise _fault(_start(event), "tag", f"tags such as {event.tag} are not allowed")


def _resolve(word: str) -> Any:
    """An unquoted word: null, true, false, an exact number, else the word itself."""
    if word in _WORDS:
        return _WORDS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    if _DECIMAL.fullmatch(word):
        return Decimal(word)
    return word


def _start(event: Any) -> Position:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1)


def _end(event: Any) -> Position:
    mark = event.end_mark
    return (mark.line + 1, mark.column + 1)


def _fault(position: Position, code: str, message: str) -> FileErrors:
    return FileErrors([LocatedError(*position, (), code, {}, message)])
