from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.fields import SealedTextField
from craft_site.people import roles
from craft_site.people.models import Union
from honours.models.campaign import city_of
from honours.models.honour import person

OUTREACH = "honours:outreach"  # one chain of the ledger for visits to firms and talks


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any) -> "VisitQuerySet":
        """The only gate: the office and the city see all, a union its firms', a contact the own firm's, a craftsman
        those to which they were asked."""
        if user.has_role(roles.ORGANISER, roles.SUPERVISOR) or city_of(user):
            return self
        seen = Q(pk__in=VisitCraftsman.objects.filter(worker__user=user).values("visit"))
        if user.has_role(roles.REVIEWER):
            seen |= Q(employer__union__in=Union.objects.looked_after_by(user))
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            seen |= Q(employer=user.employer_id)
        return self.filter(seen)

    def held(self) -> "VisitQuerySet":
        """Those that really took place."""
        return self.filter(state__in=Visit.HELD, visited_on__isnull=False)

    def open(self) -> "VisitQuerySet":
        return self.exclude(state__in=Visit.OVER)

    def for_the_office(self) -> "VisitQuerySet":
        """What waits to be accepted and matched."""
        return self.filter(state__in=Visit.TO_MATCH)

    def overdue(self) -> "VisitQuerySet":
        return self.open().filter(due_on__lt=timezone.localdate())

    def in_public(self) -> "VisitQuerySet":
        """Those that a public page may tell of: held, and the firm agreed. The only gate of public pages."""
        return self.held().filter(may_publish=True)

    def for_list(self) -> "VisitQuerySet":
        return self.select_related("employer__union__parent", "trade")

    def with_people(self) -> "VisitQuerySet":
        return self.prefetch_related(
            models.Prefetch("craftsmen", VisitCraftsman.objects.select_related("worker__employer"))
        )


class Visit(models.Model):
    """Craftsmen go to a firm that asked for help: request, match, visit, follow-up, the firm's rating."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("firm visit", "Requested")
        TRIAGED = "triaged", pgettext_lazy("firm visit", "Accepted, to be matched")
        MATCHED = "matched", pgettext_lazy("firm visit", "Proposed, waits for answers")
        AGREED = "agreed", pgettext_lazy("firm visit", "Agreed")
        VISITED = "visited", pgettext_lazy("firm visit", "Visited")
        FOLLOWED_UP = "followed_up", pgettext_lazy("firm visit", "Followed up")
        CLOSED = "closed", pgettext_lazy("firm visit", "Closed")
        DECLINED = "declined", pgettext_lazy("firm visit", "Declined")
        CANCELLED = "cancelled", pgettext_lazy("firm visit", "Cancelled")

    class Kind(models.TextChoices):
        SERVICE = "service", _("Technical service")
        PROBLEM = "problem", _("Technical problem solving")
        MANAGEMENT = "management", _("Better management")

    class Urgency(models.TextChoices):
        URGENT = "urgent", pgettext_lazy("urgency", "Urgent: production stands")
        SOON = "soon", pgettext_lazy("urgency", "Soon")
        NORMAL = "normal", pgettext_lazy("urgency", "Normal")

    class Source(models.TextChoices):
        ONLINE = "online", pgettext_lazy("way of a request", "By the firm, here")
        PHONE = "phone", pgettext_lazy("way of a request", "By telephone, entered by the office")

    HELD = (State.VISITED, State.FOLLOWED_UP, State.CLOSED)
    OVER = (State.CLOSED, State.DECLINED, State.CANCELLED)
    TO_MATCH = (State.REQUESTED, State.TRIAGED)
    BEFORE = (State.REQUESTED, State.TRIAGED, State.MATCHED, State.AGREED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField(pgettext_lazy("firm visit", "number"), max_length=12, unique=True)
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=pgettext_lazy("firm visit", "firm"),
        on_delete=models.PROTECT,
        related_name="firm_visits",
    )
    problem = models.TextField(_("what the firm needs help with"), max_length=1000)
    trade = models.ForeignKey(
        "people.Trade",
        verbose_name=_("trade"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("kind of help"), max_length=12, choices=Kind.choices, default=Kind.SERVICE)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    wished_by = models.DateField(_("wished by"), null=True, blank=True)
    contact = SealedTextField(_("whom to call at the firm"), blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.ONLINE)
    asked_on = models.DateField(pgettext_lazy("firm visit", "asked on"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.REQUESTED)
    due_on = models.DateField(_("next step due"), null=True, blank=True)

    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    firm_agreed_on = models.DateField(_("the firm agreed on"), null=True, blank=True)

    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    people_trained = models.PositiveIntegerField(_("people trained"), null=True, blank=True)
    saving = models.DecimalField(_("saving in yuan"), max_digits=14, decimal_places=2, null=True, blank=True)
    report = models.TextField(_("what was done"), max_length=2000, blank=True)
    followed_up_on = models.DateField(_("followed up on"), null=True, blank=True)
    follow_up = models.CharField(_("what the follow-up found"), max_length=500, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    rating_words = models.CharField(_("what the firm says"), max_length=300, blank=True)
    rated_on = models.DateField(_("rated on"), null=True, blank=True)
    may_publish = models.BooleanField(_("the firm agrees to be named in public"), default=False)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_on", "-pk")
        verbose_name = _("visit to a firm")
        verbose_name_plural = _("visits to firms")
        indexes = (models.Index(fields=("state", "visited_on"), name="firm_visit_by_day"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("visited", "followed_up", "closed")) | Q(visited_on__isnull=False),
                name="firm_visit_held_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="firm_visit_rated_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(saving__isnull=True) | Q(saving__gte=0), name="firm_visit_saving_is_no_loss"
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gt=0), name="firm_visit_took_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.employer}"

    def get_absolute_url(self) -> str:
        return reverse("desk:firm_visit", args=(self.uuid,))

    def my_url(self) -> str:
        return reverse("me:firm_visit", args=(self.uuid,))

    @property
    def subject(self) -> str:
        return f"firm_visit:{self.uuid}"

    @property
    def record_source(self) -> str:
        return f"honours.visit:{self.uuid}"

    @property
    def is_open(self) -> bool:
        return self.state not in self.OVER

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()


class VisitCraftsman(models.Model):
    """A craftsman proposed for a visit: why, what they answered, whether they came."""

    class Answer(models.TextChoices):
        ASKED = "asked", pgettext_lazy("answer of a craftsman", "Not answered yet")
        YES = "yes", pgettext_lazy("answer of a craftsman", "Comes")
        NO = "no", pgettext_lazy("answer of a craftsman", "Cannot come")
        DROPPED = "dropped", pgettext_lazy("answer of a craftsman", "No longer asked")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="craftsmen")
    worker = models.ForeignKey(
        "people.Worker", verbose_name=_("craftsman"), on_delete=models.PROTECT, related_name="firm_visits"
    )
    score = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    reasons = models.JSONField(default=list, blank=True)  # rules.visit_match.Reason, as it stood at the match
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, default=Answer.ASKED)
    words = models.CharField(_("what the craftsman says"), max_length=200, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    came = models.BooleanField(_("came"), default=False)
    may_name = models.BooleanField(_("agrees to be named in public"), default=False)

    class Meta:
        ordering = ("visit_id", "-score", "pk")
        verbose_name = _("craftsman of a visit")
        verbose_name_plural = _("craftsmen of visits")
        constraints = (
            models.UniqueConstraint(fields=("visit", "worker"), name="craftsman_once_a_firm_visit"),
        )

    def __str__(self) -> str:
        return f"{self.visit_id} {self.worker}"


class VisitProblem(models.Model):
    """One problem that was worked on at a visit: solved there, later, or still open until a day."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="problems")
    text = models.CharField(_("problem"), max_length=200)
    kind = models.CharField(_("kind of help"), max_length=12, choices=Visit.Kind.choices)
    solved_on = models.DateField(_("solved on"), null=True, blank=True)
    follow_up_on = models.DateField(_("look again on"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("problem of a firm")
        verbose_name_plural = _("problems of firms")
        constraints = (
            models.CheckConstraint(
                condition=Q(solved_on__isnull=False) | Q(follow_up_on__isnull=False),
                name="firm_problem_solved_or_watched",
            ),
        )

    def __str__(self) -> str:
        return self.text


class VisitStep(models.Model):
    """A move of a visit, for ever."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="steps")
    was = models.CharField(max_length=12, choices=Visit.State.choices)
    to = models.CharField(max_length=12, choices=Visit.State.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    on = models.DateField(_("day"))  # on which it happened; written down perhaps later
    by = person()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("step of a visit")
        verbose_name_plural = _("steps of visits")

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.was} - {self.to}"
