from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.pair import Pair, person_field

OF_100 = [MinValueValidator(0), MaxValueValidator(100)]


class PairLog(models.Model):
    """One month of a pair: the apprentice writes, the master comments. month: its first day."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("log", "Being written")
        SENT = "sent", _("Waits for the master")
        COMMENTED = "commented", _("Commented")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="logs")
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    hours = models.DecimalField(
        _("hours together"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(300)],
    )
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    task = models.CharField(_("task"), max_length=300, blank=True)
    reflection = models.TextField(_("what the apprentice says"), max_length=2000, blank=True)
    evidence = models.ForeignKey(
        "people.PrivateFile",
        verbose_name=_("photograph"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    comment = models.TextField(_("what the master says"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    commented_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pair_id", "-month")
        verbose_name = _("month of a pair")
        verbose_name_plural = _("months of pairs")
        constraints = (models.UniqueConstraint(fields=("pair", "month"), name="pair_log_once_a_month"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PairReview(models.Model):
    """The evaluation at half time or at the end: theory, practice and conduct (作风), of 100 each."""

    class Kind(models.TextChoices):
        MID = "mid", _("Mid-term evaluation")
        FINAL = "final", _("Final evaluation")

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("Excellent")
        PASSED = "passed", pgettext_lazy("pair", "Passed")
        EXTEND = "extend", _("To be extended")
        END = "end", _("To be ended")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    theory = models.PositiveSmallIntegerField(_("theory"), validators=OF_100)
    practice = models.PositiveSmallIntegerField(_("practice"), validators=OF_100)
    conduct = models.PositiveSmallIntegerField(_("conduct"), validators=OF_100)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    certificate = models.ForeignKey(
        "people.Qualification",
        verbose_name=_("certificate reached"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    on = models.DateField(_("day"))
    by = person_field(null=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pair_id", "pk")
        verbose_name = _("evaluation of a pair")
        verbose_name_plural = _("evaluations of pairs")

    def __str__(self) -> str:
        return str(self.get_kind_display())
