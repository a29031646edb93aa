from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.people import roles


def _degrees(label: Any, most: int, words: Any) -> Any:
    """Degrees to five places, which is a metre; none where the place is not known."""
    return models.DecimalField(
        label,
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-most), MaxValueValidator(most)],
        help_text=words,
    )


class UnionQuerySet(models.QuerySet["Union"]):
    def looked_after_by(self, user: Any) -> "UnionQuerySet":
        """The union of this reviewer and those below it: the tree has three floors. None for everybody else."""
        if not user.union_id or not user.has_role(roles.REVIEWER):
            return self.none()
        here = user.union_id
        return self.filter(Q(pk=here) | Q(parent=here) | Q(parent__parent=here))


class Union(models.Model):
    """A trade union in the tree city - town - enterprise: the chain by which reviewers pass a case on.

    latitude, longitude: of the middle of a town, both or none; how far towns are apart is all the geography there is.
    """

    class Level(models.TextChoices):
        CITY = "city", _("City federation")
        TOWN = "town", _("Town or sub-district union")
        ENTERPRISE = "enterprise", _("Enterprise union")

    name = models.CharField(_("name"), max_length=120, unique=True)
    level = models.CharField(pgettext_lazy("union", "level"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("above"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    latitude = _degrees(_("latitude"), 90, _("For a town: of its middle, in degrees, such as 28.89."))
    longitude = _degrees(
        _("longitude"),
        180,
        _("Such as 120.05. Both are needed to weigh kilometres between masters and workers."),
    )

    objects = UnionQuerySet.as_manager()

    class Meta:
        ordering = ("level", "name")
        verbose_name = _("union")
        verbose_name_plural = _("unions")
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="union_place_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for name, other in (("latitude", self.longitude), ("longitude", self.latitude)):
            if getattr(self, name) is None and other is not None:
                raise ValidationError({name: _("Give both latitude and longitude, or neither.")})

    @property
    def spot(self) -> tuple[Decimal, Decimal] | None:
        """Latitude and longitude, None where the place is not known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

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
