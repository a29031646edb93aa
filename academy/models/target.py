from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.models.training import TrainingClass


class TrainingTarget(models.Model):
    """What the yearly plan asks of one kind of training: at least so many sessions (场) and people."""

    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000)])
    kind = models.CharField(_("kind"), max_length=12, choices=TrainingClass.Kind.choices)
    sessions = models.PositiveIntegerField(
        _("sessions, at least"),
        default=0,
        help_text=_("A finished class counts as one session, however many days it took."),
    )
    people = models.PositiveIntegerField(
        _("people, at least"), default=0, help_text=_("Counted by courses that were completed.")
    )

    class Meta:
        ordering = ("-year", "kind")
        verbose_name = _("target of the training plan")
        verbose_name_plural = _("targets of the training plan")
        constraints = (models.UniqueConstraint(fields=("year", "kind"), name="training_target_once_a_kind"),)

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"

    @property
    def chain(self) -> str:
        """The name of the ledger chain of its year's plan."""
        return f"training:{self.year}"
