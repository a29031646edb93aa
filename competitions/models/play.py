from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlayRecord(models.Model):
    """When a contestant started and stopped at a station; the net seconds feed the tie-break."""

    code = models.OneToOneField("competitions.Code", on_delete=models.PROTECT, related_name="play")
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("record of play")
        verbose_name_plural = _("records of play")

    def __str__(self) -> str:
        return f"{self.code}"

    def net_seconds(self, credits: Iterable["TimeCredit"]) -> int | None:
        """Time at the bench less what was credited; None while the clock runs. credits: those of the same code."""
        if self.started_at is None or self.ended_at is None:
            return None
        granted = (TimeCredit.Decision.PAUSE, TimeCredit.Decision.ADD)
        given = sum(credit.seconds for credit in credits if credit.decision in granted)
        return max(0, int((self.ended_at - self.started_at).total_seconds()) - given)


class TimeCredit(models.Model):
    """Lost time that was not the contestant's fault: proposed by a floor judge, decided by the chief judge."""

    class Decision(models.TextChoices):
        PENDING = "pending", _("Waiting for the chief judge")
        PAUSE = "pause", _("Clock paused")
        LAST_SESSION = "last_session", _("Moved to the last session")
        ADD = "add", _("Minutes added")
        REFUSED = "refused", pgettext_lazy("time credit", "Refused")

    code = models.ForeignKey("competitions.Code", on_delete=models.PROTECT, related_name="time_credits")
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"))
    cause = models.CharField(_("cause"), max_length=200)
    decision = models.CharField(
        _("decision"), max_length=12, choices=Decision.choices, default=Decision.PENDING
    )
    seconds = models.PositiveIntegerField(_("seconds credited"), default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("code_id", "from_at")
        verbose_name = _("time credit")
        verbose_name_plural = _("time credits")

    def __str__(self) -> str:
        return f"{self.code} {self.cause}"


class PenaltyRecord(models.Model):
    """A breach at a station: two judges, the contestant's signature or a witnessed refusal, the chief's word."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for the second judge")
        SECONDED = "seconded", _("Waiting for the chief judge")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    code = models.ForeignKey("competitions.Code", on_delete=models.PROTECT, related_name="penalties")
    rule = models.CharField(_("rule"), max_length=20, help_text="code of the penalty in the scheme")
    times = models.PositiveSmallIntegerField(_("times"), default=1)
    aspects = models.JSONField(_("aspects concerned"), default=list, blank=True)
    happened_at = models.DateTimeField(_("happened at"))
    note = models.CharField(_("what happened"), max_length=300)
    contestant_signed = models.BooleanField(_("the contestant signed"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("code_id", "happened_at")
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        constraints = (
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("proposed_by")),
                name="penalty_by_two_judges",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.rule}"
