"""What other people's programs ask for: the issuer's keys and the lists of revoked certificates. Open to every
origin."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from craft_site.credentials import issuer, status
from craft_site.credentials.models import StatusList
from craft_site.kit.access import public

TEN_MINUTES = 600


def _json(value: Any, kind: str, *, max_age: int) -> HttpResponse:
    answer = HttpResponse(json.dumps(value, ensure_ascii=False, indent=1), content_type=kind)
    answer["Cache-Control"] = f"public, max-age={max_age}"
    answer["Access-Control-Allow-Origin"] = (
        "*"  # public for programs in any browser, and nothing else of this site is
    )
    return answer


@public
def did(request: HttpRequest) -> HttpResponse:
    """The did:web document: every key that has ever signed a certificate."""
    return _json(issuer.did_document(), "application/did+json", max_age=TEN_MINUTES)


@public
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """A list of bits, signed. It is cached for ten minutes: so long a revoked certificate may still pass elsewhere."""
    listed = get_object_or_404(StatusList, number=number)
    return _json(status.credential(listed), "application/vc+ld+json", max_age=TEN_MINUTES)


urlpatterns = [
    path(".well-known/did.json", did, name="did"),
    path("credentials/status/<int:number>", status_list, name="status"),
]
