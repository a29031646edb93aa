"""Small contests whose marks are entered as one number each, for tests of what follows the marks."""

from typing import Any

from competitions.scoring.results import EntryInput
from competitions.scoring.scheme import Scheme, parse_scheme


def component(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "source": "entered", "weight": 1} | more


def contest(*components: dict[str, Any], **composition: Any) -> Scheme:
    """The components' full marks are the weights, so nothing has to add up to 1."""
    more = {key: composition.pop(key) for key in ("criteria", "penalties", "methods") if key in composition}
    return parse_scheme(
        {
            "schema": "skills-marking-scheme/1",
            "id": "edge",
            "version": "1",
            "locale": ["zh-Hans"],
            "title": "比赛",
            "composition": {"combine": "sum", "components": list(components), **composition},
            **more,
        }
    )


def contestant(code: str, *, team: str | None = None, time: int | None = None, **marks: Any) -> EntryInput:
    return EntryInput(code, components=marks, team=team, elapsed_seconds=time)


def tier(code: str, by: str = "count", value: Any = 1) -> dict[str, Any]:
    return {"code": code, "name": code, "by": by, "value": value}
