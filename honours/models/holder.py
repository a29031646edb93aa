from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from honours.models.title import Kind


class HolderQuerySet(models.QuerySet["Holder"]):
    def named(self) -> "HolderQuerySet":
        """Those whom a public page may name."""
        return self.exclude(basis=Holder.Basis.NONE)


class Holder(models.Model):
    """Who holds honours: a person, a unit or a team, once. Somebody of the register is linked; somebody of long ago,
    or of another town, is a name with a unit: nobody is asked for a document number to stand in an old list."""

    class Basis(models.TextChoices):
        """Why a public page may name the holder."""

        ANNOUNCED = "announced", _("A public document prints the name")
        AGREED = "agreed", _("The person agreed")
        NONE = "none", _("Not to be named")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    worker = models.OneToOneField(
        "people.Worker",
        verbose_name=_("worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="honour_holder",
    )
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    trade = models.ForeignKey(
        "people.Trade",
        verbose_name=_("trade"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    basis = models.CharField(
        _("named in public"), max_length=10, choices=Basis.choices, default=Basis.ANNOUNCED
    )
    withdrawn_at = models.DateTimeField(
        _("does not want to be named since"), null=True, blank=True, editable=False
    )
    # Kinds of lines of the growth record that the person lets the public page show; empty: honours alone.
    record_kinds = models.JSONField(default=list, blank=True, editable=False)
    record_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HolderQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("holder of honours")
        verbose_name_plural = _("holders of honours")
        constraints = (
            models.CheckConstraint(
                condition=Q(worker__isnull=True) | Q(kind=Kind.PERSON), name="honour_worker_is_a_person"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(basis="none"), name="honour_withdrawn_not_named"
            ),
        )
        indexes = (models.Index(fields=("kind", "name"), name="honour_holder_by_name"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:holder", args=(self.uuid,))

    @property
    def public_url(self) -> str:
        return reverse("honours:holder", args=(self.uuid,))

    @property
    def is_named(self) -> bool:
        return self.basis != self.Basis.NONE

    @property
    def unit_name(self) -> str:
        """The unit as it was written down; else the employer's name. A team's unit is what it belongs to."""
        return self.unit or (self.employer.name if self.employer else "")


def holder_of(user: Any) -> "Holder | None":
    """The holder that this account is, or None."""
    return Holder.objects.filter(worker__user=user).first()
