"""Signing in by staff number or by mobile number, with one password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from craft_site.kit.encryption import blind_index
from craft_site.kit.prepared import prepared
from craft_site.people.models import User


@prepared
def _with_roles(*, user: int) -> QuerySet[Any]:
    """The account once for each of its roles, or once without any."""
    return User.objects.filter(pk=user).annotate(role_name=F("groups__name"))


class StaffNumberOrMobileBackend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        name = (username or kwargs.get(User.USERNAME_FIELD) or "").strip()
        if not name or password is None:
            return None
        user = (
            User.objects.filter(staff_no=name).first()
            or User.objects.filter(mobile_index=blind_index(name, purpose="mobile")).first()
        )
        if user is None:
            User().set_password(password)  # the same time as for a known name: the answer tells nothing
            return None
        right = user.check_password(password)
        if user.one_time_until is not None and user.one_time_until < timezone.now():
            return None  # nobody came for it: the office gives another one
        return user if right and self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> User | None:
        """The account with the names of its roles, in one query: every request of a signed-in person asks for both."""
        rows = list(_with_roles(user=int(user_id)))
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        user = rows[0]
        user.role_names = frozenset(row.role_name for row in rows if row.role_name)
        return user
