from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.fields import SealedTextField
from honours.models.honour import Honour, person


class Revocation(models.Model):
    """An honour is to be taken back: asked for by one person, decided by another. The reason stays, sealed."""

    class Ground(models.TextChoices):
        FRAUD = "fraud", _("Got by fraud")
        HIDDEN = "hidden", _("Hidden faults or a serious breach of procedure")
        CONVICTED = "convicted", _("Dismissed or convicted")
        OTHER = "other", pgettext_lazy("ground of a revocation", "Another ground")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("revocation", "To be decided")
        GRANTED = "granted", pgettext_lazy("revocation", "Revoked")
        REFUSED = "refused", pgettext_lazy("revocation", "Not revoked")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    honour = models.ForeignKey(
        Honour, verbose_name=_("honour"), on_delete=models.PROTECT, related_name="revocations"
    )
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    reason = SealedTextField(_("reason"))
    document_no = models.CharField(
        pgettext_lazy("decree", "document number"),
        max_length=60,
        blank=True,
        help_text=_("Of the judgement or the decision of the body that conferred it."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    effective_on = models.DateField(_("with effect from"), null=True, blank=True)
    answer = models.CharField(_("why it was decided so"), max_length=300, blank=True)
    asked_by = person()
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints = (
            models.UniqueConstraint(
                fields=("honour",), condition=Q(state="asked"), name="honour_one_open_revocation"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="revocation_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(effective_on__isnull=False), name="revocation_is_dated"
            ),
        )

    def __str__(self) -> str:
        return f"{self.honour} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("desk:revocation", args=(self.uuid,))
