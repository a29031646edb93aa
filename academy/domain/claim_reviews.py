"""The unions' review, one floor after the other: pass, return, refuse, hand over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.domain import claim_checks
from academy.domain.claim_moves import PASSED, ClaimRefused, S, line_of, locked, move, move_all
from academy.models import Claim, ClaimStep, FirmNotice, SubsidyDraw, SubsidyProgramme
from craft_site.kit import working_days
from craft_site.ledger.chain import Draft, append, append_many, lock_head
from craft_site.people import roles as site_roles
from craft_site.people.models import Union, User

DAYS_TO_CORRECT = 10  # working days of the claimant after a return


@transaction.atomic
def approve(*, claims: Sequence[Claim], by: Any) -> int:
    """Passes claims of one programme on to the next union, or from the city to the notice. All or none.

    Raises PermissionDenied or ClaimRefused for the first that cannot.
    """
    if not claims:
        return 0
    if len({claim.programme_id for claim in claims}) > 1:
        raise ClaimRefused(_("Choose claims of one programme."))
    locked(claims[0].programme_id)
    by_union: dict[int, list[Claim]] = {}
    unions: dict[int, Union] = {}
    elsewhere = roles.decided_elsewhere(by, claims)
    for claim in claims:
        roles.can_decide(by, claim, elsewhere=elsewhere).or_refuse()
        assert claim.waits_for is not None
        _posted_long_enough(claim)
        unions[claim.waits_for.pk] = claim.waits_for
        by_union.setdefault(claim.waits_for.pk, []).append(claim)
    for pk, group in by_union.items():
        union, today = unions[pk], timezone.localdate()
        above = union.parent
        for claim in group:
            claim.waits_for, claim.days_left = above, None
            days = claim.version.rules.step_days
            claim.due_on = working_days.after(today, days) if above else None
        move_all(claims=group, to=PASSED[Union.Level(union.level)], by=by, union=union)
    return len(claims)


def posted_until(claim: Claim) -> date | None:
    """The last of the working days for which the firm has the name on its notice board; None where the programme does
    not ask for it or nobody has recorded it."""
    days = claim.version.rules.posted_before_filing
    return working_days.after(claim.unit_posted_on, days) if days and claim.unit_posted_on else None


def asks_posting(claim: Claim) -> bool:
    """Whether its first union has to record since when the name is posted in the firm."""
    waits = claim.state == S.FILED and claim.waits_for_id is not None
    return waits and claim.version.rules.posted_before_filing > 0


def posting_from(claims: Sequence[Claim]) -> dict[int, date]:
    """By key of the claim the first day on which the firm can have posted the name: that of the hand-in, by lot that of
    the draw."""
    drawn = SubsidyDraw.objects.filter(
        programme__in={claim.programme_id for claim in claims}, drawn_at__isnull=False
    )
    by_item = {(draw.programme_id, draw.item): draw.drawn_at for draw in drawn}
    moments = {claim.pk: (claim.filed_at, by_item.get((claim.programme_id, claim.item))) for claim in claims}
    return {pk: max(timezone.localdate(at) for at in ats if at is not None) for pk, ats in moments.items()}


def could_hang(claims: Sequence[Claim], *, on: date) -> list[Claim]:
    """Those whose names the firm can have posted on this day."""
    first = posting_from(claims)
    return [claim for claim in claims if first[claim.pk] <= on]


def _posted_long_enough(claim: Claim) -> None:
    if not asks_posting(claim):
        return
    until = posted_until(claim)
    if until is None:
        raise ClaimRefused(
            _("%(claim)s: record first since when the name has been posted in the firm.") % {"claim": claim}
        )
    if timezone.localdate() <= until:
        raise ClaimRefused(
            _("%(claim)s: the name is posted in the firm until %(day)s; then it can be passed on.")
            % {"claim": claim, "day": until.isoformat()}
        )


@transaction.atomic
def record_posting(*, claims: Sequence[Claim], on: date, by: Any) -> int:
    """The first union says since when the firm has had these names on its notice board, never before they were handed
    in or drawn. Recorded again it is corrected; the history and the ledger keep both. Raises PermissionDenied,
    ClaimRefused; all or none."""
    if not claims:
        return 0
    if len({claim.programme_id for claim in claims}) > 1:
        raise ClaimRefused(_("Choose claims of one programme."))
    programme = locked(claims[0].programme_id)
    elsewhere, first = roles.decided_elsewhere(by, claims), posting_from(claims)
    for claim in claims:
        roles.can_decide(by, claim, elsewhere=elsewhere).or_refuse()
        if not asks_posting(claim):
            raise ClaimRefused(_("The programme of this claim asks for no notice in the firm now."))
        if on < first[claim.pk]:
            raise ClaimRefused(
                _("%(claim)s was handed in or drawn on %(day)s: the name cannot have been posted before.")
                % {"claim": claim, "day": first[claim.pk].isoformat()}
            )
    if on > timezone.localdate():
        raise ClaimRefused(_("This day is still to come: record the notice when it hangs."))
    waiting = Claim.objects.filter(pk__in=[claim.pk for claim in claims], state=S.FILED)
    if waiting.update(unit_posted_on=on) != len(claims):
        raise ClaimRefused(_("One of the claims has moved on meanwhile. Load the page again."))
    head = lock_head(programme.chain)
    drafts = [Draft("claim.posted_in_firm", f"claim:{claim.uuid}", {"on": on}) for claim in claims]
    append_many(head, drafts, by=by)
    FirmNotice.objects.bulk_create(
        [FirmNotice(claim=claim, on=on, by=by) for claim in claims], batch_size=200
    )
    for claim in claims:
        claim.unit_posted_on = on
    return len(claims)


@transaction.atomic
def end_line(*, programme: SubsidyProgramme, by: Any) -> int:
    """After the end of filing: whoever still waits in a line for a place is told that none came free. Returns how
    many. Raises ClaimRefused while claims can still be filed."""
    roles.can_run_programmes(by).or_refuse()
    programme = locked(programme)
    if programme.allocation == SubsidyProgramme.Allocation.LOTTERY or programme.takes_claims():
        raise ClaimRefused(_("A line is ended when the programme has closed."))
    items = [item.key for item in programme.versions.all()[0].rules.items]  # type: ignore[attr-defined]
    claims = [claim for item in items for claim in line_of(programme, item)]
    move_all(claims=claims, to=S.REFUSED, by=by, reason=_("No place came free."))
    return len(claims)


@transaction.atomic
def send_back(*, claim: Claim, reason: str, by: Any) -> Claim:
    """Back to the claimant, who corrects it; the union's clock stands still until it returns."""
    roles.can_decide(by, claim).or_refuse()
    locked(claim.programme_id)
    union, today = claim.waits_for, timezone.localdate()
    claim.days_left = max(1, days_between(today, claim.due_on)) if claim.due_on else None
    claim.due_on = working_days.after(today, DAYS_TO_CORRECT)
    claim.returned_as = claim_checks.fingerprint(claim)
    Claim.objects.filter(pk=claim.pk).update(returned_as=claim.returned_as)
    return move(claim=claim, to=S.RETURNED, by=by, reason=_said(reason), union=union)


@transaction.atomic
def send_all_back(*, claims: Sequence[Claim], reason: str, by: Any) -> int:
    """The same correction asked of several claimants: all or none."""
    for claim in claims:
        send_back(claim=claim, reason=reason, by=by)
    return len(claims)


@transaction.atomic
def refuse(*, claim: Claim, reason: str, by: Any) -> Claim:
    """The end of the claim; its place goes to the next."""
    roles.can_refuse(by, claim).or_refuse()
    return move(claim=claim, to=S.REFUSED, by=by, reason=_said(reason), union=claim.waits_for)


def colleagues(claim: Claim, by: Any) -> QuerySet[User]:
    """To whom this step can be handed: the other reviewers of the union that it waits for, never the claimant nor who
    has decided on the claim at another floor."""
    if claim.waits_for is None:
        return User.objects.none()
    able = User.objects.filter(groups__name=site_roles.REVIEWER, is_active=True, union=claim.waits_for)
    elsewhere = ClaimStep.objects.filter(claim=claim, union__isnull=False).exclude(union=claim.waits_for)
    able = able.exclude(pk__in=elsewhere.values("by"))
    return able.exclude(pk__in=[by.pk, claim.worker.user_id or by.pk]).order_by("name", "pk")


@transaction.atomic
def hand_over(*, claim: Claim, to: User, by: Any) -> Claim:
    """Asks another reviewer of the same union to decide this step; both can until it is decided. In the ledger."""
    roles.can_decide(by, claim).or_refuse()
    if not colleagues(claim, by).filter(pk=to.pk).exists():
        raise ClaimRefused(
            _("Choose another reviewer of your own union: nobody decides on two floors of one claim.")
        )
    programme = locked(claim.programme_id)
    append(
        programme.chain,
        "claim.handed_over",
        subject=f"claim:{claim.uuid}",
        facts={"to": str(to.uuid), "state": claim.state},
        by=by,
    )
    if not Claim.objects.filter(pk=claim.pk, state=claim.state, waits_for=claim.waits_for_id).update(
        delegate=to
    ):
        raise ClaimRefused(_("%(claim)s has moved on meanwhile. Load the page again.") % {"claim": claim})
    claim.delegate = to
    return claim


def days_between(start: Any, end: Any) -> int:
    """Working days after `start` up to `end`, 0 when it has passed."""
    days, day = 0, start
    while day < end:
        day = working_days.after(day, 1)
        days += day <= end
    return days


def _said(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < 4:
        raise ClaimRefused(_("Write the reason: the claimant reads it."))
    return reason[:300]
