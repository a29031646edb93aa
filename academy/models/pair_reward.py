from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.pair import Pair, person_field
from craft_site.people import roles


class PairRewardQuerySet(models.QuerySet["PairReward"]):
    def visible_to(self, user: Any) -> "PairRewardQuerySet":
        """Finance officers see every reward, everybody else those of the pairs that they see."""
        if user.has_role(roles.FINANCE):
            return self
        return self.filter(pair__in=Pair.objects.visible_to(user))


class PairReward(models.Model):
    """What a master earns by an apprentice's result: the best of each tier once, by the rules of the scheme. One person
    marks it as paid and another one confirms."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("reward", "Found by the rules")
        APPROVED = "approved", pgettext_lazy("reward", "Approved")
        MARKED = "marked", pgettext_lazy("reward", "Payment to be confirmed")
        REFUSED = "refused", pgettext_lazy("reward", "Refused")
        PAID = "paid", pgettext_lazy("reward", "Paid")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="rewards")
    tier = models.CharField(_("tier"), max_length=40)
    rule = models.CharField(_("rule"), max_length=40)
    yuan = models.PositiveIntegerField(_("amount"))
    result_on = models.DateField(_("date of the result"))
    evidence = models.CharField(_("result"), max_length=200)
    source = models.CharField(max_length=80, help_text="of the growth record")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    proposed_by = person_field()
    decided_by = person_field()
    decided_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    marked_by = person_field()
    marked_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = person_field()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = PairRewardQuerySet.as_manager()

    class Meta:
        ordering = ("-result_on", "-pk")
        verbose_name = _("reward of a master")
        verbose_name_plural = _("rewards of masters")
        constraints = (
            models.UniqueConstraint(
                fields=("pair", "tier"), condition=~Q(state="refused"), name="pair_reward_once_a_tier"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="pair_reward_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("marked_by")),
                name="pair_reward_payment_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(confirmed_by__isnull=False, paid_on__isnull=False),
                name="pair_reward_paid_is_confirmed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pair} {self.tier}"
