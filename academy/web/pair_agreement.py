"""The printed agreement (师徒结对协议书): everything that is agreed, four boxes to sign, and the hash at its foot."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from academy.domain import pair_agreements
from academy.models import Pair
from academy.web import pair_words
from craft_site.kit.qr import qr_svg


def agreement_context(request: HttpRequest, pair: Pair, *, back: str) -> dict[str, Any]:
    """For academy/pair_agreement.html. back: where the page's way back leads."""
    context = content_context(pair)
    digest = context["seen"]
    address = request.build_absolute_uri(pair.my_url())
    return context | {
        "back": back,
        "boxes": pair_words.signature_rows(pair),
        "altered": digest != pair.content_hash,
        "qr": qr_svg(f"{address}#{digest}", label=_("Code of this agreement")),
    }


def content_context(pair: Pair) -> dict[str, Any]:
    """What somebody reads before signing, and the hash of it (seen)."""
    skills = [skill for skill in pair.skills.all() if skill.agreed]  # type: ignore[attr-defined]
    return {
        "pair": pair,
        "parties": pair_words.party_rows(pair),
        "terms": pair_words.term_rows(pair),
        "skills": [{"name": skill.name, "due": pair_words.day(skill.due_on)} for skill in skills],
        "duties": pair_words.duty_rows(pair),
        "clauses": pair_words.clause_rows(pair),
        "seen": pair_agreements.content_hash(pair),
        "signatures": pair_words.signature_steps(pair),
    }
