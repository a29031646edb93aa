"""Default deny: every view says who may come in, and a view that says nothing lets nobody in.

A view carries its answer as an attribute, so that one sweep over the URL table can read the whole matrix.
What a person may do with one object is decided by the wing's roles.py, which answers with a Decision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure

from craft_site.kit.unavailable import unavailable

PUBLIC = frozenset({"*"})
SIGNED_IN = frozenset({"+"})

# Wagtail guards its own rooms: /admin/ by access_admin, documents and pages by collection and page restrictions.
EDITORS_ROUTE = "admin/"
SELF_GUARDED_ROUTES = (EDITORS_ROUTE, "documents/", "images/")
SELF_GUARDED_NAMES = frozenset({"wagtail_serve", "wagtailcore_authenticate_with_password"})

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to "may this person do this?", with the reason in the person's language when the answer is no."""

    ok: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.ok

    def or_refuse(self) -> None:
        """Raises PermissionDenied with the reason when the answer is no."""
        if not self.ok:
            raise PermissionDenied(str(self.reason))


ALLOWED = Decision(True)


def refused(reason: str | Promise) -> Decision:
    return Decision(False, reason)


def _open_to(who: frozenset[str], view: View) -> View:
    view.access = who  # type: ignore[attr-defined]  # a function takes attributes, its type names none
    return view


def public(view: View) -> View:
    """Anybody may look."""
    return _open_to(PUBLIC, view)


def signed_in(view: View) -> View:
    """Anybody with an account; the view itself shows only what is theirs."""
    return _open_to(SIGNED_IN, view)


def roles(*names: str) -> Callable[[View], View]:
    """Only people who hold one of these roles (ASCII group names, see people.roles)."""

    def mark(view: View) -> View:
        return _open_to(frozenset(names), view)

    return mark


def speaks_json(view: View) -> View:
    """A door for scripts: whoever may not come in is told so in JSON (401, 403), and so is everybody while the
    database does not answer (503, 507). A script keeps what it could not send; a form to follow would lose it."""
    view.speaks_json = True  # type: ignore[attr-defined]
    return view


def access_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """Who may call this view: PUBLIC, SIGNED_IN, a set of roles, or None when it says nothing.

    A class-based list carries its answer on the class (`access = frozenset({...})`).
    """
    found = getattr(view, "access", None)
    if found is None:
        found = getattr(getattr(view, "view_class", None), "access", None)
    return found


def _refuse_non_editors(request: HttpRequest) -> None:
    """Wagtail would send them to the sign-in page, which sends people who are signed in back: for ever."""
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied(str(_("Only editors work here.")))


class AccessMiddleware:
    """Asks every resolved view for its answer before it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and (
            match.route.startswith(SELF_GUARDED_ROUTES) or match.url_name in SELF_GUARDED_NAMES
        ):
            if match.route.startswith(EDITORS_ROUTE):
                _refuse_non_editors(request)
            return None
        access = access_of(view)
        if access == PUBLIC:
            return None
        if getattr(view, "speaks_json", False):
            return self._answer_script(request, access or frozenset())
        if access is None:
            raise PermissionDenied(str(_("This page has no owner yet.")))
        if not request.user.is_authenticated:
            if request.content_type == "application/json":
                return JsonResponse({"error": "signed_out"}, status=401)
            return redirect_to_login(request.get_full_path())
        if access == SIGNED_IN or access & request.user.role_names:
            return None
        raise PermissionDenied(str(_("Your account does not have the role that this page needs.")))

    @staticmethod
    def _answer_script(request: HttpRequest, access: frozenset[str]) -> HttpResponse | None:
        try:
            signed_out = not request.user.is_authenticated
        except Error as error:
            return unavailable(error)
        if signed_out or not request.user.is_authenticated:
            return JsonResponse({"error": "signed_out"}, status=401)
        if access == SIGNED_IN or access & request.user.role_names:
            return None
        message = str(_("Your account does not have the role that this page needs."))
        return JsonResponse({"error": "forbidden", "message": message}, status=403)


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a change without the page's token; a script is told in JSON and asks for a new one."""
    if request.content_type == "application/json":
        return JsonResponse({"error": "csrf"}, status=403)
    return csrf_failure(request, reason=reason)
