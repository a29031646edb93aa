"""Empty fields beside the readings of an aspect: only what is wrong is filled in, the rest stays as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from competitions.web.judge.plain_form import NOT_DONE


@dataclass(frozen=True, slots=True)
class Typed:
    """What an aspect should read. values as in Mark.values, not yet checked."""

    aspect: str
    values: Any
    not_done: bool


def reading_fields(cell: Mapping[str, Any], prefix: str, post: QueryDict | None) -> list[dict[str, str]]:
    """The fields of one aspect (a cell of web.judge.sheet_data): {name, label, value}; empty, or as just typed."""
    if cell["kind"] == "counts":
        named = [(f"{prefix}-{event['code']}", event["text"]) for event in cell["events"]]
    else:
        several = cell["fields"] > 1
        named = [(f"{prefix}-v{n}", str(n + 1) if several else "") for n in range(cell["fields"])]
    return [
        {"name": name, "label": label, "value": post.get(name, "") if post else ""} for name, label in named
    ]


def read_typed(cell: Mapping[str, Any], prefix: str, post: QueryDict) -> Typed | None:
    """What was filled in for one aspect, laid over what stands there; None when nothing was."""
    if post.get(f"{prefix}-not_done") == "1":
        return Typed(cell["code"], [], True)
    texts = [post.get(field["name"], "").strip() for field in reading_fields(cell, prefix, None)]
    if not any(texts):
        return None
    if cell["kind"] == "counts":
        stands = dict(cell["values"] or {})
        given = {event["code"]: text for event, text in zip(cell["events"], texts, strict=True) if text}
        return Typed(cell["code"], stands | given, False)
    before = list(cell["values"] or [])
    before += [""] * (len(texts) - len(before))
    values = [
        stands if not text else None if text in NOT_DONE else text
        for text, stands in zip(texts, before, strict=False)
    ]
    return Typed(cell["code"], values, False)
