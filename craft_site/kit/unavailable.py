"""What a JSON door answers when the database does not: the sender keeps what it has and asks again later."""

from django.db import Error, InterfaceError, OperationalError
from django.http import JsonResponse
from django.utils.translation import gettext as _

DISK_FULL = "53100"  # PostgreSQL's name for it
SQLITE_FULL = "SQLITE_FULL"


def is_full(error: Error) -> bool:
    """Whether the disk, or the file that the database may grow to, has no room left."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlstate", None) == DISK_FULL
        or getattr(cause, "sqlite_errorname", None) == SQLITE_FULL
    )


def unavailable(error: Error) -> JsonResponse:
    """507 when there is no room, else 503. Nothing was written: the transaction has been rolled back.

    Raises the error again when it is the program's own fault: that is neither a full disk nor an absent database.
    """
    if is_full(error):
        message = _("The server has no space left. Call the organiser.")
        return JsonResponse({"error": "no_space", "message": message}, status=507)
    if not isinstance(error, OperationalError | InterfaceError):
        raise error
    message = _("The server does not answer at the moment. Nothing is lost; it is sent again.")
    return JsonResponse(
        {"error": "unavailable", "message": message}, status=503, headers={"Retry-After": "2"}
    )
