"""Showing a sealed value in clear: never without a reason, never without a row that says who looked."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from craft_site.ledger.chain import append
from craft_site.people.models import Reveal, Worker

CHAIN = "people"
FIELDS = ("id_number", "mobile", "birth")
SHORTEST_REASON = 4


class RevealRefused(Exception):
    """The value is not shown; the message says why."""


@transaction.atomic
def reveal(*, worker: Worker, field: str, reason: str, by: Any) -> str:
    """The sealed value in clear. The row and the ledger line are written first, so a look cannot go unrecorded.

    field: one of FIELDS; reason: at least a few characters. Raises RevealRefused; SealError when the seal is broken.
    """
    reason = reason.strip()
    if field not in FIELDS:
        raise RevealRefused(_("This value cannot be shown."))
    if len(reason) < SHORTEST_REASON:
        raise RevealRefused(_("Say why you need to see it; the reason is kept."))
    look = Reveal.objects.create(worker=worker, field=field, reason=reason[:200], by=by)
    append(
        CHAIN,
        "value.revealed",
        subject=f"worker:{worker.uuid}",
        facts={"field": field, "reveal": look.pk},
        by=by,
    )
    return str(getattr(worker, field).reveal())
