from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordAct(models.Model):
    """What the office did to a worker's record: who, when and why. Document numbers stand here masked."""

    class Kind(models.TextChoices):
        NAME = "name", _("Name corrected")
        DOCUMENT = "document", _("Document number corrected")
        CHECKED = "checked", _("Certificate checked")
        NOT_ACCEPTED = "not_accepted", _("Certificate not accepted")

    worker = models.ForeignKey("people.Worker", on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(_("what"), max_length=14, choices=Kind.choices)
    qualification = models.ForeignKey(
        "people.Qualification", null=True, blank=True, on_delete=models.SET_NULL, related_name="acts"
    )
    before = models.CharField(_("before"), max_length=60, blank=True)
    after = models.CharField(_("after"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("act on a record")
        verbose_name_plural = _("acts on records")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
