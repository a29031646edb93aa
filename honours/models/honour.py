from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from honours.models.holder import Holder
from honours.models.title import HonourTitle, Kind

REGISTER = "honours:register"


def person(*, null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class HonourQuerySet(models.QuerySet["Honour"]):
    def standing(self) -> "HonourQuerySet":
        return self.filter(state=Honour.State.STANDS)

    def in_public(self) -> "HonourQuerySet":
        """What a public page may show: it stands, and its holder may be named. The only gate of public pages."""
        return self.standing().exclude(holder__basis=Holder.Basis.NONE)

    def certifiable(self) -> "HonourQuerySet":
        """Those that stand and whose holder a certificate can name: somebody with a growth record, a unit, a team."""
        return self.standing().filter(Q(holder__worker__isnull=False) | ~Q(holder__kind=Kind.PERSON))

    def for_list(self) -> "HonourQuerySet":
        return self.select_related("title", "holder__employer", "holder__trade", "holder__worker")


class Honour(models.Model):
    """One honour of one holder, never deleted: revoked it stays here, with its reason, and leaves public pages."""

    class State(models.TextChoices):
        STANDS = "stands", pgettext_lazy("honour", "Stands")
        REVOKED = "revoked", pgettext_lazy("honour", "Revoked")

    class Origin(models.TextChoices):
        ENTERED = "entered", _("Entered by hand")
        IMPORTED = "imported", _("Read from a workbook")
        CONFERRED = "conferred", _("Conferred here")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.ForeignKey(
        HonourTitle, verbose_name=_("title"), on_delete=models.PROTECT, related_name="honours"
    )
    holder = models.ForeignKey(
        Holder,
        verbose_name=pgettext_lazy("honour", "holder"),
        on_delete=models.PROTECT,
        related_name="honours",
    )
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("Empty where no source tells it.")
    )
    conferred_on = models.DateField(_("conferred on"), null=True, blank=True)
    document_no = models.CharField(pgettext_lazy("decree", "document number"), max_length=60, blank=True)
    source = models.CharField(
        _("source"),
        max_length=300,
        help_text=_("Where this can be read: the decree, a newspaper with its date."),
    )
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ENTERED)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.STANDS)
    chain = models.CharField(max_length=80, default=REGISTER, editable=False)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = HonourQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "-title__level", "title__name", "holder__name")
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        constraints = (
            models.UniqueConstraint(fields=("title", "holder", "year"), name="honour_once_a_year_of_a_title"),
            models.CheckConstraint(condition=~Q(source=""), name="honour_has_a_source"),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.year or ''} {self.holder}"

    @property
    def subject(self) -> str:
        """What its lines of the ledger are about."""
        return f"honour:{self.uuid}"

    @property
    def record_source(self) -> str:
        """Its line in a growth record."""
        return f"honours:honour:{self.uuid}"

    @property
    def day(self) -> date | None:
        """The day that stands in growth records: its own, else the first of its year."""
        return self.conferred_on or (date(self.year, 1, 1) if self.year else None)


class HonourMember(models.Model):
    """One of those behind a collective honour; one of them leads."""

    honour = models.ForeignKey(Honour, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=50)
    worker = models.ForeignKey(
        "people.Worker", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_leader = models.BooleanField(_("leads it"), default=False)

    class Meta:
        ordering = ("-is_leader", "pk")
        verbose_name = _("member of a collective honour")
        verbose_name_plural = _("members of collective honours")
        constraints = (
            models.UniqueConstraint(
                fields=("honour",), condition=Q(is_leader=True), name="honour_one_leader"
            ),
        )

    def __str__(self) -> str:
        return self.name


class HonourTally(models.Model):
    """How many of a title a source counts for one year. A report may say "31" and name nobody: then 31 are in the roll,
    with the sentence that says so, and nobody is invented."""

    title = models.ForeignKey(
        HonourTitle, verbose_name=_("title"), on_delete=models.PROTECT, related_name="tallies"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    period = models.CharField(
        _("period"), max_length=20, blank=True, help_text=_("Where it is not the year: 2022-2023.")
    )
    count = models.PositiveIntegerField(_("how many"))
    source = models.CharField(_("source"), max_length=300)
    quote = models.CharField(_("the sentence that says it"), max_length=300, blank=True)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-year", "-title__level", "title__name")
        verbose_name = _("count of an honour")
        verbose_name_plural = _("counts of honours")
        constraints = (
            models.UniqueConstraint(fields=("title", "year"), name="honour_counted_once_a_year"),
            models.CheckConstraint(condition=Q(count__gte=1), name="honour_count_is_a_number"),
            models.CheckConstraint(condition=~Q(source=""), name="honour_count_has_a_source"),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.period or self.year}: {self.count}"
