"""The files that a holder keeps and hands on, and the answer that carries one."""

import json
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from craft_site.credentials import baking
from craft_site.credentials.models import Certificate
from craft_site.credentials.web import picture


def _json(certificate: Certificate) -> tuple[bytes, str]:
    text = json.dumps(certificate.credential, ensure_ascii=False, indent=2)
    return text.encode(), "application/vc+ld+json"


def _jwt(certificate: Certificate) -> tuple[bytes, str]:
    return certificate.jwt.encode(), "application/vc+jwt"


def _png(certificate: Certificate) -> tuple[bytes, str]:
    text = json.dumps(certificate.credential, ensure_ascii=False, separators=(",", ":"))
    return baking.bake(picture.badge(certificate), text), "image/png"


#: By the ending of the file: (content, type).
FORMS: dict[str, Callable[[Certificate], tuple[bytes, str]]] = {"json": _json, "jwt": _jwt, "png": _png}


def response(certificate: Certificate, form: str) -> HttpResponse:
    """One of FORMS to download. Raises Http404 for any other form, and where the document was taken away."""
    if form not in FORMS or certificate.is_erased:
        raise Http404
    content, kind = FORMS[form](certificate)
    answer = HttpResponse(content, content_type=kind)
    name = f"certificate-{certificate.shown_number}.{form}"  # the number, not the name: a file's name travels far
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
