from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.models.event import Event, Session
from craft_site.people import roles
from craft_site.people.models import Tie


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        return self.filter(left_at__isnull=True)

    def held_by(self, user: Any, *names: str) -> "SeatQuerySet":
        """The seats a person holds now, of the named roles or of any."""
        found = self.taken().filter(user=user)
        return found.filter(role__in=names) if names else found


class Seat(models.Model):
    """What somebody is in one event: a judge of some kind, recorder, supervisor, arbiter, of the appeals committee.

    A marking seat has a place on its panel (1 to n: the order of the values in a judged aspect), the aspects it
    marks and the sessions it works; none named means all of the event's.
    """

    class Role(models.TextChoices):
        CHIEF = "chief", _("Chief judge")
        CODING = "coding", _("Coding judge")
        FLOOR = "floor", _("Floor judge")
        MEASURING = "measuring", _("Measuring judge")
        RESULT = "result", _("Result judge")
        RECORDER = "recorder", _("Recorder")
        SUPERVISOR = "supervisor", _("Supervisor")
        ARBITER = "arbiter", _("Arbiter")
        COMMITTEE = "committee", _("Appeals committee")

    MARKING = (Role.FLOOR, Role.MEASURING, Role.RESULT)

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="seats"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    place = models.PositiveSmallIntegerField(_("place on the panel"), default=1)
    aspects = models.JSONField(
        _("aspects"), default=list, blank=True, help_text=_("Codes of the aspects marked.")
    )
    sessions = models.ManyToManyField(Session, verbose_name=_("sessions"), blank=True, related_name="seats")
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second judge"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Reads the same instrument and signs too."),
    )
    qualification = models.CharField(_("qualification"), max_length=120, blank=True)
    certificate_no = models.CharField(_("judge's certificate"), max_length=40, blank=True)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "role", "place", "pk")
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "user", "role"), condition=Q(left_at__isnull=True), name="one_seat_a_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.place}"


class Waiver(models.Model):
    """Leave for a tied pair of judge and contestant, given by the chief judge and a supervisor, with a reason."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="waivers")
    entry = models.ForeignKey("competitions.Entry", on_delete=models.CASCADE, related_name="waivers")
    reason = models.CharField(_("reason"), max_length=300)
    chief = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = (
            models.UniqueConstraint(fields=("seat", "entry"), name="waiver_once_a_pair"),
            models.CheckConstraint(condition=~Q(chief=models.F("supervisor")), name="waiver_by_two_people"),
        )

    def __str__(self) -> str:
        return f"{self.seat} / {self.entry}"

    @property
    def in_force(self) -> bool:
        return self.chief_id is not None and self.supervisor_id is not None


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def standing(self) -> "DeclarationQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: Any) -> "DeclarationQuerySet":
        """A judge's own; for the office all of them."""
        return self if user.has_role(roles.ORGANISER) else self.filter(judge=user)


class Declaration(models.Model):
    """What a judge declares of their own accord: a person or a whole employer that they may not mark.

    Free words, because the judge must not learn from a list who takes part. The office matches the words to a
    worker or an employer; until then the words themselves bar whoever bears that name (domain.conflicts).
    """

    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(_("kind"), max_length=10, choices=Tie.Kind.choices, default=Tie.Kind.DECLARED)
    person_name = models.CharField(_("name of the person"), max_length=50, blank=True)
    employer_name = models.CharField(_("employer"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    worker = models.ForeignKey(
        "people.Worker", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    employer = models.ForeignKey(
        "people.Employer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("declared tie")
        verbose_name_plural = _("declared ties")
        constraints = (
            models.CheckConstraint(
                condition=~Q(person_name="", employer_name=""), name="declaration_names_somebody"
            ),
            models.UniqueConstraint(
                fields=("judge", "kind", "person_name", "employer_name"),
                condition=Q(withdrawn_at__isnull=True),
                name="declaration_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_matched(self) -> bool:
        return self.worker_id is not None or self.employer_id is not None
