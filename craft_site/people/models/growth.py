from django.db import models
from django.utils.translation import gettext_lazy as _

from craft_site.kit import known_day


class GrowthEntry(models.Model):
    """One dated, typed, linked line for something a worker achieved. All wings write through people.domain.growth."""

    class Kind(models.TextChoices):
        CONTEST = "contest", _("Contest result")
        LEVEL = "level", _("Skill level")
        COURSE = "course", _("Course completed")
        PAIR = "pair", _("Mentor and apprentice")
        SUBSIDY = "subsidy", _("Subsidy")
        HONOUR = "honour", _("Honour")
        VISIT = "visit", _("Visit to a firm")
        TALK = "talk", _("Talk")
        JUDGED = "judged", _("Served as a judge")

    worker = models.ForeignKey("people.Worker", on_delete=models.CASCADE, related_name="growth")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("date"))
    title = models.CharField(_("what"), max_length=200)
    title_en = models.CharField(_("what, in English"), max_length=200, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    detail_en = models.CharField(_("detail, in English"), max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True)
    source = models.CharField(
        max_length=80, help_text="e.g. competitions.release:12:entry:40; one line a source"
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-on", "-pk")
        verbose_name = _("growth record entry")
        verbose_name_plural = _("growth record")
        constraints = (models.UniqueConstraint(fields=("worker", "source"), name="growth_once_a_source"),)

    def __str__(self) -> str:
        return f"{self.shown_day} {self.title}"

    @property
    def shown_day(self) -> str:
        """2025-05-01, or 2025 where no more is known."""
        return known_day.known(self.kind, self.on)
