from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.academy import Academy
from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.models.trade import Grade

ZERO = Decimal(0)


class Programme(models.Model):
    """What is taught: trade, level, class hours of 45 minutes, outline; and the rule by which a course is completed."""

    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    trade = models.ForeignKey(
        "people.Trade",
        verbose_name=_("trade"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="programmes",
    )
    grade = models.PositiveSmallIntegerField(_("level"), choices=Grade.choices, null=True, blank=True)
    theory_hours = models.PositiveSmallIntegerField(
        _("class hours of theory"), default=0, help_text=_("One class hour is 45 minutes.")
    )
    practice_hours = models.PositiveSmallIntegerField(_("class hours of practice"), default=0)
    outline = models.TextField(_("outline"), blank=True)
    outline_en = models.TextField(_("outline in English"), blank=True)
    attendance_percent = models.PositiveSmallIntegerField(
        _("attendance needed, in per cent"), default=80, validators=[MaxValueValidator(100)]
    )
    pass_mark = models.DecimalField(
        _("pass mark of each part of the exam"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(60),
        validators=[MinValueValidator(ZERO), MaxValueValidator(Decimal(100))],
        help_text=_("Of 100."),
    )
    theory_exam = models.BooleanField(_("has a theory exam"), default=True)
    practice_exam = models.BooleanField(_("has a practical exam"), default=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def chain(self) -> str:
        """The name of its ledger chain."""
        return f"taught:{self.code}"

    @property
    def hours(self) -> int:
        return self.theory_hours + self.practice_hours

    @property
    def outline_here(self) -> str:
        return in_language(self.outline, self.outline_en)

    def exam_parts(self) -> tuple[str, ...]:
        """The parts of its exam, in the order of the day."""
        asked = (("theory", self.theory_exam), ("practice", self.practice_exam))
        return tuple(part for part, there in asked if there)


class Place(models.Model):
    """A room or a workshop of an academy; it holds one session at a time."""

    academy = models.ForeignKey(
        Academy, verbose_name=_("academy"), on_delete=models.CASCADE, related_name="places"
    )
    name = models.CharField(_("place"), max_length=80)

    class Meta:
        ordering = ("academy_id", "name")
        verbose_name = _("room or workshop")
        verbose_name_plural = _("rooms and workshops")
        constraints = (models.UniqueConstraint(fields=("academy", "name"), name="place_name_once"),)

    def __str__(self) -> str:
        return self.name


class TrainingClassQuerySet(models.QuerySet["TrainingClass"]):
    def visible_to(self, user: Any) -> "TrainingClassQuerySet":
        """The office sees every class; everybody else those that are announced."""
        if user.is_authenticated and user.has_role(roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR):
            return self
        return self.announced()

    def announced(self) -> "TrainingClassQuerySet":
        return self.exclude(state=TrainingClass.State.PLANNED)

    def open_now(self, at: datetime | None = None) -> "TrainingClassQuerySet":
        """Those that take enrolments now."""
        at = at or timezone.now()
        return self.filter(
            Q(enrolment_closes=None) | Q(enrolment_closes__gt=at), state=TrainingClass.State.OPEN
        )

    def with_counts(self) -> "TrainingClassQuerySet":
        """With `taken` and `waiting`, the people of each class."""
        held = ("enrolled", "completed", "failed")
        return self.annotate(
            taken=Count("enrolments", filter=Q(enrolments__state__in=held)),
            waiting=Count("enrolments", filter=Q(enrolments__state="waiting")),
        )

    def for_desk(self) -> "TrainingClassQuerySet":
        return self.select_related("programme__trade", "academy")

    def with_branch(self) -> "TrainingClassQuerySet":
        """With what says whose branch the academy is: itself and the one above, their firms and the firms' unions."""
        firms = ("academy__employer", "academy__parent__employer")
        return self.select_related(*(f"{firm}__union__parent__parent" for firm in firms))


class TrainingClass(models.Model):
    """A class (班): one edition of a programme with its places and dates."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("class", "Planned")
        OPEN = "open", pgettext_lazy("class", "Open for enrolment")
        RUNNING = "running", pgettext_lazy("class", "Running")
        FINISHED = "finished", pgettext_lazy("class", "Finished")
        CANCELLED = "cancelled", pgettext_lazy("class", "Cancelled")

    class Kind(models.TextChoices):
        DRILL = "drill", _("On-post drill")
        RETRAINING = "retraining", _("Retraining")
        UPGRADING = "upgrading", _("Skill upgrading")
        OPEN = "open_course", _("Open course")

    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    academy = models.ForeignKey(
        Academy, verbose_name=_("academy"), on_delete=models.PROTECT, related_name="classes"
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="classes"
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=1, validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.UPGRADING)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False
    )
    places = models.PositiveSmallIntegerField(_("places"), default=30, validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    enrolment_closes = models.DateTimeField(_("enrolment closes"), null=True, blank=True)
    sign_ins = models.PositiveSmallIntegerField(
        _("sign-ins a session"),
        default=1,
        choices=((1, _("Once")), (2, _("Twice: in the first and in the second half"))),
    )
    budget = models.DecimalField(
        _("budget in yuan"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(ZERO)],
    )
    finished_on = models.DateField(null=True, blank=True, editable=False)

    objects = TrainingClassQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-pk")
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        constraints = (
            models.UniqueConstraint(
                fields=("academy", "programme", "edition"),
                name="class_edition_once",
                violation_error_message=_("This academy has a class of this programme and edition already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="class_ends_after_it_begins",
                violation_error_message=_("The last day is before the first day."),
            ),
        )
        indexes = (models.Index(fields=("state", "starts_on"), name="class_state_start"),)

    def __str__(self) -> str:
        words = _("%(programme)s, class %(edition)s")
        return str(words % {"programme": self.programme, "edition": self.edition})

    def get_absolute_url(self) -> str:
        return reverse("desk:class", args=(self.code,))

    @property
    def chain(self) -> str:
        """The name of this class's ledger chain."""
        return f"class:{self.code}"

    def takes_enrolments(self, at: datetime | None = None) -> bool:
        at = at or timezone.now()
        closes = self.enrolment_closes
        return self.state == self.State.OPEN and (closes is None or at < closes)
