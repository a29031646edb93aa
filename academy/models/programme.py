from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.rules import programme as reading
from craft_site.kit.fields import SealedTextField
from craft_site.kit.language import in_language


def person(*, null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class SubsidyProgrammeQuerySet(models.QuerySet["SubsidyProgramme"]):
    def open(self, at: datetime | None = None) -> "SubsidyProgrammeQuerySet":
        """Those that take claims at this moment."""
        at = at or timezone.now()
        return self.filter(
            Q(closes_at__isnull=True) | Q(closes_at__gte=at),
            state=SubsidyProgramme.State.OPEN,
            opens_at__lte=at,
        )

    def at_work(self, at: datetime | None = None) -> "SubsidyProgrammeQuerySet":
        """Those that take claims at this moment, or in which drafts can be tried before they open."""
        at = at or timezone.now()
        return self.filter(
            Q(closes_at__isnull=True) | Q(closes_at__gte=at),
            Q(opens_at__lte=at) | Q(rehearsal_from__lte=at),
            state=SubsidyProgramme.State.OPEN,
        )


class SubsidyProgramme(models.Model):
    """A subsidy programme: the root row that every change of its claims locks first, and its money.

    What it grants stands in its versions; a claim belongs to the version under which it was filed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("programme", "Draft")
        OPEN = "open", pgettext_lazy("programme", "Open")
        CLOSED = "closed", pgettext_lazy("programme", "Closed")

    class Allocation(models.TextChoices):
        FIRST_COME = "first_come", _("First come, first served")
        LOTTERY = "lottery", _("By lot")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    allocation = models.CharField(
        _("how places are given"), max_length=12, choices=Allocation.choices, default=Allocation.FIRST_COME
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    rehearsal_from = models.DateTimeField(
        _("rehearsal from"), null=True, blank=True, help_text="from the rules in force, up to the opening"
    )
    budget = models.PositiveIntegerField(_("budget"), help_text=_("whole yuan"))
    committed = models.PositiveIntegerField(
        default=0, help_text="yuan of standing claims, paid ones included"
    )
    paid = models.PositiveIntegerField(default=0)
    claims_filed = models.PositiveIntegerField(default=0, help_text="gives the next reference number")
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)
    is_generated = models.BooleanField(_("generated for the demonstration"), default=False)

    objects = SubsidyProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_at", "code")
        verbose_name = _("subsidy programme")
        verbose_name_plural = _("subsidy programmes")
        constraints = (
            models.CheckConstraint(condition=Q(committed__lte=F("budget")), name="programme_within_budget"),
            models.CheckConstraint(
                condition=Q(paid__lte=F("committed")), name="programme_paid_was_committed"
            ),
        )

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def left(self) -> int:
        """Yuan that nobody has claimed."""
        return self.budget - self.committed

    @property
    def held(self) -> int:
        """Yuan of standing claims that are not paid yet."""
        return self.committed - self.paid

    @property
    def chain(self) -> str:
        """The name of its chain in the ledger."""
        return f"programme:{self.code}"

    def rehearses(self, at: datetime | None = None) -> bool:
        """Whether drafts can be made and tried now, before anything can be filed."""
        at = at or timezone.now()
        return (
            self.state == self.State.OPEN
            and self.rehearsal_from is not None
            and self.rehearsal_from <= at < self.opens_at
        )

    def takes_claims(self, at: datetime | None = None) -> bool:
        at = at or timezone.now()
        return (
            self.state == self.State.OPEN
            and self.opens_at <= at
            and (self.closes_at is None or self.closes_at >= at)
        )


class ProgrammeVersion(models.Model):
    """The rules of a programme as they stood for a while. Fixed with the first claim; a change is the next version."""

    programme = models.ForeignKey(SubsidyProgramme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    data = models.JSONField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("programme_id", "-number")
        verbose_name = _("version of a programme")
        verbose_name_plural = _("versions of programmes")
        constraints = (
            models.UniqueConstraint(fields=("programme", "number"), name="programme_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.programme} v{self.number}"

    @cached_property
    def rules(self) -> reading.Rules:
        return reading.read(self.data)


class Quota(models.Model):
    """The places of one item of a programme. They are taken under the programme's lock, never beyond the last."""

    programme = models.ForeignKey(SubsidyProgramme, on_delete=models.PROTECT, related_name="quotas")
    item = models.CharField(_("item"), max_length=40)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    taken = models.PositiveIntegerField(pgettext_lazy("quota", "taken"), default=0)

    class Meta:
        ordering = ("programme_id", "pk")
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = (
            models.UniqueConstraint(fields=("programme", "item"), name="quota_once_an_item"),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(taken__lte=F("places")), name="quota_not_overdrawn"
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.item}"


class SubsidyDraw(models.Model):
    """Drawing lots for the places of one item: list and commitment before the dice, the rest afterwards."""

    class State(models.TextChoices):
        COMMITTED = "committed", _("Frozen, not drawn yet")
        DRAWN = "drawn", pgettext_lazy("draw", "Drawn")
        PLACED = "placed", _("A place for everybody, no draw needed")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    programme = models.ForeignKey(SubsidyProgramme, on_delete=models.PROTECT, related_name="draws")
    item = models.CharField(_("item"), max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMMITTED)
    items = models.JSONField(help_text="reference numbers of the claims in the urn")
    places = models.PositiveIntegerField(_("places"))
    first = models.JSONField(
        default=list, help_text="reference numbers of those with priority, placed before the others"
    )
    list_hash = models.CharField(max_length=64)
    first_hash = models.CharField(
        max_length=64, blank=True, help_text="of the list of those with priority; empty where nobody has it"
    )
    commitment = models.CharField(max_length=64)
    secret = SealedTextField(_("secret"))  # published with the outcome only
    dice = models.CharField(max_length=200, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    committed_by = person()
    committed_at = models.DateTimeField(auto_now_add=True)
    drawn_by = person(null=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-committed_at",)
        verbose_name = _("draw of a programme")
        verbose_name_plural = _("draws of programmes")
        constraints = (
            models.UniqueConstraint(fields=("programme", "item"), name="subsidy_draw_once_an_item"),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.item}"
