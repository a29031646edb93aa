"""The door for marks: one JSON request, many marks, one answer each."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain.locked_sheets import Held
from competitions.domain.marking import (
    MOST_MARKS,
    MarkAnswer,
    NewMark,
    NotMarkedNow,
    SheetClosed,
    enter_marks,
)
from competitions.models import Sheet
from craft_site.kit.access import roles as needs
from craft_site.kit.prepared import prepared
from craft_site.people import roles as site_roles
from craft_site.people.models import User
from craft_site.people.web.requests import PersonRequest

MOST_BYTES = 256 * 1024
FIELDS = frozenset(
    {"client_id", "aspect", "values", "not_done", "second_look", "base", "reason", "client_at"}
)


class BadBody(ValueError):
    """The request does not have the agreed form; the message names the place."""


@prepared
def _own_sheet(*, user: int, uuid: UUID) -> QuerySet[Sheet]:
    return Sheet.objects.visible_to(User(pk=user)).select_related("event", "seat").filter(uuid=uuid)


@needs(site_roles.JUDGE)
@require_POST
@never_cache
def marks(request: PersonRequest, uuid: UUID) -> JsonResponse:
    """{"judge": uuid, "marks": [...]} in, {"results": [...], "sheet": {...}} out.

    200 with a result for each mark; 400 the form is wrong; 401 signed out; 403 not the judge of the sheet; 404 no such
    sheet here; 409 another judge is signed in, or the event is not being marked; 423 signed or locked.
    """
    sheet = next(iter(_own_sheet(user=request.user.pk, uuid=uuid)), None)
    if sheet is None:
        raise Http404
    try:
        judge, new = read_body(request)
    except BadBody as error:
        return JsonResponse({"error": "bad_request", "message": str(error)}, status=400)
    if judge != request.user.uuid:
        message = _("Somebody else is signed in on this device.")
        return JsonResponse({"error": "other_judge", "message": message}, status=409)
    try:
        answers = enter_marks(sheet=sheet, marks=new, by=request.user)
    except PermissionDenied as error:
        return JsonResponse({"error": "forbidden", "message": str(error)}, status=403)
    except NotMarkedNow as error:
        return JsonResponse({"error": "not_marked_now", "message": str(error)}, status=409)
    except SheetClosed as error:
        return JsonResponse({"error": "closed", "message": str(error)}, status=423)
    return JsonResponse(
        {
            "results": [as_json(answer) for answer in answers],
            "sheet": {
                "state": sheet.state,
                "marks_in": sheet.marks_in,
                "marks_due": sheet.marks_due,
                "alarm": bool(sheet.alarm),
            },
        }
    )


def as_json(answer: MarkAnswer) -> dict[str, Any]:
    found: dict[str, Any] = {
        "client_id": str(answer.client_id),
        "aspect": answer.aspect,
        "status": answer.status.value,
    }
    optional = {
        "seq": answer.seq,
        "receipt": answer.receipt,
        "revision": answer.revision,
        "code": answer.code,
        "message": answer.message,
    }
    found |= {name: value for name, value in optional.items() if value}
    if answer.field is not None:
        found["field"] = answer.field
    if answer.spread:
        found["spread"] = True
    if answer.current is not None:
        found["current"] = _held(answer.current)
    return found


def _held(held: Held) -> dict[str, Any]:
    return {
        "values": held.values,
        "not_done": held.not_done,
        "revision": held.revision,
        "seq": held.seq,
        "at": held.at.isoformat(),
    }


def read_body(request: PersonRequest) -> tuple[UUID, list[NewMark]]:
    """The judge's account and the marks of a request. Raises BadBody."""
    if request.content_type != "application/json":
        raise BadBody("send application/json")
    if len(request.body) > MOST_BYTES:
        raise BadBody(f"at most {MOST_BYTES} bytes")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadBody("this is not JSON") from error
    if not isinstance(body, dict) or set(body) != {"judge", "marks"} or not isinstance(body["marks"], list):
        raise BadBody('expected {"judge": uuid, "marks": [...]}')
    if not 0 < len(body["marks"]) <= MOST_MARKS:
        raise BadBody(f"between 1 and {MOST_MARKS} marks")
    return _uuid(body["judge"], "judge"), [_mark(item, at) for at, item in enumerate(body["marks"])]


def _mark(item: Any, at: int) -> NewMark:
    where = f"marks[{at}]"
    if not isinstance(item, dict) or not {"client_id", "aspect", "values"} <= set(item) <= FIELDS:
        raise BadBody(f"{where}: client_id, aspect and values are needed, nothing unknown is allowed")
    base = item.get("base", 0)
    if isinstance(base, bool) or not isinstance(base, int) or not 0 <= base < 30_000:
        raise BadBody(f"{where}.base: expected a revision number")
    return NewMark(
        aspect=_text(item["aspect"], f"{where}.aspect", 20),
        values=_values(item["values"], f"{where}.values"),
        client_id=_uuid(item["client_id"], f"{where}.client_id"),
        base=base,
        not_done=_flag(item, "not_done", where),
        second_look=_flag(item, "second_look", where),
        reason=_text(item.get("reason", ""), f"{where}.reason", 300),
        client_at=_moment(item.get("client_at"), f"{where}.client_at"),
    )


def _values(value: Any, where: str) -> Any:
    if isinstance(value, list) and len(value) <= 200:
        if all(item is None or (isinstance(item, str) and len(item) <= 40) for item in value):
            return value
    elif isinstance(value, Mapping) and len(value) <= 50:
        counts = value.values()
        if all(isinstance(n, str | int) and not isinstance(n, bool) and len(str(n)) <= 12 for n in counts):
            return value
    raise BadBody(f"{where}: expected a list of texts and nulls, or counts by event")


def _text(value: Any, where: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or "\0" in value or not value.isprintable():
        raise BadBody(f"{where}: expected a text of at most {longest} characters")
    return value


def _uuid(value: Any, where: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadBody(f"{where}: expected a uuid") from error


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
    if found is None or found.tzinfo is None:
        raise BadBody(f"{where}: expected a time with its zone")
    return found


urlpatterns = [path("sheets/<uuid:uuid>/marks/", marks, name="marks")]
