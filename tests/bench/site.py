"""The site with one address more: a view that does nothing, behind the same middleware."""

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from craft_site.kit.access import public
from craft_site.kit.published import wrap


@public
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bare", content_type="text/plain")


application = wrap(get_wsgi_application())

from craft_site.urls import urlpatterns as site_urls  # noqa: E402  the table needs the applications loaded

urlpatterns = [path("bench/bare/", bare, name="bench_bare"), *site_urls]
