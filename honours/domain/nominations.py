"""Nominations on their way: one table of moves, one verb that makes them, and who they wait for.

Nominated - unit meeting - posted (unit) - town - posted (town) - city - cleared (n departments) - posted (city) -
reported up - conferred; at each stage a notice of the days that the round's rules say, none where they say 0.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people.models import Employer, GrowthEntry, Trade, Union, Worker
from honours import roles_rounds as roles
from honours.domain import rounds
from honours.domain.refusals import HonourRefused
from honours.models import Campaign, Honour, Kind, Nomination, NominationEvidence, NominationStep
from honours.rules.title import TRAITS

S = Nomination.State
# What may follow what. Who may and what must be there besides is asked by the verb that makes the move.
MOVES: Mapping[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.NOMINATED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.NOMINATED, S.WITHDRAWN}),
    S.NOMINATED: frozenset({S.UNIT_MET, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.UNIT_MET: frozenset({S.UNIT_POSTED, S.AT_TOWN, S.AT_CITY, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.UNIT_POSTED: frozenset({S.AT_TOWN, S.AT_CITY, S.REFUSED, S.WITHDRAWN}),
    S.AT_TOWN: frozenset({S.TOWN_PASSED, S.AT_CITY, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.TOWN_PASSED: frozenset({S.TOWN_POSTED, S.REFUSED, S.WITHDRAWN}),
    S.TOWN_POSTED: frozenset({S.AT_CITY, S.REFUSED, S.WITHDRAWN}),
    S.AT_CITY: frozenset({S.CLEARING, S.CLEARED, S.RETURNED, S.REFUSED, S.WITHDRAWN}),
    S.CLEARING: frozenset({S.CLEARED, S.REFUSED, S.WITHDRAWN}),
    S.CLEARED: frozenset({S.CITY_POSTED, S.LISTED, S.CLEARING, S.REFUSED, S.WITHDRAWN}),
    S.CITY_POSTED: frozenset({S.LISTED, S.REFUSED, S.WITHDRAWN}),
    S.LISTED: frozenset({S.REPORTED, S.REFUSED, S.WITHDRAWN}),
    S.REPORTED: frozenset({S.CONFERRED, S.REFUSED}),
    S.CONFERRED: frozenset(),
    S.REFUSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
LEAST_REASON = 4
WRITABLE = (S.DRAFT, S.RETURNED)
MOST_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class Said:
    """What a nomination says. members: names of a unit or a team, who leads first."""

    summary: str
    deeds: str = ""
    traits: Collection[str] = ()
    trade: Trade | None = None
    members: Collection[str] = ()
    agreed: bool = False


@transaction.atomic
def nominate(
    *,
    campaign: Campaign,
    employer: Employer,
    said: Said,
    by: Any,
    worker: Worker | None = None,
    name: str = "",
) -> Nomination:
    """A draft of a nomination. worker: for a person's title; name: of a unit or team otherwise.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_nominate(by, employer).or_refuse()
    campaign = rounds.locked(campaign)
    if not rounds.takes_nominations(campaign):
        raise HonourRefused(_("This round takes no nominations now."))
    if employer.union is None:
        raise HonourRefused(_("The unit has no union here, so nobody could review it."), field="employer")
    name = _checked_name(campaign, employer, worker, name)
    campaign.nominated += 1
    campaign.save(update_fields=["nominated"])
    found = Nomination(
        campaign=campaign,
        reference=f"N-{campaign.nominated:03d}",
        worker=worker,
        name=name,
        employer=employer,
        waits_for=employer.union,
        made_by=by,
    )
    _say(found, said)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise HonourRefused(_("This person is nominated in this round already."), field="worker") from error
    facts = {"round": campaign.code, "traits": sorted(found.traits)}
    append(campaign.chain, "nomination.made", subject=found.subject, facts=facts, by=by)
    return found


def _checked_name(campaign: Campaign, employer: Employer, worker: Worker | None, name: str) -> str:
    if campaign.title.kind == Kind.PERSON:
        if worker is None:
            raise HonourRefused(_("This title goes to people: choose the worker."), field="worker")
        if worker.employer_id != employer.pk:
            raise HonourRefused(_("The worker does not belong to this unit."), field="worker")
        return worker.name
    if worker is not None:
        raise HonourRefused(_("This title goes to units or teams, not to a person."), field="worker")
    if not name.strip():
        raise HonourRefused(_("Enter the name of the unit or team."), field="name")
    same = Nomination.objects.filter(campaign=campaign, employer=employer, name=name.strip())
    if same.exclude(state__in=Nomination.OUT).exists():
        raise HonourRefused(_("This unit or team is nominated in this round already."), field="name")
    return name.strip()


@transaction.atomic
def rewrite(*, nomination: Nomination, said: Said, by: Any) -> Nomination:
    """Changes what a draft or a returned nomination says. Raises PermissionDenied, HonourRefused."""
    rounds.locked(nomination.campaign_id)
    found = again(nomination)
    roles.can_write(by, found).or_refuse()
    if found.state not in WRITABLE:
        raise HonourRefused(_("What was handed in stands; it can be returned to be corrected."))
    _say(found, said)
    found.confirmed_at = None  # the nominee agreed to other words
    found.save()
    facts = {"traits": sorted(found.traits), "words_hash": words_hash(f"{found.summary}\n{found.deeds}")}
    append(found.campaign.chain, "nomination.rewritten", subject=found.subject, facts=facts, by=by)
    return found


def _say(found: Nomination, said: Said) -> None:
    if unknown := set(said.traits) - set(TRAITS):
        raise HonourRefused(_("Unknown: %(what)s") % {"what": ", ".join(sorted(unknown))}, field="traits")
    traits = set(said.traits)
    if found.worker is not None:  # what the register knows is not asked
        traits -= {"woman", "young"}
        if found.worker.sex == Worker.Sex.FEMALE:
            traits.add("woman")
        age = found.worker.age_on(timezone.localdate())
        if age is not None and age <= 40:
            traits.add("young")
    found.traits = [trait for trait in TRAITS if trait in traits]
    found.summary, found.deeds, found.trade = said.summary.strip(), said.deeds.strip(), said.trade
    found.members = [name.strip()[:50] for name in said.members if name.strip()][:MOST_MEMBERS]
    found.agreed = said.agreed


@transaction.atomic
def pick(*, nomination: Nomination, sources: Iterable[str], by: Any) -> int:
    """Takes these lines of the growth record as the evidence, and none else, copied as they stand. Answers how many.

    Raises PermissionDenied, HonourRefused.
    """
    rounds.locked(nomination.campaign_id)
    found = again(nomination)
    roles.can_write(by, found).or_refuse()
    if found.state not in WRITABLE:
        raise HonourRefused(_("What was handed in stands; it can be returned to be corrected."))
    wanted = set(sources)
    lines = [line for line in record_of(found) if line.source in wanted]
    if len(lines) != len(wanted):
        raise HonourRefused(_("The record has changed meanwhile. Look at it again."))
    found.evidence.all().delete()  # type: ignore[attr-defined]
    NominationEvidence.objects.bulk_create(
        NominationEvidence(
            nomination=found,
            **{
                name: getattr(line, name)
                for name in ("source", "kind", "on", "title", "title_en", "detail", "detail_en")
            },
        )
        for line in lines
    )
    facts = {"sources": sorted(wanted)}
    append(found.campaign.chain, "nomination.evidence", subject=found.subject, facts=facts, by=by)
    return len(lines)


def record_of(nomination: Nomination) -> list[GrowthEntry]:
    """What may be picked: the standing lines of the person's record, payments left out. One query."""
    if nomination.worker_id is None:
        return []
    lines = GrowthEntry.objects.filter(worker=nomination.worker_id, withdrawn=False)
    return list(lines.exclude(kind=GrowthEntry.Kind.SUBSIDY))


def fallen(nomination: Nomination) -> set[str]:
    """Sources of evidence that no longer stand in the record: a result cancelled, an honour revoked. One query."""
    standing = {line.source for line in record_of(nomination)}
    return {one.source for one in nomination.evidence.all()} - standing  # type: ignore[attr-defined]


def base_honour(nomination: Nomination) -> Honour | None:
    """The highest honour that the person holds already of the level that the round expects, or None. One query."""
    base = nomination.campaign.asks.base_level
    if base is None or nomination.worker_id is None:
        return None
    held = Honour.objects.standing().filter(holder__worker=nomination.worker_id, title__level__gte=base)
    return held.select_related("title").order_by("-title__level", "-year").first()


def again(nomination: Nomination) -> Nomination:
    """The nomination as it stands, locked. The round is locked before it."""
    return Nomination.objects.for_list().select_for_update(of=("self",)).get(pk=nomination.pk)


def move(nomination: Nomination, to: str, *, by: Any, reason: str = "") -> None:
    """Makes a move that its verb has allowed: state, history, ledger. Raises HonourRefused for one that is none."""
    if to not in MOVES[nomination.state]:
        raise HonourRefused(_("The nomination cannot do this step now."))
    was, nomination.state = nomination.state, to
    nomination.waits_for = _whom(nomination)
    nomination.save()
    NominationStep.objects.create(nomination=nomination, was=was, to=to, reason=reason[:300], by=by)
    facts = {"from": str(was), "to": str(to)}
    if reason:
        facts["reason_hash"] = words_hash(reason)
    append(nomination.campaign.chain, "nomination.moved", subject=nomination.subject, facts=facts, by=by)


def _whom(nomination: Nomination) -> Union | None:
    """Whose turn it is now."""
    chain = nomination.union.chain() if nomination.union else []
    levels = {union.level: union for union in reversed(chain)}
    match nomination.state:
        case S.AT_TOWN | S.TOWN_PASSED | S.TOWN_POSTED:
            return levels.get(Union.Level.TOWN)
        case S.AT_CITY | S.CLEARING | S.CLEARED | S.CITY_POSTED | S.LISTED:
            return levels.get(Union.Level.CITY) or Union.objects.filter(level=Union.Level.CITY).first()
        case S.REPORTED | S.CONFERRED | S.REFUSED | S.WITHDRAWN:
            return None
    return nomination.union


def after_unit(nomination: Nomination) -> S:
    """Where it goes from the unit: to the town, or to the city where the unit belongs to no town."""
    levels = {union.level for union in nomination.union.chain()}
    return (
        S.AT_TOWN if Union.Level.TOWN in levels and nomination.union.level != Union.Level.TOWN else S.AT_CITY
    )


@transaction.atomic
def hand_in(*, nomination: Nomination, by: Any) -> Nomination:
    """From a draft, or returned and corrected. Raises PermissionDenied, HonourRefused."""
    campaign = rounds.locked(nomination.campaign_id)
    found = again(nomination)
    roles.can_write(by, found).or_refuse()
    if found.state == S.DRAFT and not rounds.takes_nominations(campaign):
        raise HonourRefused(_("This round takes no nominations now."))
    if lacking := [*lacks(found)]:
        raise HonourRefused(" ".join(lacking))
    move(found, S.NOMINATED, by=by)
    return found


def lacks(nomination: Nomination) -> Iterable[str]:
    """What a nomination lacks to be handed in, in words."""
    if not nomination.agreed:
        yield _("Say that the nominee knows of it and agrees to the notices.")
    if not nomination.summary:
        yield _("Write in short what speaks for it.")
    if not nomination.deeds:
        yield _("Write the main deeds.")
    if nomination.campaign.title.kind != Kind.PERSON and not nomination.members:
        yield _("Name the leader and the members.")
    if nomination.worker_id and not nomination.evidence.exists():  # type: ignore[attr-defined]
        yield _("Pick at least one line of the growth record as evidence.")


@transaction.atomic
def meet(*, nomination: Nomination, met_on: date, present: int, in_favour: int, by: Any) -> Nomination:
    """The workers' meeting of the unit has voted for it: more than half of those present.

    Raises PermissionDenied, HonourRefused.
    """
    rounds.locked(nomination.campaign_id)
    found = again(nomination)
    roles.can_act(by, found).or_refuse()
    if met_on > timezone.localdate():
        raise HonourRefused(_("The meeting lies ahead."), field="met_on")
    if present < 1 or not 0 <= in_favour <= present:
        raise HonourRefused(_("Votes in favour are at most those present."), field="in_favour")
    if in_favour * 2 <= present:
        raise HonourRefused(
            _("Not more than half were in favour: the meeting has not passed it."), field="in_favour"
        )
    found.met_on, found.present, found.in_favour = met_on, present, in_favour
    move(found, S.UNIT_MET, by=by)
    if found.campaign.asks.days["unit"] == 0:
        move(found, after_unit(found), by=by)
    return found


@transaction.atomic
def approve(*, nomination: Nomination, by: Any) -> Nomination:
    """The town or the city passes it on. At the city the departments are asked from now on.

    Raises PermissionDenied, HonourRefused.
    """
    rounds.locked(nomination.campaign_id)
    found = again(nomination)
    roles.can_act(by, found).or_refuse()
    if found.state not in (S.AT_TOWN, S.AT_CITY):
        raise HonourRefused(_("The nomination cannot do this step now."))
    if NominationStep.objects.filter(nomination=found, was__in=(S.AT_TOWN,), by=by).exists():
        raise HonourRefused(_("You have reviewed it for the town: a colleague reviews it for the city."))
    if fallen(found):
        raise HonourRefused(_("Evidence has fallen out of the record: return the nomination."))
    if found.state == S.AT_TOWN:
        move(found, S.TOWN_PASSED if found.campaign.asks.days["town"] else S.AT_CITY, by=by)
        return found
    departments = found.campaign.asks.departments(firm=found.is_firm)
    for department in departments:
        found.clearances.get_or_create(department=department)  # type: ignore[attr-defined]
    move(found, S.CLEARING if departments else S.CLEARED, by=by)
    if not departments and found.campaign.asks.days["city"] == 0:
        move(found, S.LISTED, by=by)
    return found


@transaction.atomic
def turn_back(*, nomination: Nomination, to: str, reason: str, by: Any) -> Nomination:
    """Returned to be corrected, refused, or withdrawn by those who wrote it; with a reason.

    Raises PermissionDenied, HonourRefused.
    """
    rounds.locked(nomination.campaign_id)
    found = again(nomination)
    if to not in (S.RETURNED, S.REFUSED, S.WITHDRAWN):
        raise HonourRefused(_("The nomination cannot do this step now."))
    decision = roles.can_write(by, found) if to == S.WITHDRAWN else roles.can_refuse(by, found)
    decision.or_refuse()
    if len(reason.strip()) < LEAST_REASON:
        raise HonourRefused(_("Write the reason."), field="reason")
    if found.conferral_id:
        raise HonourRefused(_("It is on a conferral: drop the conferral first."))
    if to == S.RETURNED:
        found.notice = None
        found.clearances.all().delete()  # type: ignore[attr-defined]  # they are asked again
    move(found, to, by=by, reason=reason.strip())
    return found
