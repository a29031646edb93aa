from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from competitions.models.appeal import person
from competitions.models.event import Event
from competitions.models.panel import Seat
from craft_site.kit.fields import SealedTextField
from craft_site.people import roles


class ViolationQuerySet(models.QuerySet["Violation"]):
    def visible_to(self, user: Any) -> "ViolationQuerySet":
        """The only gate: the organiser, supervisors, the chief judge, arbiters; nobody who marks in the event."""
        held = Seat.objects.held_by(user).filter(event=OuterRef("event"))
        officials = (Seat.Role.CHIEF, Seat.Role.SUPERVISOR, Seat.Role.ARBITER, Seat.Role.COMMITTEE)
        office = Q(pk__isnull=not user.has_role(roles.ORGANISER))
        return self.filter(
            office | Exists(held.filter(role__in=officials)), ~Exists(held.filter(role__in=Seat.MARKING))
        )


class Violation(models.Model):
    """A violation (违规) of a contestant, named by a code, or of an official, named by a seat. One person notices it,
    another decides."""

    class Measure(models.TextChoices):
        DEDUCT = "deduct", _("Marks deducted")
        ZERO = "zero", _("Everything counts nothing")
        STOP = "stop", _("Stopped")
        DISQUALIFY = "disqualify", _("Result cancelled")
        TALK = "talk", pgettext_lazy("violation", "Talk")
        WARNING = "warning", _("Warning")
        SERIOUS = "serious", _("Serious warning")
        REMOVED = "removed", _("Removed from the panel")

    class State(models.TextChoices):
        NOTICED = "noticed", _("Waits for a decision")
        DECIDED = "decided", _("Decided")
        DISMISSED = "dismissed", _("Dismissed")
        LIFTED = "lifted", _("Lifted after an appeal")

    FOR_CONTESTANTS = (Measure.DEDUCT, Measure.ZERO, Measure.STOP, Measure.DISQUALIFY)
    FOR_OFFICIALS = (Measure.TALK, Measure.WARNING, Measure.SERIOUS, Measure.REMOVED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="violations")
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.ForeignKey(
        "competitions.Code", null=True, blank=True, on_delete=models.PROTECT, related_name="violations"
    )
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="violations")
    happened_at = models.DateTimeField(_("happened at"))
    text = SealedTextField(_("what happened"))
    evidence = models.ForeignKey(
        "people.PrivateFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.UUIDField(unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NOTICED)
    measure = models.CharField(_("measure"), max_length=10, choices=Measure.choices, blank=True)
    penalty = models.ForeignKey(
        "competitions.PenaltyRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = SealedTextField(_("reason of the decision"), blank=True)
    public_reason = models.CharField(_("reason as it is published"), max_length=300, blank=True)
    noticed_by = person()
    noticed_at = models.DateTimeField(auto_now_add=True)
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    released_in = models.ForeignKey(
        "competitions.Release", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ViolationQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        constraints = (
            models.UniqueConstraint(fields=("event", "number"), name="violation_number_once"),
            models.CheckConstraint(
                condition=Q(code__isnull=False, seat__isnull=True) | Q(code__isnull=True, seat__isnull=False),
                name="violation_of_a_contestant_or_an_official",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("noticed_by")),
                name="violation_decided_by_another",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number under which the papers are kept: V-003."""
        return f"V-{self.number:03d}"
