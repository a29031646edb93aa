from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from competitions.roles import works_at_the_desk
from craft_site.home.context import DISPLAY_MODES, DISPLAY_THEMES
from craft_site.kit.access import public, signed_in
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

A_YEAR = 365 * 24 * 3600


@public
@csrf_exempt  # a published page has no token to send, and these two cookies are worth nobody's forgery
@require_http_methods(["GET", "HEAD", "POST"])
def set_display(request: HttpRequest) -> HttpResponse:
    """Keeps how the reader wants the site shown (large text, dark) in two cookies and goes back. GET: the choices."""
    back = (request.POST or request.GET).get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    if request.method != "POST":
        return render(request, "components/display_page.html", {"next": back})
    response = HttpResponseRedirect(back)
    for name, known in (("mode", DISPLAY_MODES), ("theme", DISPLAY_THEMES)):
        wanted = request.POST.get(name)
        if wanted is not None and wanted in known:
            response.set_cookie(
                f"display_{name}", wanted, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
            )
    return response


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the public pages; the working faces are nobody's result."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{face}/" for face in ("admin", "desk", "judge", "me", "jobs", "sign-in")),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@signed_in
def front_door(request: PersonRequest) -> HttpResponse:
    """After signing in everybody lands where their work is."""
    if request.user.has_role(roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR, roles.EMPLOYER):
        return redirect("desk:home")
    if request.user.has_role(roles.FINANCE):
        return redirect("desk:academy")
    if request.user.has_role(roles.ACCOUNTS):
        return redirect("desk:accounts")
    if request.user.has_role(roles.JUDGE):
        return redirect("desk:home" if works_at_the_desk(request.user) else "judge:home")
    if request.user.has_role(roles.EDITOR):
        return redirect("wagtailadmin_home")
    return redirect("me:home")
