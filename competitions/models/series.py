from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from craft_site.kit.language import in_language

__all__ = ["Competition", "Organiser", "Series", "in_language"]


# modelcluster tells its types to nobody, so the checker does not find the manager behind `editions`.
class Series(models.Model):  # type: ignore[django-manager-missing]
    """What comes back year after year: 模具工职业技能精英赛. An edition of it is a Competition."""

    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=140, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("contest series")
        verbose_name_plural = _("contest series")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Competition(ClusterableModel):
    """One edition of a series, with one or more events, hosts in order and perhaps an exhibition beside it."""

    class Tier(models.TextChoices):
        NATIONAL = "national", _("National")
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County")

    class Class(models.IntegerChoices):
        FIRST = 1, _("First class (across industries)")
        SECOND = 2, _("Second class (one industry)")

    series = models.ForeignKey(
        Series, verbose_name=_("series"), on_delete=models.PROTECT, related_name="editions"
    )
    code = models.SlugField(_("code"), unique=True)
    edition = models.PositiveSmallIntegerField(_("edition"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("full name"), max_length=140)
    name_en = models.CharField(_("full name in English"), max_length=200, blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, default=Tier.COUNTY)
    klass = models.PositiveSmallIntegerField(_("class"), choices=Class.choices, default=Class.SECOND)
    place = models.CharField(_("place"), max_length=120, blank=True)
    is_generated = models.BooleanField(_("generated for the demonstration"), default=False)

    class Meta:
        ordering = ("-year", "-edition")
        verbose_name = _("competition")
        verbose_name_plural = _("competitions")
        constraints = (models.UniqueConstraint(fields=("series", "edition"), name="edition_once_a_series"),)

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Organiser(models.Model):
    """A host of a competition, in the order in which it is named."""

    class Part(models.TextChoices):
        HOST = "host", _("Hosted by")
        ORGANISER = "organiser", _("Organised by")
        SUPPORTER = "supporter", _("Supported by")

    competition = ParentalKey(Competition, on_delete=models.CASCADE, related_name="organisers")
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("competition_id", "part", "position", "pk")
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)
