from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competitions.models.draw import person
from competitions.models.event import Event
from competitions.models.panel import Seat
from craft_site.people import roles


class CorrectionQuerySet(models.QuerySet["CorrectionOrder"]):
    def visible_to(self, user: Any) -> "CorrectionQuerySet":
        """The only gate: the chief judge and the supervisors of the event, and the organiser once the event is
        decoded. Whoever marks in the event sees none of them."""
        held = Seat.objects.held_by(user).filter(event=OuterRef("event"))
        officials = Exists(held.filter(role__in=(Seat.Role.CHIEF, Seat.Role.SUPERVISOR, Seat.Role.ARBITER)))
        office = Q(event__state__in=Event.DECODED_ON) & Q(pk__isnull=not user.has_role(roles.ORGANISER))
        return self.filter(officials | office, ~Exists(held.filter(role__in=Seat.MARKING)))

    def for_list(self) -> "CorrectionQuerySet":
        return self.select_related(
            "event", "sheet__code", "sheet__seat", "code", "team", "requested_by", "approved_by", "refused_by"
        )

    def waiting(self) -> "CorrectionQuerySet":
        return self.filter(state=CorrectionOrder.State.REQUESTED)


class CorrectionOrder(models.Model):
    """The one way to change a mark after the lock: asked for by the chief judge, approved by a supervisor.

    `payload` is the whole change as canonical JSON and `payload_hash` its SHA-256. The approval names the hash that
    the supervisor read; a payload that was changed meanwhile has another one, and so needs to be read again.
    """

    class Kind(models.TextChoices):
        MARK = "mark", _("One aspect of a sheet")
        COMPONENT = "component", _("A mark that comes whole")
        PENALTY = "penalty", _("A penalty")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        EXECUTED = "executed", _("Approved and carried out")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED)
    sheet = models.ForeignKey(
        "competitions.Sheet", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    code = models.ForeignKey(
        "competitions.Code", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    team = models.ForeignKey(
        "competitions.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    payload = models.TextField(help_text="canonical JSON: what stands, what it becomes, why")
    payload_hash = models.CharField(max_length=64)
    revision = models.PositiveSmallIntegerField(default=1, help_text="how often the payload was written")
    reason = models.CharField(_("reason"), max_length=300, help_text=_("Published with the new version."))
    ground = models.CharField(
        _("ground"), max_length=40, blank=True, help_text="what asked for it, e.g. appeal:A-003"
    )
    evidence = models.ForeignKey(
        "people.PrivateFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = person(null=False)
    requested_at = models.DateTimeField(auto_now_add=True)
    approved_by = person()
    approved_hash = models.CharField(max_length=64, blank=True)
    refused_by = person()
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("correction order")
        verbose_name_plural = _("correction orders")
        constraints = (
            models.UniqueConstraint(fields=("event", "number"), name="correction_number_once"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="correction_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="executed")
                | Q(approved_by__isnull=False, approved_hash=F("payload_hash")),
                name="correction_approved_as_it_stands",
            ),
            models.CheckConstraint(
                condition=(Q(kind="mark") & Q(sheet__isnull=False))
                | (~Q(kind="mark") & Q(sheet__isnull=True)),
                name="correction_of_a_sheet_names_it",
            ),
        )

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("desk:correction", args=(self.event.code, self.number))

    @property
    def label(self) -> str:
        """The number under which the papers are kept: K-003."""
        return f"K-{self.number:03d}"
