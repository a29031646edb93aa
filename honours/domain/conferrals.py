"""The end of a round: the list is reported up, the decree comes back, two people write it down."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.ledger.chain import append
from honours import roles_rounds as roles
from honours.domain import certificates, register, rounds
from honours.domain.nominations import S, again, move
from honours.domain.refusals import HonourRefused
from honours.domain.register import Held, Member
from honours.models import Campaign, Conferral, Honour, Kind, Nomination

C = Conferral.State


@transaction.atomic
def report(*, campaign: Campaign, by: Any, reason: str = "") -> int:
    """Reports the final list up. More than the places are never reported; a share that is not kept needs a reason.

    Answers how many. Raises PermissionDenied, HonourRefused.
    """
    roles.can_run_rounds(by).or_refuse()
    campaign = rounds.locked(campaign)
    found = list(campaign.nominations.filter(state=S.LISTED).order_by("pk"))  # type: ignore[attr-defined]
    if not found:
        raise HonourRefused(_("Nothing stands on the final list."))
    before = campaign.nominations.filter(state__in=(S.REPORTED, S.CONFERRED)).count()  # type: ignore[attr-defined]
    if before + len(found) > campaign.places:
        words = _("The list holds %(count)d for %(places)d places: refuse some first.")
        raise HonourRefused(words % {"count": before + len(found), "places": campaign.places})
    if any(not gauge.kept for gauge in rounds.meter(campaign)) and len(reason.strip()) < 4:
        raise HonourRefused(_("Not all shares are kept: write the reason."), field="reason")
    for one in found:
        move(again(one), S.REPORTED, by=by, reason=reason.strip())
    subject = f"round:{campaign.code}"
    append(campaign.chain, "round.reported", subject=subject, facts={"nominations": len(found)}, by=by)
    return len(found)


@transaction.atomic
def propose(
    *,
    campaign: Campaign,
    nominations: Sequence[Nomination],
    document_no: str,
    conferred_on: date,
    source: str,
    by: Any,
) -> Conferral:
    """Writes down what the decree says; it counts when somebody else has confirmed it.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_run_rounds(by).or_refuse()
    campaign = rounds.locked(campaign)
    if not nominations:
        raise HonourRefused(_("Choose who stands in the decree."), field="nominations")
    if not document_no.strip():
        raise HonourRefused(_("Enter the number of the decree."), field="document_no")
    if not source.strip():
        raise HonourRefused(_("Say where this can be read: the decree, a newspaper."), field="source")
    if conferred_on > timezone.localdate():
        raise HonourRefused(_("The day of the conferral lies ahead."), field="conferred_on")
    conferral = Conferral.objects.create(
        campaign=campaign,
        document_no=document_no.strip(),
        conferred_on=conferred_on,
        source=source.strip(),
        proposed_by=by,
    )
    for one in nominations:
        found = again(one)
        if found.campaign_id != campaign.pk or found.state != S.REPORTED or found.conferral_id is not None:
            raise HonourRefused(
                _("%(nomination)s is not reported up, or stands on another conferral.")
                % {"nomination": found}
            )
        found.conferral = conferral
        found.save(update_fields=["conferral"])
    facts = {"nominations": sorted(str(one.uuid) for one in nominations), "conferred_on": conferred_on}
    subject = f"conferral:{conferral.uuid}"
    append(campaign.chain, "conferral.proposed", subject=subject, facts=facts, by=by)
    return conferral


@transaction.atomic
def confirm(*, conferral: Conferral, by: Any) -> list[Honour]:
    """The second hand: every nomination becomes an honour, with its line in the growth record and in the ledger.

    Raises PermissionDenied, HonourRefused.
    """
    campaign = rounds.locked(conferral.campaign_id)
    conferral = Conferral.objects.select_for_update(of=("self",)).get(pk=conferral.pk)
    roles.can_confirm(by, conferral).or_refuse()
    if conferral.state != C.PROPOSED:
        raise HonourRefused(_("This conferral has been decided."))
    found = [again(one) for one in conferral.nominations.order_by("pk")]  # type: ignore[attr-defined]
    helds = [_held(campaign, conferral, one) for one in found]
    for held in helds:
        register.check(held)
    made = register.write(
        helds=helds, by=by, origin=Honour.Origin.CONFERRED, announced=True, chain=campaign.chain
    )
    for nomination, honour in zip(found, made, strict=True):
        nomination.honour = honour
        move(nomination, S.CONFERRED, by=by)
    _decide(conferral, C.CONFIRMED, by)
    certificates.ask_for(conferral=conferral, by=by)
    return made


@transaction.atomic
def drop(*, conferral: Conferral, by: Any) -> Conferral:
    """It was written down wrongly: the nominations are free again. By who proposed it, or whoever may confirm it."""
    rounds.locked(conferral.campaign_id)
    conferral = Conferral.objects.select_for_update(of=("self",)).get(pk=conferral.pk)
    if by.pk != conferral.proposed_by_id:
        roles.can_confirm(by, conferral).or_refuse()
    if conferral.state != C.PROPOSED:
        raise HonourRefused(_("This conferral has been decided."))
    conferral.nominations.update(conferral=None)  # type: ignore[attr-defined]
    _decide(conferral, C.DROPPED, by)
    return conferral


def _decide(conferral: Conferral, state: str, by: Any) -> None:
    conferral.state, conferral.decided_by, conferral.decided_at = state, by, timezone.now()
    conferral.save()
    subject = f"conferral:{conferral.uuid}"
    append(conferral.campaign.chain, f"conferral.{state}", subject=subject, facts={}, by=by)


def _held(campaign: Campaign, conferral: Conferral, nomination: Nomination) -> Held:
    person = campaign.title.kind == Kind.PERSON
    return Held(
        title=campaign.title,
        name=nomination.name,
        source=conferral.source,
        unit=nomination.employer.name,
        worker=nomination.worker,
        employer=nomination.employer,
        trade=nomination.trade,
        year=campaign.year,
        conferred_on=conferral.conferred_on,
        document_no=conferral.document_no,
        members=() if person else [Member(name, leads=n == 0) for n, name in enumerate(nomination.members)],
    )
