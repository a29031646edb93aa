"""Payments at the desk: lists made, looked at, approved by a second person over the exact content, sent, settled."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_subsidies
from academy.domain import payments as verbs
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim, PaymentList, SubsidyProgramme
from academy.web.desk.claim_forms import DropForm
from academy.web.desk.nav import academy_page
from academy.web.desk.payment_forms import FileForm, ResultForm
from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

READERS = frozenset({roles.FINANCE, roles.ORGANISER, roles.SUPERVISOR})
may_read = needs(*READERS)
may_pay = needs(roles.FINANCE)
L = PaymentList.State
STATE_KIND = {L.MADE: "warn", L.APPROVED: "info", L.SENT: "info", L.SETTLED: "good", L.DROPPED: "plain"}
A_PAGE = 100
SHOWN = 100


@may_read
def overview(request: PersonRequest) -> HttpResponse:
    """What waits for payment, what the bank could not pay, and every list."""
    ready = (
        verbs.ready()
        .order_by("programme__code")
        .values("programme__code", "programme__name", "programme__name_en")
        .annotate(size=Count("pk"), yuan=Sum("amount"))
    )
    found = (
        PaymentList.objects.select_related("programme", "made_by", "approved_by")
        .annotate(
            size=Count("payments"),
            yuan=Sum("payments__amount"),
            paid=Count("payments", filter=Q(payments__result="paid")),
            failed=Count("payments", filter=Q(payments__result__in=("failed", "returned"))),
        )
        .order_by("-made_at")
    )
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    failed = Claim.objects.filter(state=Claim.State.BANK_FAILED).for_list().order_by("waits_since", "pk")
    context = academy_page(request, "payments") | {
        "ready": [
            {
                "code": row["programme__code"],
                "name": in_language(row["programme__name"], row["programme__name_en"]),
                "size": row["size"],
                "yuan": row["yuan"],
            }
            for row in ready
        ],
        "page_obj": page,
        "rows": [{"list": row, "kind": STATE_KIND[L(row.state)]} for row in page],
        "failed": failed[:SHOWN],
        "can_pay": bool(roles_subsidies.can_pay(request.user)),
    }
    return render(request, "academy/desk/payments.html", context)


def list_of(uuid: UUID) -> PaymentList:
    found = PaymentList.objects.select_related("programme", "made_by", "approved_by", "dropped_by")
    return get_object_or_404(found, uuid=uuid)


@may_read
@never_cache
def payment(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One list: what would be paid to whom, what was approved, what the bank said."""
    return page(request, list_of(uuid))


def page(
    request: PersonRequest, found: PaymentList, *, result_form: ResultForm | None = None, faults: Any = ()
) -> HttpResponse:
    """result_form, faults: an answer of the bank that could not be entered."""
    approve = roles_subsidies.can_approve_payment(request.user, found)
    can_pay = bool(roles_subsidies.can_pay(request.user))
    cards = Counter(found.payments.values_list("claim__card_index", flat=True))  # type: ignore[attr-defined]
    rows = found.payments.select_related(  # type: ignore[attr-defined]
        "claim__worker__employer", "claim__programme", "claim__version"
    )
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    tally = found.payments.aggregate(  # type: ignore[attr-defined]
        size=Count("pk"),
        yuan=Sum("amount"),
        paid=Count("pk", filter=Q(result="paid")),
        failed=Count("pk", filter=Q(result__in=("failed", "returned"))),
        pending=Count("pk", filter=Q(result="pending")),
        to_close=Count("pk", filter=Q(result="paid", claim__state=Claim.State.PAID)),
    )
    now = verbs.content_hash(found)
    names: dict[Any, str] = {}
    open_list = found.state in (L.MADE, L.APPROVED)
    with_bank = can_pay and found.state == L.SENT
    takes_results = can_pay and found.state in (L.SENT, L.SETTLED)
    context = academy_page(request, "payments") | {
        "list": found,
        "kind": STATE_KIND[L(found.state)],
        "tally": tally,
        "page_obj": shown,
        "rows": [
            {
                "payment": row,
                "item": names.setdefault((row.claim.version_id, row.claim.item), row.claim.item_name),
                "card": row.claim.card.masked(),
                "twice": cards[row.claim.card_index] > 1,
            }
            for row in shown
        ],
        "same_card": sum(count for count in cards.values() if count > 1),
        "hash": now,
        "changed": found.state == L.APPROVED and found.content_hash != now,
        "needs_approval": open_list and (found.state == L.MADE or found.content_hash != now),
        "can_approve": bool(approve),
        "why_not": "" if approve else approve.reason,
        "can_pay": can_pay,
        "can_drop": can_pay and open_list,
        "can_send": can_pay and found.state == L.APPROVED and found.content_hash == now,
        "file_form": FileForm() if with_bank and tally["pending"] == tally["size"] else None,
        "result_form": result_form
        or (ResultForm() if takes_results and (tally["pending"] or tally["paid"]) else None),
        "faults": faults,
    }
    return render(request, "academy/desk/payment.html", context, status=422 if result_form else 200)


@may_pay
@require_POST
def make(request: PersonRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(SubsidyProgramme, code=code)
    try:
        made = verbs.make_list(programme=programme, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk:payments")
    messages.success(request, _("The list is made. Look at it; then somebody else approves it."))
    return redirect("desk:payment", made.uuid)


@needs(roles.FINANCE, roles.ORGANISER)
@require_POST
def approve(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Over exactly what was shown: the hash of the page comes back with the yes."""
    found = list_of(uuid)
    roles_subsidies.can_approve_payment(request.user, found).or_refuse()
    try:
        verbs.approve_list(payments=found, seen=request.POST.get("seen", ""), by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Approved: exactly this list can go to the bank."))
    return redirect("desk:payment", uuid)


@may_pay
@never_cache
def drop(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Asks why, and whether it is meant; then the list is given up."""
    found = list_of(uuid)
    if found.state not in (L.MADE, L.APPROVED):
        messages.error(request, _("A list that has gone to the bank cannot be dropped."))
        return redirect("desk:payment", uuid)
    form = DropForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.drop_list(payments=found, reason=form.cleaned_data["reason"], by=request.user)
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The list is dropped; its claims are free for another."))
            return redirect("desk:payment", uuid)
    tally = found.payments.aggregate(size=Count("pk"), yuan=Sum("amount"))  # type: ignore[attr-defined]
    context = academy_page(request, "payments") | {"list": found, "form": form, "tally": tally}
    return render(request, "academy/desk/payment_drop.html", context, status=422 if form.errors else 200)


@may_pay
@require_POST
def send(request: PersonRequest, uuid: UUID) -> HttpResponse:
    try:
        verbs.send(payments=list_of(uuid), by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The claims are with the bank now. Take the file and hand it over."))
    return redirect("desk:payment", uuid)


@may_pay
@require_POST
def close_paid(request: PersonRequest, uuid: UUID) -> HttpResponse:
    try:
        count = verbs.close_paid(payments=list_of(uuid), by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)d claim closed.", "%(n)d claims closed.", count)
        messages.success(request, words % {"n": count})
    return redirect("desk:payment", uuid)


urlpatterns = [
    path("academy/payments/", overview, name="payments"),
    path("academy/payments/make/<slug:code>/", make, name="payment_make"),
    path("academy/payments/<uuid:uuid>/", payment, name="payment"),
    path("academy/payments/<uuid:uuid>/approve/", approve, name="payment_approve"),
    path("academy/payments/<uuid:uuid>/drop/", drop, name="payment_drop"),
    path("academy/payments/<uuid:uuid>/send/", send, name="payment_send"),
    path("academy/payments/<uuid:uuid>/close/", close_paid, name="payment_close"),
]
