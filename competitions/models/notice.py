from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DocumentVersion(models.Model):
    """A version of the technical document (技术文件) and when it took force: contestants can prove what they read."""

    event = models.ForeignKey("competitions.Event", on_delete=models.CASCADE, related_name="documents")
    number = models.PositiveSmallIntegerField(_("version"))
    effective_at = models.DateTimeField(_("in force from"))
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("technical document")
        verbose_name_plural = _("technical documents")
        constraints = (models.UniqueConstraint(fields=("event", "number"), name="document_version_once"),)

    def __str__(self) -> str:
        return f"{self.event} v{self.number}"

    @property
    def in_force(self) -> bool:
        return self.published_at is not None and self.effective_at <= timezone.now()


class DocumentChapter(models.Model):
    """One chapter of a technical document, in plain words (Markdown-free paragraphs, one a line)."""

    class Kind(models.TextChoices):
        OVERVIEW = "overview", _("Name, standard, form and who may enter")
        PURPOSE = "purpose", _("Purpose")
        CONTENT = "content", _("What is tested: theory and practice")
        TIME = "time", _("Time")
        EQUIPMENT = "equipment", _("Machines, tools and gauges: own, provided, forbidden")
        SAMPLE = "sample", _("Sample paper")
        MARKING = "marking", _("How it is marked and ranked")
        SAFETY = "safety", _("Safety")
        APPEAL = "appeal", _("Appeals and arbitration")
        ANNEX = "annex", _("Annexes")

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="chapters")
    kind = models.CharField(_("chapter"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("version_id", "position", "pk")
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def __str__(self) -> str:
        return self.get_kind_display()
