"""The printed certificate: A4 across, in Chinese, with the QR code that leads to its check. The browser prints it."""

import base64
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from craft_site.credentials import wording
from craft_site.credentials.models import Certificate
from craft_site.credentials.web import words
from craft_site.kit import glyphs, known_day
from craft_site.kit.qr import qr_svg
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

NAME_PIXELS = 400  # the name's height where it is drawn: 12 mm at 800 dots an inch


def sheets(
    request: PersonRequest, certificates: Iterable[Certificate], *, back: str, files: bool
) -> HttpResponse:
    """One page of paper each. back: where the link above the paper leads; files: offer the downloads (the
    holder's)."""
    found = list(certificates)
    context = {
        "sheets": [sheet(one) for one in found],
        "back": back,
        "files": files,
        "frame": "base_me.html" if files else "base.html",
        "me_nav": me_nav(request) if files else [],
        "answers": answers(found[0]) if files else [],
    }
    return render(request, "credentials/paper.html", context)


def answers(certificate: Certificate) -> list[dict[str, Any]]:
    """What the paper says, as words: on a telephone the whole sheet is too small to read."""
    return [{"label": label, "value": value} for label, value in words.rows(certificate, whole_name=True)]


def sheet(certificate: Certificate) -> dict[str, Any]:
    """What one printed page shows. name_picture: of a name that not every computer could show; "" else."""
    return {
        "certificate": certificate,
        "heading": wording.HEADINGS[certificate.kind],
        "sentence": wording.sentence(certificate),
        "facts": wording.chinese_rows(certificate.facts),
        "issuers": [one["zh"] for one in certificate.issuers],
        "day": chinese_day(certificate),
        "qr": qr_svg(certificate.verify_url, label=_("The address where this certificate is checked")),
        "address": certificate.verify_url.split("://")[-1].rpartition(certificate.shown_number)[0],
        "name_picture": _picture(certificate.holder_name),
        "missing": "".join(glyphs.missing(certificate.holder_name)),
    }


def chinese_day(certificate: Certificate) -> str:
    day = certificate.on
    if known_day.year_alone(certificate.kind, day):
        return f"{day.year}年"
    return f"{day.year}年{day.month}月{day.day}日"


def _picture(name: str) -> str:
    if glyphs.is_plain(name):
        return ""
    drawn = glyphs.drawn(name, size=NAME_PIXELS)
    return f"data:image/png;base64,{base64.b64encode(drawn).decode()}" if drawn else ""
