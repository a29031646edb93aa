"""Indicators, what a year asked of them and reached, and the years that are closed."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.home.scorecard.plan import QUALIFIERS
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.language import in_language

CHAIN = "scorecard"
EARLIEST, LATEST = 2000, 2199


def person(*, null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class Indicator(models.Model):
    """One line of the scorecard: 劳模工匠精神宣讲. It has one or more measures: talks, and people who came."""

    class Group(models.TextChoices):
        CONTESTS = "contests", _("Skills contests")
        CRAFTSMEN = "craftsmen", _("Bringing up craftsmen")
        HONOURS = "honours", pgettext_lazy("scorecard", "Honours")
        REFORM = "reform", _("Reform of the industrial workforce")
        SPIRIT = "spirit", _("Ideas and learning")
        CULTURE = "culture", _("Culture and sport")
        UNIONS = "unions", _("Union organisation")
        BARGAINING = "bargaining", _("Wage bargaining")
        SERVICE = "service", _("Service to workers")
        RIGHTS = "rights", _("Workers' rights")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    group = models.CharField(_("group"), max_length=12, choices=Group.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Small numbers first."))
    leading = models.BooleanField(
        _("shown large"), default=False, help_text=_("Among the figures at the head of the page.")
    )
    shares = models.BooleanField(
        _("its measures are shares of a whole"), default=False, help_text=_("Together they are 100 per cent.")
    )
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def subject(self) -> str:
        """What its lines of the ledger are about."""
        return f"indicator:{self.code}"


class Measure(models.Model):
    """One number of an indicator, with its unit, and what counts it where the site keeps the records."""

    class Kind(models.TextChoices):
        NUMBER = "number", pgettext_lazy("scorecard", "Number")
        PERCENT = "percent", _("Per cent")
        YUAN = "yuan", _("Yuan")

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="measures")
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(pgettext_lazy("measure", "name"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NUMBER)
    counter = models.CharField(_("counted by"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("indicator_id", "position", "pk")
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = (models.UniqueConstraint(fields=("indicator", "code"), name="measure_code_once"),)

    def __str__(self) -> str:
        return in_language(self.name, self.name_en) or str(self.indicator)


class Scorecard(models.Model):
    """The scorecard of one year. Before it is published only the desk sees it."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    )
    published = models.BooleanField(_("published"), default=False)

    class Meta:
        ordering = ("-year",)
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("desk:scorecard_year", args=(self.year,))

    @property
    def subject(self) -> str:
        return f"scorecard:{self.year}"


class FigureQuerySet(models.QuerySet["Figure"]):
    def in_order(self) -> "FigureQuerySet":
        """As the page shows them, with measure and indicator."""
        return self.select_related("measure__indicator").order_by(
            "measure__indicator__position", "measure__indicator", "measure__position", "measure"
        )


class Figure(models.Model):
    """A measure in a year: its period, its target, its actual number.

    The actual number is counted from records, or typed in with its source, or counted and completed from the source:
    where a report says 5 and 3 of them have records here, it is 5, and the page says so.
    """

    class Basis(models.TextChoices):
        COUNTED = "counted", _("Counted from the records")
        ENTERED = "entered", _("Entered from a source")
        COMPLETED = "completed", _("Counted, and completed from a source")

    card = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="figures")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="figures")
    basis = models.CharField(_("where the number comes from"), max_length=10, choices=Basis.choices)
    period = models.CharField(_("period"), max_length=40, blank=True)
    period_en = models.CharField(_("period in English"), max_length=60, blank=True)
    starts_on = models.DateField(_("counted from"), null=True, blank=True)
    ends_on = models.DateField(_("counted until"), null=True, blank=True)

    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2, null=True, blank=True)
    target_sign = models.CharField(
        _("sign of the target"), max_length=2, choices=QUALIFIERS, default="≥", blank=True
    )
    target_words = models.CharField(_("target in words"), max_length=120, blank=True)
    target_words_en = models.CharField(_("target in words, in English"), max_length=160, blank=True)
    carried_from = models.PositiveSmallIntegerField(
        _("carried over from"), null=True, blank=True, help_text="the year whose target this is, unchanged"
    )
    target_source = models.CharField(_("source of the target"), max_length=200, blank=True)
    target_quote = models.CharField(_("the sentence that sets it"), max_length=400, blank=True)

    actual = models.DecimalField(
        _("number in the source"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    actual_sign = models.CharField(_("sign of the number"), max_length=2, choices=QUALIFIERS, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    quote = models.CharField(_("the sentence that says it"), max_length=400, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = (
            models.UniqueConstraint(fields=("card", "measure"), name="figure_once_a_year"),
            models.CheckConstraint(
                condition=Q(actual=None) | (~Q(source="") & ~Q(quote="")), name="figure_actual_has_a_source"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="figure_period_has_a_length",
            ),
            models.CheckConstraint(
                condition=(Q(actual=None) | Q(actual__gte=0)) & (Q(target=None) | Q(target__gte=0)),
                name="figure_is_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.card_id} {self.measure_id}"

    def days(self, year: int) -> tuple[date, date]:
        """First and last day of its period: the year's, unless it has its own."""
        return self.starts_on or date(year, 1, 1), self.ends_on or date(year, 12, 31)


class FreezeRequest(models.Model):
    """Somebody asks that a year be closed as it stands: over its exact content, decided by somebody else."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("freeze", "To be confirmed")
        DONE = "done", pgettext_lazy("freeze", "Confirmed")
        DROPPED = "dropped", pgettext_lazy("freeze", "Not confirmed")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="requests")
    content_hash = models.CharField(_("check value"), max_length=64)
    reason = models.CharField(_("what changed and why"), max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    asked_by = person()
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = _("request to close a year")
        verbose_name_plural = _("requests to close a year")
        constraints = (
            models.UniqueConstraint(
                fields=("card",), condition=Q(state="asked"), name="scorecard_one_open_request"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(decided_by=F("asked_by")), name="scorecard_freeze_four_eyes"
            ),
        )

    def __str__(self) -> str:
        return f"{self.card} {self.get_state_display()}"


class Snapshot(models.Model):
    """A year as it was closed, for ever. A correction is a new version with a reason; the old ones stay."""

    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField(_("version"))
    body = models.TextField(help_text="canonical JSON: the document that every face shows")
    content_hash = models.CharField(_("check value"), max_length=64)
    reason = models.CharField(_("what changed and why"), max_length=300, blank=True)
    alone = models.CharField(_("why nobody confirmed it"), max_length=300, blank=True)
    asked_by = person()
    confirmed_by = person()
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ("card_id", "-number")
        verbose_name = _("closed year")
        verbose_name_plural = _("closed years")
        constraints = (
            models.UniqueConstraint(fields=("card", "number"), name="snapshot_number_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="snapshot_says_what_changed"),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("asked_by")) | ~Q(alone=""), name="snapshot_four_eyes_or_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.card} v{self.number}"

    @property
    def holds(self) -> bool:
        """Whether the body is still the one that was frozen."""
        return sha256_hex(self.body.encode()) == self.content_hash
