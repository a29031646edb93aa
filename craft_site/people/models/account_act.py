from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountAct(models.Model):
    """What was done to an account, by whom and why. The reason's words stand here; the ledger line names the row."""

    class Kind(models.TextChoices):
        MADE = "made", _("Account made")
        EDITED = "edited", _("Particulars changed")
        ROLES = "roles", _("Roles changed")
        PASSWORD = "password", _("One-time password given")
        DEACTIVATED = "deactivated", _("Account closed")
        REACTIVATED = "reactivated", _("Account opened again")
        ADMINISTRATOR = "administrator", _("Made an administrator")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(_("what"), max_length=14, choices=Kind.choices)
    granted = models.JSONField(default=list)
    taken = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("act on an account")
        verbose_name_plural = _("acts on accounts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
