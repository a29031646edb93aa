"""The door for marks: one JSON request, many marks on any of the judge's sheets, one answer each; and its porch."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import Error
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competitions.domain.locked_sheets import Held, PanelSheet
from competitions.domain.marking import MOST_MARKS, MarkAnswer, enter_batch
from competitions.domain.tablets import is_revoked
from competitions.web.judge.marks_form import BadBody, TooLarge, read_body, read_uuid
from competitions.web.judge.sheet_data import sealed_words
from craft_site.kit.access import roles as needs
from craft_site.kit.access import speaks_json
from craft_site.kit.unavailable import unavailable
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest


@speaks_json
@needs(site_roles.JUDGE)
@require_POST
@never_cache
def marks(request: PersonRequest) -> JsonResponse:
    """{"judge": uuid, "device": uuid, "marks": [...]} in, {"results": [...], "sheets": {...}} out.

    200 with a result for each mark; 400 the form is wrong; 401 signed out; 403 the page's token is old, or the account
    is not a judge's; 409 another judge is signed in; 413 too large; 503 the database does not answer; 507 no space.
    Whatever is not 200 has written nothing.
    """
    try:
        judge, device, new = read_body(request)
    except BadBody as error:
        return _error(400, "bad_request", str(error))
    except (TooLarge, RequestDataTooBig):
        return _error(413, "too_large", _("At most %(count)d marks at once.") % {"count": MOST_MARKS})
    if judge != request.user.uuid:
        return _error(409, "other_judge", _("Somebody else is signed in on this device."))
    try:
        batch = enter_batch(marks=new, by=request.user, device=device)
    except Error as error:
        return unavailable(error)
    return JsonResponse(
        {
            "results": [as_json(answer) for answer in batch.answers],
            "sheets": {str(uuid): _sheet(sheet) for uuid, sheet in batch.sheets.items()},
        }
    )


@speaks_json
@needs(site_roles.JUDGE)
@require_safe
@never_cache
def hello(request: PersonRequest) -> JsonResponse:
    """Who is signed in on this device (?device=uuid, when it knows its name), and the token for the next requests."""
    named = request.GET.get("device")
    try:
        revoked = named is not None and is_revoked(read_uuid(named, "device"))
    except BadBody as error:
        return _error(400, "bad_request", str(error))
    except Error as error:
        return unavailable(error)
    return JsonResponse(
        {
            "judge": str(request.user.uuid),
            "name": str(request.user),
            "csrf": get_token(request),
            "device_revoked": revoked,
            "now": timezone.now().isoformat(),
        }
    )


def _error(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": code, "message": message}, status=status)


def as_json(answer: MarkAnswer) -> dict[str, Any]:
    found: dict[str, Any] = {
        "client_id": str(answer.client_id),
        "sheet": str(answer.sheet),
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
        found["current"] = _held(answer.current, sealed=answer.sealed)
    return found


def _held(held: Held, *, sealed: bool) -> dict[str, Any]:
    return {
        "values": None if sealed else held.values,
        "sealed": sealed_words() if sealed else "",
        "not_done": held.not_done,
        "withdrawn": held.withdrawn,
        "revision": held.revision,
        "seq": held.seq,
        "at": held.at.isoformat(),
    }


def _sheet(sheet: PanelSheet) -> dict[str, Any]:
    return {
        "state": str(sheet.state),
        "marks_in": sheet.marks_in,
        "marks_due": sheet.marks_due,
        "alarm": bool(sheet.alarm),
    }


urlpatterns = [
    path("marks/", marks, name="marks"),
    path("hello/", hello, name="hello"),
]
