"""A worker's claim up to the moment it is filed: draft, answers, documents, bank card, filing, giving up."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.domain import certificates, claim_checks
from academy.domain.claim_moves import ClaimRefused, S, fill, line_of, locked, move, take_place
from academy.models import Claim, ClaimFile, ClaimFinding, ClaimStep, SubsidyDraw, SubsidyProgramme
from academy.rules import cards
from academy.rules.verdict import Verdict
from craft_site.kit import working_days
from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile, Qualification, Trade, Worker

MOST_FILES = 12


def under_present_rules(claim: Claim) -> Claim:
    """A draft is judged, and filed, under the rules that stand now; a filed claim keeps those it was filed under."""
    if claim.state == S.DRAFT:
        claim.version = claim.programme.versions.order_by("-number")[0]  # type: ignore[attr-defined]
    return claim


@transaction.atomic
def start(*, programme: SubsidyProgramme, worker: Worker, by: Any) -> Claim:
    """The worker's draft in this programme, begun now or found again; in the days of rehearsal too.

    Raises ClaimRefused when the programme takes no claims."""
    draft = Claim.objects.filter(programme=programme, worker=worker, state=S.DRAFT).first()
    if draft is not None:
        return draft
    if not programme.takes_claims() and not programme.rehearses():
        raise ClaimRefused(_("This programme takes no claims now."))
    claim = Claim(programme=programme, worker=worker, version=programme.versions.order_by("-number")[0])
    roles.can_file(by, claim).or_refuse()
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError:  # begun twice at the same moment
        return Claim.objects.get(programme=programme, worker=worker, state=S.DRAFT)
    return claim


@transaction.atomic
def answer(
    *,
    claim: Claim,
    by: Any,
    item: str,
    level: int,
    dated: date | None,
    certificate_no: str = "",
    trade: Trade | None = None,
    answers: dict[str, Any] | None = None,
) -> Claim:
    """Keeps what is claimed and what the claimant says. Nothing is judged here but that the item exists.

    A returned claim holds a place of its item, so it stays with the item.
    """
    _open(claim, by)
    found = under_present_rules(claim).version.rules.item(item)
    if found is None:
        raise ClaimRefused(_("This programme has no such item."))
    if claim.holds_place and item != claim.item:
        raise ClaimRefused(
            _("A returned claim stays with its item. To claim another one, withdraw it and begin again.")
        )
    claim.item, claim.kind, claim.level = item, found.kind, level
    claim.dated, claim.trade = dated, trade
    old_number, claim.certificate_no = claim.certificate_no, "".join(certificate_no.split()).upper()
    claim.answers = {**claim.answers, **(answers or {})}
    try:
        with transaction.atomic():
            claim.save(
                update_fields=[
                    "version",
                    "item",
                    "kind",
                    "level",
                    "dated",
                    "trade",
                    "certificate_no",
                    "answers",
                ]
            )
    except IntegrityError as error:  # a returned claim counts: its number stands in no other claim
        raise ClaimRefused(_used()) from error
    if old_number != claim.certificate_no:
        certificates.release([old_number])
    return claim


@transaction.atomic
def set_card(*, claim: Claim, number: str, by: Any) -> None:
    """Keeps a bank card, sealed. Raises ClaimRefused naming what is wrong with the number."""
    _open(claim, by)
    _keep_card(claim, number)


def _keep_card(claim: Claim, number: str) -> None:
    folded = cards.folded(number)
    if fault := cards.fault(folded):
        raise ClaimRefused(card_words(fault))
    claim.set_card(folded)
    claim.save(update_fields=["card", "card_index"])


def card_words(fault: str) -> str:
    return {
        "digits": _("A bank card number has digits only. Compare it with the card."),
        "length": _("A bank card number has 13 to 19 digits. Compare it with the card."),
        "check": _("The last digit does not fit the others: one digit is wrong. Compare it with the card."),
    }[fault]


def add_file(*, claim: Claim, kind: str, upload: CleanUpload, by: Any) -> ClaimFile:
    """Keeps a document in private storage, in the outermost transaction."""
    with writing_private_files() as kept:
        _open(claim, by)
        if claim.files.count() >= MOST_FILES:
            raise ClaimRefused(_("A claim takes %(most)d documents at most.") % {"most": MOST_FILES})
        file = files.keep(
            files=kept, upload=upload, kind=PrivateFile.Kind.EVIDENCE, worker=claim.worker, by=by
        )
        return ClaimFile.objects.create(claim=claim, kind=kind, file=file)


@transaction.atomic
def remove_file(*, claim: Claim, file: ClaimFile, by: Any) -> None:
    """Takes a document off the claim; a scan that stands in the worker's record stays there."""
    _open(claim, by)
    stored = file.file
    file.delete()
    if not Qualification.objects.filter(scan=stored).exists():
        files.drop(file=stored)


def missing(claim: Claim) -> list[str]:
    """What has not been given yet: "item", "answers" to what the programme asks, "files", "card"."""
    gaps = []
    known = claim.version.rules.item(claim.item)
    if known is None or claim.level is None or claim.dated is None:
        gaps.append("item")
    if claim.kind == Claim.Kind.SKILL and not claim.certificate_no and "item" not in gaps:
        gaps.append("item")
    if "item" not in gaps and unanswered(claim):
        gaps.append("answers")
    if missing_documents(claim):
        gaps.append("files")
    if not claim.card:
        gaps.append("card")
    return gaps


def unanswered(claim: Claim) -> list[str]:
    """Names of the questions of the programme that the claim leaves open: traits, "stage", "insured_months"."""
    rules = claim.version.rules
    asked = list(rules.asked)
    if any(item.stage == "enrolled" for item in rules.items):
        asked.append("stage")
    if any(item.insured_months for item in rules.items):
        asked.append("insured_months")
    return [name for name in asked if claim.answers.get(name) is None]


def missing_documents(claim: Claim) -> list[str]:
    """Kinds of documents that the programme wants and the claim has not."""
    there = {file.kind for file in claim.files.all()}
    return [kind for kind in claim.version.rules.documents if kind not in there]


@transaction.atomic
def file_claim(*, claim: Claim, by: Any) -> Claim:
    """Hands the claim in: checked once more under the programme's lock, place and money taken, number given.

    Of those who come at the same moment for the last place, or with one certificate, one gets through.
    Raises ClaimRefused.
    """
    programme = locked(claim.programme_id)
    claim = Claim.objects.for_list().select_for_update(of=("self",)).get(pk=claim.pk)
    claim.programme = programme
    _open(claim, by)
    under_present_rules(claim)
    again = claim.state == S.RETURNED
    if programme.rehearses():
        raise ClaimRefused(_("This is the rehearsal: nothing can be handed in before the programme opens."))
    if not again and (not programme.takes_claims() or _frozen(claim)):
        raise ClaimRefused(_("This programme takes no claims now."))
    if claim.item and claim.version.rules.item(claim.item) is None:
        raise ClaimRefused(_("The programme has changed and grants this item no longer. Choose another one."))
    if missing(claim):
        raise ClaimRefused(_("Something is still missing; the page shows what."))
    union = claim.worker.employer.union if claim.worker.employer else None
    if union is None:
        raise ClaimRefused(_("Your employer stands under no union yet. Ask the office to enter it."))
    verdict = claim_checks.verdict_on(claim)
    if verdict.barred:
        raise ClaimRefused(_("The programme does not allow this claim; the page shows why."))
    assert verdict.amount is not None
    if claim.holds_place and verdict.amount != claim.amount:
        _change_amount(claim, verdict.amount)
    claim.amount = verdict.amount
    claim.first_by = claim_checks.priority_of(claim)
    claim.first = bool(claim.first_by)
    _hold_certificate(claim)
    in_line = not claim.holds_place and not _takes_place(claim, programme)
    to: str = S.FILED
    if again:
        last = claim.steps.filter(state=S.RETURNED).order_by("-pk")[0]
        to, claim.waits_for = last.was, last.union
    else:
        claim.filed_at = timezone.now()
        claim.reference = _next_reference(programme)
        claim.union = union
        claim.waits_for = union
    if not claim.holds_place:
        claim.waits_for = None  # the lots decide first, or the line
    days = claim.days_left or claim.version.rules.step_days
    claim.due_on = working_days.after(timezone.localdate(), days) if claim.waits_for else None
    claim.days_left = None
    claim.save()
    ClaimFinding.objects.filter(claim=claim).delete()
    ClaimFinding.objects.bulk_create(
        ClaimFinding(claim=claim, code=f.code, hard=f.hard, params=dict(f.params)) for f in verdict.findings
    )
    moved = move(claim=claim, to=to, by=by)
    if in_line and fill(programme, by=by):
        return Claim.objects.for_list().get(pk=claim.pk)
    return moved


def _frozen(claim: Claim) -> bool:
    """Whether the list of its item is frozen for the draw: then nobody comes into the urn any more."""
    return SubsidyDraw.objects.filter(programme=claim.programme_id, item=claim.item).exists()


def _takes_place(claim: Claim, programme: SubsidyProgramme) -> bool:
    """Takes a place for a claim, where the first to come are served; False when it waits: for the lots, or in the line
    of a programme that serves groups first. Raises ClaimRefused where nothing is left and nobody may wait."""
    if programme.allocation == SubsidyProgramme.Allocation.LOTTERY:
        return False
    if not claim.version.rules.first:
        take_place(claim)
        return True
    if line_of(programme, claim.item):
        return False  # nobody passes those who wait
    try:
        take_place(claim)
    except ClaimRefused:
        return False
    return True


@transaction.atomic
def rehearse(*, claim: Claim, by: Any) -> Verdict:
    """Tries what filing would say, in the days before the programme opens. Nothing is kept of it and nothing counts;
    the draft stays and can be handed in from the opening on. Raises ClaimRefused when something is missing."""
    roles.can_file(by, claim).or_refuse()
    if claim.state != S.DRAFT or not claim.programme.rehearses():
        raise ClaimRefused(_("There is no rehearsal now."))
    if missing(under_present_rules(claim)):
        raise ClaimRefused(_("Something is still missing; the page shows what."))
    return claim_checks.verdict_on(claim)


@transaction.atomic
def withdraw(*, claim: Claim, by: Any) -> Claim:
    """Gives a claim up. The place goes to the next."""
    roles.can_file(by, claim).or_refuse()
    return move(claim=claim, to=S.WITHDRAWN, by=by)


@transaction.atomic
def card_corrected(*, claim: Claim, number: str, by: Any) -> Claim:
    """After the bank could not pay: another card, and the claim may go onto the next list. Raises PermissionDenied,
    ClaimRefused."""
    roles.can_enter_card(by, claim).or_refuse()
    locked(claim.programme_id)
    state = Claim.objects.select_for_update().values_list("state", flat=True).get(pk=claim.pk)
    if state != S.BANK_FAILED:
        raise ClaimRefused(_("The bank card of this claim cannot be changed now."))
    _keep_card(claim, number)
    Claim.objects.filter(pk=claim.pk).update(card_asked_at=None, card_asked="")
    claim.card_asked_at, claim.card_asked = None, ""
    return move(claim=claim, to=S.APPROVED, by=by)


def correct_by(claim: Claim) -> datetime | None:
    """Until when a returned claim is to be corrected."""
    if claim.state != S.RETURNED or claim.due_on is None:
        return None
    return working_days.end_of(claim.due_on)


def history(claim: Claim) -> list[ClaimStep]:
    return list(claim.steps.select_related("by", "union"))


def _open(claim: Claim, by: Any) -> None:
    """Locks the row: a page that was left open never writes into a claim that has been filed meanwhile."""
    roles.can_file(by, claim).or_refuse()
    state = Claim.objects.select_for_update().values_list("state", flat=True).get(pk=claim.pk)
    if state not in Claim.OPEN:
        raise ClaimRefused(_("This claim is filed; it can be changed only when it is returned to you."))


def _next_reference(programme: SubsidyProgramme) -> str:
    SubsidyProgramme.objects.filter(pk=programme.pk).update(claims_filed=F("claims_filed") + 1)
    return f"B{programme.pk:03d}-{programme.claims_filed + 1:05d}"


def _hold_certificate(claim: Claim) -> None:
    """A number belongs to the first worker who files with it; the constraints have the last word in a race."""
    if not claim.certificate_no:
        return
    claimed = Claim.objects.standing().filter(
        programme=claim.programme_id, certificate_no=claim.certificate_no
    )
    if not certificates.hold(claim) or claimed.exclude(pk=claim.pk).exists():
        raise ClaimRefused(_used())


def _used() -> str:
    return _("This certificate has been used for a claim already.")


def _change_amount(claim: Claim, amount: int) -> None:
    """A corrected claim may be for less or more; the money follows, the place stays."""
    held = SubsidyProgramme.objects.filter(
        pk=claim.programme_id, committed__lte=F("budget") - (amount - claim.amount)
    )
    if not held.update(committed=F("committed") + (amount - claim.amount)):
        raise ClaimRefused(_("The money of this programme is all claimed."))
