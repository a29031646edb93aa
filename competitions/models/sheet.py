from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competitions.models.code import Code
from competitions.models.event import Event
from competitions.models.panel import Seat


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: Any) -> "SheetQuerySet":
        """The only gate to sheets: a judge's own, those a judge witnesses, all of an event for its chief judge."""
        mine = Q(seat__left_at__isnull=True) & (Q(seat__user=user) | Q(seat__witness=user))
        chairs = Seat.objects.held_by(user, Seat.Role.CHIEF).filter(event=OuterRef("event"))
        return self.filter(mine | Exists(chairs))

    def for_list(self) -> "SheetQuerySet":
        return self.select_related("event", "code", "code__session", "seat", "seat__user")


class Sheet(models.Model):
    """What one seat marks for one code: it knows a station number or a work number, never a person."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Issued")
        ENTERED = "entered", _("All marks entered")
        SIGNED = "signed", _("Signed by the judges")
        CHIEF_SIGNED = "chief_signed", _("Signed by the chief judge")
        LOCKED = "locked", _("Locked")

    OPEN = (State.ISSUED, State.ENTERED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="sheets")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="sheets")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.ISSUED)
    aspects = models.JSONField(
        default=list, help_text="codes of the aspects to mark here, fixed when the sheet was issued"
    )
    marks_due = models.PositiveSmallIntegerField(default=0, help_text="aspects on this sheet")
    marks_in = models.PositiveSmallIntegerField(default=0, help_text="aspects that have a mark")
    alarm = models.TextField(
        _("needs attention"),
        blank=True,
        default="",
        help_text="aspects to be judged again because the panel was too far apart, each with the number of the "
        "ledger line that says so: C3.3@1207 C3.4@1302",
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "code__number", "seat_id")
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        constraints = (models.UniqueConstraint(fields=("code", "seat"), name="one_sheet_a_seat"),)
        indexes = (models.Index(fields=("event", "state"), name="sheet_event_state"),)

    def __str__(self) -> str:
        return f"{self.code} / {self.seat}"

    def get_absolute_url(self) -> str:
        return reverse("judge:sheet", args=(self.uuid,))


class Mark(models.Model):
    """What a judge entered for one aspect: the raw readings or values; points are derived, never stored here.

    values: a list of texts, one for each point or judge ("59.795", "2"; null = that point not done), or for an
    allotment {"event code": "count"}. A change is a new row with a higher revision and a reason.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="marks")
    aspect = models.CharField(max_length=20)
    values = models.JSONField()
    not_done = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    second_look = models.BooleanField(default=False, help_text="a gross value that the judge confirmed")
    client_id = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_at = models.DateTimeField(null=True, blank=True, help_text="the tablet's clock: a claim only")
    at = models.DateTimeField(auto_now_add=True)
    seq = models.PositiveIntegerField(help_text="number of its ledger line: the judge's receipt")

    class Meta:
        ordering = ("sheet_id", "aspect", "revision")
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "aspect", "revision"), name="mark_revision_once"),
            models.UniqueConstraint(
                fields=("sheet", "aspect"), condition=Q(is_current=True), name="one_current_mark"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet} {self.aspect} r{self.revision}"


class Signature(models.Model):
    """Somebody signed a sheet as it then stood: `content_hash` covers its current marks."""

    class Part(models.TextChoices):
        JUDGE = "judge", _("Judge")
        WITNESS = "witness", _("Second judge")
        CHIEF = "chief", _("Chief judge")

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="signatures")
    part = models.CharField(max_length=8, choices=Part.choices)
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    void = models.BooleanField(default=False, help_text="the sheet was reopened after this signature")

    class Meta:
        ordering = ("sheet_id", "at")
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_part_display()}"


class EnteredMark(models.Model):
    """A component mark that comes whole: a theory paper (by contestant number) or a team task."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="entered_marks")
    component = models.CharField(max_length=10)
    code = models.ForeignKey(
        Code, null=True, blank=True, on_delete=models.PROTECT, related_name="entered_marks"
    )
    team = models.ForeignKey(
        "competitions.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="entered_marks"
    )
    mark = models.DecimalField(max_digits=8, decimal_places=3)
    source = models.CharField(max_length=120, blank=True, help_text="e.g. theory.xlsx row 12")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("event_id", "component", "pk")
        verbose_name = _("component mark")
        verbose_name_plural = _("component marks")
        constraints = (
            models.UniqueConstraint(
                fields=("component", "code"),
                condition=Q(is_current=True, code__isnull=False),
                name="one_mark_a_code",
            ),
            models.UniqueConstraint(
                fields=("component", "team"),
                condition=Q(is_current=True, team__isnull=False),
                name="one_mark_a_team",
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=False, team__isnull=True) | Q(code__isnull=True, team__isnull=False),
                name="mark_of_a_code_or_a_team",
            ),
        )

    def __str__(self) -> str:
        return f"{self.component} {self.code or self.team}: {self.mark}"
