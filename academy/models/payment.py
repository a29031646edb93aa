from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.claim import Claim
from academy.models.programme import SubsidyProgramme, person
from craft_site.kit.fields import SealedTextField


class Posting(models.Model):
    """A public notice of claims. rows: what is shown (name, unit, item, amount; the claim's reference
    number for namesakes of one unit)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    programme = models.ForeignKey(SubsidyProgramme, on_delete=models.PROTECT, related_name="postings")
    number = models.PositiveSmallIntegerField(_("number"))
    rows = models.JSONField()
    posted_at = models.DateTimeField(_("posted"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(null=True, blank=True)
    posted_by = person()

    class Meta:
        ordering = ("-posted_at",)
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = (models.UniqueConstraint(fields=("programme", "number"), name="posting_number_once"),)

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class ClaimObjection(models.Model):
    """What somebody says against a name on a notice, and the office's answer."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="objections")
    claim = models.ForeignKey(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    client_id = models.UUIDField(unique=True)
    name = SealedTextField(pgettext_lazy("person", "name"))
    phone = SealedTextField(_("mobile number"))
    text = SealedTextField(_("objection"))
    answer = SealedTextField(_("answer"), blank=True)
    upheld = models.BooleanField(null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = person(null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("objection to a claim")
        verbose_name_plural = _("objections to claims")

    def __str__(self) -> str:
        return f"{self.posting} {self.pk}"


class BankTemplate(models.Model):
    """How a bank wants its file: the columns in their order, as data. columns: [{"key", "header"}]."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    KEYS = ("number", "reference", "name", "card", "amount", "purpose")

    name = models.CharField(_("name"), max_length=60, unique=True)
    form = models.CharField(_("format"), max_length=4, choices=Format.choices, default=Format.XLSX)
    columns = models.JSONField()

    class Meta:
        ordering = ("name",)
        verbose_name = _("bank file template")
        verbose_name_plural = _("bank file templates")

    def __str__(self) -> str:
        return self.name


class PaymentList(models.Model):
    """Claims to be paid in one go. Made by one person, approved by another over its exact content."""

    class State(models.TextChoices):
        MADE = "made", _("To be approved")
        APPROVED = "approved", pgettext_lazy("payment list", "Approved")
        SENT = "sent", _("File given to the bank")
        SETTLED = "settled", _("Settled")
        DROPPED = "dropped", _("Dropped")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    programme = models.ForeignKey(SubsidyProgramme, on_delete=models.PROTECT, related_name="payment_lists")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.MADE)
    content_hash = models.CharField(max_length=64, blank=True, help_text="what was approved")
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = person(null=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.CharField(_("why it was dropped"), max_length=300, blank=True)
    dropped_by = person(null=True)

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("payment list")
        verbose_name_plural = _("payment lists")
        constraints = (
            models.UniqueConstraint(fields=("programme", "number"), name="payment_list_number_once"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="payment_list_four_eyes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class Payment(models.Model):
    """One claim on a payment list and what the bank said."""

    class Result(models.TextChoices):
        PENDING = "pending", pgettext_lazy("payment", "Not reported yet")
        PAID = "paid", pgettext_lazy("payment", "Paid")
        FAILED = "failed", pgettext_lazy("payment", "Failed")
        RETURNED = "returned", pgettext_lazy("payment", "Returned by the bank")

    list = models.ForeignKey(PaymentList, on_delete=models.PROTECT, related_name="payments")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payments")
    amount = models.PositiveIntegerField(_("amount"))
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.PENDING)
    message = models.CharField(_("the bank's words"), max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = (models.UniqueConstraint(fields=("list", "claim"), name="payment_once_a_list"),)

    def __str__(self) -> str:
        return f"{self.claim} {self.amount}"
