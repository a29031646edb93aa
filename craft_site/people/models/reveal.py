from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reveal(models.Model):
    """Somebody looked at a sealed value in clear, and why. Never the value itself."""

    worker = models.ForeignKey("people.Worker", on_delete=models.CASCADE, related_name="reveals")
    field = models.CharField(_("field"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)
        verbose_name = _("look at a sealed value")
        verbose_name_plural = _("looks at sealed values")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by}: {self.field}"
