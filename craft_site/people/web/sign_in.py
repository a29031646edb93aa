"""The page to sign in on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from craft_site.kit.access import PUBLIC, access_of
from craft_site.kit.identity import parse_mobile
from craft_site.people.domain import accounts
from craft_site.people.staff_numbers import without_blanks
from craft_site.people.web.account_forms import OwnPasswordForm
from craft_site.people.web.requests import PersonRequest


class SignInForm(AuthenticationForm):
    """By staff number or by mobile number (people.sign_in), and its words say so."""

    username = forms.CharField(
        label=_("Staff number or mobile number"),
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}
        ),
    )
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The number or the password is not right. Capital and small letters differ."),
    }

    def clean_username(self) -> str:
        """A mobile number as people write it, 138 0013 8077 or +86 138-0013-8077, in its one spelling, and a staff
        number without blanks. It is done here and not where the account is looked up: failed tries are counted by
        this name."""
        name: str = self.cleaned_data["username"].strip()
        try:
            return parse_mobile(name)
        except ValidationError:
            return without_blanks(name)


class SignIn(LoginView):
    """Django's own, but the site keeps its name: Django's would be the host of the address."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.pop("site_name", None)
        wanted = context["next"]
        return context | {"register_url": reverse("register", query={"next": wanted} if wanted else None)}


class OwnPassword(PasswordChangeView):
    """Everybody changes their own password here; somebody with a one-time password is led here first."""

    form_class = OwnPasswordForm
    request: PersonRequest

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        accounts.own_password_chosen(user=form.user)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(one_time=self.request.user.one_time_until is not None, **kwargs)


class OwnPasswordFirstMiddleware:
    """A one-time password was known to somebody else: it opens the page to choose one's own and nothing more."""

    OPEN = frozenset({"password_change", "password_change_done", "logout"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if access_of(view) == PUBLIC or match is None or match.url_name in self.OPEN:
            return None
        if not request.user.is_authenticated or request.user.one_time_until is None:
            return None
        if match.url_name == "wagtail_serve":
            return None  # the public pages are everybody's
        if request.content_type == "application/json":
            return JsonResponse({"error": "signed_out"}, status=401)
        return redirect("password_change")
