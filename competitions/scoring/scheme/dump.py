"""A Scheme back as a plain document, its canonical JSON, and the hash that freezes it."""

import hashlib
import json
from dataclasses import MISSING, fields
from decimal import Decimal
from functools import singledispatch
from typing import Any

from ..numbers import plain_text
from .composition import TieKey
from .model import Aspect, Judging, Measuring, PenaltyRule, Scheme, Selector
from .panel import Panel, Scale
from .parse import parse_scheme


def dump_scheme(scheme: Scheme) -> dict[str, Any]:
    """The document of a scheme: parse_scheme() of it gives an equal scheme. Numbers are plain texts."""
    document: dict[str, Any] = _plain(scheme)
    document["methods"] = {"measured": document.pop("measuring"), "judged": document.pop("judging")}
    document.update(document.pop("informative", {}))
    return document


def canonical_json(scheme: Scheme) -> str:
    """One text for one scheme, whatever file it came from: sorted keys, no blanks, plain numbers."""
    return json.dumps(dump_scheme(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(scheme_or_document: Scheme | dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON in UTF-8, 64 hexadecimal digits.

    Raises SchemeErrors for a document that is no scheme.
    """
    scheme = (
        scheme_or_document if isinstance(scheme_or_document, Scheme) else parse_scheme(scheme_or_document)
    )
    return hashlib.sha256(canonical_json(scheme).encode()).hexdigest()


@singledispatch
def _plain(value: Any) -> Any:
    """Dataclasses field by field, leaving out what has its default anyway."""
    document = {}
    for item in fields(value):
        content = getattr(value, item.name)
        if content is None or (item.default is not MISSING and content == item.default):
            continue
        document[item.name] = _plain(content)
    return document


@_plain.register
def _(value: str) -> str:
    return value


@_plain.register
def _(value: bool) -> bool:
    return value


@_plain.register
def _(value: int) -> str:
    return str(value)


@_plain.register
def _(value: Decimal) -> str:
    return plain_text(value)


@_plain.register
def _(value: tuple) -> list[Any]:  # type: ignore[type-arg]
    return [_plain(item) for item in value]


@_plain.register
def _(value: list) -> list[Any]:  # type: ignore[type-arg]
    return value


@_plain.register
def _(value: dict) -> dict[str, Any]:  # type: ignore[type-arg]
    return {
        key: item if isinstance(item, (list, dict)) else _plain_or_none(item) for key, item in value.items()
    }


def _plain_or_none(value: Any) -> Any:
    return None if value is None else _plain(value)


@_plain.register
def _(value: TieKey) -> str:
    return value.text


@_plain.register
def _(value: Selector) -> str:
    return value.text


@_plain.register
def _(value: Scale) -> Any:
    if value.values:
        return _plain(value.values)
    limits = {"min": value.minimum, "max": value.maximum, "step": value.step}
    return {key: _plain(limit) for key, limit in limits.items() if limit is not None}


@_plain.register
def _(value: Aspect) -> dict[str, Any]:
    document = _by_fields(value)
    if value.panel is not None:
        document["panel"] = value.panel.code
    if value.method == "measured":
        # These default to the scheme's `methods` or to the rule, not to the empty value.
        document["unit"], document["points"] = value.unit, str(value.points)
    return document


@_plain.register
def _(value: Judging) -> dict[str, Any]:
    document = {key: content for key, content in _by_fields(value).items() if key != "panels"}
    for panel in value.panels:
        document[panel.code] = {key: item for key, item in _by_fields(panel).items() if key != "code"}
    return document


@_plain.register
def _(value: Measuring) -> dict[str, Any]:
    return _by_fields(value)


@_plain.register
def _(value: PenaltyRule) -> dict[str, Any]:
    return _by_fields(value)


def _by_fields(value: Aspect | Judging | Measuring | PenaltyRule | Panel) -> dict[str, Any]:
    plain: dict[str, Any] = _plain.registry[object](value)
    return plain
