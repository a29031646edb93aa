from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.fields import SealedTextField
from honours.models.holder import Holder
from honours.models.honour import Honour, person


class Benefit(models.Model):
    """What a holder was given because of an honour: kind, year, amount, when, by whom. Cancelled it stays as a line."""

    class Kind(models.TextChoices):
        ALLOWANCE = "allowance", _("Honour allowance")
        FESTIVAL = "festival", _("Spring Festival greeting")
        MEDICAL = "medical", _("Medical help")
        RECUPERATION = "recuperation", _("Recuperation stay")
        CHECKUP = "checkup", _("Health check")
        HARDSHIP = "hardship", _("Hardship help")

    # Paid once a year; of the others there may be several.
    ONCE_A_YEAR = (Kind.FESTIVAL, Kind.RECUPERATION, Kind.CHECKUP)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    holder = models.ForeignKey(
        Holder,
        verbose_name=pgettext_lazy("honour", "holder"),
        on_delete=models.PROTECT,
        related_name="benefits",
    )
    honour = models.ForeignKey(
        Honour, verbose_name=_("because of"), on_delete=models.PROTECT, related_name="benefits"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(
        _("month"), null=True, blank=True, help_text=_("Of a monthly allowance.")
    )
    amount = models.DecimalField(_("amount in yuan"), max_digits=9, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)
    cancelled_by = person(null=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-paid_on", "-pk")
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=0), name="benefit_is_no_debt"),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__gte=1, month__lte=12), name="benefit_month_exists"
            ),
            models.UniqueConstraint(
                fields=("holder", "kind", "year", "month"),
                condition=Q(month__isnull=False, cancelled_at__isnull=True),
                name="benefit_once_a_month",
            ),
            models.UniqueConstraint(
                fields=("holder", "kind", "year"),
                condition=Q(kind__in=("festival", "recuperation", "checkup"), cancelled_at__isnull=True),
                name="benefit_once_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} {self.amount}"


class HomeVisit(models.Model):
    """The federation's visit to a holder, at least once a year: when, who went, what the person needs."""

    class Occasion(models.TextChoices):
        SPRING = "spring", _("Before the Spring Festival")
        MAY = "may", _("Around May Day")
        ILLNESS = "illness", _("Illness or hardship")
        OTHER = "other", pgettext_lazy("occasion of a visit", "Another occasion")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    holder = models.ForeignKey(
        Holder,
        verbose_name=pgettext_lazy("honour", "holder"),
        on_delete=models.PROTECT,
        related_name="visits",
    )
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion.choices)
    on = models.DateField(_("day"))
    visitors = models.CharField(_("who went"), max_length=120)
    needs = SealedTextField(_("what the person told and needs"), blank=True)
    follow_up = models.CharField(_("what will be done"), max_length=200, blank=True)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-on", "-pk")
        verbose_name = _("visit to a holder")
        verbose_name_plural = _("visits to holders")
        constraints = (models.UniqueConstraint(fields=("holder", "on"), name="holder_visited_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.get_occasion_display()}"
