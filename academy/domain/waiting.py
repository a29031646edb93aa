"""What waits for one person at the academy's desk, over all its subjects, in a fixed number of queries.

Counting asks the same questions as the verbs: nobody is sent to work that would be refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from academy import roles_subsidies
from academy.domain import pair_needs, payments
from academy.models import (
    Claim,
    ClaimObjection,
    Leave,
    MatchProposal,
    MatchRound,
    PairReward,
    PaymentList,
    Posting,
    TrainingClass,
)
from academy.models.claim import late_below
from craft_site.people import roles


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of work. count: how much of it; late: how much of that is overdue; oldest: waiting since.

    place: the code of the class or round in which it waits, "" when it is spread over many; name: what people call it.
    """

    key: str
    count: int
    late: int = 0
    oldest: datetime | None = None
    place: str = ""
    name: str = ""


def matters(user: Any) -> list[Matter]:
    """Everything that waits for this person; what is overdue first."""
    found = [*_claims(user), *_training(user), *_pairs(user), *_rounds(user), *_notices(user), *_money(user)]
    return sorted(found, key=lambda matter: matter.late == 0)


def _claims(user: Any) -> Iterator[Matter]:
    """What waits for a reviewer; and one floor up, and at the office, the steps that others have let run late."""
    if not user.has_role(roles.REVIEWER, roles.ORGANISER):
        return
    late = (
        Claim.objects.visible_to(user)
        .filter(late_below(user))
        .aggregate(count=Count("pk"), oldest=Min("waits_since"))
    )
    if late["count"]:
        yield Matter("claims_late", late["count"], late["count"], late["oldest"])
    if not user.has_role(roles.REVIEWER):
        return
    today = timezone.localdate()
    found = Claim.objects.waiting_for(user).aggregate(
        count=Count("pk"), oldest=Min("waits_since"), late=Count("pk", filter=Q(due_on__lt=today))
    )
    if found["count"]:
        yield Matter("claims", found["count"], found["late"], found["oldest"])


def _training(user: Any) -> Iterator[Matter]:
    """Leave asked for sessions to come, class by class."""
    if not user.has_role(roles.ORGANISER):
        return
    asked = Q(sessions__leaves__state=Leave.State.ASKED)
    held = (
        TrainingClass.objects.filter(asked)
        .exclude(state__in=(TrainingClass.State.FINISHED, TrainingClass.State.CANCELLED))
        .select_related("programme")
        .annotate(
            count=Count("sessions__leaves"),
            oldest=Min("sessions__leaves__asked_at"),
            late=Count("sessions__leaves", filter=Q(sessions__starts_at__lt=timezone.now())),
        )
        .order_by("code")
    )
    for one in held:
        yield Matter("leave", one.count, one.late, one.oldest, one.code, str(one))


def _pairs(user: Any) -> Iterator[Matter]:
    """Signatures, months that nobody has written, evaluations whose day has come, rewards."""
    looks_after = user.has_role(roles.ORGANISER, roles.REVIEWER)
    if looks_after or user.has_role(roles.EMPLOYER):
        needs = pair_needs.needs(user)
        if needs.to_sign:
            yield Matter("signatures", len(needs.to_sign))
        if needs.overdue:
            yield Matter("logs", len(needs.overdue), len(needs.overdue))
        if needs.mid and looks_after:
            yield Matter("mid_terms", len(needs.mid))
        if needs.ending and looks_after:
            yield Matter("last_days", len(needs.ending))
    if user.has_role(roles.ORGANISER, roles.FINANCE):
        rewards = PairReward.objects.aggregate(
            proposed=Count("pk", filter=Q(state=PairReward.State.PROPOSED) & ~Q(proposed_by=user)),
            approved=Count("pk", filter=Q(state=PairReward.State.APPROVED)),
            marked=Count("pk", filter=Q(state=PairReward.State.MARKED) & ~Q(marked_by=user)),
        )
        if user.has_role(roles.ORGANISER) and rewards["proposed"]:
            yield Matter("rewards", rewards["proposed"])
        if user.has_role(roles.FINANCE) and rewards["approved"]:
            yield Matter("rewards_to_pay", rewards["approved"])
        if rewards["marked"]:
            yield Matter("rewards_to_confirm", rewards["marked"])


def _rounds(user: Any) -> Iterator[Matter]:
    if not user.has_role(roles.ORGANISER):
        return
    now = timezone.now()
    R = MatchRound.State
    pending = Count("proposals", filter=Q(proposals__state=MatchProposal.State.PENDING))
    held = MatchRound.objects.annotate(undecided=pending).filter(
        Q(state=R.OPEN, closes_at__lt=now) | Q(state=R.PROPOSED, undecided__gt=0)
    )
    for one in held.order_by("closes_at"):
        key, count = ("round_to_compute", 1) if one.state == R.OPEN else ("proposals", one.undecided)
        yield Matter(key, count, 0, one.closes_at, one.code, str(one))


def _notices(user: Any) -> Iterator[Matter]:
    if not roles_subsidies.can_post(user):
        return
    now = timezone.now()
    passed = Claim.objects.filter(state=Claim.State.CITY).aggregate(
        count=Count("pk"), oldest=Min("waits_since")
    )
    if passed["count"]:
        yield Matter("to_post", passed["count"], 0, passed["oldest"])
    objections = ClaimObjection.objects.filter(answered_at=None).aggregate(
        count=Count("pk"), oldest=Min("received_at")
    )
    if objections["count"]:
        yield Matter("objections", objections["count"], 0, objections["oldest"])
    over = Posting.objects.filter(ended_at=None, until__lt=now).aggregate(
        count=Count("pk"), oldest=Min("until")
    )
    if over["count"]:
        yield Matter("notices_over", over["count"], over["count"], over["oldest"])


def _money(user: Any) -> Iterator[Matter]:
    pays = user.has_role(roles.FINANCE)
    if not pays and not user.has_role(roles.ORGANISER):
        return
    L = PaymentList.State
    lists = PaymentList.objects.aggregate(
        made=Count("pk", filter=Q(state=L.MADE) & ~Q(made_by=user)),
        oldest=Min("made_at", filter=Q(state=L.MADE) & ~Q(made_by=user)),
        approved=Count("pk", filter=Q(state=L.APPROVED)),
        sent=Count("pk", filter=Q(state=L.SENT)),
    )
    if lists["made"]:
        yield Matter("lists_to_approve", lists["made"], 0, lists["oldest"])
    failed = Claim.objects.filter(state=Claim.State.BANK_FAILED, card_asked_at=None).aggregate(
        count=Count("pk"), oldest=Min("waits_since")
    )
    if failed["count"]:
        yield Matter("cards_to_ask", failed["count"], 0, failed["oldest"])
    if not pays:
        return
    if lists["approved"]:
        yield Matter("lists_to_send", lists["approved"])
    if lists["sent"]:
        yield Matter("bank_answers", lists["sent"])
    ready = payments.ready().aggregate(count=Count("pk"), oldest=Min("waits_since"))
    if ready["count"]:
        yield Matter("to_pay", ready["count"], 0, ready["oldest"])
