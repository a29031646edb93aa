"""Signing an event's ledger at the moments that count, and telling the supervision group what was signed."""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from competitions.models import Event, Seat
from craft_site.jobs import queue
from craft_site.ledger import anchors, checkpoints
from craft_site.ledger.checkpoints import LedgerBroken, Reason
from craft_site.ledger.models import Chain, Checkpoint

log = logging.getLogger(__name__)

MAIL = "competitions.mail_checkpoint"
#: While marks come in, the ledger is signed every five minutes.
MARKED_IN = (Event.State.RUNNING, Event.State.SCORING, Event.State.RECHECKING)


def seal(*, event: Event, reason: str) -> Checkpoint:
    """Signs the ledger of an event in the caller's transaction and mails the note to its supervisors afterwards.

    The caller has locked the event. Raises LedgerBroken: then nothing that hangs on it may be done.
    """
    last = checkpoints.latest(event.chain)
    made = checkpoints.sign(event.chain, reason=reason)
    if made != last:
        queue.enqueue(MAIL, payload={"event": event.code, "checkpoint": made.pk})
    return made


def seal_for_paper(*, event: Event) -> Checkpoint:
    """Signs the ledger as it stands, so that a sheet can be printed with it; no mail. Raises LedgerBroken."""
    return checkpoints.sign(event.chain, reason=Reason.PRINT)


def seal_growing() -> dict[str, list[str]]:
    """Signs the ledger of every event that is being marked and has new lines; each in a transaction of its own.

    Returns {"signed": chains, "broken": messages}: one broken ledger does not keep the others from being signed.
    """
    events = Event.objects.filter(state__in=MARKED_IN).only("code")
    return _seal_chains([event.chain for event in events], reason=Reason.TIMER)


def seal_all() -> dict[str, list[str]]:
    """Every night: every chain with new lines, the ones of no event too. The supervisors of its event get the note."""
    before = Checkpoint.objects.aggregate(last=Max("pk"))["last"] or 0
    done = _seal_chains(list(Chain.objects.values_list("name", flat=True)), reason=Reason.NIGHT)
    made = {
        made.chain.name: made for made in Checkpoint.objects.filter(pk__gt=before).select_related("chain")
    }
    for event in Event.objects.exclude(state=Event.State.ARCHIVED).only("code"):
        if event.chain in made:
            queue.enqueue(MAIL, payload={"event": event.code, "checkpoint": made[event.chain].pk})
    return done


def _seal_chains(names: list[str], *, reason: str) -> dict[str, list[str]]:
    grown = (
        Chain.objects.filter(name__in=names)
        .annotate(signed=Coalesce(Max("checkpoints__size"), 0))
        .filter(length__gt=F("signed"))
        .order_by("name")
    )
    signed, broken = [], []
    for name in grown.values_list("name", flat=True):
        try:
            checkpoints.sign(name, reason=reason)
            signed.append(name)
        except LedgerBroken as error:
            log.critical("%s", error)
            broken.append(str(error))
    return {"signed": signed, "broken": broken}


def supervisors_mail(event: Event) -> list[str]:
    """Addresses of the event's supervisors who have left one."""
    seats = Seat.objects.filter(
        event=event, role=Seat.Role.SUPERVISOR, left_at__isnull=True, user__is_active=True
    )
    return sorted(set(seats.exclude(user__email="").values_list("user__email", flat=True)))


def mail_checkpoint(*, event: Event, checkpoint: Checkpoint) -> int:
    """Mails a signed note to the event's supervisors and says to how many. What they keep, nobody can change here.

    Nothing in it is personal: the event, a number of lines, a root, a signature. No address is shown to another.
    """
    to = supervisors_mail(event)
    if not to:
        return 0
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    at = timezone.localtime(checkpoint.at)
    facts: dict[str, Any] = {"event": event, "size": checkpoint.size, "at": f"{at:%Y-%m-%d %H:%M:%S}"}
    with translation.override(settings.LANGUAGE_CODE):
        text = "\n\n".join(
            (
                _("The ledger of “%(event)s” was signed on %(at)s. It holds %(size)d lines.") % facts,
                _(
                    "Keep this mail. If anybody changed or removed one of these lines later, the note below would "
                    "no longer agree with the ledger, and the change could be proven."
                ),
                _("Check value, as on the printed sheets: %(root)s") % {"root": grouped(checkpoint.root)},
                checkpoint.note.rstrip("\n"),
                _("How to check it: %(url)s") % {"url": f"{base}/ledger/{checkpoint.slug}/"},
                _("The public key: %(url)s") % {"url": base + anchors.KEYS},
            )
        )
        message = EmailMessage(
            subject=_("Ledger signed: %(event)s, %(size)d lines") % facts, body=text + "\n", bcc=to
        )
    message.send()
    return len(to)


def grouped(root: str) -> str:
    """A root for reading aloud: eight groups of eight digits."""
    return " ".join(root[n : n + 8] for n in range(0, len(root), 8))
