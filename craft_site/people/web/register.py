"""Signing up. The answer is the same whether the document or the number was known or not: nobody learns here who
is registered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from craft_site.kit.access import public
from craft_site.people.domain import workers
from craft_site.people.web.forms import RegisterForm, posted
from craft_site.people.web.throttle import over_limit

AN_HOUR = 3600
A_HALL_FULL = 40  # everybody in one workshop comes from one address


@public
@never_cache
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """The form, and after it one page for every outcome."""
    if request.user.is_authenticated:
        return redirect("me:profile")
    form = RegisterForm(posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        if over_limit(request, "register", limit=A_HALL_FULL, seconds=AN_HOUR):
            form.add_error(
                None,
                _(
                    "Too many people have signed up from here within an hour. Try again later, or ask the office."
                ),
            )
            status = 429
        else:
            answers = form.cleaned_data
            workers.register(
                name=answers["name"],
                mobile=answers["mobile"],
                password=answers["password"],
                document=answers["document"],
            )
            return redirect("registered")
    return render(request, "people/register.html", {"form": form}, status=status)


@public
def registered(request: HttpRequest) -> HttpResponse:
    return render(request, "people/registered.html")
