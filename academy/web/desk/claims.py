"""Claims at the desk: the list with filters and workbook, and one decision on many."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from academy import roles_subsidies
from academy.domain import claim_reviews
from academy.domain.claim_moves import ClaimRefused
from academy.models import Claim
from academy.models.claim import overdue, waits_for
from academy.web import claim_words
from academy.web.desk.claim_forms import WORDS, BulkForm, approve_words
from academy.web.desk.claim_queue import filter_of
from academy.web.desk.claim_tables import ClaimFilter, ClaimTable, workbook
from academy.web.desk.nav import OFFICE, academy_page
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.kit.lists import DeskList, is_uuid
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

READERS = OFFICE | {roles.FINANCE}
may_read = needs(*READERS)


class ClaimList(DeskList):
    """The filed claims that the person may see; whose turn it is can tick those that wait for them."""

    access = READERS
    table_class = ClaimTable
    filterset_class = ClaimFilter
    template_name = "academy/desk/claims.html"
    keys_first = True
    table_pagination = {"per_page": 30}

    def get_queryset(self) -> Any:
        found = Claim.objects.visible_to(self.request.user).for_rows().with_turn(self.request.user)
        return found.order_by(F("due_on").asc(nulls_last=True), "-filed_at", "-pk")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"can": _can, "query": filter_of(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | academy_page(self.request, "claims")
        floors = [row.record.waits_for for row in context["table"].paginated_rows if _can(row.record)]
        if not floors:
            context["table"].columns.hide("chosen")
        last = all(union.parent_id is None for union in floors)
        actions = [
            {
                "value": "approve",
                "label": str(approve_words(last=last)),
                "kind": "primary",
                "needs": "decide",
            },
            {"value": "return", "label": str(WORDS["return"]), "kind": "", "needs": "decide"},
        ]
        return context | {
            "actions": actions if floors else [],
            "here": self.request.get_full_path(),
            "shortcuts": _shortcuts(self.request.user),
        }


def _can(claim: Any) -> bool:
    return bool(claim.is_turn)


def _shortcuts(user: Any) -> list[dict[str, Any]]:
    """How much waits, with the filter that shows it."""
    seen = Claim.objects.visible_to(user).order_by()
    mine, late = waits_for(user), overdue()
    counts = seen.aggregate(
        mine=Count("pk", filter=mine),
        late=Count("pk", filter=late),
        my_late=Count("pk", filter=mine & late),
        failed=Count("pk", filter=Q(state=Claim.State.BANK_FAILED)),
    )
    reviews = user.has_role(roles.REVIEWER)
    rows = [
        (reviews, _("Waiting for me"), counts["mine"], "waits=me", "info"),
        (reviews, _("of these overdue"), counts["my_late"], "waits=me&due=over", "bad"),
        (not reviews, _("Overdue"), counts["late"], "due=over", "bad"),
        (True, _("Payment failed"), counts["failed"], "state=bank_failed", "bad"),
    ]
    return [
        {"label": label, "count": count, "url": f"{reverse('desk:claims')}?{query}", "kind": kind if count else "plain"}
        for shown, label, count, query, kind in rows
        if shown
    ]  # fmt: skip


@may_read
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    seen = Claim.objects.visible_to(request.user).for_rows()
    found = ClaimFilter(request.GET, queryset=seen, request=request)
    if not found.form.is_valid():
        return redirect(f"{reverse('desk:claims')}?{request.GET.urlencode()}")
    return workbook(found.qs.order_by("programme", "reference", "pk")).response(_("Claims"))


@needs(roles.REVIEWER)
@require_POST
def decide_many(request: PersonRequest) -> HttpResponse:
    """One decision on all rows chosen: first what it would do, row by row; with a yes it is done."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("desk:claims")
    form = BulkForm(request.POST)
    if not form.is_valid() and not (form.errors.keys() <= {"reason"}):
        for problems in form.errors.values():
            messages.error(request, " ".join(str(problem) for problem in problems))
        return redirect(back)
    chosen = {uuid for uuid in form.cleaned_data["chosen"] if is_uuid(uuid)}
    seen = Claim.objects.visible_to(request.user).for_list().prefetch_related("findings")
    found = list(seen.filter(uuid__in=chosen).order_by("programme", "pk"))
    elsewhere = roles_subsidies.decided_elsewhere(request.user, found)
    may = [claim for claim in found if roles_subsidies.can_decide(request.user, claim, elsewhere=elsewhere)]
    if len(may) < len(chosen):
        gone = len(chosen) - len(may)
        words = ngettext(
            "%(n)d row chosen does not wait for you any more and is left as it is.",
            "%(n)d rows chosen do not wait for you any more and are left as they are.",
            gone,
        )
        messages.warning(request, words % {"n": gone})
    if not may:
        return redirect(back)
    if form.errors or not form.cleaned_data["yes"]:
        return _what_it_would_do(request, form, may, back)
    _do(request, form.cleaned_data["action"], may, form.cleaned_data["reason"])
    return redirect(back)


def _what_it_would_do(request: PersonRequest, form: BulkForm, claims: list[Claim], back: str) -> HttpResponse:
    names: dict[Any, str] = {}
    rows = [
        {
            "claim": claim,
            "item": names.setdefault((claim.version_id, claim.item), claim.item_name),
            "findings": claim_words.finding_rows(claim.findings.all(), office=True),  # type: ignore[attr-defined]
        }
        for claim in claims
    ]
    context = academy_page(request, "claims") | {
        "form": form,
        "rows": rows,
        "action": form.cleaned_data["action"],
        "last": all(claim.waits_for is not None and claim.waits_for.parent_id is None for claim in claims),
        "back": back,
        "yuan": sum(claim.amount for claim in claims),
        "with_findings": sum(bool(row["findings"]) for row in rows),
    }
    status = 422 if form.errors else 200
    return render(request, "academy/desk/claims_decide.html", context, status=status)


def _do(request: PersonRequest, action: str, claims: list[Claim], reason: str) -> None:
    """Programme by programme: one that cannot move holds back the others of its programme only."""
    by_programme: dict[int, list[Claim]] = {}
    for claim in claims:
        by_programme.setdefault(claim.programme_id, []).append(claim)
    done: list[Claim] = []
    for group in by_programme.values():
        try:
            if action == "approve":
                claim_reviews.approve(claims=group, by=request.user)
            else:
                claim_reviews.send_all_back(claims=group, reason=reason, by=request.user)
        except ClaimRefused as refused:
            messages.error(request, str(refused))
        else:
            done += group
    if done:
        words = (
            ngettext("%(n)d claim approved: %(named)s.", "%(n)d claims approved: %(named)s.", len(done))
            if action == "approve"
            else ngettext("%(n)d claim returned: %(named)s.", "%(n)d claims returned: %(named)s.", len(done))
        )
        messages.success(request, words % {"n": len(done), "named": listed(map(str, done))})


urlpatterns = [
    path("academy/claims/", ClaimList.as_view(), name="claims"),
    path("academy/claims/export/", export, name="claims_export"),
    path("academy/claims/decide/", decide_many, name="claims_decide"),
]
