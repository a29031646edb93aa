from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.language import in_language
from honours.rules import title as reading


class Level(models.IntegerChoices):
    """Who confers, in rising order: the county-level city that runs this site is the lowest."""

    CITY = 1, pgettext_lazy("level of an honour", "City")
    PREFECTURE = 2, pgettext_lazy("level of an honour", "Prefecture")
    PROVINCE = 3, pgettext_lazy("level of an honour", "Province")
    NATION = 4, pgettext_lazy("level of an honour", "Nation")


class Kind(models.TextChoices):
    """To whom a title goes. Each has a form of its own: a unit and a team have a leader and members."""

    PERSON = "person", pgettext_lazy("who holds an honour", "Person")
    UNIT = "unit", pgettext_lazy("who holds an honour", "Unit")
    TEAM = "team", pgettext_lazy("who holds an honour", "Team")


class HonourTitle(models.Model):
    """An honour that is conferred again and again: 全国五一劳动奖章, 八婺金匠. What it asks for is data."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    kind = models.CharField(_("goes to"), max_length=8, choices=Kind.choices)
    body = models.CharField(_("conferred by"), max_length=120, blank=True)
    body_en = models.CharField(_("conferred by, in English"), max_length=160, blank=True)
    cycle = models.PositiveSmallIntegerField(
        _("every how many years"), null=True, blank=True, help_text=_("Empty where there is no fixed rhythm.")
    )
    rules = models.JSONField(default=dict, blank=True)
    source = models.CharField(
        _("where the rules stand"), max_length=200, blank=True, help_text=_("A notice with its year, a page.")
    )
    in_use = models.BooleanField(_("conferred today"), default=True)

    class Meta:
        ordering = ("-level", "kind", "name")
        verbose_name = _("honour title")
        verbose_name_plural = _("honour titles")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def conferring_body(self) -> str:
        return in_language(self.body, self.body_en)

    @cached_property
    def asks(self) -> reading.Rules:
        return reading.read(self.rules)
