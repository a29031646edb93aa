"""Writes the files of a release, so that the crowd never reaches Django: one page a language, rendered once."""

from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from competitions.models import Release
from competitions.proof.build import ProofRefused
from competitions.proof.files import write_proof
from competitions.web.result_pages import other_language, release_context
from craft_site.kit.published import publish


def write_pages(release: Release) -> list[str]:
    """Writes the proof of a release and its pages, and gives the addresses of the pages. Safe to repeat."""
    if release.event.marks_are_public:
        with suppress(ProofRefused):  # its page then offers none
            write_proof(release)
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
