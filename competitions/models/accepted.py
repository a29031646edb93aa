from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AcceptedList(models.Model):
    """The list of accepted entries as it went on public notice. A correction is a new number; the old one stays.

    Who is on it, and in which order, is frozen here. Whether a row shows a name is asked again at every look: a
    consent taken back takes the name off.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey("competitions.Event", on_delete=models.PROTECT, related_name="accepted_lists")
    number = models.PositiveSmallIntegerField(_("version"))
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)
    notice_until = models.DateTimeField(_("on public notice until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("accepted list")
        verbose_name_plural = _("accepted lists")
        constraints = (models.UniqueConstraint(fields=("event", "number"), name="accepted_number_once"),)

    def __str__(self) -> str:
        return f"{self.event} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("contest:accepted", args=(self.event.code,))

    @property
    def on_notice(self) -> bool:
        return timezone.now() <= self.notice_until


class AcceptedRow(models.Model):
    """One place on an accepted list."""

    list = models.ForeignKey(AcceptedList, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey("competitions.Entry", on_delete=models.PROTECT, related_name="accepted_rows")
    position = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        ordering = ("list", "position")
        verbose_name = _("row of an accepted list")
        verbose_name_plural = _("rows of accepted lists")
        constraints = (
            models.UniqueConstraint(fields=("list", "position"), name="accepted_position_once"),
            models.UniqueConstraint(fields=("list", "entry"), name="accepted_entry_once"),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.entry}"
