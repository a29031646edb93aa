from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Trade(models.Model):
    """A trade (工种) as one edition of the national dictionary has it. Its levels are its own: 模具工 has no fifth."""

    code = models.CharField(_("occupation code"), max_length=20, blank=True)
    dictionary_edition = models.CharField(_("dictionary edition"), max_length=10, default="2022")
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("trade")
        verbose_name_plural = _("trades")
        constraints = (
            models.UniqueConstraint(fields=("name", "dictionary_edition"), name="trade_once_an_edition"),
        )

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Grade(models.IntegerChoices):
    """The eight skill levels (新八级工) in rising order; national certificates carry only 5 to 1."""

    APPRENTICE = 1, _("Apprentice (学徒工)")
    JUNIOR = 2, _("Level 5, junior (初级工)")
    INTERMEDIATE = 3, _("Level 4, intermediate (中级工)")
    SENIOR = 4, _("Level 3, senior (高级工)")
    TECHNICIAN = 5, _("Level 2, technician (技师)")
    SENIOR_TECHNICIAN = 6, _("Level 1, senior technician (高级技师)")
    SPECIAL = 7, _("Special-grade technician (特级技师)")
    CHIEF = 8, _("Chief technician (首席技师)")


class TradeLevel(models.Model):
    """One level that a trade really has."""

    trade = models.ForeignKey(Trade, verbose_name=_("trade"), on_delete=models.CASCADE, related_name="levels")
    grade = models.PositiveSmallIntegerField(_("level"), choices=Grade.choices)

    class Meta:
        ordering = ("trade_id", "grade")
        verbose_name = _("level of a trade")
        verbose_name_plural = _("levels of trades")
        constraints = (models.UniqueConstraint(fields=("trade", "grade"), name="trade_level_once"),)

    def __str__(self) -> str:
        return f"{self.trade} {self.get_grade_display()}"


class Qualification(models.Model):
    """A skill level or a title that a worker holds, with the certificate behind it."""

    class Kind(models.TextChoices):
        LEVEL = "level", _("Skill level certificate")
        PROFESSIONAL = "professional", _("Professional title")
        EXPERT_TITLE = "expert_title", _("Technical expert title (技术能手)")

    class Source(models.TextChoices):
        UPLOAD = "upload", _("Uploaded by the worker")
        ROSTER = "roster", _("Employer's roster")
        CONTEST = "contest", _("Promoted after a contest")
        OFFICE = "office", _("Entered by the office")

    worker = models.ForeignKey("people.Worker", on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.LEVEL)
    trade = models.ForeignKey(Trade, verbose_name=_("trade"), null=True, blank=True, on_delete=models.PROTECT)
    grade = models.PositiveSmallIntegerField(_("level"), choices=Grade.choices, null=True, blank=True)
    title = models.CharField(_("title"), max_length=80, blank=True)
    certificate_no = models.CharField(_("certificate number"), max_length=40, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.UPLOAD)
    checked = models.BooleanField(_("checked"), default=False)
    refused = models.BooleanField(_("not accepted"), default=False)
    refusal = models.CharField(_("why it is not accepted"), max_length=200, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked at by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    scan = models.ForeignKey(
        "people.PrivateFile",
        verbose_name=_("scan"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ("-grade", "-issued_on")
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        constraints = (
            models.UniqueConstraint(
                fields=("certificate_no",),
                condition=~models.Q(certificate_no=""),
                name="certificate_used_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(checked=True, refused=True), name="certificate_checked_or_refused"
            ),
        )

    def __str__(self) -> str:
        return self.title or f"{self.trade} {self.get_grade_display()}"
