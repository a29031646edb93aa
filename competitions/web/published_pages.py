"""Writes the files of a release, so that the crowd never reaches Django: one page a language, rendered once."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from competitions.models import Release
from competitions.web.result_pages import other_language, release_context
from craft_site.kit.published import publish


def write_pages(release: Release) -> list[str]:
    """Renders and writes the pages of a release and gives their addresses. Safe to repeat."""
    addresses = []
    for language, name in (("zh-hans", "contest:release"), ("en", "contest:release_en")):
        address = reverse(name, args=(release.slug,))
        with translation.override(language):
            publish(address, _render(release, address).encode())
        addresses.append(address)
    return addresses


def _render(release: Release, address: str) -> str:
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    request = RequestFactory().get(address, secure=host.scheme == "https", headers={"host": host.netloc})
    request.user = AnonymousUser()
    context = release_context(release) | {
        "published": True,  # links instead of forms: nobody's token is in the file
        "other_language": other_language(release),
    }
    return render_to_string("competitions/public/release.html", context, request=request)
