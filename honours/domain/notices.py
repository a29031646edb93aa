"""Public notices of nominations: in the unit, the town, the city, each for its days, with a door for objections.

A notice shows name, unit and the few words that speak for it. Numbers of documents and telephones never come near it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit import working_days
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append
from craft_site.people.models import Union
from honours import roles_rounds as roles
from honours.domain import rounds
from honours.domain.nominations import S, after_unit, again, move
from honours.domain.refusals import HonourRefused
from honours.models import Campaign, HonourNotice, HonourObjection, Nomination, NomineeRemark

Stage = HonourNotice.Stage
READY = {Stage.UNIT: S.UNIT_MET, Stage.TOWN: S.TOWN_PASSED, Stage.CITY: S.CLEARED}
POSTED = {Stage.UNIT: S.UNIT_POSTED, Stage.TOWN: S.TOWN_POSTED, Stage.CITY: S.CITY_POSTED}


def ready(campaign: Campaign, stage: str, union: Union) -> list[Nomination]:
    """What a notice of this stage and union would show, by number. One query."""
    found = campaign.nominations.for_list().filter(state=READY[Stage(stage)], waits_for=union)  # type: ignore[attr-defined]
    return list(found.order_by("pk"))


@transaction.atomic
def post(*, campaign: Campaign, stage: str, union: Union, by: Any) -> HonourNotice:
    """Puts all that wait on notice. Raises PermissionDenied, HonourRefused when there is nothing."""
    roles.can_post(by, union).or_refuse()
    campaign = rounds.locked(campaign)
    found = ready(campaign, stage, union)
    own = [one for one in found if one.worker is not None and one.worker.user_id == by.pk]
    if own:
        raise HonourRefused(_("Your own nomination is among them: a colleague posts them."))
    disputed = NomineeRemark.objects.open().filter(nomination__in=found).select_related("nomination").first()
    if disputed is not None:
        words = _("%(nomination)s: the nominee says that something is wrong. Answer that first.")
        raise HonourRefused(words % {"nomination": disputed.nomination})
    days = campaign.asks.days[stage]
    if not found or not days:
        raise HonourRefused(_("Nothing waits for a public notice."))
    now = timezone.now()
    notice = HonourNotice.objects.create(
        campaign=campaign,
        stage=stage,
        union=union,
        rows=[rows_of(one) for one in found],
        posted_at=now,
        until=working_days.end_of(working_days.after(timezone.localdate(now), days)),
        posted_by=by,
    )
    facts = {
        "stage": str(stage),
        "nominations": len(found),
        "until": notice.until,
        "rows_hash": sha256_hex(notice.rows),
    }
    append(campaign.chain, "notice.posted", subject=f"notice:{notice.uuid}", facts=facts, by=by)
    for one in found:
        nomination = again(one)
        nomination.notice = notice
        move(nomination, POSTED[Stage(stage)], by=by)
    return notice


def rows_of(nomination: Nomination) -> dict[str, str]:
    """What everybody will read of a nomination."""
    return {
        "reference": nomination.reference,
        "name": nomination.name,
        "unit": nomination.employer.name,
        "trade": nomination.trade.name if nomination.trade else "",
        "summary": nomination.summary,
    }


def stands(notice: HonourNotice, at: datetime | None = None) -> bool:
    return (at or timezone.now()) <= notice.until


@transaction.atomic
def end(*, notice: HonourNotice, by: Any, at: datetime | None = None) -> int:
    """After its days: what nobody objects to goes on. What has an unanswered objection keeps waiting; end the notice
    again when it is answered. Answers how many went on. Raises PermissionDenied, HonourRefused before the time.
    """
    roles.can_post(by, notice.union).or_refuse()
    at = at or timezone.now()
    rounds.locked(notice.campaign_id)
    if at <= notice.until:
        raise HonourRefused(_("The notice has not run its days yet."))
    unanswered = HonourObjection.objects.filter(notice=notice, answered_at=None)
    if unanswered.filter(nomination=None).exists():
        raise HonourRefused(_("An objection against the whole notice has no answer yet."))
    posted = Nomination.objects.filter(notice=notice, state=POSTED[Stage(notice.stage)])
    free = list(posted.exclude(pk__in=unanswered.values("nomination")).order_by("pk"))
    for one in free:
        nomination = again(one)
        move(nomination, _next(notice, nomination), by=by)
    HonourNotice.objects.filter(pk=notice.pk, ended_at=None).update(ended_at=at)
    return len(free)


def _next(notice: HonourNotice, nomination: Nomination) -> S:
    if notice.stage == Stage.UNIT:
        return after_unit(nomination)
    return S.AT_CITY if notice.stage == Stage.TOWN else S.LISTED


@transaction.atomic
def object_to(
    *, notice: HonourNotice, about: str, text: str, name: str, phone: str, client_id: UUID
) -> HonourObjection:
    """Takes an objection while the notice stands. about: the name objected to; sent twice it is kept once.

    Raises HonourRefused.
    """
    rounds.locked(notice.campaign_id)
    if not stands(notice):
        raise HonourRefused(_("The time for objections is over. Telephone the office."))
    known = HonourObjection.objects.filter(client_id=client_id).first()
    if known is not None:
        return known
    named = list(Nomination.objects.filter(notice=notice, name=about.strip())[:2])
    nomination = named[0] if len(named) == 1 else None  # namesakes: the office finds out which
    found = HonourObjection(notice=notice, nomination=nomination, client_id=client_id)
    found.name, found.phone, found.text = name, phone, f"{about.strip()}\n{text}".strip()
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        return HonourObjection.objects.get(client_id=client_id)
    subject = f"notice:{notice.uuid}"
    append(
        notice.campaign.chain,
        "notice.objection",
        subject=subject,
        facts={"objection": str(found.uuid)},
        by=None,
    )
    return found


@transaction.atomic
def answer(
    *, objection: HonourObjection, text: str, upheld: bool, by: Any, nomination: Nomination | None = None
) -> HonourObjection:
    """Keeps what was answered; an answer stands. upheld: the nomination is refused, the answer is its reason.

    nomination: which one is meant where the objection leaves that open. Raises PermissionDenied, HonourRefused.
    """
    roles.can_answer(by).or_refuse()
    campaign = rounds.locked(objection.notice.campaign_id)
    objection = HonourObjection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if objection.answered_at is not None:
        raise HonourRefused(_("This objection has been answered."))
    if len(text.strip()) < 4:
        raise HonourRefused(_("Write the answer: it is kept, and told to whoever objected."), field="text")
    named = objection.nomination or nomination
    meant = again(named) if named is not None else None
    if meant is not None and meant.notice_id != objection.notice_id:
        raise HonourRefused(_("This nomination is not on the notice."))
    if upheld:
        if meant is None:
            raise HonourRefused(_("Choose the nomination that the objection is about."))
        if meant.worker is not None and meant.worker.user_id == by.pk:
            raise HonourRefused(_("Nobody decides on their own nomination."))
        move(meant, S.REFUSED, by=by, reason=text.strip())
    objection.nomination, objection.upheld = meant, upheld
    objection.answer = text.strip()
    objection.answered_at, objection.answered_by = timezone.now(), by
    objection.save()
    facts = {"objection": str(objection.uuid), "upheld": upheld}
    subject = f"notice:{objection.notice.uuid}"
    append(campaign.chain, "notice.objection_answered", subject=subject, facts=facts, by=by)
    return objection
