"""Marking without a script: one aspect a page, ordinary fields, the same verb behind it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from competitions.domain.marking import NewMark

NOT_DONE = frozenset({"-", "–", "—", "/"})  # what people write into a box for a point that was not done


class PlainMark:
    """Reads one mark from a posted form. Nothing is checked here: the verb refuses what is wrong."""

    @staticmethod
    def read(post: QueryDict) -> NewMark:
        kind = post.get("kind", "")
        values: Any
        if kind == "counts":
            values = {name[6:]: value for name, value in post.items() if name.startswith("count:")}
        else:
            texts = [post.get(f"v{n}", "").strip() for n in range(_number(post.get("fields", ""), 0))]
            values = [None if text in NOT_DONE else text for text in texts]
        not_done = post.get("not_done") == "1"
        return NewMark(
            aspect=post.get("aspect", "")[:20],
            values=[] if not_done else values,
            client_id=_uuid(post.get("client_id", "")),
            base=_number(post.get("base", ""), 0),
            not_done=not_done,
            second_look=post.get("second_look") == "1",
            reason=post.get("reason", "")[:300],
        )


def plain_fields(cell: Mapping[str, Any], post: QueryDict | None) -> list[dict[str, Any]]:
    """The fields of one aspect with what stands there, or with what was just typed."""
    if cell["kind"] == "counts":
        values = cell["values"] or {}
        return [
            {
                "name": f"count:{event['code']}",
                "label": event["text"],
                "value": post.get(f"count:{event['code']}", "") if post else values.get(event["code"], "0"),
            }
            for event in cell["events"]
        ]
    values = cell["values"] or []
    return [
        {
            "name": f"v{n}",
            "label": _label(cell, n),
            "value": post.get(f"v{n}", "") if post else (values[n] if n < len(values) else None) or "",
        }
        for n in range(cell["fields"])
    ]


def _label(cell: Mapping[str, Any], n: int) -> str:
    if cell["parts"]:
        return str(cell["parts"][n]["label"])
    return str(n + 1) if cell["fields"] > 1 else ""


def _number(text: str, otherwise: int) -> int:
    return min(int(text), 200) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
