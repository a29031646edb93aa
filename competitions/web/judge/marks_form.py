"""The agreed form of a request with marks. Whether a value can be is the verb's affair."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from competitions.domain.marking import MOST_MARKS, NewMark

MOST_BYTES = 256 * 1024
NEEDED = frozenset({"sheet", "client_id", "aspect"})
FIELDS = NEEDED | {"values", "not_done", "withdraw", "second_look", "base", "reason", "client_at"}
CLOCKS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class BadBody(ValueError):
    """The request does not have the agreed form; the message names the place."""


class TooLarge(ValueError):
    """More bytes or marks than one request may bring: send fewer."""


def read_body(request: HttpRequest) -> tuple[UUID, UUID, list[NewMark]]:
    """The judge's account, the device and the marks of a request. Raises BadBody, TooLarge, RequestDataTooBig."""
    if request.content_type != "application/json":
        raise BadBody("send application/json")
    if len(request.body) > MOST_BYTES:
        raise TooLarge
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadBody("this is not JSON") from error
    if not isinstance(body, dict) or set(body) != {"judge", "device", "marks"}:
        raise BadBody('expected {"judge": uuid, "device": uuid, "marks": [...]}')
    if not isinstance(body["marks"], list) or not body["marks"]:
        raise BadBody("marks: expected a list of at least one")
    if len(body["marks"]) > MOST_MARKS:
        raise TooLarge
    return (
        read_uuid(body["judge"], "judge"),
        read_uuid(body["device"], "device"),
        [read_mark(item, at) for at, item in enumerate(body["marks"])],
    )


def read_mark(item: Any, at: int) -> NewMark:
    """One mark of a request or of a file. Raises BadBody."""
    where = f"marks[{at}]"
    if not isinstance(item, dict) or not NEEDED <= set(item) <= FIELDS:
        raise BadBody(f"{where}: sheet, client_id and aspect are needed, nothing unknown is allowed")
    base = item.get("base", 0)
    if isinstance(base, bool) or not isinstance(base, int) or not 0 <= base < 30_000:
        raise BadBody(f"{where}.base: expected a revision number")
    withdraw = _flag(item, "withdraw", where)
    if "values" not in item and not withdraw:
        raise BadBody(f"{where}: values are needed unless the mark is withdrawn")
    return NewMark(
        aspect=_text(item["aspect"], f"{where}.aspect", 20),
        values=[] if withdraw else _values(item["values"], f"{where}.values"),
        client_id=read_uuid(item["client_id"], f"{where}.client_id"),
        base=base,
        not_done=_flag(item, "not_done", where),
        second_look=_flag(item, "second_look", where),
        reason=_text(item.get("reason", ""), f"{where}.reason", 300),
        client_at=_moment(item.get("client_at"), f"{where}.client_at"),
        withdraw=withdraw,
        sheet=read_uuid(item["sheet"], f"{where}.sheet"),
    )


def _values(value: Any, where: str) -> Any:
    if isinstance(value, list) and len(value) <= 200:
        fits = all(item is None or _is_text(item, 40) for item in value)
    elif isinstance(value, Mapping) and len(value) <= 50:
        fits = all(_is_text(key, 40) and _is_count(count) for key, count in value.items())
    else:
        fits = False
    if fits:
        return value
    raise BadBody(f"{where}: expected a list of texts and nulls, or counts by event")


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and value.isprintable()


def _is_count(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return -(10**12) < value < 10**12 if isinstance(value, int) else _is_text(value, 12)


def _text(value: Any, where: str, longest: int) -> str:
    if not _is_text(value, longest):
        raise BadBody(f"{where}: expected a text of at most {longest} characters")
    return str(value)


def read_uuid(value: Any, where: str) -> UUID:
    """Raises BadBody naming the place."""
    try:
        found = UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadBody(f"{where}: expected a uuid") from error
    if not found.int:
        raise BadBody(f"{where}: expected a uuid")
    return found


def _flag(item: Mapping[str, Any], name: str, where: str) -> bool:
    value = item.get(name, False)
    if not isinstance(value, bool):
        raise BadBody(f"{where}.{name}: expected true or false")
    return value


def _moment(value: Any, where: str) -> datetime | None:
    if value is None:
        return None
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not CLOCKS[0] <= found <= CLOCKS[1]:
        raise BadBody(f"{where}: expected a time with its zone")
    return found
