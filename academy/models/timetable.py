from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.models.academy import Mentor
from academy.models.training import Place, TrainingClass

EARLY = timedelta(minutes=30)  # before the start and after the end the wall still takes a sign-in
CLASS_HOUR = timedelta(minutes=45)


class ClassSessionQuerySet(models.QuerySet["ClassSession"]):
    def not_cancelled(self) -> "ClassSessionQuerySet":
        return self.exclude(training_class__state=TrainingClass.State.CANCELLED)

    def in_public(self) -> "ClassSessionQuerySet":
        """Of classes that are announced and not cancelled."""
        return self.not_cancelled().exclude(training_class__state=TrainingClass.State.PLANNED)

    def taught_by(self, user: Any) -> "ClassSessionQuerySet":
        """The person's own teaching in classes that are announced."""
        announced = self.exclude(training_class__state=TrainingClass.State.PLANNED)
        return announced.filter(mentor__worker__user=user)

    def for_lists(self) -> "ClassSessionQuerySet":
        """By time, with what a timetable shows of each."""
        joined = self.select_related("training_class__programme", "place__academy", "mentor__worker")
        return joined.order_by("starts_at", "pk")

    def hours_by_mentor(self, mentors: Iterable[Mentor], until: datetime) -> dict[int, int]:
        """Class hours of 45 minutes that were over at that moment, by key of the mentor; one query."""
        hours = {mentor.pk: 0 for mentor in mentors}
        taught = self.not_cancelled().filter(mentor__in=list(hours), ends_at__lte=until)
        for session in taught.only("mentor_id", "starts_at", "ends_at"):
            hours[session.mentor_id] += session.hours
        return hours


class ClassSession(models.Model):
    """One sitting of a class: who teaches, where, from when until when."""

    class Part(models.TextChoices):
        THEORY = "theory", _("Theory")
        PRACTICE = "practice", _("Practice")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    training_class = models.ForeignKey(
        TrainingClass, verbose_name=_("class"), on_delete=models.CASCADE, related_name="sessions"
    )
    mentor = models.ForeignKey(
        Mentor, verbose_name=_("mentor"), on_delete=models.PROTECT, related_name="sessions"
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="sessions"
    )
    part = models.CharField(_("part"), max_length=8, choices=Part.choices, default=Part.THEORY)
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    objects = ClassSessionQuerySet.as_manager()

    class Meta:
        ordering = ("training_class_id", "starts_at", "pk")
        verbose_name = _("session of a class")
        verbose_name_plural = _("sessions of classes")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_begins"
            ),
        )
        indexes = (
            models.Index(fields=("mentor", "starts_at"), name="class_session_mentor"),
            models.Index(fields=("place", "starts_at"), name="class_session_place"),
        )

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def hours(self) -> int:
        """Whole class hours of 45 minutes; a session shorter than one counts as one."""
        return max(1, (self.ends_at - self.starts_at) // CLASS_HOUR)

    @property
    def half(self) -> datetime:
        """From here on a class that signs in twice takes the second sign-in."""
        return self.starts_at + (self.ends_at - self.starts_at) / 2

    @property
    def wall_opens(self) -> datetime:
        """From here on the wall takes the first sign-in."""
        return self.starts_at - EARLY

    def turn_at(self, at: datetime) -> int | None:
        """Which sign-in (1, or 2 where the class signs in twice) is taken at that moment; None outside the session.

        With two, the first half of the session takes the first and the second half the second.
        """
        if self.training_class.sign_ins == 1:
            return 1 if self.wall_opens <= at <= self.ends_at else None
        if self.wall_opens <= at < self.half:
            return 1
        return 2 if self.half <= at <= self.ends_at + EARLY else None
