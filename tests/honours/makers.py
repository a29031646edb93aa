"""Titles, honours and people of the office for tests."""

from itertools import count
from typing import Any

from craft_site.people.models import User
from honours.domain import register
from honours.domain.register import Held
from honours.models import Honour, HonourTitle
from tests.factories import make_user

_serial = count(1)


def make_title(code: str = "", **fields: Any) -> HonourTitle:
    n = next(_serial)
    values: dict[str, Any] = {
        "code": code or f"title-{n}",
        "name": f"Title {n}",
        "level": 2,
        "kind": "person",
        "body": "City federation",
    }
    return HonourTitle.objects.create(**values | fields)


def make_honour(
    name: str = "",
    *,
    title: HonourTitle | None = None,
    by: User | None = None,
    announced: bool = True,
    **held: Any,
) -> Honour:
    """An honour in the register, by the verb."""
    values: dict[str, Any] = {"source": "Daily of 1 May 2024", "year": 2024} | held
    if held.get("worker") is not None:
        name = held["worker"].name
    return register.enter(
        held=Held(title=title or make_title(), name=name or f"Holder {next(_serial)}", **values),
        by=by or make_user("organiser"),
        announced=announced,
    )
