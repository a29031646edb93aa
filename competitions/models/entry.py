from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competitions.models.event import Event
from competitions.models.panel import Seat
from craft_site.people import roles
from craft_site.people.models import Union


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: Any) -> "EntryQuerySet":
        """The only gate to entries. An entry carries a name, so nobody who marks may pass it.

        The office sees all; the reviewer of a union below the city's those of its firms; an employer's contact the
        firm's; a contestant their own; judges none, whatever else they may be in the same event.
        """
        own = Q(worker__user=user)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            own |= Q(employer_id=user.employer_id)
        found = self
        if not user.in_office:
            looked_after = Q(employer__union__in=Union.objects.looked_after_by(user))
            found = self.filter(own | looked_after if user.has_role(roles.REVIEWER) else own)
        # Whoever marks in an event sees no name in that event, office staff included.
        marking = Seat.objects.held_by(user, *Seat.MARKING).filter(event=OuterRef("event"))
        return found.filter(own | ~Exists(marking))

    def for_desk(self) -> "EntryQuerySet":
        return self.select_related("worker", "employer", "team", "event")

    def without_photo(self) -> "EntryQuerySet":
        """Those whose photo stands neither in the profile nor among the papers."""
        photos = EntryFile.objects.filter(entry=OuterRef("pk"), kind=EntryFile.Kind.PHOTO)
        return self.filter(~Exists(photos), worker__photo__isnull=True)

    def accepted(self) -> "EntryQuerySet":
        return self.filter(state=Entry.State.ACCEPTED)

    def in_the_draw(self) -> "EntryQuerySet":
        """Who gets a contestant number: whoever was accepted, also when the door is open already and the numbers are
        drawn anew."""
        return self.filter(state__in=(Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.ABSENT))


class Team(models.Model):
    """A team of an event that ranks teams too."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("team"), max_length=80)
    employer = models.ForeignKey(
        "people.Employer", verbose_name=_("employer"), null=True, blank=True, on_delete=models.PROTECT
    )
    leader = models.CharField(_("team leader"), max_length=50, blank=True)

    class Meta:
        ordering = ("event_id", "name")
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = (models.UniqueConstraint(fields=("event", "name"), name="team_name_once"),)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One worker's entry for one event, from draft to the day."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for the employer")
        UNIT_OK = "unit_ok", _("Waiting for the office")
        RETURNED = "returned", _("Returned for correction")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ABSENT = "absent", _("Did not start")
        CHECKED_IN = "checked_in", _("Checked in")
        DISQUALIFIED = "disqualified", _("Disqualified")

    class Group(models.TextChoices):
        WORKER = "worker", _("Worker")
        STUDENT = "student", _("Student")
        TEACHER = "teacher", _("Teacher")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="entries"
    )
    worker = models.ForeignKey(
        "people.Worker", verbose_name=_("worker"), on_delete=models.PROTECT, related_name="entries"
    )
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    group = models.CharField(_("group"), max_length=8, choices=Group.choices, default=Group.WORKER)
    trade_years = models.PositiveSmallIntegerField(_("years in the trade"), null=True, blank=True)
    insured_months = models.PositiveSmallIntegerField(
        _("months of local social insurance"), null=True, blank=True
    )
    local_resident = models.BooleanField(
        _("registered resident or holder of a residence permit"), default=False
    )
    emergency_contact = models.CharField(_("emergency contact"), max_length=60, blank=True)
    agreed_rules_at = models.DateTimeField(null=True, blank=True, editable=False)
    agreed_publicity_at = models.DateTimeField(null=True, blank=True, editable=False)
    reference = models.CharField(
        _("reference number"), max_length=24, unique=True, null=True, blank=True, editable=False
    )
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("correct by"), null=True, blank=True, editable=False)
    from_roster = models.BooleanField(_("from the employer's roster"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("event_id", "pk")
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "worker"),
                name="one_entry_a_worker",
                violation_error_message=_("This worker is already entered for this event."),
            ),
        )
        indexes = (models.Index(fields=("event", "state"), name="entry_event_state"),)

    def __str__(self) -> str:
        return self.reference or f"{self.event} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("desk:entry", args=(self.uuid,))

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Django's own puts the words of all states into a dictionary for each row of a list."""
        return str(self.State(self.state).label)


class EntryFile(models.Model):
    """A photo or paper handed in with an entry."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        CERTIFICATE = "certificate", _("Skill certificate")
        INSURANCE = "insurance", _("Proof of social insurance")
        OTHER = "other", _("Other")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    file = models.ForeignKey("people.PrivateFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("entry_id", "kind", "pk")
        verbose_name = _("paper of an entry")
        verbose_name_plural = _("papers of entries")

    def __str__(self) -> str:
        return self.get_kind_display()


class EntryStep(models.Model):
    """One move of an entry: who, when, why. The whole story of a review is the list of these."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="steps")
    from_state = models.CharField(max_length=12, choices=Entry.State.choices)
    to_state = models.CharField(max_length=12, choices=Entry.State.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("entry_id", "at", "pk")
        verbose_name = _("step of an entry")
        verbose_name_plural = _("steps of entries")

    def __str__(self) -> str:
        return f"{self.entry}: {self.from_state} → {self.to_state}"


class Finding(models.Model):
    """What the machine found when it checked an entry against one rule of eligibility."""

    class Outcome(models.TextChoices):
        MET = "met", _("Met")
        NOT_MET = "not_met", _("Not met")
        UNKNOWN = "unknown", _("Cannot be told")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="findings")
    rule = models.ForeignKey("competitions.EligibilityRule", on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    found = models.CharField(_("found"), max_length=120, blank=True)

    class Meta:
        ordering = ("entry_id", "rule")
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (models.UniqueConstraint(fields=("entry", "rule"), name="finding_once_a_rule"),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_outcome_display()}"
