"""Who may do what with subsidies: one function a question, each answering with a reason."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.models import Claim, ClaimFile, ClaimStep, PaymentList
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.people import roles
from craft_site.people.models import Union


def can_run_programmes(user: Any) -> Decision:
    """Make and change programmes, open and close them."""
    return ALLOWED if user.has_role(roles.ORGANISER) else refused(_("Only an organiser runs programmes."))


def can_file(user: Any, claim: Claim) -> Decision:
    """The claimant; and an organiser for somebody who hands in paper."""
    if claim.worker.user_id == user.pk or user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("This is somebody else's claim."))


def decided_elsewhere(user: Any, claims: Iterable[Claim]) -> set[int]:
    """Keys of those claims on which this person has decided at another floor; one query for all."""
    here = {claim.pk: claim.waits_for_id for claim in claims}
    steps = ClaimStep.objects.filter(by=user, claim__in=here, union__isnull=False)
    return {pk for pk, union in steps.values_list("claim", "union") if union != here[pk]}


def can_decide(user: Any, claim: Claim, *, elsewhere: Collection[int] | None = None) -> Decision:
    """A reviewer of the union that the claim waits for, or the one it was handed to; never the claimant, and nobody at
    two floors of one claim. elsewhere: of many claims `decided_elsewhere`, asked once."""
    if claim.worker.user_id == user.pk:
        return refused(_("Nobody decides on their own claim."))
    if claim.state not in Claim.IN_REVIEW or claim.waits_for_id is None:
        return refused(_("This claim waits for no review."))
    if not user.has_role(roles.REVIEWER):
        return refused(_("Only union reviewers decide."))
    if claim.delegate_id != user.pk and user.union_id != claim.waits_for_id:
        return refused(_("This claim waits for another union."))
    if claim.pk in (decided_elsewhere(user, [claim]) if elsewhere is None else elsewhere):
        return refused(
            _("You have decided on this claim at another union already: a colleague decides this step.")
        )
    return ALLOWED


def can_refuse(user: Any, claim: Claim) -> Decision:
    """Whoever decides the step; whoever runs the notices between the city's yes and the payment, and where a correction
    did not come in its time. Never the claimant."""
    if claim.worker.user_id == user.pk:
        return refused(_("Nobody decides on their own claim."))
    if claim.state in (Claim.State.CITY, Claim.State.PUBLICITY, Claim.State.APPROVED):
        return can_post(user)
    if claim.state == Claim.State.RETURNED:
        late = claim.is_overdue(timezone.localdate())
        return can_post(user) if late else refused(_("The claimant has still time to correct it."))
    return can_decide(user, claim)


def can_see_document(user: Any, document: ClaimFile) -> Decision:
    """Of a claim that the person sees: finance looks at the bank card, all others at everything."""
    if user.has_role(roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR):
        return ALLOWED
    if document.kind == ClaimFile.Kind.BANK_CARD:
        return ALLOWED
    return refused(_("Finance sees the bank card, not the other documents."))


def can_post(user: Any) -> Decision:
    """Put claims on public notice, answer objections, end the notice: the city's reviewers and the organiser."""
    at_city = (
        user.has_role(roles.REVIEWER) and user.union_id is not None and user.union.level == Union.Level.CITY
    )
    if at_city or user.has_role(roles.ORGANISER):
        return ALLOWED
    return refused(_("Public notices are the city federation's."))


def can_pay(user: Any) -> Decision:
    """Make payment lists, give them to the bank, enter what it answers."""
    return ALLOWED if user.has_role(roles.FINANCE) else refused(_("Only finance officers handle payments."))


def can_ask_card(user: Any, claim: Claim) -> Decision:
    """Ask a claimant for another card after the bank could not pay: finance and the office."""
    if claim.state != Claim.State.BANK_FAILED:
        return refused(_("The bank card of this claim cannot be changed now."))
    if user.has_role(roles.FINANCE, roles.ORGANISER):
        return ALLOWED
    return refused(_("Only finance officers and organisers ask for another card."))


def can_enter_card(user: Any, claim: Claim) -> Decision:
    """Enter another card after the bank could not pay: the claimant; for whoever brings it on paper the office, or a
    reviewer of the claim's union or of one above it."""
    if claim.worker.user_id == user.pk or user.has_role(roles.ORGANISER):
        return ALLOWED
    unions = {union.pk for union in claim.union.chain()} if claim.union else set()
    if user.has_role(roles.REVIEWER) and user.union_id in unions:
        return ALLOWED
    return refused(_("Another card is entered by the claimant, by the claimant's union or by the office."))


def can_approve_payment(user: Any, payments: PaymentList) -> Decision:
    """Another finance officer, or an organiser; never who made the list, nor who is paid by it."""
    if user.pk == payments.made_by_id:
        return refused(_("Whoever made the list cannot approve it."))
    if payments.payments.filter(claim__worker__user=user).exists():  # type: ignore[attr-defined]
        return refused(_("Your own claim is on this list: a colleague approves it."))
    if user.has_role(roles.FINANCE, roles.ORGANISER):
        return ALLOWED
    return refused(_("Only finance officers and organisers approve payments."))
