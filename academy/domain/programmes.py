"""Programmes: made from a template, changed until the first claim, then only by a new version with a reason."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.domain.claim_moves import fill, locked
from academy.findable import SUBSIDIES
from academy.models import Claim, ProgrammeVersion, Quota, SubsidyDraw, SubsidyProgramme
from academy.rules import programme as reading
from craft_site.kit.canonical import sha256_hex, words_hash
from craft_site.kit.identity import IdentityError
from craft_site.kit.money import yuan
from craft_site.kit.names import check_title
from craft_site.ledger.chain import append
from craft_site.search import index

P = SubsidyProgramme.State
MOVES = {P.DRAFT: {P.OPEN}, P.OPEN: {P.CLOSED}, P.CLOSED: {P.OPEN}}


class ProgrammeRefused(Exception):
    """The programme cannot be changed so; the message says why."""


@transaction.atomic
def create(
    *,
    code: str,
    data: Mapping[str, Any],
    opens_at: datetime,
    closes_at: datetime | None = None,
    by: Any,
    name: str = "",
    budget: int | None = None,
) -> SubsidyProgramme:
    """A draft with its first version and its quotas. Raises ProgrammeRefused."""
    roles.can_run_programmes(by).or_refuse()
    rules = _read(data)
    programme = SubsidyProgramme(
        code=code,
        name=name or str(data.get("name", code)),
        name_en="" if name else str(data.get("name_en", "")),
        allocation=rules.allocation,
        opens_at=opens_at,
        closes_at=closes_at,
        rehearsal_from=_rehearsal(rules, opens_at),
        budget=int(data.get("budget", 0)) if budget is None else budget,
        made_by=by,
    )
    _check_times(opens_at, closes_at)
    try:
        with transaction.atomic():
            programme.save()
    except IntegrityError as error:
        raise ProgrammeRefused(
            _("There is a programme with the code %(code)s. Choose another.") % {"code": code}
        ) from error
    _add_version(programme, data, rules, "", by)
    return programme


@transaction.atomic
def change(
    *,
    programme: SubsidyProgramme,
    data: Mapping[str, Any],
    name: str,
    budget: int,
    opens_at: datetime,
    closes_at: datetime | None,
    reason: str,
    by: Any,
    name_en: str | None = None,
) -> SubsidyProgramme:
    """New rules, name, money or times. Before the first claim the version is replaced; afterwards one is added and a
    reason is needed. Places and money never go below what is taken; more of them go to whoever waits in the line.
    Once the list of a draw is frozen the end of filing stays in the past.
    Raises ProgrammeRefused.
    """
    roles.can_run_programmes(by).or_refuse()
    programme = locked(programme)
    rules = _read(data)
    _check_times(opens_at, closes_at)
    if budget < programme.committed:
        raise ProgrammeRefused(
            _("%(yuan)s yuan are claimed already; the budget cannot be smaller.")
            % {"yuan": yuan(programme.committed)}
        )
    used = Claim.objects.filter(programme=programme).exists()
    if used and not reason.strip():
        raise ProgrammeRefused(_("Claims have been made: write the reason for the new version."))
    programme.name, programme.budget = name, budget
    programme.name_en = programme.name_en if name_en is None else name_en
    programme.opens_at, programme.closes_at = opens_at, closes_at
    programme.rehearsal_from = _rehearsal(rules, opens_at)
    if (closes_at is None or closes_at > timezone.now()) and is_frozen(programme):
        raise ProgrammeRefused(_frozen_words())
    if not used:
        programme.allocation = rules.allocation
        programme.versions.all().delete()
        programme.quotas.all().delete()
    elif rules.allocation != programme.allocation:
        raise ProgrammeRefused(_("How places are given cannot change once claims have been made."))
    programme.save()
    _add_version(programme, data, rules, reason.strip()[:300], by)
    index.refresh(SUBSIDIES, [programme.code])
    fill(programme, by=by)
    return programme


@transaction.atomic
def move(*, programme: SubsidyProgramme, to: str, by: Any) -> SubsidyProgramme:
    """Opens or closes. Once the list of a draw is frozen it opens no more: whoever came now would be in no urn.
    Raises ProgrammeRefused."""
    roles.can_run_programmes(by).or_refuse()
    programme = locked(programme)
    if to not in MOVES[P(programme.state)]:
        raise ProgrammeRefused(_("The programme cannot do this step now."))
    if to == P.OPEN and is_frozen(programme):
        raise ProgrammeRefused(_frozen_words())
    was, programme.state = programme.state, to
    programme.save(update_fields=["state"])
    index.refresh(SUBSIDIES, [programme.code])
    append(
        programme.chain,
        "programme.moved",
        subject=f"programme:{programme.code}",
        facts={"from": was, "to": str(to)},
        by=by,
    )
    return programme


def is_frozen(programme: SubsidyProgramme) -> bool:
    """Whether the list of one of its items is frozen for the draw, or drawn."""
    return SubsidyDraw.objects.filter(programme=programme).exists()


def _frozen_words() -> str:
    return _(
        "The list of a draw is frozen: a claim that came now would be in no urn, so the programme takes no more "
        "claims. Make a new programme for further places."
    )


def fault_words(fault: reading.ProgrammeFault) -> str:
    """A fault in the data, in words, with its place."""
    words = {
        "empty": _("nothing stands there"),
        "missing": _("this is missing"),
        "unknown": _("this value is not known"),
        "unknown_name": _("this name is not known; compare its letters"),
        "too_much": _("this number is far too large"),
        "too_long": _("this is too long"),
        "no_count": _("a whole number is needed"),
        "no_level": _("the levels are whole numbers"),
        "no_date": _("this is no date"),
        "before_start": _("the end lies before the start"),
        "key_twice": _("two items have the same key"),
        "no_list": _("a list is needed"),
        "no_mapping": _("names with values are needed"),
    }
    return _("The programme cannot be read at “%(place)s”: %(fault)s.") % {
        "place": fault.place,
        "fault": words[fault.code],
    }


def _add_version(
    programme: SubsidyProgramme, data: Mapping[str, Any], rules: reading.Rules, reason: str, by: Any
) -> ProgrammeVersion:
    last = programme.versions.aggregate(last=Max("number"))["last"] or 0
    plain = json.loads(json.dumps(data))  # as the column gives it back: names of members are text
    version = ProgrammeVersion.objects.create(
        programme=programme, number=last + 1, data=plain, reason=reason, made_by=by
    )
    for item in rules.items:
        quota, _made = Quota.objects.get_or_create(programme=programme, item=item.key)
        if item.places is not None and item.places < quota.taken:
            raise ProgrammeRefused(
                _("%(taken)d places of “%(item)s” are taken; there cannot be fewer.")
                % {"taken": quota.taken, "item": item.name}
            )
        if quota.places != item.places:
            quota.places = item.places
            quota.save(update_fields=["places"])
    facts = {"version": version.number, "rules_hash": sha256_hex(version.data), "budget": programme.budget}
    if reason:
        facts["reason_hash"] = words_hash(reason)
    append(programme.chain, "programme.version", subject=f"programme:{programme.code}", facts=facts, by=by)
    return version


def _rehearsal(rules: reading.Rules, opens_at: datetime) -> datetime | None:
    return opens_at - timedelta(days=rules.rehearsal_days) if rules.rehearsal_days else None


def _read(data: Mapping[str, Any]) -> reading.Rules:
    try:
        rules = reading.read(data)
        for key in ("name", "name_en"):
            check_title(str(data.get(key) or ""))
    except reading.ProgrammeFault as fault:
        raise ProgrammeRefused(fault_words(fault)) from fault
    except IdentityError as error:
        raise ProgrammeRefused(" ".join(error.messages)) from error
    return rules


def _check_times(opens_at: datetime, closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= opens_at:
        raise ProgrammeRefused(_("The end lies before the beginning. Correct one of the two."))
