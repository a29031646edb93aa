from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.people import roles
from craft_site.people.models import Union
from honours.models.honour import person
from honours.models.title import HonourTitle
from honours.rules import title as reading


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: Any) -> "CampaignQuerySet":
        """The office sees every round, an employer's contact those that were opened."""
        if user.has_role(roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR):
            return self
        return self.exclude(state=Campaign.State.DRAFT)


class Campaign(models.Model):
    """One round of one title: a list with its shares, from the call to the conferral. One chain of the ledger each; the
    row that every change of its nominations locks first."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("round of an honour", "Draft")
        OPEN = "open", pgettext_lazy("round of an honour", "Takes nominations")
        REVIEW = "review", pgettext_lazy("round of an honour", "In review")
        CLOSED = "closed", pgettext_lazy("round of an honour", "Closed")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.ForeignKey(
        HonourTitle, verbose_name=_("title"), on_delete=models.PROTECT, related_name="campaigns"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("name"), max_length=120)
    places = models.PositiveIntegerField(_("places"), help_text=_("How many may be reported up."))
    closes_on = models.DateField(_("nominations until"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    rules = models.JSONField(default=dict, help_text="the title's rules when the round was opened")
    nominated = models.PositiveIntegerField(default=0, help_text="gives the next reference number")
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)
    is_generated = models.BooleanField(_("generated for the demonstration"), default=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "-closes_on", "code")
        verbose_name = _("round of an honour")
        verbose_name_plural = _("rounds of honours")
        constraints = (models.CheckConstraint(condition=Q(places__gte=1), name="honour_round_has_places"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:campaign", args=(self.code,))

    @property
    def chain(self) -> str:
        """The name of its chain in the ledger."""
        return f"honours:{self.code}"

    @cached_property
    def asks(self) -> reading.Rules:
        """Fixed when the round was opened; a draft follows its title."""
        return self.title.asks if self.state == self.State.DRAFT else reading.read(self.rules)


def city_of(user: Any) -> bool:
    """Whether this reviewer is of the city federation."""
    return (
        user.has_role(roles.REVIEWER) and user.union_id is not None and user.union.level == Union.Level.CITY
    )
