"""Looking after those who hold an honour: the benefits ledger and the yearly visits."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.ledger.chain import append, lock_head
from honours import roles_after as roles
from honours.domain.refusals import HonourRefused
from honours.models import REGISTER, Benefit, Holder, HomeVisit, Honour, Kind

MOST = Decimal(1_000_000)


def highest(holder: Holder) -> Honour | None:
    """The honour for which benefits are paid: of the highest level alone, the latest of equals; None for none."""
    standing = Honour.objects.standing().filter(holder=holder).select_related("title")
    return standing.order_by("-title__level", "-year", "pk").first()


@transaction.atomic
def pay(
    *,
    holder: Holder,
    kind: str,
    year: int,
    amount: Decimal,
    paid_on: date,
    by: Any,
    month: int | None = None,
    note: str = "",
) -> Benefit:
    """Enters what was paid, because of the highest honour that stands; none stands, nothing is paid.

    amount: yuan. Raises PermissionDenied, HonourRefused.
    """
    roles.can_keep_benefits(by).or_refuse()
    lock_head(REGISTER)
    holder = Holder.objects.select_for_update(of=("self",)).select_related("worker").get(pk=holder.pk)
    if holder.worker is not None and holder.worker.user_id == by.pk:
        raise HonourRefused(_("A colleague enters what was paid to you."))
    if holder.kind != Kind.PERSON:
        raise HonourRefused(_("Benefits are people's, not units'."))
    honour = highest(holder)
    if honour is None:
        raise HonourRefused(_("No honour of this person stands: benefits have stopped."))
    if kind not in Benefit.Kind.values:
        raise HonourRefused(_("Choose the kind."), field="kind")
    if not Decimal(0) <= amount <= MOST:
        raise HonourRefused(
            _("The amount lies between 0 and %(most)s yuan.") % {"most": MOST}, field="amount"
        )
    if paid_on > timezone.localdate():
        raise HonourRefused(_("The day of the payment lies ahead."), field="paid_on")
    if not 1949 <= year <= paid_on.year + 1:
        raise HonourRefused(_("This is no year for a payment of that day."), field="year")
    if month is not None and (kind != Benefit.Kind.ALLOWANCE or not 1 <= month <= 12):
        raise HonourRefused(_("A month is entered with an allowance, 1 to 12."), field="month")
    if month is None and kind == Benefit.Kind.ALLOWANCE:
        raise HonourRefused(_("Enter the month of the allowance."), field="month")
    made = Benefit(
        holder=holder,
        honour=honour,
        kind=kind,
        year=year,
        month=month,
        amount=amount,
        paid_on=paid_on,
        note=note.strip(),
        made_by=by,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise HonourRefused(_("This has been paid for that time already."), field="kind") from error
    facts = {"benefit": str(made.uuid), "kind": kind, "year": year, "amount": amount, "paid_on": paid_on}
    append(REGISTER, "benefit.paid", subject=f"holder:{holder.uuid}", facts=facts, by=by)
    return made


@transaction.atomic
def cancel(*, benefit: Benefit, by: Any) -> Benefit:
    """It was entered wrongly: the line stays, struck out, and may be entered again.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_cancel_benefit(by, benefit).or_refuse()
    lock_head(REGISTER)
    found = Benefit.objects.select_for_update(of=("self",)).select_related("holder").get(pk=benefit.pk)
    if found.cancelled_at is not None:
        raise HonourRefused(_("This payment is cancelled already."))
    found.cancelled_at, found.cancelled_by = timezone.now(), by
    found.save(update_fields=["cancelled_at", "cancelled_by"])
    facts = {"benefit": str(found.uuid)}
    append(REGISTER, "benefit.cancelled", subject=f"holder:{found.holder.uuid}", facts=facts, by=by)
    return found


@transaction.atomic
def visit(
    *, holder: Holder, occasion: str, on: date, visitors: str, by: Any, needs: str = "", follow_up: str = ""
) -> HomeVisit:
    """Writes a visit down. needs: what the person told, kept sealed. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_visits(by).or_refuse()
    lock_head(REGISTER)
    if holder.kind != Kind.PERSON or highest(holder) is None:
        raise HonourRefused(_("Visits are to people with an honour that stands."))
    if occasion not in HomeVisit.Occasion.values:
        raise HonourRefused(_("Choose the occasion."), field="occasion")
    if on > timezone.localdate():
        raise HonourRefused(_("The day of the visit lies ahead."), field="on")
    if not visitors.strip():
        raise HonourRefused(_("Write who went."), field="visitors")
    made = HomeVisit(
        holder=holder,
        occasion=occasion,
        on=on,
        visitors=visitors.strip(),
        follow_up=follow_up.strip(),
        made_by=by,
    )
    made.needs = needs.strip()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise HonourRefused(_("A visit on this day is written down already."), field="on") from error
    facts = {"visit": str(made.uuid), "occasion": occasion, "on": on}
    append(REGISTER, "visit.made", subject=f"holder:{holder.uuid}", facts=facts, by=by)
    return made


def cared_for() -> Any:
    """People with an honour that stands: those whom benefits and visits are for."""
    standing = Honour.objects.standing().values("holder")
    return Holder.objects.filter(kind=Kind.PERSON, pk__in=standing)


def unvisited(holders: Iterable[int], year: int) -> set[int]:
    """Of these holders (keys) those whom nobody has visited in a year. One query."""
    keys = set(holders)
    visited = HomeVisit.objects.filter(holder__in=keys, on__year=year).values_list("holder", flat=True)
    return keys - set(visited)
