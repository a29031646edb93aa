"""What four sides sign, in their order, and the hash that holds it together."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain import pair_moves
from academy.domain.pair_moves import PairRefused, S, rules_of, tell
from academy.models import Pair, PairSignature
from craft_site.kit.canonical import sha256_hex

Side = PairSignature.Role


def content(pair: Pair) -> dict[str, Any]:
    """Everything that is agreed, as plain values; people by their keys, so that a corrected name breaks nothing."""
    return {
        "number": pair.number,
        "rules": {"code": pair.scheme.code, "hash": sha256_hex(pair.scheme.data)},
        "mentor": pair.mentor.uuid,
        "apprentice": pair.apprentice.uuid,
        "employer": pair.employer.credit_code,
        "trade": pair.trade_id,
        "grade_from": pair.grade_from,
        "mentor_grade": pair.mentor_grade,
        "target_grade": pair.target_grade,
        "target_on": pair.target_on,
        "starts_on": pair.starts_on,
        # An extension is a step of its own and changes nothing of what was signed.
        "ends_on": agreed_end(pair),
        "meetings": pair.meetings,
        "allowance": pair.allowance,
        "duties": pair.duties,
        "skills": [
            {"name": skill.name, "due_on": skill.due_on}
            for skill in sorted(pair.skills.all(), key=lambda skill: skill.pk)  # type: ignore[attr-defined]
            if skill.agreed
        ],
    }


def content_hash(pair: Pair) -> str:
    return sha256_hex(content(pair))


def agreed_end(pair: Pair) -> Any:
    """The last day as it was signed."""
    return pair.agreed_ends_on or pair.ends_on


def next_side(pair: Pair) -> str:
    """Whose signature comes next, "" when all four are there or it is too late for any."""
    if pair.state != S.PROPOSED:
        return ""
    there = {signature.role for signature in pair.signatures.all()}  # type: ignore[attr-defined]
    return next((side for side in rules_of(pair.scheme).sides if side not in there), "")


@transaction.atomic
def sign(
    *, pair: Pair, side: str, seen: str, by: Any, on_paper: bool = False, at: datetime | None = None
) -> Pair:
    """One signature, in its turn, over what the person saw. The fourth concludes the agreement, and the pair begins
    when its first day has come. Sent twice by the same person it is one signature.

    side: a PairSignature.Role; seen: the content hash shown; on_paper: the office enters what stands on a sheet.
    Raises PairRefused, PermissionDenied.
    """
    pair = pair_moves.locked(pair, with_scheme=True)
    if on_paper:
        roles.can_enter_paper(by, pair).or_refuse()
    else:
        roles.can_sign(by, pair, side).or_refuse()
    signatures = list(pair.signatures.all())  # type: ignore[attr-defined]
    if any(signature.role == side and signature.by_id == by.pk for signature in signatures):
        return pair
    if pair.state != S.PROPOSED:
        raise PairRefused(_("This agreement waits for no signature."))
    turn = next_side(pair)
    if side != turn:
        raise PairRefused(_("It is not your turn: “%(side)s” signs first.") % {"side": Side(turn).label})
    now = content_hash(pair)
    if seen != now or pair.content_hash != now or any(one.content_hash != now for one in signatures):
        raise PairRefused(_("The agreement has changed since you looked. Read it again before you sign."))
    if not on_paper and any(one.by_id == by.pk and not one.on_paper for one in signatures):
        raise PairRefused(_("One person signs for one side only."))
    at = at or timezone.now()
    signature = PairSignature(pair=pair, role=side, content_hash=now, by=by, on_paper=on_paper, at=at)
    signature.save()
    tell(pair, "pair.signed", {"side": str(side), "content_hash": now, "on_paper": on_paper}, by)
    if len(signatures) + 1 == len(Side):
        pair_moves.move(pair=pair, to=S.SIGNED, by=by, at=at)
        if pair.starts_on <= timezone.localtime(at).date():
            begin(pair, by=by, at=at)
    return pair


def begin(pair: Pair, *, by: Any, at: datetime | None = None) -> Pair:
    """From here on months are owed; inside the transaction of whoever locked the pair."""
    at = at or timezone.now()
    pair.began_on = max(pair.starts_on, timezone.localtime(at).date())
    return pair_moves.move(pair=pair, to=S.RUNNING, by=by, at=at)
