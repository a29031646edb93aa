from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TieQuerySet(models.QuerySet["Tie"]):
    def in_force(self, day: date) -> "TieQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gte=day))


class Tie(models.Model):
    """These two may not judge one another. Written by whoever knows: the academy for a pair, a judge by declaring it.

    The pair is stored once, the smaller key first, so that it is found from both sides.
    """

    class Kind(models.TextChoices):
        MENTOR = "mentor", _("Mentor and apprentice")
        KIN = "kin", _("Kin")
        COACH = "coach", _("Coach")
        SUPPLIER = "supplier", _("Supplier of the equipment")
        DECLARED = "declared", _("Declared by the judge")

    first = models.ForeignKey("people.Worker", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("people.Worker", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        constraints = (
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="tie_smaller_key_first"),
            models.UniqueConstraint(fields=("first", "second", "kind"), name="tie_once"),
        )

    def __str__(self) -> str:
        return f"{self.first} - {self.second} ({self.get_kind_display()})"
