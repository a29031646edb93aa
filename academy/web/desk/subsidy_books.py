"""Workbooks of the subsidies: programmes with their money and places, public notices, payment lists.

Names, units, items and amounts only, as the notices show them; no identity and no bank number.
"""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from academy.models import Claim, PaymentList, Posting, SubsidyProgramme
from academy.web.desk.claims import may_read as may_read_claims
from academy.web.desk.payments import may_read as may_read_payments
from academy.web.desk.postings import may_read as may_read_postings
from academy.web.desk.postings import standing
from craft_site.kit.language import in_language
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people.web.requests import PersonRequest

PROGRAMMES = (
    Head(gettext_lazy("Code")),
    Head(pgettext_lazy("subsidy", "Programme")),
    Head(gettext_lazy("State")),
    Head(gettext_lazy("How places are given")),
    Head(gettext_lazy("Opens")),
    Head(gettext_lazy("Closes")),
    Head(gettext_lazy("Budget in yuan")),
    Head(gettext_lazy("Held by claims (yuan)")),
    Head(gettext_lazy("Paid (yuan)")),
    Head(gettext_lazy("Left (yuan)")),
    Head(gettext_lazy("Claims filed")),
    Head(gettext_lazy("In review")),
    Head(gettext_lazy("Claims paid")),
)
PLACES = (
    Head(gettext_lazy("Code")),
    Head(pgettext_lazy("subsidy", "Item")),
    Head(gettext_lazy("Places")),
    Head(pgettext_lazy("subsidy", "Places taken")),
)
NOTICES = (
    Head(pgettext_lazy("subsidy", "Programme")),
    Head(gettext_lazy("Number")),
    Head(gettext_lazy("From")),
    Head(gettext_lazy("Until")),
    Head(gettext_lazy("Claims")),
    Head(gettext_lazy("Amount (yuan)")),
    Head(gettext_lazy("Claims still on notice")),
    Head(gettext_lazy("Objections without an answer")),
    Head(gettext_lazy("State")),
)
NAMES = (
    Head(gettext_lazy("No.")),
    Head(gettext_lazy("Name")),
    Head(gettext_lazy("Employer")),
    Head(pgettext_lazy("subsidy", "Item")),
    Head(gettext_lazy("Amount (yuan)")),
    Head(pgettext_lazy("claim", "Reference number")),
)
LISTS = (
    Head(pgettext_lazy("subsidy", "Programme")),
    Head(gettext_lazy("Payment list")),
    Head(gettext_lazy("State")),
    Head(gettext_lazy("Made by")),
    Head(gettext_lazy("Made on")),
    Head(gettext_lazy("Approved by")),
    Head(gettext_lazy("Approved on")),
    Head(gettext_lazy("Claims")),
    Head(gettext_lazy("Amount (yuan)")),
    Head(gettext_lazy("Claims paid")),
    Head(gettext_lazy("Paid (yuan)")),
    Head(pgettext_lazy("payment", "Failed")),
    Head(gettext_lazy("Why it was dropped")),
)


@may_read_claims
def programmes(request: PersonRequest) -> HttpResponse:
    """Every programme with its money; a second sheet has the places of the items."""
    found = list(
        SubsidyProgramme.objects.prefetch_related("quotas", "versions")
        .annotate(
            in_review=Count("claims", filter=Q(claims__state__in=Claim.IN_REVIEW)),
            claims_paid=Count("claims", filter=Q(claims__state__in=(Claim.State.PAID, Claim.State.CLOSED))),
        )
        .order_by("-opens_at", "code")
    )
    book = Book()
    book.add_sheet(_("Subsidy programmes"), PROGRAMMES, (_programme(row) for row in found))
    book.add_sheet(_("Places"), PLACES, (place for row in found for place in _places(row)))
    return book.response(_("Subsidy programmes"))


def _programme(row: Any) -> list[Any]:
    return [
        row.code,
        str(row),
        row.get_state_display(),
        row.get_allocation_display(),
        row.opens_at,
        row.closes_at,
        row.budget,
        row.held,
        row.paid,
        row.left,
        row.claims_filed,
        row.in_review,
        row.claims_paid,
    ]


def _places(row: Any) -> list[list[Any]]:
    version = next(iter(row.versions.all()), None)  # they come newest first
    places = []
    for quota in row.quotas.all():
        item = version.rules.item(quota.item) if version else None
        name = in_language(item.name, item.name_en) if item else quota.item
        places.append([row.code, name, quota.places, quota.taken])
    return places


@may_read_postings
def notices(request: PersonRequest) -> HttpResponse:
    """Every public notice, the latest first."""
    found = (
        Posting.objects.select_related("programme")
        .annotate(
            waiting=Count("claims", filter=Q(claims__state=Claim.State.PUBLICITY), distinct=True),
            unanswered=Count("objections", filter=Q(objections__answered_at=None), distinct=True),
        )
        .order_by("-posted_at", "-pk")
    )
    rows = (
        [
            str(row.programme),
            row.number,
            row.posted_at,
            row.until,
            len(row.rows),
            sum(name["yuan"] for name in row.rows),
            row.waiting,
            row.unanswered,
            standing(row)["word"],
        ]
        for row in found
    )
    book = Book()
    book.add_sheet(_("Public notices"), NOTICES, rows)
    return book.response(_("Public notices"))


@may_read_postings
def notice(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The names of one notice exactly as they were posted, for the notice board."""
    found = get_object_or_404(Posting.objects.select_related("programme"), uuid=uuid)
    rows = [
        [
            n,
            row["name"],
            row["unit"],
            in_language(row["item"], row["item_en"]),
            row["yuan"],
            row.get("reference", ""),
        ]
        for n, row in enumerate(found.rows, start=1)
    ]
    book = Book()
    book.add_sheet(_("Public notice"), NAMES, rows, caption=str(found.programme))
    return book.response("-".join((_("Public notice"), found.programme.code, str(found.number))))


@may_read_payments
def payment_lists(request: PersonRequest) -> HttpResponse:
    """Every payment list with who made and who approved it, and what the bank did."""
    paid = Q(payments__result="paid")
    found = (
        PaymentList.objects.select_related("programme", "made_by", "approved_by")
        .annotate(
            size=Count("payments"),
            yuan=Sum("payments__amount"),
            paid=Count("payments", filter=paid),
            paid_yuan=Sum("payments__amount", filter=paid),
            failed=Count("payments", filter=Q(payments__result__in=("failed", "returned"))),
        )
        .order_by("-made_at", "-pk")
    )
    rows = (
        [
            str(row.programme),
            row.number,
            row.get_state_display(),
            row.made_by.name,
            row.made_at,
            row.approved_by.name if row.approved_by else "",
            row.approved_at,
            row.size,
            row.yuan or 0,
            row.paid,
            row.paid_yuan or 0,
            row.failed,
            row.dropped_why,
        ]
        for row in found
    )
    book = Book()
    book.add_sheet(_("Payment lists"), LISTS, rows)
    return book.response(_("Payment lists"))


urlpatterns = [
    path("academy/subsidies/export/", programmes, name="subsidies_export"),
    path("academy/notices/export/", notices, name="postings_export"),
    path("academy/notices/<uuid:uuid>/export/", notice, name="posting_export"),
    path("academy/payments/export/", payment_lists, name="payments_export"),
]
