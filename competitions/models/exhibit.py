from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.models.series import Competition, in_language


class Exhibition(models.Model):
    """The show of finished moulds beside a competition: a series of its own with its own edition number."""

    competition = models.OneToOneField(
        Competition, verbose_name=_("competition"), on_delete=models.CASCADE, related_name="exhibition"
    )
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), null=True, blank=True)

    class Meta:
        verbose_name = _("exhibition")
        verbose_name_plural = _("exhibitions")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Exhibit(models.Model):
    """One mould on show."""

    PICTURE_PLACES = ("card", "wide", "share")  # see craft_site.pictures.sizes

    class Kind(models.TextChoices):
        SINGLE = "single", _("Single-operation die")
        COMPOUND = "compound", _("Compound die")
        PROGRESSIVE = "progressive", _("Progressive die")
        DRAWING = "drawing", _("Drawing die")

    exhibition = models.ForeignKey(
        Exhibition, verbose_name=_("exhibition"), on_delete=models.CASCADE, related_name="exhibits"
    )
    booth = models.CharField(_("booth"), max_length=10)
    firm = models.ForeignKey(
        "people.Employer", verbose_name=_("firm"), on_delete=models.PROTECT, related_name="exhibits"
    )
    name = models.CharField(_("mould"), max_length=100)
    name_en = models.CharField(_("mould, in English"), max_length=140, blank=True)
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices)
    material = models.CharField(_("part material"), max_length=60)
    thickness = models.DecimalField(_("material thickness (mm)"), max_digits=5, decimal_places=2)
    accuracy = models.CharField(_("accuracy"), max_length=60, help_text=_("for example ±0.01 mm"))
    life = models.PositiveIntegerField(_("life (10,000 strokes)"))
    makers = models.CharField(_("designed and made by"), max_length=120, blank=True)
    pitch = models.CharField(_("in one sentence"), max_length=200, blank=True)
    pitch_en = models.CharField(_("in one sentence, in English"), max_length=240, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    contact_consent = models.BooleanField(_("the firm agreed to show the contact"), default=False)
    picture = models.ForeignKey(
        "pictures.SiteImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ("exhibition_id", "booth")
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        constraints = (models.UniqueConstraint(fields=("exhibition", "booth", "name"), name="exhibit_once"),)

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)
