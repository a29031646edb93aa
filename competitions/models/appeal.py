from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from competitions.models.event import Event
from competitions.models.panel import Seat
from craft_site.kit.fields import SealedTextField
from craft_site.people import roles


def person(*, null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: Any) -> "AppealQuerySet":
        """The only gate at the desk. An appeal tells whose it is, so nobody who marks may pass it.

        Arbiters, the appeals committee and supervisors of the event, the organiser; the chief judge once decoded.
        """
        held = Seat.objects.held_by(user).filter(event=OuterRef("event"))
        bodies = Exists(held.filter(role__in=(Seat.Role.ARBITER, Seat.Role.COMMITTEE, Seat.Role.SUPERVISOR)))
        chief = Exists(held.filter(role=Seat.Role.CHIEF)) & Q(
            event__state__in=("decoded", "publicity", "final", "archived")
        )
        office = Q(pk__isnull=not user.has_role(roles.ORGANISER))
        return self.filter(
            bodies | chief | office,
            ~Exists(held.filter(role__in=Seat.MARKING)),
        )

    def of_person(self, user: Any) -> "AppealQuerySet":
        """Whose appeal it is: the contestant's, the judge's, or that of the employer's contact who leads them."""
        mine = Q(entry__worker__user=user) | Q(filed_by=user)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            mine |= Q(entry__employer_id=user.employer_id)
        return self.filter(mine)

    def open(self, at: datetime | None = None) -> "AppealQuerySet":
        """Those that may still change something: undecided, or within the time for the second instance."""
        at = at or timezone.now()
        return self.filter(
            Q(state__in=Appeal.UNDECIDED) | Q(state__in=Appeal.ANSWERED, second_by__gt=at),
        )

    def overdue(self, at: datetime | None = None) -> "AppealQuerySet":
        at = at or timezone.now()
        first = Q(state__in=(Appeal.State.FILED, Appeal.State.ADMITTED), answer_by__lt=at)
        return self.filter(first | Q(state=Appeal.State.SECOND, second_answer_by__lt=at))

    def for_list(self) -> "AppealQuerySet":
        return self.select_related("event", "entry__contestant_code", "violation")


class Appeal(models.Model):
    """An appeal (申诉) of a contestant, or of a judge against a measure. Its times are reckoned once, by the server's
    clock, from the moment at which whoever appeals could first know."""

    class Subject(models.TextChoices):
        EQUIPMENT = "equipment", _("Equipment")
        TOOLS = "tools", _("Tools and materials")
        RULES = "rules", _("How the rules were applied")
        MARKS = "marks", pgettext_lazy("appeal", "Marks")
        STAFF = "staff", _("Conduct of officials")
        MEASURE = "measure", _("A measure after a violation")

    class State(models.TextChoices):
        FILED = "filed", pgettext_lazy("appeal", "Filed")
        ADMITTED = "admitted", _("Accepted for decision")
        NOT_ADMITTED = "not_admitted", _("Not accepted")
        DECIDED = "decided", _("First decision given")
        SECOND = "second", _("Before the second instance")
        FINAL = "final", pgettext_lazy("appeal", "Final")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class KnownFrom(models.TextChoices):
        END_OF_PLAY = "end_of_play", _("end of work at the bench")
        END_OF_SESSION = "end_of_session", _("end of the session")
        PUBLICATION = "publication", _("publication of the result")
        DECISION = "decision", _("decision on the violation")
        NOT_YET = "not_yet", _("not begun yet")

    UNDECIDED = (State.FILED, State.ADMITTED, State.SECOND)
    ANSWERED = (State.NOT_ADMITTED, State.DECIDED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="appeals")
    number = models.PositiveSmallIntegerField(_("number"))
    entry = models.ForeignKey(
        "competitions.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="appeals"
    )
    release = models.ForeignKey(
        "competitions.Release", null=True, blank=True, on_delete=models.PROTECT, related_name="appeals"
    )
    violation = models.ForeignKey(
        "competitions.Violation", null=True, blank=True, on_delete=models.PROTECT, related_name="appeals"
    )
    subject = models.CharField(_("about"), max_length=10, choices=Subject.choices)
    text = SealedTextField(_("what happened and what is asked for"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.FILED)
    client_id = models.UUIDField(unique=True, help_text="made by the form, so that sending twice files once")
    filed_by = person()
    filed_at = models.DateTimeField(_("filed"))
    known_from = models.CharField(_("the clock began with"), max_length=16, choices=KnownFrom.choices)
    known_at = models.DateTimeField(_("first knowable"), null=True, blank=True)
    file_by = models.DateTimeField(_("to be filed by"), null=True, blank=True)
    late_reason = models.CharField(_("why it comes late"), max_length=300, blank=True)
    answer_by = models.DateTimeField(_("to be answered by"))
    second_by = models.DateTimeField(_("second instance until"), null=True, blank=True)
    second_text = SealedTextField(_("why the first decision is wrong"), blank=True)
    second_filed_at = models.DateTimeField(null=True, blank=True)
    second_answer_by = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = (
            models.UniqueConstraint(fields=("event", "number"), name="appeal_number_once"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(violation__isnull=False), name="appeal_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(known_at__isnull=False) | Q(file_by__isnull=True), name="appeal_clock_has_a_start"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number under which the papers are kept: A-003."""
        return f"A-{self.number:03d}"

    @property
    def is_late(self) -> bool:
        return self.file_by is not None and self.filed_at > self.file_by

    @property
    def due_at(self) -> datetime | None:
        """When the next answer is due, while one is owed."""
        if self.state in (self.State.FILED, self.State.ADMITTED):
            return self.answer_by
        return self.second_answer_by if self.state == self.State.SECOND else None

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    def may_go_on(self, at: datetime | None = None) -> bool:
        """Whether the second instance can still be asked."""
        return (
            self.state in self.ANSWERED
            and self.second_by is not None
            and (at or timezone.now()) <= self.second_by
        )

    @property
    def is_closed(self) -> bool:
        """Whether another appeal on the same can be filed: this one is taken back, final or past its times."""
        return self.state == self.State.WITHDRAWN or self.is_over

    @property
    def is_over(self) -> bool:
        """Whether nothing can change the last decision any more."""
        return self.state == self.State.FINAL or (self.state in self.ANSWERED and not self.may_go_on())


class AppealFile(models.Model):
    """A piece of evidence handed in with an appeal; made anew at the door."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("people.PrivateFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("evidence of an appeal")
        verbose_name_plural = _("evidence of appeals")

    def __str__(self) -> str:
        return f"{self.appeal} {self.pk}"


class AppealDecision(models.Model):
    """What one instance decided. One person never decides twice on one appeal: the database refuses it."""

    class Outcome(models.TextChoices):
        STANDS = "stands", _("Left as it was")
        CORRECTED = "corrected", _("Marks are corrected")
        LIFTED = "lifted", _("Penalty or measure taken back")
        TIME = "time", _("Time credit or replay")
        DISQUALIFIED = "disqualified", _("Result cancelled")
        NOT_ADMITTED = "not_admitted", _("Not accepted")

    CHANGES = (Outcome.CORRECTED, Outcome.LIFTED, Outcome.TIME, Outcome.DISQUALIFIED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="decisions")
    instance = models.PositiveSmallIntegerField(_("instance"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    reasons = SealedTextField(_("reasons"))
    public_reason = models.CharField(_("reason as it is published"), max_length=300, blank=True)
    seconds = models.PositiveIntegerField(_("seconds credited"), default=0)
    by = person()
    at = models.DateTimeField()
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = person(null=True)
    released_in = models.ForeignKey(
        "competitions.Release", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("appeal_id", "instance")
        verbose_name = _("decision on an appeal")
        verbose_name_plural = _("decisions on appeals")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "instance"), name="appeal_decided_once_an_instance"),
            models.UniqueConstraint(fields=("appeal", "by"), name="appeal_never_decided_twice_by_one"),
            models.CheckConstraint(condition=Q(instance__in=(1, 2)), name="appeal_has_two_instances"),
        )

    def __str__(self) -> str:
        return f"{self.appeal} {self.instance}: {self.get_outcome_display()}"
