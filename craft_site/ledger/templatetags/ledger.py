"""The paper anchor: root, size and time of a chain's newest checkpoint, with a QR code of its signed note's address."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from craft_site.kit.qr import qr_svg
from craft_site.ledger import anchors, checkpoints
from craft_site.ledger.models import Checkpoint

register = template.Library()


@register.filter
def grouped(digest: str) -> str:
    """A hash for reading aloud and comparing: groups of eight."""
    return " ".join(digest[n : n + 8] for n in range(0, len(digest), 8))


@register.inclusion_tag("ledger/anchor.html")
def ledger_anchor(chain: str | Checkpoint) -> dict[str, Any]:
    """chain: its name, or the checkpoint itself where the view has it. One query, none for a checkpoint.

    The code holds the address of the public note and, behind the #, the root as it was printed: whoever scans it
    compares both without typing.
    """
    found = chain if isinstance(chain, Checkpoint) else checkpoints.latest(chain)
    if found is None:
        return {"checkpoint": None}
    url = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + anchors.address(found.chain, found.size)
    return {
        "checkpoint": found,
        "url": url,
        "svg": qr_svg(f"{url}#{found.root}", label=_("Address of the signed note")),
    }
