from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit import known_day
from craft_site.kit.fields import SealedTextField
from craft_site.kit.language import in_language
from craft_site.people import roles
from honours.models.campaign import Campaign, city_of
from honours.models.honour import Honour, person
from honours.models.title import Kind


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, user: Any) -> "NominationQuerySet":
        """The only gate: the office and the city see all, a town its own units', a unit and a firm their own."""
        if user.has_role(roles.ORGANISER, roles.SUPERVISOR) or city_of(user):
            return self
        seen = Q(pk__in=())
        if user.has_role(roles.REVIEWER) and user.union_id:
            seen |= Q(employer__union=user.union_id) | Q(employer__union__parent=user.union_id)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            seen |= Q(employer=user.employer_id)
        return self.filter(seen)

    def waiting_for(self, user: Any) -> "NominationQuerySet":
        """Those whose next step is this person's union's."""
        if not user.has_role(roles.REVIEWER) or not user.union_id:
            return self.none()
        return self.filter(waits_for=user.union_id, state__in=Nomination.IN_UNIONS)

    def in_list(self) -> "NominationQuerySet":
        """Those that the meter of the list counts: handed in and neither given up nor refused."""
        return self.exclude(state__in=(*Nomination.OUT, Nomination.State.DRAFT))

    def for_list(self) -> "NominationQuerySet":
        return self.select_related("campaign__title", "worker", "employer__union", "waits_for")


class Nomination(models.Model):
    """Somebody, a unit or a team put up for an honour. What speaks for it is picked from the growth record."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("nomination", "Being written")
        NOMINATED = "nominated", pgettext_lazy("nomination", "Handed in")
        UNIT_MET = "unit_met", pgettext_lazy("nomination", "Passed by the workers' meeting")
        UNIT_POSTED = "unit_posted", pgettext_lazy("nomination", "On notice in the unit")
        AT_TOWN = "at_town", pgettext_lazy("nomination", "Reviewed by the town")
        TOWN_PASSED = "town_passed", pgettext_lazy("nomination", "Passed by the town")
        TOWN_POSTED = "town_posted", pgettext_lazy("nomination", "On notice in the town")
        AT_CITY = "at_city", pgettext_lazy("nomination", "Reviewed by the city")
        CLEARING = "clearing", pgettext_lazy("nomination", "Departments are asked")
        CLEARED = "cleared", pgettext_lazy("nomination", "Cleared by the departments")
        CITY_POSTED = "city_posted", pgettext_lazy("nomination", "On notice in the city")
        LISTED = "listed", pgettext_lazy("nomination", "On the final list")
        REPORTED = "reported", pgettext_lazy("nomination", "Reported up")
        CONFERRED = "conferred", pgettext_lazy("nomination", "Conferred")
        RETURNED = "returned", pgettext_lazy("nomination", "Returned")
        REFUSED = "refused", pgettext_lazy("nomination", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("nomination", "Withdrawn")

    OUT = (State.REFUSED, State.WITHDRAWN)
    IN_UNIONS = (
        State.NOMINATED,
        State.UNIT_MET,
        State.AT_TOWN,
        State.TOWN_PASSED,
        State.AT_CITY,
        State.CLEARED,
    )
    ON_NOTICE = (State.UNIT_POSTED, State.TOWN_POSTED, State.CITY_POSTED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("round"), on_delete=models.PROTECT, related_name="nominations"
    )
    reference = models.CharField(_("number"), max_length=12)
    worker = models.ForeignKey(
        "people.Worker",
        verbose_name=_("worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="nominations",
    )
    name = models.CharField(_("name"), max_length=120)
    employer = models.ForeignKey(
        "people.Employer", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    trade = models.ForeignKey(
        "people.Trade",
        verbose_name=_("trade"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    traits = models.JSONField(default=list)
    summary = models.CharField(
        _("in short"),
        max_length=200,
        help_text=_("Stands on the public notice; write no numbers of documents."),
    )
    deeds = models.TextField(_("main deeds"), max_length=3000, blank=True)
    members = models.JSONField(default=list, blank=True)  # names, who leads first
    agreed = models.BooleanField(_("knows of it and agrees to the notices"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed by the nominee"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    waits_for = models.ForeignKey(
        "people.Union",
        verbose_name=_("waits for"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    met_on = models.DateField(_("meeting on"), null=True, blank=True)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    in_favour = models.PositiveIntegerField(_("in favour"), null=True, blank=True)
    notice = models.ForeignKey(
        "honours.HonourNotice", null=True, blank=True, on_delete=models.PROTECT, related_name="nominations"
    )
    conferral = models.ForeignKey(
        "honours.Conferral", null=True, blank=True, on_delete=models.PROTECT, related_name="nominations"
    )
    honour = models.OneToOneField(
        Honour, null=True, blank=True, on_delete=models.PROTECT, related_name="nomination"
    )
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ("campaign_id", "pk")
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "reference"), name="nomination_number_once"),
            models.UniqueConstraint(
                fields=("campaign", "worker"),
                condition=Q(worker__isnull=False) & ~Q(state__in=("refused", "withdrawn")),
                name="nominated_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(in_favour__isnull=True) | Q(in_favour__lte=F("present")),
                name="nomination_votes_of_those_present",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("desk:nomination", args=(self.uuid,))

    @property
    def subject(self) -> str:
        return f"nomination:{self.uuid}"

    @property
    def is_firm(self) -> bool:
        """Whether it is a unit, a team, or heads a firm: more departments are asked."""
        return self.campaign.title.kind != Kind.PERSON or "head" in self.traits

    @property
    def union(self) -> Any:
        return self.employer.union


class NominationEvidence(models.Model):
    """A line of the growth record that speaks for a nomination, as it stood when it was picked."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=80, help_text="of the growth record")
    kind = models.CharField(max_length=10)
    on = models.DateField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    detail_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("evidence of a nomination")
        verbose_name_plural = _("evidence of nominations")
        constraints = (
            models.UniqueConstraint(fields=("nomination", "source"), name="nomination_evidence_once"),
        )

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def shown_day(self) -> str:
        """2025-05-01, or 2025 where no more is known."""
        return known_day.known(self.kind, self.on)

    @property
    def said(self) -> str:
        return in_language(self.detail, self.detail_en)


class NominationStep(models.Model):
    """A move of a nomination, for ever."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="steps")
    was = models.CharField(max_length=12, choices=Nomination.State.choices)
    to = models.CharField(max_length=12, choices=Nomination.State.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = person()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("step of a nomination")
        verbose_name_plural = _("steps of nominations")

    def __str__(self) -> str:
        return f"{self.nomination_id}: {self.was} - {self.to}"


class Clearance(models.Model):
    """What one department answered about one nomination. Empty until it has."""

    class Answer(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("answer of a department", "Not answered yet")
        CLEAR = "clear", pgettext_lazy("answer of a department", "Nothing stands against it")
        OBJECTS = "objects", pgettext_lazy("answer of a department", "Objects")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="clearances")
    department = models.CharField(_("department"), max_length=20)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, default=Answer.WAITING)
    document_no = models.CharField(pgettext_lazy("decree", "document number"), max_length=60, blank=True)
    note = SealedTextField(_("what was said"), blank=True)
    entered_by = person(null=True)
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("answer of a department")
        verbose_name_plural = _("answers of departments")
        constraints = (
            models.UniqueConstraint(fields=("nomination", "department"), name="department_asked_once"),
        )

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.department}"
