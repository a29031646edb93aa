from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AwardChoice(models.Model):
    """The chief judge's choice where equals stand on both sides of the last place of an award tier."""

    class Choice(models.TextChoices):
        WIDEN = "widen", _("All of them get the award")
        NARROW = "narrow", _("None of them gets the award")
        NEXT_TIE_BREAK = "next_tie_break", _("Split them by a further comparison")

    event = models.ForeignKey("competitions.Event", on_delete=models.PROTECT, related_name="award_choices")
    scope = models.CharField(max_length=10, default="individual")
    tier = models.CharField(max_length=20)
    choice = models.CharField(_("choice"), max_length=16, choices=Choice.choices)
    keys = models.JSONField(_("comparisons"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("choice at the edge of an award")
        verbose_name_plural = _("choices at the edge of awards")
        constraints = (
            models.UniqueConstraint(fields=("event", "scope", "tier"), name="award_choice_once_a_tier"),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.tier}: {self.get_choice_display()}"
