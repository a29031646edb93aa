from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from craft_site.kit.fields import SealedTextField


class Draw(models.Model):
    """A public draw of lots: list frozen, secret committed, dice entered in the hall, seed revealed.

    order = sort by SHA-256(seed || item); no random generator, so anybody repeats it with ten lines of code.
    """

    class Purpose(models.TextChoices):
        CONTESTANT = "contestant", _("Contestant numbers (first coding)")
        STATION = "station", _("Sessions and stations (second coding)")
        WORK = "work", _("Work numbers (third coding)")

    class State(models.TextChoices):
        COMMITTED = "committed", _("List frozen, secret committed")
        DRAWN = "drawn", _("Drawn")
        VOID = "void", _("Void")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey("competitions.Event", on_delete=models.PROTECT, related_name="draws")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.COMMITTED)
    algorithm = models.CharField(max_length=12, default="draw-v1")
    items = models.JSONField(help_text="the frozen list, in canonical order: texts without a name")
    list_hash = models.CharField(_("hash of the list"), max_length=64)
    commitment = models.CharField(_("hash of the secret"), max_length=64)
    secret = SealedTextField(_("secret"))
    dice = models.CharField(_("thrown in the hall"), max_length=80, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(auto_now_add=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    witnessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField(null=True)
    void_reason = models.CharField(_("why it was voided"), max_length=300, blank=True)

    class Meta:
        ordering = ("event", "purpose", "-round")
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = (
            models.UniqueConstraint(fields=("event", "purpose", "round"), name="draw_round_once"),
            models.UniqueConstraint(
                fields=("event", "purpose"), condition=~models.Q(state="void"), name="one_draw_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event}: {self.get_purpose_display()}"


class DrawnSlot(models.Model):
    """One line of a draw's outcome: which item stands at which position."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    label = models.CharField(max_length=40, help_text="what the position stands for: C-007, 2/S-21, W-53")

    class Meta:
        ordering = ("draw", "position")
        verbose_name = _("drawn position")
        verbose_name_plural = _("drawn positions")
        constraints = (models.UniqueConstraint(fields=("draw", "position"), name="drawn_position_once"),)

    def __str__(self) -> str:
        return f"{self.position}. {self.item} → {self.label}"
