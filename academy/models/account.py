from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.models.training import TrainingClass


class CostLine(models.Model):
    """What a class cost, line by line, in yuan."""

    class Kind(models.TextChoices):
        TEACHING = "teaching", _("Teaching")
        MATERIAL = "material", _("Material and tools")
        VENUE = "venue", _("Rooms and machines")
        BOARD = "board", _("Meals and travel")
        OTHER = "other", _("Other")

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="costs")
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    note = models.CharField(_("for what"), max_length=120, blank=True)
    amount = models.DecimalField(
        _("amount in yuan"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    on = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("training_class_id", "on", "pk")
        verbose_name = _("cost of a class")
        verbose_name_plural = _("costs of classes")
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="cost_is_positive"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Opinion(models.Model):
    """One anonymous form at the end of a class. It knows neither its writer nor its hour; its key is drawn."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="opinions")
    score = models.PositiveSmallIntegerField(
        _("score"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.CharField(_("in words"), max_length=300, blank=True)

    class Meta:
        ordering = ("uuid",)
        verbose_name = _("opinion about a class")
        verbose_name_plural = _("opinions about classes")
        constraints = (
            models.CheckConstraint(condition=Q(score__gte=1) & Q(score__lte=5), name="opinion_from_1_to_5"),
        )

    def __str__(self) -> str:
        return str(self.score)
