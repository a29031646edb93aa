"""Sessions in the database, read together with their account and its roles: one query a request instead of two.

The signed content of the session stays the authority on who is signed in; the column only brings the row along.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from craft_site.kit.prepared import prepared
from craft_site.people.models import Session, User


@prepared
def _with_account(*, key: str) -> "QuerySet[Session]":
    """The session once for each role of its account, or once without any."""
    return (
        Session.objects.filter(session_key=key)
        .select_related("user")
        .annotate(role_name=F("user__groups__name"))
    )


class SessionStore(db.SessionStore):
    account: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row  # type: ignore[no-any-return]

    def load(self) -> dict[str, Any]:
        rows: list[Any] = list(_with_account(key=self.session_key)) if self.session_key else []
        if not rows or rows[0].expire_date <= timezone.now():
            self._session_key = None
            return {}
        if (account := rows[0].user) is not None:
            account.role_names = frozenset(row.role_name for row in rows if row.role_name)
            self.account = account
        return self.decode(rows[0].session_data)


class AccountMiddleware(AuthenticationMiddleware):
    """Django's own, which takes the account that came with the session when there is nothing against it."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: account_of(request))  # type: ignore[assignment]


def account_of(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in. Whatever is not plainly right - a changed password, a closed account - Django decides on."""
    session: Any = request.session
    named = session.get(SESSION_KEY)  # reads it, and the account with it
    account: User | None = session.account
    if (
        account is not None
        and named == str(account.pk)
        and account.is_active
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())
    ):
        return account
    return get_user(request)  # type: ignore[return-value]
