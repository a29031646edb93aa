"""The page to sign in on."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.utils.translation import gettext_lazy as _


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


class SignIn(LoginView):
    """Django's own, but the site keeps its name: Django's would be the host of the address."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.pop("site_name", None)
        return context
