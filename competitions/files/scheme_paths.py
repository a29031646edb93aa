"""Field names with dots and brackets for nested documents: theory.types[0].code. Both ways."""

import json
import re
from collections.abc import Iterator
from typing import Any

from competitions.scoring.scheme.errors import Path

_STEP = re.compile(r"(?:^|\.)([^.\[\]\s]+)|\[([0-9]{1,4})\]")
_PLAIN_KEY = re.compile(r"[^.\[\]\s]+")


def flattened(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path. A leaf is a text, a flag, or whatever has no plain path: null, an empty group or
    list, and a group whose field names would not survive the dots; these come whole."""
    if isinstance(document, dict) and document and all(_PLAIN_KEY.fullmatch(key) for key in document):
        for key, value in document.items():
            yield from flattened(value, (*path, key))
    elif isinstance(document, list) and document:
        for index, value in enumerate(document):
            yield from flattened(value, (*path, index))
    else:
        yield path, document


def is_plain(leaf: Any) -> bool:
    """Whether a leaf is written as it is; anything else is written as JSON."""
    return isinstance(leaf, (str, bool))


def parsed_path(text: str) -> Path | None:
    """The path that a field name stands for, None when it is unreadable."""
    path: list[str | int] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            return None
        path.append(match[1] if match[1] is not None else int(match[2]))
        position = match.end()
    return tuple(path) if path and isinstance(path[0], str) else None


def put(document: dict[str, Any], path: Path, value: Any) -> bool:
    """Sets a value deep in a document, making groups and lists on the way.

    False when the path does not fit what is there already: a list index that skips, a group where a text stands.
    """
    here: Any = document
    for step, following in zip(path, (*path[1:], None), strict=True):
        last = following is None
        if isinstance(step, int):
            if not isinstance(here, list) or step > len(here):
                return False
            if step == len(here):
                here.append(value if last else _container(following))
            elif last:
                return False
            here = here[step]
        else:
            if not isinstance(here, dict) or (last and step in here):
                return False
            if step not in here:
                here[step] = value if last else _container(following)
            here = here[step]
    return True


def _container(step: str | int | None) -> dict[str, Any] | list[Any]:
    return [] if isinstance(step, int) else {}


def taken(document: dict[str, Any], path: Path) -> Any:
    """Removes and returns what stands at a path of field names; None when nothing does."""
    here: Any = document
    for step in path[:-1]:
        here = here.get(step) if isinstance(here, dict) else None
    return here.pop(path[-1], None) if isinstance(here, dict) else None


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
