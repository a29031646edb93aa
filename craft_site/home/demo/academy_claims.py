"""Claims of the demonstration on their way: filed, put through the unions, posted, paid; and their times moved back."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from academy.domain import claim_reviews, claims, payments, postings
from academy.domain.payments import Reported
from academy.models import Claim, ClaimStep, Payment, PaymentList, Posting, SubsidyProgramme
from academy.rules.cards import with_check_digit
from craft_site.home.demo.academy_people import TRADES, Hall, give_certificate
from craft_site.home.demo.chance import number, one_of
from craft_site.home.demo.papers import scan
from craft_site.kit import working_days
from craft_site.people.models import Worker

S = Claim.State
WAITS_IN = {"unit": S.FILED, "town": S.UNIT, "city": S.TOWN}
# Days after the beginning of the review at which a claim comes into a state.
AFTER = {
    S.UNIT: 2,
    S.TOWN: 5,
    S.CITY: 8,
    S.PUBLICITY: 9,
    S.APPROVED: 17,
    S.IN_BANK_FILE: 19,
    S.PAID: 21,
    S.BANK_FAILED: 21,
    S.RETURNED: 2,
    S.REFUSED: 2,
    S.WITHDRAWN: 3,
    S.CLOSED: 26,
    S.RECLAIMED: 33,
}
AGAIN = 10  # days more for a step that is made a second time


def dated(worker: Worker, year: int) -> date:
    """A day of that year on which a certificate was issued, after everybody was hired."""
    return date(year, number(4, 12, "issued", year, worker.name), number(1, 28, "day", year, worker.name))


def file(
    hall: Hall,
    programme: SubsidyProgramme,
    worker: Worker,
    kind: str,
    *,
    on: date,
    scanned: bool = True,
    by: Any = None,
    card: str = "",
    new_form: bool = False,
) -> Claim:
    """A claim filed for the worker by the office, or by themselves. on: the day on the certificate or diploma; card:
    somebody else's, the own if none is given; new_form: works in a new form of employment, which may come first."""
    by = by or hall.cast.organiser
    claim = claims.start(programme=programme, worker=worker, by=by)
    proof: dict[str, Any] = {"level": 1 + number(0, 1, "degree", worker.name), "dated": on}
    if kind == "skill":
        trade = hall.cast.trades[one_of(TRADES, "trade", worker.name)]
        held = give_certificate(worker, trade, number(4, 6, "grade", worker.name), on)
        proof = {"level": held.grade, "dated": held.issued_on, "certificate_no": held.certificate_no}
        proof["trade"] = trade
    said = {"front_line": True, "public_office": False, "new_form": new_form, "model_worker": False}
    claims.answer(claim=claim, by=by, item=kind, answers=said, **proof)
    claims.set_card(claim=claim, number=card or _card(worker, programme.code), by=by)
    if scanned:
        claims.add_file(
            claim=claim, kind="certificate", upload=scan(programme.code, kind, worker.name, worker.pk), by=by
        )
    claims.file_claim(claim=claim, by=by)
    return Claim.objects.for_list().get(pk=claim.pk)


def _card(worker: Worker, *what: object) -> str:
    return with_check_digit(f"62284800{worker.pk:06d}{number(0, 99, 'card', *what):02d}")


def correct_card(hall: Hall, claim: Claim) -> None:
    claims.card_corrected(claim=claim, number=_card(claim.worker, "second"), by=hall.cast.organiser)


@transaction.atomic
def put_through(
    hall: Hall, programme: SubsidyProgramme, *floors: str, only: Iterable[Claim] | None = None
) -> None:
    """Every union passes what waits for it, floor by floor; of all claims, or of these."""
    for floor in floors:
        waiting = Claim.objects.for_list().filter(
            programme=programme, state=WAITS_IN[floor], waits_for__isnull=False
        )
        if only is not None:
            waiting = waiting.filter(pk__in=[claim.pk for claim in only])
        by_union: dict[int, list[Claim]] = {}
        for claim in waiting.order_by("pk"):
            by_union.setdefault(claim.waits_for_id or 0, []).append(claim)
        for union, group in by_union.items():
            claim_reviews.approve(claims=group, by=hall.reviewers[union])


@transaction.atomic
def notice(hall: Hall, programme: SubsidyProgramme, *, over: bool) -> Posting:
    """A public notice of what the city has passed. over: nobody objected in its days."""
    posting = postings.post(programme=programme, by=hall.cast.reviewer)
    if over:
        postings.end(posting=posting, by=hall.cast.reviewer, at=posting.until + timedelta(seconds=1))
    return posting


@transaction.atomic
def give_to_bank(hall: Hall, programme: SubsidyProgramme) -> PaymentList:
    """One list with its four eyes, on its way."""
    made = payments.make_list(programme=programme, by=hall.finance[0])
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=hall.finance[1])
    return payments.send(payments=made, by=hall.finance[0])


@transaction.atomic
def pay(hall: Hall, programme: SubsidyProgramme, *, on: date, failing: int = 0) -> None:
    """A list to the bank and back. failing: how many the bank could not pay."""
    made = give_to_bank(hall, programme)
    references = Payment.objects.filter(list=made).order_by("pk").values_list("claim__reference", flat=True)
    reported = [
        Reported(str(reference), "failed", "户名与账号不符")
        if n < failing
        else Reported(str(reference), "paid")
        for n, reference in enumerate(references)
    ]
    payments.settle(payments=made, reported=reported, by=hall.finance[0], on=on)


@transaction.atomic
def as_of(
    group: Iterable[Claim],
    filed: datetime,
    *,
    spread: timedelta = timedelta(minutes=47),
    reviewed: datetime | None = None,
) -> None:
    """Moves what happened into the past: filed one after the other from `filed` on, the review from `reviewed` on.

    The ledger keeps the moment at which the demonstration was made.
    """
    found = list(group)
    base, now = reviewed or filed, timezone.now()
    still_posted = set(
        Posting.objects.filter(claims__in=found, ended_at=None).values_list("claims__pk", flat=True)
    )
    steps: list[ClaimStep] = []
    for n, claim in enumerate(found):
        steps += _steps(
            claim, filed + spread * n, base, today_from=S.PUBLICITY if claim.pk in still_posted else None
        )
    ClaimStep.objects.bulk_update(steps, ("at", "due_on"), batch_size=200)
    last = {step.claim_id: step.at for step in steps}
    fresh = list(Claim.objects.select_related("version").filter(pk__in=last).order_by("pk"))
    for n, claim in enumerate(fresh):
        claim.filed_at = filed + spread * n
        claim.waits_since = min(last[claim.pk], now)
        if claim.due_on is not None:
            begun = timezone.localdate(claim.waits_since)
            claim.due_on = working_days.after(begun, claim.version.rules.step_days)
    Claim.objects.bulk_update(fresh, ("filed_at", "waits_since", "due_on"), batch_size=200)
    _papers(fresh, base)


def _steps(claim: Claim, filed: datetime, base: datetime, *, today_from: str | None) -> list[ClaimStep]:
    """The steps of a claim with their new times. today_from: the state from which on the times stand."""
    made, seen = [], dict[str, int]()
    for step in claim.steps.order_by("pk"):
        if step.state == today_from:
            break
        if step.state in AFTER:
            step.at = base + timedelta(days=AFTER[S(step.state)] + AGAIN * seen.get(step.state, 0))
        else:
            step.at = filed
        if step.due_on is not None:  # counted from the day of the step itself
            again = step.state == S.RETURNED
            days = claim_reviews.DAYS_TO_CORRECT if again else claim.version.rules.step_days
            step.due_on = working_days.after(timezone.localdate(step.at), days)
        seen[step.state] = seen.get(step.state, 0) + 1
        made.append(step)
    return made


def _papers(found: Sequence[Claim], base: datetime) -> None:
    """Notices and payment lists of these claims, at the times of their steps."""
    for posting in Posting.objects.filter(claims__in=found, ended_at__isnull=False).distinct():
        posted = base + timedelta(days=AFTER[S.PUBLICITY])
        posting.posted_at, posting.ended_at = posted, base + timedelta(days=AFTER[S.APPROVED])
        posting.until = working_days.end_of(working_days.after(timezone.localdate(posted), 5))
        posting.save(update_fields=("posted_at", "until", "ended_at"))
    lists = PaymentList.objects.filter(payments__claim__in=found).distinct().order_by("number")
    for n, listed in enumerate(lists):
        made = base + timedelta(days=AFTER[S.APPROVED] + AGAIN * n, hours=3)
        PaymentList.objects.filter(pk=listed.pk).update(
            made_at=made, approved_at=made + timedelta(hours=5) if listed.approved_at else None
        )
        reported = base + timedelta(days=AFTER[S.PAID] + AGAIN * n)
        Payment.objects.filter(list=listed).exclude(result="pending").update(reported_at=reported)
