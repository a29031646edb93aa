"""Devices that judges mark on, and the marks of a device that is no longer trusted."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from competitions.models.panel import Seat
from competitions.models.sheet import Sheet


class TabletQuerySet(models.QuerySet["Tablet"]):
    def of_event(self, event: Any) -> "TabletQuerySet":
        """The devices of everybody who holds, or has held, a marking seat of the event."""
        seats = Seat.objects.filter(event=event, role__in=Seat.MARKING, user=OuterRef("user"))
        return self.filter(Exists(seats))

    def for_list(self) -> "TabletQuerySet":
        return self.select_related("user", "revoked_by")


class Tablet(models.Model):
    """One judge on one device. uuid is made by the browser; a device that two judges share has two rows."""

    uuid = models.UUIDField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("judge"), on_delete=models.CASCADE, related_name="tablets"
    )
    label = models.CharField(_("device"), max_length=60, blank=True)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(
        _("last seen"), help_text="to ten minutes, so that a mark costs no write"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoke_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = TabletQuerySet.as_manager()

    class Meta:
        ordering = ("-last_seen", "pk")
        verbose_name = _("tablet")
        verbose_name_plural = _("tablets")
        constraints = (models.UniqueConstraint(fields=("uuid", "user"), name="tablet_once_a_judge"),)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The short name that the device shows too."""
        return self.uuid.hex[-6:].upper()


class KeptMarkQuerySet(models.QuerySet["KeptMark"]):
    def waiting(self) -> "KeptMarkQuerySet":
        return self.filter(decision=KeptMark.Decision.WAITING)

    def for_list(self) -> "KeptMarkQuerySet":
        return self.select_related(
            "sheet__code", "sheet__event", "sheet__seat", "user", "tablet", "decided_by"
        )


class KeptMark(models.Model):
    """A mark that a revoked device sent: it counts nothing until the chief judge releases it."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("Waiting for the chief judge")
        RELEASED = "released", _("Released")
        DISCARDED = "discarded", _("Discarded")

    client_id = models.UUIDField(unique=True)
    tablet = models.ForeignKey(Tablet, on_delete=models.PROTECT, related_name="kept_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="kept_marks")
    aspect = models.CharField(_("aspect"), max_length=20)
    values = models.JSONField()
    not_done = models.BooleanField(default=False)
    withdraw = models.BooleanField(default=False)
    base = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    client_at = models.DateTimeField(null=True, blank=True, help_text="the device's clock: a claim only")
    received_at = models.DateTimeField(_("received"))
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, default=Decision.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = KeptMarkQuerySet.as_manager()

    class Meta:
        ordering = ("sheet_id", "received_at", "pk")
        verbose_name = _("kept mark")
        verbose_name_plural = _("kept marks")
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="waiting") | ~Q(decision_reason=""), name="kept_mark_decided_with_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet} {self.aspect}"
