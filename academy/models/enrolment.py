from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.timetable import ClassSession
from academy.models.training import TrainingClass
from craft_site.people import roles


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: Any) -> "EnrolmentQuerySet":
        """The office sees all; a firm's contact its people; a mentor those taught; everybody the own."""
        if user.has_role(roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR):
            return self
        own = Q(worker__user=user)
        own |= Q(
            training_class__in=ClassSession.objects.filter(mentor__worker__user=user).values("training_class")
        )
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            own |= Q(employer_id=user.employer_id)
        return self.filter(own)

    def seated(self) -> "EnrolmentQuerySet":
        """Who has a place: taking part now, or judged at the end."""
        return self.filter(state__in=Enrolment.SEATED)

    def for_desk(self) -> "EnrolmentQuerySet":
        return self.select_related("worker", "employer", "training_class")


class Enrolment(models.Model):
    """One worker in one class, with a place or in the waiting list."""

    class State(models.TextChoices):
        ENROLLED = "enrolled", pgettext_lazy("enrolment", "Enrolled")
        WAITING = "waiting", pgettext_lazy("enrolment", "In the waiting list")
        WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "Withdrawn")
        COMPLETED = "completed", pgettext_lazy("enrolment", "Completed")
        FAILED = "failed", pgettext_lazy("enrolment", "Not completed")

    SEATED = (State.ENROLLED, State.COMPLETED, State.FAILED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    training_class = models.ForeignKey(
        TrainingClass, verbose_name=_("class"), on_delete=models.PROTECT, related_name="enrolments"
    )
    worker = models.ForeignKey(
        "people.Worker", verbose_name=_("worker"), on_delete=models.PROTECT, related_name="enrolments"
    )
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, editable=False)
    queued_at = models.DateTimeField(_("asked on"), editable=False)  # the order of the waiting list
    moved_up_at = models.DateTimeField(null=True, editable=False)  # from the waiting list to a place
    late_at = models.DateTimeField(null=True, editable=False)  # let into a class that was running
    late_reason = models.CharField(_("why let in late"), max_length=200, blank=True, editable=False)
    from_roster = models.BooleanField(_("from the employer's roster"), default=False, editable=False)
    rated = models.BooleanField(default=False, editable=False)  # that a form was sent, never which
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ("queued_at", "pk")
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = (
            models.UniqueConstraint(fields=("training_class", "worker"), name="one_enrolment_a_worker"),
        )
        indexes = (models.Index(fields=("training_class", "state", "queued_at"), name="enrolment_queue"),)

    def __str__(self) -> str:
        return f"{self.worker} - {self.training_class}"

    def came_after(self, session: ClassSession) -> bool:
        """Whether the session was over before this person had a place: an absence that has its reason."""
        came = self.late_at or self.moved_up_at
        return came is not None and session.ends_at <= came


class Attendance(models.Model):
    """That a worker was there at one sign-in of one session."""

    class Source(models.TextChoices):
        SCAN = "scan", _("Scanned")
        OFFICE = "office", _("Made up by the office")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="attendances")
    turn = models.PositiveSmallIntegerField(_("sign-in"), default=1)
    source = models.CharField(_("source"), max_length=6, choices=Source.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("session_id", "turn", "pk")
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = (
            models.UniqueConstraint(fields=("enrolment", "session", "turn"), name="present_once_a_turn"),
        )

    def __str__(self) -> str:
        return f"{self.session} {self.turn}"


class Leave(models.Model):
    """A request to be away from one session, and the answer. Leave explains an absence, it is no attendance."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("leave", "Asked")
        GRANTED = "granted", pgettext_lazy("leave", "Granted")
        REFUSED = "refused", pgettext_lazy("leave", "Refused")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="leaves")
    session = models.ForeignKey(
        ClassSession, verbose_name=_("session"), on_delete=models.CASCADE, related_name="leaves"
    )
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.ASKED, editable=False
    )
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("session_id", "pk")
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = (models.UniqueConstraint(fields=("enrolment", "session"), name="leave_once_a_session"),)

    def __str__(self) -> str:
        return f"{self.session}: {self.get_state_display()}"


class ExamMark(models.Model):
    """The mark of one part of the exam, of 100. No row means no mark, which is not 0."""

    class Part(models.TextChoices):
        THEORY = "theory", _("Theory")
        PRACTICE = "practice", _("Practice")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="exam_marks")
    part = models.CharField(_("part"), max_length=8, choices=Part.choices)
    mark = models.DecimalField(
        _("mark"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("enrolment_id", "part")
        verbose_name = _("exam mark")
        verbose_name_plural = _("exam marks")
        constraints = (
            models.UniqueConstraint(fields=("enrolment", "part"), name="one_exam_mark_a_part"),
            models.CheckConstraint(condition=Q(mark__gte=0) & Q(mark__lte=100), name="exam_mark_of_100"),
        )

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.mark}"
