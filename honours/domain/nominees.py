"""The nominee's own word: agrees to be put on notice, declines, or says which fact is wrong.

The unit says that the nominee agrees; the nominee confirms it, or takes it back for as long as the list is not reported
up. A fact in dispute goes on no notice until somebody has answered.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people.models import Worker
from honours import roles_rounds as roles
from honours.domain import nominations, rounds
from honours.domain.refusals import HonourRefused
from honours.models import Nomination, NomineeRemark

S = Nomination.State
LEAST_WORDS = 4
LONGEST = 1000


def of_worker(worker: Worker) -> list[Nomination]:
    """All nominations of somebody, the newest first. One query."""
    return list(Nomination.objects.for_list().filter(worker=worker).order_by("-made_at", "-pk"))


def may_decline(nomination: Nomination) -> bool:
    return S.WITHDRAWN in nominations.MOVES[nomination.state]


@transaction.atomic
def confirm(*, nomination: Nomination, by: Any) -> Nomination:
    """The nominee knows of it and agrees to the notices. Said twice it is said once. Raises PermissionDenied,
    HonourRefused."""
    found = _own(nomination, by)
    if found.confirmed_at is not None:
        return found
    found.confirmed_at, found.agreed = timezone.now(), True
    found.save(update_fields=["confirmed_at", "agreed"])
    append(found.campaign.chain, "nomination.confirmed", subject=found.subject, facts={}, by=by)
    return found


@transaction.atomic
def decline(*, nomination: Nomination, by: Any) -> Nomination:
    """The nominee does not want it: the nomination is withdrawn, and notices that stand lose it. Raises
    PermissionDenied, HonourRefused."""
    found = _own(nomination, by)
    found.agreed, found.confirmed_at = False, None
    nominations.move(found, S.WITHDRAWN, by=by, reason=_("The nominee does not agree."))
    return found


@transaction.atomic
def object_to_fact(*, nomination: Nomination, text: str, by: Any) -> NomineeRemark:
    """Says what is wrong. Raises PermissionDenied, HonourRefused: too short, or one waits for its answer already."""
    found = _own(nomination, by)
    text = text.strip()[:LONGEST]
    if len(text) < LEAST_WORDS:
        raise HonourRefused(_("Say what is wrong, and what would be right."), field="text")
    made = NomineeRemark(nomination=found)
    made.text = text
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise HonourRefused(_("Your earlier remark waits for its answer."), field="text") from error
    facts = {"remark": str(made.uuid), "text_hash": words_hash(text)}
    append(found.campaign.chain, "nomination.remark", subject=found.subject, facts=facts, by=by)
    return made


@transaction.atomic
def answer(*, remark: NomineeRemark, answer: str, corrected: bool, by: Any) -> NomineeRemark:
    """Answers the nominee. corrected: the nomination says it rightly now. Raises PermissionDenied, HonourRefused."""
    rounds.locked(remark.nomination.campaign_id)
    found = NomineeRemark.objects.select_for_update(of=("self",)).get(pk=remark.pk)
    nomination = nominations.again(found.nomination)
    roles.can_answer_nominee(by, nomination).or_refuse()
    if found.answered_at is not None:
        raise HonourRefused(_("This has been answered."))
    if len(answer.strip()) < LEAST_WORDS:
        raise HonourRefused(_("Write why it is decided so."), field="answer")
    found.answer, found.corrected = answer.strip()[:LONGEST], corrected
    found.answered_by, found.answered_at = by, timezone.now()
    found.save()
    facts = {"remark": str(found.uuid), "corrected": corrected, "answer_hash": words_hash(answer.strip())}
    append(
        nomination.campaign.chain,
        "nomination.remark_answered",
        subject=nomination.subject,
        facts=facts,
        by=by,
    )
    return found


def _own(nomination: Nomination, by: Any) -> Nomination:
    rounds.locked(nomination.campaign_id)
    found = nominations.again(nomination)
    roles.can_speak_for_self(by, found).or_refuse()
    if not may_decline(found):
        raise HonourRefused(_("The list has been reported up: ask the office."))
    return found
