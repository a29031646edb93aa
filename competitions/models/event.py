from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from competitions.models.series import Competition, in_language
from craft_site.people import roles
from craft_site.people.models import Union

if TYPE_CHECKING:
    from competitions.models.scheme import SchemeVersion


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Any) -> "EventQuerySet":
        """The events that a person at the desk works on: all of them for the office and supervisors, for a firm's
        contact and a union's reviewer those that are open and those of their people, else those of their seats."""
        if user.in_office or user.has_role(roles.SUPERVISOR):
            return self
        mine = Q(seats__user=user, seats__left_at__isnull=True)
        if user.has_role(roles.EMPLOYER):
            mine |= Q(state=Event.State.REGISTERING) | Q(entries__employer_id=user.employer_id)
        if user.has_role(roles.REVIEWER):
            firms = Union.objects.looked_after_by(user)
            mine |= Q(state=Event.State.REGISTERING) | Q(entries__employer__union__in=firms)
        return self.filter(mine).distinct()

    def published(self) -> "EventQuerySet":
        """Events that the public may know of."""
        return self.exclude(state__in=(Event.State.DRAFT, Event.State.FILED))

    def for_desk(self) -> "EventQuerySet":
        return self.select_related("competition", "trade")


class Event(models.Model):
    """A contest event (赛项): what people enter, are drawn for, marked in and ranked by."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FILED = "filed", _("Filed")
        PUBLISHED = "published", _("Announced")
        REGISTERING = "registering", _("Open for registration")
        ELIGIBILITY = "eligibility", _("Entries under review")
        BRIEFED = "briefed", _("Accepted list published")
        FROZEN = "frozen", _("Scheme and papers frozen")
        RUNNING = "running", _("In progress")
        SCORING = "scoring", _("Marking")
        RECHECKING = "rechecking", _("Rechecking")
        LOCKED = "locked", _("Marks locked")
        DECODED = "decoded", _("Decoded")
        PUBLICITY = "publicity", _("Results on public notice")
        FINAL = "final", _("Final")
        ARCHIVED = "archived", _("Archived")

    class Scope(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        TEAM = "team", _("Individual and team")

    class GroupReview(models.TextChoices):
        NONE = "none", _("Not asked for")
        GROUP = "group", _("Another judge of the same kind reviews and signs every sheet")

    DECODED_ON = (State.DECODED, State.PUBLICITY, State.FINAL, State.ARCHIVED)

    competition = models.ForeignKey(
        Competition, verbose_name=_("competition"), on_delete=models.PROTECT, related_name="events"
    )
    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=140, blank=True)
    trade = models.ForeignKey(
        "people.Trade", verbose_name=_("trade"), null=True, blank=True, on_delete=models.PROTECT
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.INDIVIDUAL)
    mixed_teams = models.BooleanField(
        _("teams may mix employers"),
        default=False,
        help_text=_("Otherwise contestants found and join teams of their own employer only."),
    )
    places = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    registration_opens = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes = models.DateTimeField(_("registration closes"), null=True, blank=True)
    return_days = models.PositiveSmallIntegerField(
        _("days to correct a returned entry"), default=3, help_text=_("Counted from the return.")
    )
    list_days = models.PositiveSmallIntegerField(_("days of notice of the accepted list"), default=3)
    publicity_days = models.PositiveSmallIntegerField(_("working days of notice of the results"), default=5)
    late_minutes = models.PositiveSmallIntegerField(
        _("minutes the door stays open after the start"),
        null=True,
        blank=True,
        help_text=_("Empty means as the marking scheme says, or 15."),
    )
    appeal_minutes = models.PositiveSmallIntegerField(
        _("minutes to file an appeal"),
        default=120,
        validators=[MinValueValidator(1)],
        help_text=_("From the moment the contestant could first know."),
    )
    answer_minutes = models.PositiveSmallIntegerField(
        _("minutes to answer an appeal"), default=120, validators=[MinValueValidator(1)]
    )
    second_minutes = models.PositiveSmallIntegerField(
        _("minutes to go to the second instance"),
        default=60,
        validators=[MinValueValidator(1)],
        help_text=_("From the first decision."),
    )
    late_appeals = models.BooleanField(
        _("late appeals may be admitted for cause"),
        default=False,
        help_text=_("Otherwise an appeal after its time is refused at once."),
    )
    objection_phone = models.CharField(_("telephone for objections"), max_length=40, blank=True)
    objection_mail = models.EmailField(_("mailbox for objections"), blank=True)
    public_rows = models.CharField(
        _("what the public list shows"),
        max_length=10,
        choices=(
            ("full", _("Name, unit and all component marks")),
            ("brief", _("Name, unit, total, rank and award")),
        ),
        default="full",
    )
    group_review = models.CharField(
        _("review by the group"),
        max_length=8,
        choices=GroupReview.choices,
        default=GroupReview.NONE,
        help_text=_("Between the judge's signature and the chief judge's."),
    )

    objects = EventQuerySet.as_manager()
    seats_read: dict[int, frozenset[str]]  # user to seats, set where both were read at once (web.desk.nav)

    class Meta:
        ordering = ("-competition__year", "competition_id", "pk")
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("desk:event", args=(self.code,))

    @property
    def is_decoded(self) -> bool:
        """Whether the codes have been opened: from then on marks and names may meet."""
        return self.state in self.DECODED_ON

    @property
    def marks_are_public(self) -> bool:
        """Whether everybody reads the marks behind a published result: component marks on the list, each contestant's
        line, the facts and the proof. Otherwise total, rank and award are all: a number with its readings beside a
        list with its names would tell the rest."""
        return self.public_rows == "full"

    @property
    def chain(self) -> str:
        """The name of this event's ledger chain."""
        return f"event:{self.code}"

    def takes_entries(self, at: datetime | None = None) -> bool:
        """Whether a new entry may be handed in now."""
        at = at or timezone.now()
        return (
            self.state == self.State.REGISTERING
            and (self.registration_opens is None or self.registration_opens <= at)
            and (self.registration_closes is None or at <= self.registration_closes)
        )

    @property
    def scheme_version(self) -> "SchemeVersion | None":
        """The scheme in force: the newest version."""
        return self.schemes.order_by("-number").first()


class CalendarStepQuerySet(models.QuerySet["CalendarStep"]):
    def coming(self, at: datetime | None = None) -> "CalendarStepQuerySet":
        """What has not begun, the next one first: the next step of an event, on every face."""
        return self.filter(starts_at__gt=at or timezone.now()).order_by("starts_at", "pk")


class CalendarStep(models.Model):
    """A dated step of the calendar, from filing to archive."""

    class Kind(models.TextChoices):
        FILING = "filing", _("Filing")
        NOTICE = "notice", _("Notice and technical document")
        REGISTRATION = "registration", _("Registration")
        ELIGIBILITY = "eligibility", _("Eligibility review")
        LIST = "list", _("Notice of the accepted list")
        PAPERS = "papers", _("Papers set and sealed")
        TRAINING = "training", _("Judges' training")
        BRIEFING = "briefing", _("Contestants' briefing")
        DRAW = "draw", _("Draw and first coding")
        THEORY = "theory", _("Theory paper")
        CHECK_IN = "check_in", _("Check-in and second coding")
        PRACTICE = "practice", _("Practical work")
        COLLECTION = "collection", _("Work collected, third coding")
        MEASURING = "measuring", _("Measuring")
        MARKING = "marking", pgettext_lazy("calendar", "Marking")
        RECHECK = "recheck", _("Recheck")
        LOCK = "lock", _("Marks locked by the chief judge")
        DECODING = "decoding", _("Decoding")
        TOTALS = "totals", _("Totals")
        PUBLICITY = "publicity", pgettext_lazy("calendar", "Results on public notice")
        APPEALS = "appeals", _("Appeals")
        FINAL = "final", _("Final list and awards")
        PROMOTION = "promotion", _("Promotion approved")
        REVIEW = "review", _("Technical review and archive")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="calendar")
    kind = models.CharField(_("step"), max_length=14, choices=Kind.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)

    objects = CalendarStepQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "starts_at", "pk")
        verbose_name = _("calendar step")
        verbose_name_plural = _("calendar")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    def phase(self, at: datetime | None = None) -> str:
        """done, now or later: how the timeline draws this step."""
        at = at or timezone.now()
        if self.starts_at > at:
            return "later"
        ends = self.ends_at or timezone.localtime(self.starts_at).replace(hour=23, minute=59)
        return "now" if at <= ends else "done"


class Session(models.Model):
    """A sitting (场次) of an event; few halls hold a bench for everybody."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("session"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120, blank=True)

    class Meta:
        ordering = ("event_id", "number")
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = (models.UniqueConstraint(fields=("event", "number"), name="session_number_once"),)

    def __str__(self) -> str:
        return str(_("Session %(number)s") % {"number": self.number})


class Station(models.Model):
    """A bench (工位) that every session of the event can use."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="stations")
    number = models.PositiveSmallIntegerField(_("station"))
    usable = models.BooleanField(_("usable"), default=True)

    class Meta:
        ordering = ("event_id", "number")
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = (models.UniqueConstraint(fields=("event", "number"), name="station_number_once"),)

    def __str__(self) -> str:
        return f"{self.number:02d}"


class EligibilityRule(models.Model):
    """One machine-checked condition of entry, as data."""

    class Kind(models.TextChoices):
        MIN_AGE = "min_age", _("Youngest age in years")
        BELOW_AGE = "below_age", _("Must be younger than, in years")
        INSURED_MONTHS = "insured_months", _("Months of local social insurance, or local residence")
        TRADE_YEARS = "trade_years", _("Years in the trade")
        BARRED_TITLE = "barred_title", _("Title in the same trade that bars entry")
        EMPLOYER_QUOTA = "employer_quota", _("Entries per employer at most")
        LEVEL_AT_LEAST = "level_at_least", _("Skill level at least (1 to 8)")
        BARRED_GROUP = "barred_group", _("Group that may not enter")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(_("rule"), max_length=16, choices=Kind.choices)
    value = models.CharField(_("value"), max_length=80, help_text=_("A whole number, a title or a group."))
    hard = models.BooleanField(
        _("refuses"), default=True, help_text=_("Otherwise the reviewers are warned and decide.")
    )
    note = models.CharField(_("words of the rule"), max_length=200, blank=True)

    class Meta:
        ordering = ("event_id", "kind", "pk")
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"
