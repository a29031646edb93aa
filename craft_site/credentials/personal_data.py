"""Certificates issued to a person. On deletion they are revoked and their documents taken away: the signed document
carries a salted hash of the name, and whoever has the salt can try names."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.credentials.domain.revoking import CHAIN, Cause, revoke_drafts
from craft_site.credentials.models import Certificate
from craft_site.ledger.chain import append_many, lock_head
from craft_site.people.keeping import MARK, Keeper, Kept
from craft_site.people.models import Worker

KEPT = (
    Kept(
        "credentials.Certificate",
        "holder",
        "issued",
        _("Certificates issued here"),
        ("number", "kind", "holder_name", "title", "on", "facts", "credential", "jwt", "revoked_at"),
        {"holder_name": MARK, "credential": {}, "jwt": "", "salt": "", "facts_hash": "", "unprintable": ""},
        for_programs=("facts", "credential", "jwt"),
    ),
    Kept(
        "credentials.Revocation",
        "certificate__holder",
        "issued",
        _("Revoked certificates"),
        ("cause", "asked_at"),
        {"reason": ""},
        labels={"asked_at": pgettext_lazy("data copy", "asked on")},
    ),
)


@transaction.atomic
def erase(worker: Worker, mark: str, by: Any) -> None:
    """What stands is revoked, so that the public list says so."""
    head = lock_head(CHAIN)
    standing = Certificate.objects.standing().filter(holder=worker).select_related("status_list")
    now, drafts = timezone.now(), []
    for one in standing:
        drafts += revoke_drafts(one, cause=Cause.ERASED, by=by, at=now)
    append_many(head, drafts, by=by)


KEEPER = Keeper(KEPT, erase=erase)
