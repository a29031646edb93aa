"""Reads entries from files and scores them, without a database.

An entries file (YAML or JSON) is a list of
    {entry, raw: {aspect: [readings] or {event: count}}, theory, penalties: [{code, times}], elapsed_seconds}
with `components`, `team`, `started`, `absent` and `disqualified` for schemes that need them.
"""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from competitions.scoring.engine import score_event
from competitions.scoring.numbers import NotANumber, read_number
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.readings import CONFIRM, check_readings
from competitions.scoring.results import EntryInput, EventResult, ScoringErrors
from competitions.scoring.scheme import Scheme

from .scheme_yaml import Document, FileErrors, read_scheme, read_yaml

MAX_SCHEME_BYTES = 1_000_000
MAX_ENTRIES_BYTES = 64_000_000
MAX_MESSAGES = 40
ENTRY_KEYS = frozenset(
    {
        "entry",
        "raw",
        "theory",
        "components",
        "penalties",
        "elapsed_seconds",
        "team",
        "started",
        "absent",
        "disqualified",
    }
)
PENALTY_KEYS = frozenset({"code", "times", "aspects", "points"})


class ScoreFileError(ValueError):
    """Files that cannot be scored. The text names file, line or row, entry and aspect."""


def score_files(*, scheme_path: Path, entries_path: Path) -> tuple[EventResult, list[str]]:
    """Read both files and score: the result, and the readings that a sheet would ask about once more before saving
    (a slipped decimal point); they are scored as they stand. Raises ScoreFileError."""
    scheme = load_scheme(scheme_path)
    entries = load_entries(entries_path, scheme=scheme)
    try:
        return score_event(scheme, entries), list(_second_looks(scheme, entries))
    except ScoringErrors as errors:
        raise ScoreFileError(_listed([item.message for item in errors.problems])) from None


def _second_looks(scheme: Scheme, entries: Sequence[EntryInput]) -> Iterator[str]:
    asking = [aspect for aspect in scheme.aspects() if aspect.second_look is not None]
    for entry in entries:
        for aspect in asking:
            for refusal in check_readings(aspect, entry.raw.get(aspect.code)):
                if refusal.severity == CONFIRM:
                    yield f"entry {entry.entry}: aspect {aspect.code}: {refusal.message}"


def load_scheme(path: Path) -> Scheme:
    """The scheme of a YAML or JSON file. Raises ScoreFileError with a line for every fault."""
    try:
        return read_scheme(_text_of(path, limit=MAX_SCHEME_BYTES))
    except FileErrors as faults:
        raise ScoreFileError(_listed([f"{path.name}: {error}" for error in faults.errors])) from None


def load_entries(path: Path, *, scheme: Scheme) -> list[EntryInput]:
    """The entries of a YAML or JSON file. Raises ScoreFileError."""
    text = _text_of(path, limit=MAX_ENTRIES_BYTES)
    document = _read_json(text, path) if path.suffix.lower() == ".json" else _read_yaml(text, path)
    rows = document.content
    if not isinstance(rows, list):
        raise ScoreFileError(f"{path.name}: expected a list of entries")
    reader = _EntryReader(path.name, scheme, document)
    entries = [reader.read(index, row) for index, row in enumerate(rows)]
    if reader.faults:
        raise ScoreFileError(_listed(reader.faults))
    return [entry for entry in entries if entry is not None]


def _text_of(path: Path, *, limit: int) -> str:
    try:
        if path.stat().st_size > limit:
            raise ScoreFileError(f"{path.name}: the file is longer than {limit} bytes")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScoreFileError(f"{path.name}: not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise ScoreFileError(f"{path.name}: {error.strerror or 'cannot be read'}") from None


def _read_yaml(text: str, path: Path) -> Document:
    try:
        return read_yaml(text, max_bytes=MAX_ENTRIES_BYTES)
    except FileErrors as faults:
        raise ScoreFileError(_listed([f"{path.name}: {error}" for error in faults.errors])) from None


def _read_json(text: str, path: Path) -> Document:
    """JSON with exact decimals; NaN, exponents beyond reason and repeated names are refused."""

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is not a number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"field {twice} is there twice")
        return content

    try:
        content = json.loads(text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise ScoreFileError(f"{path.name}: line {error.lineno}: not readable as JSON: {error.msg}") from None
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise ScoreFileError(f"{path.name}: not readable as JSON: {error}") from None
    return Document(content, {})


class _EntryReader:
    """Turns rows into EntryInputs and notes what is wrong with their shape."""

    def __init__(self, file_name: str, scheme: Scheme, document: Document) -> None:
        self.faults: list[str] = []
        self._file_name = file_name
        self._document = document
        components = scheme.composition.components
        entered = [component.code for component in components if component.source == "entered"]
        # `theory` is the short way to write the one component that is entered as a single mark.
        self._theory = "T" if "T" in entered else entered[0] if len(entered) == 1 else None

    def read(self, index: int, row: Any) -> EntryInput | None:
        """One entry, or None with a fault noted."""
        before = len(self.faults)
        if not isinstance(row, dict):
            self._fault(index, None, "expected an entry with named fields")
            return None
        name = row.get("entry")
        if isinstance(name, (int, Decimal)) and not isinstance(name, bool):
            name = str(name)
        if not isinstance(name, str) or not name.strip():
            self._fault(index, None, "the entry has no code")
            return None
        for key in row.keys() - ENTRY_KEYS:
            self._fault(index, name, f"unknown field {key}")
        entry = EntryInput(
            entry=name,
            raw=self._mapping(index, name, row, "raw"),
            components=self._components(index, name, row),
            penalties=tuple(self._penalties(index, name, row)),
            elapsed_seconds=row.get("elapsed_seconds"),
            started=self._flag(index, name, row, "started", default=True),
            team=self._team(index, name, row),
            absent=self._seats(index, name, row),
            disqualified=self._flag(index, name, row, "disqualified", default=False),
        )
        return entry if len(self.faults) == before else None

    def _fault(self, index: int, entry: str | None, message: str) -> None:
        where = f"row {index + 1}"
        if self._document.positions:
            where = f"line {self._document.position((index,))[0]}, {where}"
        self.faults.append(f"{self._file_name}: {where}{f', entry {entry}' if entry else ''}: {message}")

    def _mapping(self, index: int, entry: str, row: dict[str, Any], key: str) -> dict[str, Any]:
        value = row.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._fault(index, entry, f"{key} must hold named fields")
            return {}
        return value

    def _components(self, index: int, entry: str, row: dict[str, Any]) -> dict[str, Any]:
        components = dict(self._mapping(index, entry, row, "components"))
        if row.get("theory") is not None:
            if self._theory is None:
                self._fault(index, entry, "the scheme has no theory component")
            elif self._theory in components:
                self._fault(index, entry, f"theory is given twice, also as component {self._theory}")
            else:
                components[self._theory] = row["theory"]
        return components

    def _penalties(self, index: int, entry: str, row: dict[str, Any]) -> Iterator[PenaltyInput]:
        given = row.get("penalties")
        if given is not None and not isinstance(given, list):
            self._fault(index, entry, "penalties must be a list")
            return
        for item in given or ():
            if (
                not isinstance(item, dict)
                or not isinstance(item.get("code"), str)
                or item.keys() - PENALTY_KEYS
            ):
                self._fault(index, entry, "a penalty needs a code, and may have times, aspects and points")
                continue
            times, aspects, points = item.get("times", 1), item.get("aspects", []), item.get("points")
            if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= 999:
                self._fault(index, entry, f"penalty {item['code']}: times must be a whole number from 1")
            elif not isinstance(aspects, list):
                self._fault(index, entry, f"penalty {item['code']}: aspects must be a list of codes")
            else:
                try:
                    exact = None if points is None else read_number(points)
                except NotANumber:
                    self._fault(index, entry, f"penalty {item['code']}: points must be a number")
                    continue
                yield PenaltyInput(item["code"], times, tuple(str(code) for code in aspects), exact)

    def _flag(self, index: int, entry: str, row: dict[str, Any], key: str, *, default: bool) -> bool:
        value = row.get(key, default)
        if not isinstance(value, bool):
            self._fault(index, entry, f"{key} must be true or false")
        return bool(value)

    def _team(self, index: int, entry: str, row: dict[str, Any]) -> str | None:
        team = row.get("team")
        if team is not None and (isinstance(team, (bool, dict, list)) or not str(team).strip()):
            self._fault(index, entry, "team must be a code")
            return None
        return None if team is None else str(team)

    def _seats(self, index: int, entry: str, row: dict[str, Any]) -> tuple[int, ...]:
        seats = row.get("absent") or []
        valid = isinstance(seats, list) and all(type(seat) is int and 1 <= seat <= 99 for seat in seats)
        if not valid:
            self._fault(index, entry, "absent must be a list of judges' seat numbers from 1")
            return ()
        return tuple(seats)


def _listed(messages: list[str]) -> str:
    left = len(messages) - MAX_MESSAGES
    return "\n".join(messages[:MAX_MESSAGES] + ([f"... and {left} more"] if left > 0 else []))
