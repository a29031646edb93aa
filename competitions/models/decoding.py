from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.models.code import Code
from competitions.models.draw import person


class Decoding(models.Model):
    """The opening of the codes after the lock, asked for by the coding judge. It goes back the way that the draws came:
    work numbers, station numbers, contestant numbers."""

    event = models.OneToOneField("competitions.Event", on_delete=models.PROTECT, related_name="decoding")
    asked_by = person(null=False)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("decoding")
        verbose_name_plural = _("decodings")

    def __str__(self) -> str:
        return f"{self.event}"


class OpenedLayer(models.Model):
    """One layer that was opened: its numbers lead back to the layer before, those of the first to the entries.

    asked_by: the coding judge who stood there; witnessed_by: the supervisor who opened it.
    """

    decoding = models.ForeignKey(Decoding, on_delete=models.PROTECT, related_name="opened")
    layer = models.CharField(_("layer"), max_length=10, choices=Code.Layer.choices)
    asked_by = person(null=False)
    witnessed_by = person(null=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("decoding_id", "pk")
        verbose_name = _("opened layer")
        verbose_name_plural = _("opened layers")
        constraints = (
            models.UniqueConstraint(fields=("decoding", "layer"), name="layer_opened_once"),
            models.CheckConstraint(
                condition=~Q(witnessed_by=F("asked_by")), name="layer_opened_by_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.decoding} {self.get_layer_display()}"
