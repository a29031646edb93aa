"""The list of skills: what was agreed, what the master adds on the way, and what is learnt."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain import pair_moves
from academy.domain.pair_moves import PairRefused, tell
from academy.models import Pair, PairSkill

MOST = 60


@transaction.atomic
def add(*, pair: Pair, name: str, due_on: date, by: Any) -> PairSkill:
    """One more thing to learn, beside the signed list. Raises PairRefused, PermissionDenied."""
    pair = pair_moves.locked(pair)
    roles.can_teach(by, pair).or_refuse()
    _under_way(pair)
    name = name.strip()[:120]
    if not name:
        raise PairRefused(_("A skill needs a name."), field="name")
    if not pair.starts_on <= due_on <= pair.ends_on:
        raise PairRefused(_("The day lies outside the term."), field="due_on")
    if pair.skills.count() >= MOST:  # type: ignore[attr-defined]
        raise PairRefused(_("A pair has %(most)d skills at most.") % {"most": MOST})
    skill = PairSkill.objects.create(pair=pair, name=name, due_on=due_on, agreed=False)
    tell(pair, "pair.skill_added", {"skill": str(skill.uuid), "due_on": due_on}, by)
    return skill


@transaction.atomic
def confirm(*, skill: PairSkill, by: Any, on: date | None = None) -> PairSkill:
    """The master saw that it is learnt. Sent twice it happens once."""
    pair = pair_moves.locked(skill.pair)
    roles.can_teach(by, pair).or_refuse()
    skill = PairSkill.objects.get(pk=skill.pk)
    if skill.done_on is not None:
        return skill
    _under_way(pair)
    skill.done_on = on or timezone.localdate()
    skill.save(update_fields=("done_on",))
    tell(pair, "pair.skill_done", {"skill": str(skill.uuid), "on": skill.done_on}, by)
    return skill


@transaction.atomic
def reopen(*, skill: PairSkill, by: Any) -> PairSkill:
    """Takes back a confirmation made by mistake."""
    pair = pair_moves.locked(skill.pair)
    roles.can_teach(by, pair).or_refuse()
    _under_way(pair)
    skill = PairSkill.objects.get(pk=skill.pk)
    if skill.done_on is not None:
        skill.done_on = None
        skill.save(update_fields=("done_on",))
        tell(pair, "pair.skill_reopened", {"skill": str(skill.uuid)}, by)
    return skill


def _under_way(pair: Pair) -> None:
    if pair.state not in Pair.UNDER_WAY:
        raise PairRefused(_("This pair is not under way."))
