"""Paying: a list made by one person, approved by another over its exact content, a file for the bank, its answer.

What was approved is a hash over claims, amounts and cards. When one of them changes, the list must be approved again
before a file can be made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.domain.claim_moves import ClaimRefused, S, locked, move, move_all
from academy.models import Claim, Payment, PaymentList, SubsidyProgramme
from craft_site.kit.canonical import sha256_hex, words_hash
from craft_site.kit.money import yuan
from craft_site.ledger.chain import append
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry

L = PaymentList.State
R = Payment.Result


@dataclass(frozen=True, slots=True)
class Reported:
    """One line of the bank's answer. result: a Payment.Result but PENDING; amount: yuan, if the file has it."""

    reference: str
    result: str
    message: str = ""
    amount: Decimal | None = None


def content_hash(payments: PaymentList) -> str:
    """What an approval is about: every claim with its amount and the card it goes to, in the list's order."""
    rows = payments.payments.order_by("pk").values_list("claim__reference", "amount", "claim__card_index")  # type: ignore[attr-defined]
    return sha256_hex([list(row) for row in rows])


def ready() -> QuerySet[Claim]:
    """Approved claims, of every programme, that are on no list yet."""
    standing = Payment.objects.filter(list__state__in=(L.MADE, L.APPROVED, L.SENT), result="pending")
    return Claim.objects.filter(state=S.APPROVED).exclude(pk__in=standing.values("claim_id"))


@transaction.atomic
def make_list(*, programme: SubsidyProgramme, by: Any) -> PaymentList:
    """All approved claims of a programme that are on no list yet. Raises ClaimRefused when there is none."""
    roles.can_pay(by).or_refuse()
    programme = locked(programme)
    claims = list(ready().filter(programme=programme).order_by("filed_at", "pk"))
    if not claims:
        raise ClaimRefused(_("No approved claim waits for payment."))
    last = PaymentList.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    payments = PaymentList.objects.create(programme=programme, number=last + 1, made_by=by)
    Payment.objects.bulk_create(Payment(list=payments, claim=claim, amount=claim.amount) for claim in claims)
    _tell(payments, "payments.made", by, claims=len(claims), yuan=sum(claim.amount for claim in claims))
    return payments


@transaction.atomic
def approve_list(*, payments: PaymentList, seen: str, by: Any) -> PaymentList:
    """Approves what was seen. seen: the hash shown to whoever approves. Raises PermissionDenied, ClaimRefused."""
    locked(payments.programme_id)
    payments = PaymentList.objects.select_for_update().get(pk=payments.pk)
    roles.can_approve_payment(by, payments).or_refuse()
    if payments.state not in (L.MADE, L.APPROVED):
        raise ClaimRefused(_("This list can no longer be approved."))
    now = content_hash(payments)
    if seen != now:
        raise ClaimRefused(_("The list has changed since you looked. Look at it again."))
    if (
        not Payment.objects.filter(list=payments, claim__state=S.APPROVED).count()
        == payments.payments.count()
    ):  # type: ignore[attr-defined]
        raise ClaimRefused(_("A claim on the list is approved no longer. Drop the list and make a new one."))
    payments.state, payments.content_hash = L.APPROVED, now
    payments.approved_by, payments.approved_at = by, timezone.now()
    payments.save()
    _tell(payments, "payments.approved", by, content_hash=now)
    return payments


@transaction.atomic
def drop_list(*, payments: PaymentList, reason: str, by: Any) -> PaymentList:
    """Gives up a list that has not gone to the bank; its claims are free for another. The reason stays with the list,
    its hash in the ledger. Raises PermissionDenied, ClaimRefused."""
    roles.can_pay(by).or_refuse()
    locked(payments.programme_id)
    payments = PaymentList.objects.select_for_update().get(pk=payments.pk)
    if payments.state not in (L.MADE, L.APPROVED):
        raise ClaimRefused(_("A list that has gone to the bank cannot be dropped."))
    reason = reason.strip()[:300]
    if len(reason) < 4:
        raise ClaimRefused(_("Write why the list is dropped: it is kept."))
    was, payments.state = payments.state, L.DROPPED
    payments.dropped_why, payments.dropped_by = reason, by
    payments.save(update_fields=["state", "dropped_why", "dropped_by"])
    _tell(payments, "payments.dropped", by, was=was, reason_hash=words_hash(reason))
    return payments


@transaction.atomic
def send(*, payments: PaymentList, by: Any) -> PaymentList:
    """The list goes to the bank: its claims are with the bank from now on. Sent again, nothing changes."""
    roles.can_pay(by).or_refuse()
    locked(payments.programme_id)
    payments = PaymentList.objects.select_for_update().get(pk=payments.pk)
    if payments.state == L.SENT:
        return payments
    if payments.state != L.APPROVED:
        raise ClaimRefused(_("Only an approved list goes to the bank."))
    if payments.content_hash != content_hash(payments):
        raise ClaimRefused(_("The list has changed since it was approved. Have it approved again."))
    claims = list(Claim.objects.filter(payments__list=payments).order_by("pk"))
    move_all(claims=claims, to=S.IN_BANK_FILE, by=by)
    payments.state = L.SENT
    payments.save(update_fields=["state"])
    _tell(payments, "payments.sent", by, content_hash=payments.content_hash)
    return payments


@transaction.atomic
def take_file(*, payments: PaymentList, by: Any) -> PaymentList:
    """Somebody takes the file with the card numbers: each time a line of the ledger. Once the bank has answered there
    is no further file, so that nobody is paid twice.
    """
    roles.can_pay(by).or_refuse()
    locked(payments.programme_id)
    payments = PaymentList.objects.get(pk=payments.pk)
    if payments.state != L.SENT or payments.payments.exclude(result="pending").exists():  # type: ignore[attr-defined]
        raise ClaimRefused(
            _("There is a file for the bank between the sending of the list and its first answer.")
        )
    if payments.content_hash != content_hash(payments):
        raise ClaimRefused(_("The list is no longer what was approved. Do not pay; tell the office."))
    _tell(payments, "payments.file_taken", by, content_hash=payments.content_hash)
    return payments


def may_report(known: str, result: str) -> bool:
    """Whether a bank may say `result` of a payment of which it has said `known`. Of a paid one it may say later that
    the money came back."""
    return known in (R.PENDING, result) or (known, result) == (R.PAID, R.RETURNED)


def faults_of(payments: PaymentList, reported: Sequence[Reported]) -> list[str | None]:
    """For each line of a bank's answer what is wrong with it, or None."""
    rows = payments.payments.values_list("claim__reference", "result", "amount", "claim__state")  # type: ignore[attr-defined]
    known = {reference: result for reference, result, _amount, _state in rows}
    amounts = {reference: amount for reference, _result, amount, _state in rows}
    reclaimed = {reference for reference, _result, _amount, state in rows if state == S.RECLAIMED}
    seen: set[str] = set()
    faults: list[str | None] = []
    for line in reported:
        if line.reference not in known:
            faults.append(_("The reference number is not on this list."))
        elif line.reference in seen:
            faults.append(_("This reference number stands twice in the file."))
        elif line.amount is not None and line.amount != amounts[line.reference]:
            faults.append(
                _("The list says %(asked)s yuan, the file %(said)s.")
                % {"asked": yuan(amounts[line.reference]), "said": yuan(line.amount)}
            )
        elif not may_report(known[line.reference], line.result):
            faults.append(_("The bank has reported another result for it before."))
        elif line.reference in reclaimed and known[line.reference] != line.result:
            faults.append(_("The money of this claim was reclaimed already."))
        else:
            faults.append(None)
        seen.add(line.reference)
    return faults


@transaction.atomic
def settle(*, payments: PaymentList, reported: Sequence[Reported], by: Any, on: Any = None) -> int:
    """Enters a bank's answer, all of it or nothing; lines entered before are passed over. Returns how many are new.

    A payment writes the worker's growth record; money that comes back afterwards takes the line away.
    Raises ClaimRefused for a line that does not fit (faults_of).
    """
    roles.can_pay(by).or_refuse()
    programme = locked(payments.programme_id)
    payments = PaymentList.objects.select_for_update().get(pk=payments.pk)
    if payments.state not in (L.SENT, L.SETTLED):
        raise ClaimRefused(_("This list has not gone to the bank."))
    if any(faults_of(payments, reported)):
        raise ClaimRefused(_("Some lines do not fit the list; nothing was entered."))
    rows = {
        row.claim.reference: row
        for row in payments.payments.filter(result__in=(R.PENDING, R.PAID)).select_related(  # type: ignore[attr-defined]
            "claim__worker", "claim__programme", "claim__version"
        )
    }
    told = [(rows[line.reference], line) for line in reported if line.reference in rows]
    new = [(row, line) for row, line in told if row.result != line.result]
    came_back = [row for row, _line in new if row.result == R.PAID]
    now = timezone.now()
    for row, line in new:
        row.result, row.message, row.reported_at = line.result, line.message[:200], now
    Payment.objects.bulk_update([row for row, _line in new], ("result", "message", "reported_at"))
    paid = [row for row, line in new if line.result == R.PAID]
    failed = [row for row, line in new if line.result != R.PAID]
    move_all(claims=[row.claim for row in paid], to=S.PAID, by=by)
    move_all(claims=[row.claim for row in failed], to=S.BANK_FAILED, by=by)
    more = sum(row.amount for row in paid) - sum(row.amount for row in came_back)
    SubsidyProgramme.objects.filter(pk=programme.pk).update(paid=F("paid") + more)
    for row in paid:
        _remember(row.claim, on or timezone.localdate())
    for row in came_back:
        growth.withdraw(worker=row.claim.worker, source=growth_source(row.claim))
    if not Payment.objects.filter(list=payments, result="pending").exists():
        payments.state = L.SETTLED
        payments.save(update_fields=["state"])
    _tell(payments, "payments.reported", by, paid=len(paid), failed=len(failed))
    return len(new)


@transaction.atomic
def ask_card(*, claim: Claim, words: str, by: Any) -> Claim:
    """Asks the claimant for another card after the bank could not pay: a task on their own page, with these words.
    Asked again, the last words stand. Raises PermissionDenied, ClaimRefused."""
    roles.can_ask_card(by, claim).or_refuse()
    programme = locked(claim.programme_id)
    words = words.strip()[:300]
    if len(words) < 4:
        raise ClaimRefused(_("Write what is wrong with the card: the claimant reads it."))
    at = timezone.now()
    failed = Claim.objects.filter(pk=claim.pk, state=S.BANK_FAILED)
    if not failed.update(card_asked_at=at, card_asked=words):
        raise ClaimRefused(_("The bank card of this claim cannot be changed now."))
    append(
        programme.chain,
        "claim.card_asked",
        subject=f"claim:{claim.uuid}",
        facts={"words_hash": words_hash(words)},
        by=by,
    )
    claim.card_asked_at, claim.card_asked = at, words
    return claim


@transaction.atomic
def close(*, claim: Claim, by: Any) -> Claim:
    """Puts a paid claim into the files."""
    roles.can_pay(by).or_refuse()
    return move(claim=claim, to=S.CLOSED, by=by)


@transaction.atomic
def close_paid(*, payments: PaymentList, by: Any) -> int:
    """Puts every paid claim of a settled list into the files; says how many."""
    roles.can_pay(by).or_refuse()
    locked(payments.programme_id)
    if PaymentList.objects.get(pk=payments.pk).state != L.SETTLED:
        raise ClaimRefused(_("The bank has not answered for every claim of this list yet."))
    paid = Claim.objects.filter(payments__list=payments, payments__result="paid", state=S.PAID)
    claims = list(paid.order_by("pk"))
    move_all(claims=claims, to=S.CLOSED, by=by)
    return len(claims)


@transaction.atomic
def reclaim(*, claim: Claim, reason: str, by: Any) -> Claim:
    """The money is asked back: the place and the money return to the programme, the growth record loses the line."""
    roles.can_run_programmes(by).or_refuse()
    if len(reason.strip()) < 4:
        raise ClaimRefused(_("Write the reason: it is kept."))
    if claim.worker.user_id == by.pk:
        raise ClaimRefused(_("Nobody decides on their own claim."))
    moved = move(claim=claim, to=S.RECLAIMED, by=by, reason=reason.strip()[:300])
    growth.withdraw(worker=claim.worker, source=growth_source(claim))
    return moved


def growth_source(claim: Claim) -> str:
    return f"subsidy:{claim.reference}"


def _remember(claim: Claim, on: Any) -> None:
    item = claim.version.rules.item(claim.item)
    programme, amount = claim.programme, yuan(claim.amount)
    growth.record(
        worker=claim.worker,
        kind=GrowthEntry.Kind.SUBSIDY,
        on=on,
        title=f"{programme.name}：{item.name if item else claim.item} {amount} 元",
        title_en=f"{programme.name_en or programme.name}: {item.name_en if item else claim.item}, {amount} yuan",
        source=growth_source(claim),
        url=claim.own_url,
    )


def _tell(payments: PaymentList, kind: str, by: Any, **facts: Any) -> None:
    append(
        payments.programme.chain,
        kind,
        subject=f"payments:{payments.uuid}",
        facts={"number": payments.number, **facts},
        by=by,
    )
