from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from competitions.models.draw import person
from competitions.models.panel import Seat
from craft_site.kit.fields import SealedTextField


class RecheckQuerySet(models.QuerySet["Recheck"]):
    def in_force(self) -> "RecheckQuerySet":
        return self.exclude(state=Recheck.State.VOID)

    def for_page(self) -> "RecheckQuerySet":
        return self.select_related(
            "event__competition", "scheme", "committed_by", "thrown_by", "widened_by", "finished_by"
        )


class Recheck(models.Model):
    """One round of checking score sheets again before the lock: the top in full, a public sample of the rest.

    `top` and `items` (the urn of the rest) are frozen with the commitment; the dice fall afterwards, so that nobody
    can choose the sample. Sheets go into the urn by their uuid, which says nothing about anybody.
    """

    class State(models.TextChoices):
        COMMITTED = "committed", _("List frozen, secret committed")
        CHECKING = "checking", _("Sheets are being checked")
        FINISHED = "finished", _("Finished")
        VOID = "void", _("Void")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey("competitions.Event", on_delete=models.PROTECT, related_name="rechecks")
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.COMMITTED)
    scheme = models.ForeignKey("competitions.SchemeVersion", on_delete=models.PROTECT, related_name="+")
    rule = models.JSONField(help_text="the rule of the scheme as it was applied: numbers as texts")
    algorithm = models.CharField(max_length=12, default="draw-v1")
    top = models.JSONField(help_text="uuids of the sheets that are checked in full, in canonical order")
    items = models.JSONField(help_text="uuids of all other sheets, the urn, in canonical order")
    sample_size = models.PositiveIntegerField(help_text="how many of the urn are drawn")
    top_hash = models.CharField(_("hash of the sheets checked in full"), max_length=64, blank=True)
    list_hash = models.CharField(_("hash of the list"), max_length=64, blank=True)
    commitment = models.CharField(_("hash of the secret"), max_length=64)
    secret = SealedTextField(_("secret"))
    dice = models.CharField(_("thrown in the hall"), max_length=80, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    committed_by = person(null=False)
    committed_at = models.DateTimeField(auto_now_add=True)
    thrown_by = person()
    thrown_at = models.DateTimeField(null=True)
    widened_by = person()
    widened_at = models.DateTimeField(null=True)
    widen_reason = models.CharField(_("why all sheets are checked"), max_length=300, blank=True)
    finished_by = person()
    finished_at = models.DateTimeField(null=True)
    statement = models.JSONField(default=dict, help_text="the figures at the end, numbers as texts")

    objects = RecheckQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "-round")
        verbose_name = _("recheck")
        verbose_name_plural = _("rechecks")
        constraints = (
            models.UniqueConstraint(fields=("event", "round"), name="recheck_round_once"),
            models.UniqueConstraint(
                fields=("event",), condition=~Q(state="void"), name="one_recheck_in_force"
            ),
            models.CheckConstraint(
                condition=Q(thrown_by__isnull=True) | ~Q(thrown_by=F("committed_by")),
                name="recheck_drawn_by_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} r{self.round}"

    def get_absolute_url(self) -> str:
        return reverse("desk:recheck", args=(self.event.code,))

    @property
    def limit(self) -> Decimal:
        """The error rate above which every sheet is checked."""
        return Decimal(self.rule["limit"])


class RecheckItemQuerySet(models.QuerySet["RecheckItem"]):
    def visible_to(self, user: Any) -> "RecheckItemQuerySet":
        """The only gate to what is on a sheet of the list: the chief judge, and the supervisors of the event who
        neither marked nor witnessed it. Nobody else, because marks are sealed until they are published."""
        held = Seat.objects.held_by(user).filter(event=OuterRef("recheck__event"))
        others = ~Q(sheet__seat__user=user) & (
            Q(sheet__seat__witness__isnull=True) | ~Q(sheet__seat__witness=user)
        )
        return self.filter(
            Exists(held.filter(role=Seat.Role.CHIEF))
            | (Exists(held.filter(role=Seat.Role.SUPERVISOR)) & others)
        )

    def for_list(self) -> "RecheckItemQuerySet":
        return self.select_related("recheck__event", "sheet__code", "sheet__seat", "checked_by")

    def in_error(self) -> "RecheckItemQuerySet":
        return self.filter(outcome=RecheckItem.Outcome.ERROR)


class RecheckItem(models.Model):
    """One sheet on the list of a recheck."""

    class Why(models.TextChoices):
        TOP = "top", _("Among the best: checked in full")
        SAMPLE = "sample", pgettext_lazy("recheck", "Drawn")
        WIDENED = "widened", _("Added when all sheets were to be checked")

    class Outcome(models.TextChoices):
        OPEN = "open", _("To be checked")
        OK = "ok", _("Agrees")
        ERROR = "error", _("Error")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    recheck = models.ForeignKey(Recheck, on_delete=models.PROTECT, related_name="checks")
    sheet = models.ForeignKey("competitions.Sheet", on_delete=models.PROTECT, related_name="recheck_items")
    why = models.CharField(_("why"), max_length=8, choices=Why.choices)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices, default=Outcome.OPEN)
    content_hash = models.CharField(max_length=64, blank=True, help_text="the sheet as it was checked")
    checked_by = person()
    checked_at = models.DateTimeField(null=True)

    objects = RecheckItemQuerySet.as_manager()

    class Meta:
        ordering = ("recheck_id", "sheet__code__number", "sheet_id")
        verbose_name = _("sheet of a recheck")
        verbose_name_plural = _("sheets of a recheck")
        constraints = (
            models.UniqueConstraint(fields=("recheck", "sheet"), name="sheet_once_a_recheck"),
            models.CheckConstraint(
                condition=Q(outcome="open") | Q(checked_by__isnull=False), name="checked_by_somebody"
            ),
        )

    def __str__(self) -> str:
        return f"{self.recheck}: {self.sheet}"

    def get_absolute_url(self) -> str:
        return reverse("desk:recheck_item", args=(self.recheck.event.code, self.uuid))


class ErrorNotice(models.Model):
    """A written notice of one wrong aspect: what stands there, what the original says. The chief judge corrects it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the chief judge")
        CORRECTED = "corrected", pgettext_lazy("error notice", "Corrected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    item = models.ForeignKey(RecheckItem, on_delete=models.PROTECT, related_name="notices")
    number = models.PositiveSmallIntegerField(_("number"), help_text="within the recheck")
    aspect = models.CharField(max_length=20)
    revision = models.PositiveSmallIntegerField(help_text="of the mark that is wrong")
    stands = models.JSONField(help_text="what stands there: {values, not_done}")
    should = models.JSONField(help_text="what it should be: {values, not_done}")
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    raised_by = person(null=False)
    raised_at = models.DateTimeField(auto_now_add=True)
    answered_by = person()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        ordering = ("item__recheck_id", "number")
        verbose_name = _("error notice")
        verbose_name_plural = _("error notices")
        constraints = (
            models.UniqueConstraint(
                fields=("item", "aspect"), condition=Q(state="open"), name="one_open_notice_an_aspect"
            ),
            models.CheckConstraint(
                condition=~Q(state="corrected")
                | (Q(answered_by__isnull=False) & ~Q(answered_by=F("raised_by"))),
                name="notice_corrected_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.aspect}"
