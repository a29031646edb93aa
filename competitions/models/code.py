from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from competitions.models.event import Event, Session, Station
from competitions.models.panel import Seat
from craft_site.people import roles


class CodeQuerySet(models.QuerySet["Code"]):
    def visible_to(self, user: Any) -> "CodeQuerySet":
        """The gate to codes: before decoding one layer a person, except for the coding judge.

        coding judge: all three layers; floor judge: station numbers; measuring, result and chief judge: work
        numbers; recorder (theory papers) and supervisor: contestant numbers; office staff: contestant numbers.
        After decoding office staff, chief, supervisor, arbiter and coding judge see all. A seat that marks
        outweighs whatever else its holder is: no office and no decoding opens a second layer to it, and who
        chairs sees no contestant number before decoding either.
        """
        seats = Seat.objects.filter(event=OuterRef("event"), user=user, left_at__isnull=True)

        def seated(*names: str) -> Exists:
            return Exists(seats.filter(role__in=names))

        contestant, station, work = (Q(layer=layer) for layer in Code.Layer.values)
        staff = user.in_office or user.has_role(roles.SUPERVISOR)
        office = Q(pk__isnull=not staff)
        marks = Q(seated(*Seat.MARKING))
        decoded = Q(event__state__in=("decoded", "publicity", "final", "archived"))
        layer_of_the_seat = (
            (station & Q(seated("floor")))
            | (work & Q(seated("measuring", "result")))
            | (work & Q(seated("chief")) & ~marks)
        )
        list_of_numbers = (
            contestant & (office | Q(seated("recorder", "supervisor"))) & ~marks & ~Q(seated("chief"))
        )
        everything = ~marks & (
            Q(seated("coding"))
            | (decoded & (office | Q(seated("chief", "supervisor", "arbiter", "committee"))))
        )
        return self.filter(layer_of_the_seat | list_of_numbers | everything)

    def opened_before(self, user: Any) -> "CodeQuerySet":
        """The second gate: numbers of layers that were opened, each with the one it leads back to, for the coding
        judge and the supervisors, who stand at the decoding."""
        standing_there = Seat.objects.filter(
            event=OuterRef("event"), user=user, left_at__isnull=True, role__in=("coding", "supervisor")
        )
        found = self.filter(Exists(standing_there), event__decoding__opened__layer=F("layer"))
        return found.select_related("parent")


class Code(models.Model):
    """A code of one of the three layers. Each layer knows only the one before; following them back is decoding.

    contestant number (C-007) -> entry; station number (S-221: session 2, bench 21) -> contestant number;
    work number (W-53) -> station number.
    """

    class Layer(models.TextChoices):
        CONTESTANT = "contestant", _("Contestant number")
        STATION = "station", _("Station number")
        WORK = "work", _("Work number")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="codes")
    layer = models.CharField(_("layer"), max_length=10, choices=Layer.choices)
    number = models.CharField(_("number"), max_length=20)
    entry = models.OneToOneField(
        "competitions.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="contestant_code"
    )
    parent = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="child"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="codes"
    )
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="codes"
    )

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "layer", "number")
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = (
            models.UniqueConstraint(fields=("event", "layer", "number"), name="code_number_once"),
            models.UniqueConstraint(
                fields=("session", "station"), condition=Q(layer="station"), name="one_code_a_bench"
            ),
            models.CheckConstraint(
                condition=(Q(layer="contestant") & Q(entry__isnull=False) & Q(parent__isnull=True))
                | (
                    Q(layer="station")
                    & Q(entry__isnull=True)
                    & Q(parent__isnull=False)
                    & Q(session__isnull=False)
                )
                | (Q(layer="work") & Q(entry__isnull=True) & Q(parent__isnull=False)),
                name="code_knows_only_the_layer_before",
            ),
        )

    def __str__(self) -> str:
        return self.number
