from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivateFile(models.Model):
    """A re-encoded upload in private storage. Its name is random; who may open it is decided by the guarded view."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        CERTIFICATE = "certificate", _("Certificate")
        EVIDENCE = "evidence", _("Evidence")
        ROSTER = "roster", _("Imported file")
        EXPORT = "export", _("Copy of my data")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    worker = models.ForeignKey(
        "people.Worker", null=True, blank=True, on_delete=models.CASCADE, related_name="files"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=120, unique=True, editable=False, help_text="name in private storage")
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    image_hash = models.CharField(
        max_length=16, blank=True, help_text="perceptual difference hash, for images"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("private file")
        verbose_name_plural = _("private files")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.uuid}"
