from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from craft_site.kit.language import reads_english


class Release(models.Model):
    """A published result, for ever: the rows, the scheme they were computed with, and the hash over both.

    Public code reads releases and nothing else. A change is a new version with a reason; the old one stays.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey("competitions.Event", on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField(_("version"))
    scheme = models.ForeignKey(
        "competitions.SchemeVersion", on_delete=models.PROTECT, related_name="releases"
    )
    body = models.TextField(help_text="canonical JSON: rounding, rows without personal data, decisions")
    content_hash = models.CharField(_("check value"), max_length=64)
    reason = models.CharField(_("what changed and why"), max_length=300, blank=True)
    amendments = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="against the version before: supersedes, reason, causes, changes; part of the body too",
    )
    appeals_until = models.DateTimeField(_("appeals about marks until"), null=True, blank=True)
    notice_until = models.DateTimeField(_("on public notice until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        constraints = (models.UniqueConstraint(fields=("event", "number"), name="release_number_once"),)

    def __str__(self) -> str:
        return f"{self.event} v{self.number}"

    def get_absolute_url(self) -> str:
        """Its page in the reader's language: the language of a published page hangs on its address."""
        return reverse(f"contest:release{'_en' if reads_english() else ''}", args=(self.slug,))

    @property
    def slug(self) -> str:
        """The name of its public page and file: mould-2024-v1."""
        return f"{self.event.code}-v{self.number}"


class ReleaseRow(models.Model):
    """One line of a published result, as it was published: nothing here is looked up again."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="rows")
    entry = models.ForeignKey(
        "competitions.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="release_rows"
    )
    team = models.ForeignKey(
        "competitions.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="release_rows"
    )
    position = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(
        max_length=16, blank=True, help_text="disqualified, stopped, absent; empty when ranked"
    )
    contestant_no = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    employer = models.CharField(max_length=120, blank=True)
    published_hash = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="of the line as it was published, once its name was erased",
    )
    components = models.JSONField(help_text='{"T": "86.00", "P": "70.78"}')
    total = models.CharField(max_length=12)
    award = models.CharField(max_length=20, blank=True)
    ties = models.JSONField(default=list, help_text="the trace: why above the next")
    breakdown = models.JSONField(
        help_text="aspect by aspect: raw, steps, mark; for the contestant's own sheet"
    )

    class Meta:
        ordering = ("release_id", "position")
        verbose_name = _("row of a published result")
        verbose_name_plural = _("rows of published results")
        constraints = (models.UniqueConstraint(fields=("release", "position"), name="release_position_once"),)

    def __str__(self) -> str:
        return f"{self.rank} {self.contestant_no}"
