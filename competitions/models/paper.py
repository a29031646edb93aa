from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competitions.models.sheet import Sheet


class PaperSheetQuerySet(models.QuerySet["PaperSheet"]):
    def standing(self) -> "PaperSheetQuerySet":
        """Those that may still be entered or have been; one a sheet."""
        return self.exclude(state=PaperSheet.State.VOID)

    def unfinished(self) -> "PaperSheetQuerySet":
        """Those whose entering has begun and whose marks are not on the sheet yet. A form that was printed in case
        of need and never used waits for nobody."""
        return self.filter(state__in=(PaperSheet.State.ENTERED_ONCE, PaperSheet.State.DIFFERS))

    def for_list(self) -> "PaperSheetQuerySet":
        return self.select_related(
            "sheet", "sheet__event", "sheet__seat", "sheet__code", "sheet__code__session", "printed_by"
        ).prefetch_related("entries")


class PaperSheet(models.Model):
    """A sheet that is marked on paper because the tablets or the network fail: a printed form with a QR code.

    Two recorders enter it without seeing each other; where they differ, or differ from the tablet, a third person
    looks at the paper. Only then the marks come to the sheet.
    """

    class State(models.TextChoices):
        PRINTED = "printed", _("Printed")
        ENTERED_ONCE = "entered_once", _("Entered once")
        DIFFERS = "differs", _("Differs: look at the paper")
        AGREED = "agreed", _("Agreed, on the sheet")
        VOID = "void", _("Void")

    MOVES = {
        State.PRINTED: (State.ENTERED_ONCE, State.VOID),
        State.ENTERED_ONCE: (State.DIFFERS, State.AGREED, State.VOID),
        State.DIFFERS: (State.AGREED, State.VOID),
        State.AGREED: (),
        State.VOID: (),
    }

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="papers")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PRINTED)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(auto_now_add=True)
    void_reason = models.CharField(_("why it is void"), max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who looked at the paper where it differed; none when both entries agreed",
    )
    settled_at = models.DateTimeField(null=True)

    objects = PaperSheetQuerySet.as_manager()

    class Meta:
        ordering = ("sheet__code__number", "pk")
        verbose_name = _("paper sheet")
        verbose_name_plural = _("paper sheets")
        constraints = (
            models.UniqueConstraint(
                fields=("sheet",), condition=~Q(state="void"), name="one_standing_paper_a_sheet"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet.code} / {self.sheet.seat}"

    def move(self, to: str) -> None:
        """Sets the state, saves nothing. Raises ValueError for a move that the table does not know."""
        if to not in self.MOVES[self.State(self.state)]:
            raise ValueError(f"a paper sheet does not go from {self.state} to {to}")
        self.state = to


class PaperEntry(models.Model):
    """What one recorder read from the paper.

    values: {aspect: {"values": as in Mark, "not_done": bool, "second_look": bool}}; an aspect that stands blank on
    the paper is not in it.
    """

    paper = models.ForeignKey(PaperSheet, on_delete=models.PROTECT, related_name="entries")
    turn = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    values: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        ordering = ("paper_id", "turn")
        verbose_name = _("paper entry")
        verbose_name_plural = _("paper entries")
        constraints = (
            models.UniqueConstraint(fields=("paper", "turn"), name="paper_turn_once"),
            models.UniqueConstraint(fields=("paper", "by"), name="paper_entered_by_two_people"),
            models.CheckConstraint(condition=Q(turn__in=(1, 2)), name="paper_entered_twice"),
        )

    def __str__(self) -> str:
        return f"{self.paper} {self.turn}"


class PaperCheck(models.Model):
    """One field that was looked at on the paper again: what stood against what, which value holds, who says so."""

    class Holds(models.TextChoices):
        FIRST = "first", _("First entry")
        SECOND = "second", _("Second entry")
        TABLET = "tablet", _("Tablet")

    paper = models.ForeignKey(PaperSheet, on_delete=models.PROTECT, related_name="checks")
    aspect = models.CharField(max_length=20)
    first = models.JSONField(null=True)
    second = models.JSONField(null=True)
    tablet = models.JSONField(null=True)
    holds = models.CharField(max_length=6, choices=Holds.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("paper_id", "aspect")
        verbose_name = _("look at the paper")
        verbose_name_plural = _("looks at the paper")
        constraints = (models.UniqueConstraint(fields=("paper", "aspect"), name="paper_field_checked_once"),)

    def __str__(self) -> str:
        return f"{self.paper} {self.aspect}"
