"""The site's addresses with one more: a view that does nothing, behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from craft_site.kit.access import public
from craft_site.urls import urlpatterns as site_urls


@public
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bare", content_type="text/plain")


urlpatterns = [path("bench/bare/", bare, name="bench_bare"), *site_urls]
