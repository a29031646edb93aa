from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.fields import SealedTextField
from honours.models.campaign import Campaign
from honours.models.honour import person


class HonourNotice(models.Model):
    """Names on public notice: in the unit, the town, the city. Rows hold what everybody reads and nothing else."""

    class Stage(models.TextChoices):
        UNIT = "unit", pgettext_lazy("notice", "In the unit")
        TOWN = "town", pgettext_lazy("notice", "In the town")
        CITY = "city", pgettext_lazy("notice", "In the city")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="notices")
    stage = models.CharField(_("where"), max_length=4, choices=Stage.choices)
    union = models.ForeignKey("people.Union", on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField()
    posted_at = models.DateTimeField()
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(null=True, blank=True)
    posted_by = person()

    class Meta:
        ordering = ("-posted_at",)
        verbose_name = _("public notice of nominations")
        verbose_name_plural = _("public notices of nominations")

    def __str__(self) -> str:
        return f"{self.campaign} · {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        return reverse("desk:honour_notice", args=(self.uuid,))

    @property
    def public_url(self) -> str:
        return reverse("honours:notice", args=(self.uuid,))


class HonourObjection(models.Model):
    """Somebody says, under their real name, that an honour should not be given. Who it was stays sealed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    notice = models.ForeignKey(HonourNotice, on_delete=models.PROTECT, related_name="objections")
    nomination = models.ForeignKey(
        "honours.Nomination", null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    name = SealedTextField(pgettext_lazy("person", "name"))
    phone = SealedTextField(_("telephone"))
    text = SealedTextField(_("objection"))
    client_id = models.UUIDField(unique=True)
    received_at = models.DateTimeField(auto_now_add=True)
    upheld = models.BooleanField(default=False)
    answer = SealedTextField(_("answer"), blank=True)
    answered_by = person(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("received_at",)
        verbose_name = _("objection to a nomination")
        verbose_name_plural = _("objections to nominations")

    def __str__(self) -> str:
        return f"{self.notice_id} {self.received_at:%Y-%m-%d}"


class Conferral(models.Model):
    """The decree has come: which nominations of a round were conferred. Written by one person, confirmed by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("conferral", "To be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("conferral", "Confirmed")
        DROPPED = "dropped", pgettext_lazy("conferral", "Dropped")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="conferrals")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PROPOSED)
    document_no = models.CharField(pgettext_lazy("decree", "document number"), max_length=60)
    conferred_on = models.DateField(_("conferred on"))
    source = models.CharField(_("source"), max_length=300)
    proposed_by = person()
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-proposed_at",)
        verbose_name = _("conferral")
        verbose_name_plural = _("conferrals")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                name="conferral_four_eyes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign} {self.document_no}"

    def get_absolute_url(self) -> str:
        return reverse("desk:conferral", args=(self.uuid,))
