"""Signing up. Whoever gets a new account is signed in with it. Where the document or the number is known already
there is one page for every reason: it tells no more than a try to sign in with what was just entered would."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from craft_site.kit.access import public
from craft_site.people.domain import workers
from craft_site.people.web.forms import RegisterForm, posted
from craft_site.people.web.throttle import over_limit

AN_HOUR = 3600
BACKEND = "craft_site.people.sign_in.StaffNumberOrMobileBackend"
A_HALL_FULL = 40  # everybody in one workshop comes from one address


@public
@never_cache
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """The form; after it the page that was asked for, or the one page for every reason why no account was made."""
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
            user = workers.register(
                name=answers["name"],
                mobile=answers["mobile"],
                password=answers["password"],
                document=answers["document"],
            )
            if user is None:
                return redirect(reverse("registered", query=_asked(request)))
            login(request, user, backend=BACKEND)
            messages.success(request, _("Your account is made, and you are signed in."))
            return redirect(_way_on(request))
    context = {"form": form, "sign_in_url": reverse("login", query=_asked(request))}
    return render(request, "people/register.html", context, status=status)


@public
def registered(request: HttpRequest) -> HttpResponse:
    return render(request, "people/registered.html", {"sign_in_url": reverse("login", query=_asked(request))})


def _way_on(request: HttpRequest) -> str:
    """The page that was asked for before signing up, if it is one of ours; else my pages."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("me:home")


def _asked(request: HttpRequest) -> dict[str, str] | None:
    """The page that somebody wanted to see before signing up; signing in checks it and leads there."""
    wanted = request.GET.get("next")
    return {"next": wanted} if wanted else None
