from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.programme import ProgrammeVersion, SubsidyProgramme, person
from craft_site.kit.encryption import blind_index
from craft_site.kit.fields import SealedTextField
from craft_site.kit.language import in_language
from craft_site.kit.masking import mask_bank
from craft_site.people import roles
from craft_site.people.models import PrivateFile, Trade, Union, Worker


def below(user: Any, at: str = "union") -> Q:
    """What hangs on the user's union or one below it: the tree has three floors."""
    if not user.union_id:
        return Q(pk__in=())
    here = user.union_id
    # Asked apart: joined to every row the tree takes a database several times as long.
    return Q(**{f"{at}__in": Union.objects.filter(Q(pk=here) | Q(parent=here) | Q(parent__parent=here))})


def waits_for(user: Any) -> Q:
    """What this person may decide now; never the own, and never a second floor of one claim."""
    if not user.has_role(roles.REVIEWER):
        return Q(pk__in=())
    mine = Q(delegate=user)
    if user.union_id:
        mine |= Q(waits_for=user.union_id)
    own = Q(worker__in=Worker.objects.filter(user=user))
    return mine & Q(waits_for__isnull=False, state__in=Claim.IN_REVIEW) & ~own & ~_decided_elsewhere(user)


def _decided_elsewhere(user: Any) -> Q:
    """Claims on which this person has decided at another floor."""
    steps = ClaimStep.objects.filter(by=user, union__isnull=False, claim__state__in=Claim.IN_REVIEW)
    return Q(pk__in=steps.exclude(union=F("claim__waits_for")).values("claim"))


def late_below(user: Any) -> Q:
    """Steps past their day that others should have decided: at the unions right below this reviewer's, and for an
    organiser everywhere. The own ones wait for the person anyhow."""
    late = overdue() & Q(state__in=Claim.IN_REVIEW)
    if user.has_role(roles.ORGANISER):
        return late
    if not user.has_role(roles.REVIEWER) or not user.union_id:
        return Q(pk__in=())
    return late & Q(waits_for__in=Union.objects.filter(parent=user.union_id))


def overdue(today: date | None = None) -> Q:
    """What should have been decided or corrected by now."""
    return Q(due_on__lt=today or timezone.localdate(), state__in=Claim.CLOCKED)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: Any) -> "ClaimQuerySet":
        """The only gate at the desk: reviewers see the filed claims of their union's subtree and those delegated to
        them; the office and the supervisors all of them; finance those that the city has passed."""
        filed = self.filter(filed_at__isnull=False)
        if user.has_role(roles.ORGANISER, roles.SUPERVISOR):
            return filed
        seen = Q(pk__in=())
        if user.has_role(roles.REVIEWER):
            seen |= below(user) | Q(delegate=user)
        if user.has_role(roles.FINANCE):
            seen |= Q(state__in=Claim.FOR_FINANCE)
        return filed.filter(seen)

    def of_person(self, user: Any) -> "ClaimQuerySet":
        return self.filter(worker__user=user)

    def waiting_for(self, user: Any) -> "ClaimQuerySet":
        """Those that this person may decide now."""
        return self.filter(waits_for(user))

    def with_turn(self, user: Any) -> "ClaimQuerySet":
        """Each with `is_turn`: whether this person may decide it now."""
        return self.annotate(is_turn=ExpressionWrapper(waits_for(user), output_field=models.BooleanField()))

    def standing(self) -> "ClaimQuerySet":
        """Filed and not given up or refused: what counts as a claim before another one."""
        return self.filter(state__in=Claim.STANDING)

    def overdue(self, today: date | None = None) -> "ClaimQuerySet":
        """Those whose step or correction should have been done by now."""
        return self.filter(overdue(today))

    def for_rows(self) -> "ClaimQuerySet":
        """For long tables: the rules of a version are fetched and read once, not sorted along with every row."""
        joined = self.select_related("programme", "worker__employer", "union", "waits_for", "trade")
        return joined.prefetch_related("version", "findings")

    def for_list(self) -> "ClaimQuerySet":
        return self.select_related("programme", "version", "worker__employer", "union", "waits_for", "trade")


class Claim(models.Model):
    """One worker's claim for one item of a programme, from the draft to the money in the account."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("claim", "Draft")
        FILED = "filed", pgettext_lazy("claim", "Filed")
        UNIT = "unit", _("Passed by the enterprise union")
        TOWN = "town", _("Passed by the town union")
        CITY = "city", _("Passed by the city federation")
        PUBLICITY = "publicity", _("On public notice")
        APPROVED = "approved", pgettext_lazy("claim", "Approved")
        IN_BANK_FILE = "in_bank_file", _("With the bank")
        PAID = "paid", pgettext_lazy("claim", "Paid")
        BANK_FAILED = "bank_failed", _("Payment failed")
        CLOSED = "closed", pgettext_lazy("claim", "Closed")
        RETURNED = "returned", _("Returned for correction")
        REFUSED = "refused", pgettext_lazy("claim", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")
        RECLAIMED = "reclaimed", _("Money reclaimed")

    class Kind(models.TextChoices):
        DEGREE = "degree", _("Education")
        SKILL = "skill", _("Skill level")
        TITLE = "title", pgettext_lazy("subsidy item", "Professional title")

    S = State
    OPEN = (S.DRAFT, S.RETURNED)
    IN_REVIEW = (S.FILED, S.UNIT, S.TOWN)
    CLOCKED = (*IN_REVIEW, S.RETURNED)
    UNDER_WAY = (*CLOCKED, S.CITY, S.PUBLICITY, S.APPROVED, S.IN_BANK_FILE, S.BANK_FAILED)
    GONE = (S.REFUSED, S.WITHDRAWN, S.RECLAIMED)
    STANDING = tuple(state for state in State if state not in ("draft", "refused", "withdrawn", "reclaimed"))
    FOR_FINANCE = (S.APPROVED, S.IN_BANK_FILE, S.PAID, S.BANK_FAILED, S.CLOSED, S.RECLAIMED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    programme = models.ForeignKey(
        SubsidyProgramme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="claims"
    )
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="claims")
    worker = models.ForeignKey(
        Worker, verbose_name=_("worker"), on_delete=models.PROTECT, related_name="claims"
    )
    union = models.ForeignKey(
        Union, null=True, blank=True, verbose_name=_("union"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=14, choices=State.choices, default=State.DRAFT)
    reference = models.CharField(_("reference number"), max_length=24, null=True, blank=True, unique=True)
    item = models.CharField(_("item"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    trade = models.ForeignKey(
        Trade, verbose_name=_("trade"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate_no = models.CharField(_("certificate number"), max_length=40, blank=True)
    dated = models.DateField(_("date on the certificate"), null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True, help_text="what the claimant says of themselves")
    card = SealedTextField(_("bank card"), blank=True, mask=mask_bank)
    card_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    amount = models.PositiveIntegerField(_("amount"), default=0, help_text=_("whole yuan"))
    holds_place = models.BooleanField(default=False, editable=False)
    first = models.BooleanField(_("has priority"), default=False, editable=False)
    first_by = models.JSONField(
        default=dict, editable=False, help_text='groups of the programme, by "record" or "stated"'
    )
    unit_posted_on = models.DateField(
        _("posted in the firm on"), null=True, blank=True, help_text="where the programme asks for it"
    )
    card_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    card_asked = models.CharField(
        max_length=300, blank=True, editable=False, help_text="what the claimant is told about the new card"
    )
    waits_for = models.ForeignKey(
        Union, null=True, blank=True, verbose_name=_("waits for"), on_delete=models.PROTECT, related_name="+"
    )
    delegate = person(null=True)
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)
    waits_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    days_left = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of the step's working days, while the clock stands still"
    )
    returned_as = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="what it said when it was last returned, as a hash",
    )
    posted = models.ForeignKey(
        "academy.Posting", null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ("-filed_at", "-pk")
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = (
            models.Index(fields=("waits_for", "state"), name="claim_waiting"),
            models.Index(fields=("programme", "state"), name="claim_by_state"),
            models.Index(fields=("certificate_no",), name="claim_by_certificate"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "worker"),
                condition=Q(state="draft"),
                name="one_draft_a_programme",
                violation_error_message=_("You have begun a claim in this programme already."),
            ),
            models.UniqueConstraint(
                fields=("programme", "certificate_no"),
                condition=Q(
                    state__in=[
                        "filed",
                        "unit",
                        "town",
                        "city",
                        "publicity",
                        "approved",
                        "in_bank_file",
                        "paid",
                        "bank_failed",
                        "closed",
                        "returned",
                    ]
                )
                & ~Q(certificate_no=""),
                name="certificate_claimed_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(reference__isnull=False),
                name="claim_filed_has_reference",
            ),
        )

    def __str__(self) -> str:
        return self.reference or self.get_state_display()

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("desk:claim", args=(self.uuid,))

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Django's own puts the words of all states into a dictionary for each row of a list."""
        return str(self.State(self.state).label)

    @property
    def own_url(self) -> str:
        """Its page for the claimant."""
        return reverse("me:claim", args=(self.uuid,))

    def set_card(self, number: str) -> None:
        """Keeps a folded, checked number sealed, with its blind index."""
        self.card = number
        self.card_index = blind_index(number, purpose="bank_card") if number else ""

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today and self.state in self.CLOCKED

    @property
    def item_name(self) -> str:
        item = self.version.rules.item(self.item)
        return in_language(item.name, item.name_en) if item else self.item


class CertificateHolder(models.Model):
    """Whose certificate a number is while a claim with it stands: nobody else claims with it, in no programme."""

    number = models.CharField(max_length=40, unique=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("holder of a claimed certificate")
        verbose_name_plural = _("holders of claimed certificates")

    def __str__(self) -> str:
        return self.number[-4:]


class ClaimFile(models.Model):
    """A document behind a claim, made anew at the door; its hashes are those of the private file."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", pgettext_lazy("claim document", "Identity document")
        CERTIFICATE = "certificate", _("Certificate or diploma")
        RECORD = "record", _("Proof of the official record")
        BANK_CARD = "bank_card", _("Bank card")
        RECEIPT = "receipt", _("Receipt of fees")
        EMPLOYMENT = "employment", _("Proof of employment")

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("document of a claim")
        verbose_name_plural = _("documents of claims")

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ClaimFinding(models.Model):
    """What the checks found when the claim was filed; words are made when it is shown."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=30)
    hard = models.BooleanField()
    params = models.JSONField(default=dict)

    class Meta:
        ordering = ("-hard", "pk")
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return self.code


class ClaimStep(models.Model):
    """One move of a claim: who, when, why. The reason stays here, where it can be erased."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="steps")
    was = models.CharField(max_length=14, choices=Claim.State.choices)
    state = models.CharField(max_length=14, choices=Claim.State.choices)
    union = models.ForeignKey(Union, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = person()
    by_delegate = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("step of a claim")
        verbose_name_plural = _("steps of claims")

    def __str__(self) -> str:
        return f"{self.get_was_display()} → {self.get_state_display()}"


class FirmNotice(models.Model):
    """A union's word since when the firm has the name on its notice board; a later one corrects an earlier one."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="firm_notices")
    on = models.DateField(_("posted in the firm on"))
    by = person()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("notice in the firm")
        verbose_name_plural = _("notices in the firm")

    def __str__(self) -> str:
        return f"{self.claim} {self.on:%Y-%m-%d}"
