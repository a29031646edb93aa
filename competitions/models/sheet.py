from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competitions.models.code import Code
from competitions.models.event import Event
from competitions.models.panel import Seat


def _reviewed_by(user: Any) -> Q:
    """A judge of the same kind in the same event reviews, where the event asks for it, and not before everybody has
    signed what the work is judged by."""
    colleague = Seat.objects.held_by(user).filter(event=OuterRef("event"), role=OuterRef("seat__role"))
    still_open = Sheet.objects.filter(code=OuterRef("code"), state__in=Sheet.UNSIGNED)
    return (
        Q(
            event__group_review=Event.GroupReview.GROUP,
            state__in=(Sheet.State.SIGNED, Sheet.State.GROUP_REVIEWED),
        )
        & ~Q(seat__user=user)
        & Exists(colleague)
        & ~Exists(still_open)
    )


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: Any) -> "SheetQuerySet":
        """The only gate to sheets: a judge's own, those a judge witnesses, the signed ones that the judge's group
        reviews, all of an event for its chief judge."""
        mine = Q(seat__left_at__isnull=True) & (Q(seat__user=user) | Q(seat__witness=user))
        chairs = Seat.objects.held_by(user, Seat.Role.CHIEF).filter(event=OuterRef("event"))
        return self.filter(mine | Exists(chairs) | _reviewed_by(user))

    def for_review_by(self, user: Any) -> "SheetQuerySet":
        """Signed sheets of other judges that this person reviews for the group."""
        return self.filter(_reviewed_by(user))

    def for_list(self) -> "SheetQuerySet":
        return self.select_related("event", "code", "code__session", "seat", "seat__user")

    def with_reopened(self) -> "SheetQuerySet":
        """Sheets that say whether they were reopened and not signed again since."""
        return self.annotate(reopened=Exists(Reopening.objects.unanswered().filter(sheet=OuterRef("pk"))))


class Sheet(models.Model):
    """What one seat marks for one code: it knows a station number or a work number, never a person."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Issued")
        ENTERED = "entered", _("All marks entered")
        HALF_SIGNED = "half_signed", _("Waits for the second judge")
        SIGNED = "signed", _("Signed by the judges")
        GROUP_REVIEWED = "group_reviewed", _("Reviewed by the group")
        CHIEF_SIGNED = "chief_signed", _("Signed by the chief judge")
        RECHECKED = "rechecked", _("Rechecked")
        LOCKED = "locked", _("Locked")

    OPEN = (State.ISSUED, State.ENTERED)
    UNSIGNED = (*OPEN, State.HALF_SIGNED)  # not by everybody who is wanted
    FINISHED = (State.CHIEF_SIGNED, State.RECHECKED, State.LOCKED)  # the chief judge has signed it

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="sheets")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="sheets")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.ISSUED)
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
    set_aside = models.JSONField(
        default=list,
        help_text="aspects whose value here does not count: the judge had left when the panel discussed it",
    )
    handed_over_for = models.CharField(
        _("why it was handed over"), max_length=300, blank=True, default="", help_text="the last time"
    )
    updated_at = models.DateTimeField(auto_now=True)

    reopened = False  # known of sheets that come from with_reopened()

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

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Django's own puts the words of all states into a dictionary for each row of a list."""
        return str(self.State(self.state).label)


class Mark(models.Model):
    """What a judge entered for one aspect: the raw readings or values; points are derived, never stored here.

    values: a list of texts as they were typed, one for each point ("59.795", "5.000"; null = that point not done), one
    for a judged aspect, and behind it the difficulty where the judges choose one ("8.5", "1.2"); for an allotment
    {"event code": "count"}. A change is a new row with a higher revision and a reason. A withdrawn mark is such a row
    too, without values and never current: the aspect is unmarked again, and what was taken back stays on record.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="marks")
    aspect = models.CharField(max_length=20)
    values = models.JSONField()
    not_done = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    second_look = models.BooleanField(default=False, help_text="a gross value that the judge confirmed")
    withdrawn = models.BooleanField(default=False, help_text="this revision took the earlier value back")
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
            models.CheckConstraint(
                condition=~Q(is_current=True, withdrawn=True), name="withdrawn_mark_not_current"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet} {self.aspect} r{self.revision}"


class Signature(models.Model):
    """Somebody signed a sheet as it then stood: `content_hash` covers its current marks."""

    class Part(models.TextChoices):
        JUDGE = "judge", _("Judge")
        WITNESS = "witness", _("Second judge")
        GROUP = "group", _("For the group")
        CHIEF = "chief", _("Chief judge")

    SPREAD = "spread"  # the reason where the panel was too far apart and judges again

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="signatures")
    part = models.CharField(max_length=8, choices=Part.choices)
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    void = models.BooleanField(
        default=False, help_text="the sheet was changed or reopened after this signature"
    )
    void_reason = models.CharField(_("why it is void"), max_length=300, blank=True)

    class Meta:
        ordering = ("sheet_id", "at")
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_part_display()}"

    @property
    def void_words(self) -> str:
        """Why it is void, for reading; what the panel's spread did is kept as a key."""
        return str(_("the panel judged again")) if self.void_reason == self.SPREAD else self.void_reason


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def unanswered(self) -> "ReopeningQuerySet":
        """Those whose sheet is open and has not been signed again since."""
        again = Signature.objects.filter(sheet=OuterRef("sheet"), at__gt=OuterRef("at"))
        return self.filter(~Exists(again), sheet__state__in=Sheet.OPEN)


class Reopening(models.Model):
    """Somebody gave a signed sheet back to its judge: the chief judge, or the second judge instead of signing. The
    signatures of that moment are void."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="reopenings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_second_judge = models.BooleanField(default=False)
    reason = models.CharField(_("why it was reopened"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        ordering = ("sheet_id", "at", "pk")
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")

    def __str__(self) -> str:
        return f"{self.sheet} {self.reason}"

    @property
    def said(self) -> str:
        """What the judge reads on the sheet: by whom in which office, when and why, and no name."""
        words = (
            _("Sent back by the second judge at %(time)s: %(reason)s")
            if self.by_second_judge
            else _("Reopened by the chief judge at %(time)s: %(reason)s")
        )
        return str(words) % {"time": f"{timezone.localtime(self.at):%H:%M}", "reason": self.reason}


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
