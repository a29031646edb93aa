"""What hangs on a story page: whose honour it tells of, its share card, its videos. The page itself is in pages.py."""

from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from honours.models.honour import Honour

MEGABYTE = 1024 * 1024
VIDEO_TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}
MOST_BYTES = 300 * MEGABYTE


class StorySubject(Orderable):
    """One of those whom a story tells of, by the honour because of which it is told. The page carries words; who the
    holder is, where they work and what they hold stands in the register."""

    page = ParentalKey("honours.StoryPage", on_delete=models.CASCADE, related_name="subjects")
    honour = models.ForeignKey(Honour, verbose_name=_("honour"), on_delete=models.PROTECT, related_name="+")

    panels = [FieldPanel("honour")]

    class Meta(Orderable.Meta):
        verbose_name = _("whom the story tells of")
        verbose_name_plural = _("whom the story tells of")

    def __str__(self) -> str:
        return str(self.honour)


class StoryCard(models.Model):
    """The picture that a chat shows beside the link: drawn when the page is published, taken down when it is hidden."""

    WIDTH, HEIGHT = 1200, 630  # pixels

    page = models.OneToOneField("honours.StoryPage", on_delete=models.CASCADE, related_name="card")
    file = models.FileField(upload_to="images/stories")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("share card of a story")
        verbose_name_plural = _("share cards of stories")

    def __str__(self) -> str:
        return str(self.file.name)


def looks_like_video(file: Any) -> None:
    """By its first bytes, and by its size; both are told in words."""
    suffix = PurePath(file.name).suffix.lower()
    if file.size > MOST_BYTES:
        raise ValidationError(
            _("The file is too large: at most %(limit)d MB."), params={"limit": MOST_BYTES // MEGABYTE}
        )
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    is_one = head[4:8] == b"ftyp" if suffix == ".mp4" else head.startswith(b"\x1a\x45\xdf\xa3")
    if not is_one:
        raise ValidationError(
            _("The file is not what its name says (%(extension)s). Save it in that format and retry."),
            params={"extension": suffix},
        )


def reads_as_captions(text: str) -> None:
    if text.strip() and not text.lstrip("\ufeff").startswith("WEBVTT"):
        raise ValidationError(_("Captions are a WebVTT text: its first line is WEBVTT."))


def _video_name(video: "StoryVideo", name: str) -> str:
    return f"videos/{video.uuid.hex}{PurePath(name).suffix.lower()}"


class StoryVideo(models.Model):
    """A video file on this site. Only a published story opens it to everybody."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    file = models.FileField(
        _("file"),
        upload_to=_video_name,
        validators=[FileExtensionValidator(["mp4", "webm"]), looks_like_video],
        help_text=_("MP4 (H.264) or WebM; phones play MP4. At most 300 MB."),
    )
    captions = models.TextField(
        _("captions"),
        blank=True,
        validators=[reads_as_captions],
        help_text=_("WebVTT: what is said, with its times, for whoever does not hear it."),
    )
    transcript = models.TextField(
        _("what is said and shown"),
        help_text=_("For whoever can neither hear nor see it, and for whoever only reads."),
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self) -> str:
        return self.title

    @property
    def suffix(self) -> str:
        return PurePath(str(self.file.name)).suffix

    @property
    def content_type(self) -> str:
        return VIDEO_TYPES.get(self.suffix, "application/octet-stream")

    @property
    def url(self) -> str:
        return reverse("honours:video", args=(self.uuid, self.suffix.lstrip(".")))

    @property
    def captions_url(self) -> str:
        return reverse("honours:video_captions", args=(self.uuid,)) if self.captions.strip() else ""
