from django.db import models
from django.utils.translation import gettext_lazy as _


class Union(models.Model):
    """A trade union in the tree city - town - enterprise: the chain by which reviewers pass a case on."""

    class Level(models.TextChoices):
        CITY = "city", _("City federation")
        TOWN = "town", _("Town or sub-district union")
        ENTERPRISE = "enterprise", _("Enterprise union")

    name = models.CharField(_("name"), max_length=120, unique=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("above"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )

    class Meta:
        ordering = ("level", "name")
        verbose_name = _("union")
        verbose_name_plural = _("unions")

    def __str__(self) -> str:
        return self.name

    def chain(self) -> list["Union"]:
        """This union and those above it, lowest first."""
        found: list[Union] = []
        union: Union | None = self
        while union is not None and union not in found:
            found.append(union)
            union = union.parent
        return found


class Employer(models.Model):
    """A firm, school or office that people work for."""

    name = models.CharField(_("full name"), max_length=120, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, unique=True, help_text=_("18 characters, GB 32100")
    )
    union = models.ForeignKey(
        Union,
        verbose_name=_("union"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="employers",
    )
    is_generated = models.BooleanField(_("generated for the demonstration"), default=False)

    class Meta:
        ordering = ("name",)
        verbose_name = _("employer")
        verbose_name_plural = _("employers")

    def __str__(self) -> str:
        return self.name
