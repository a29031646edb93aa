"""The site's own image model: public pictures only. A person's papers are people.PrivateFile, never an image here."""

from collections.abc import Iterable

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class SiteImage(AbstractImage):
    alt_text = models.CharField(
        _("what it shows"), max_length=160, blank=True, help_text=_("Read aloud to people who cannot see it.")
    )
    credit = models.CharField(_("photograph by"), max_length=80, blank=True)
    consent_on = models.DateField(
        _("consent of the people shown, dated"),
        null=True,
        blank=True,
        help_text=_("Needed when faces can be recognised."),
    )

    admin_form_fields = (*Image.admin_form_fields, "alt_text", "credit", "consent_on")

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = (("choose_siteimage", "Can choose picture"),)

    @property
    def default_alt_text(self) -> str:
        return self.alt_text or self.title


def load_renditions(pictures: Iterable["SiteImage | None"]) -> None:
    """Loads what has been rendered of all these pictures with one query, however many places show them."""
    prefetch_related_objects([picture for picture in pictures if picture is not None], "renditions")


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def __str__(self) -> str:
        return f"{self.image} {self.filter_spec}"


def rendered(pictures: Iterable[int | None], specs: Iterable[str]) -> dict[int, SiteImage]:
    """Pictures by key with what has been rendered of them for these filters; one query. A picture of which one of them
    is missing is not there: whoever only looks never waits for a rendition to be made."""
    wanted = list(specs)
    keys = {key for key in pictures if key is not None}
    if not keys:
        return {}
    found: dict[int, list[SiteRendition]] = {}
    for one in SiteRendition.objects.filter(image__in=keys, filter_spec__in=wanted).select_related("image"):
        found.setdefault(one.image_id, []).append(one)
    ready = {}
    for key, renditions in found.items():
        if len({one.filter_spec for one in renditions}) == len(wanted):
            image = renditions[0].image
            image.prefetched_renditions = renditions  # where Wagtail looks before it asks the database
            ready[key] = image
    return ready
