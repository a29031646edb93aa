from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.academy import Mentor
from academy.models.pair import Pair, PairScheme
from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.models.trade import Grade


class MatchRoundQuerySet(models.QuerySet["MatchRound"]):
    def visible_to(self, user: Any) -> "MatchRoundQuerySet":
        """The only gate: the office and supervisors see all, everybody else those that were opened."""
        if user.has_role(roles.ORGANISER, roles.SUPERVISOR):
            return self
        return self.exclude(state=MatchRound.State.DRAFT)

    def for_list(self) -> "MatchRoundQuerySet":
        """With how many seek, offer, are proposed and decided; without what was computed, which is large."""

        def count(rows: Any) -> Any:
            mine = rows.filter(round=OuterRef("pk")).order_by().values("round")
            return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)

        decided = MatchProposal.objects.exclude(state=MatchProposal.State.PENDING)
        return (
            self.select_related("scheme")
            .defer("outcome")
            .annotate(
                seeking=count(Seeker.objects),
                offering=count(Offer.objects),
                proposed=count(MatchProposal.objects),
                decided=count(decided),
            )
        )

    def open_now(self) -> "MatchRoundQuerySet":
        now = timezone.now()
        return self.filter(state=MatchRound.State.OPEN, opens_at__lte=now, closes_at__gte=now)


class MatchRound(models.Model):
    """A round in which workers look for masters and masters have free places. weights: what makes two people fit."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("round", "Being prepared")
        OPEN = "open", pgettext_lazy("round", "Takes wishes")
        PROPOSED = "proposed", pgettext_lazy("round", "Proposals made")
        DECIDED = "decided", pgettext_lazy("round", "Decided")

    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    scheme = models.ForeignKey(
        PairScheme, verbose_name=_("rules"), on_delete=models.PROTECT, related_name="rounds"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    weights = models.JSONField(default=dict, blank=True)
    # What the last computation went by, so that anybody can look at it and compute it again.
    market_hash = models.CharField(max_length=64, blank=True, editable=False)
    computed_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.JSONField(
        default=dict, blank=True, editable=False, help_text="who stays without, and why"
    )

    objects = MatchRoundQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_at",)
        verbose_name = _("round of matching")
        verbose_name_plural = _("rounds of matching")
        constraints = (
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_it_opens"
            ),
        )

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("desk:round", args=(self.code,))

    def takes_wishes(self) -> bool:
        return self.state == self.State.OPEN and self.opens_at <= timezone.now() <= self.closes_at


def _worker(name: str) -> Any:
    return models.ForeignKey(
        "people.Worker", verbose_name=_("worker"), on_delete=models.PROTECT, related_name=name
    )


class Seeker(models.Model):
    """A worker who looks for a master in a round. grade: the level held in the trade, 0 for none."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    round = models.ForeignKey(MatchRound, on_delete=models.CASCADE, related_name="seekers")
    worker = _worker("seeks")
    trade = models.ForeignKey(
        "people.Trade", verbose_name=_("trade"), on_delete=models.PROTECT, related_name="+"
    )
    grade = models.PositiveSmallIntegerField(_("level"), default=0)
    hopes = models.CharField(_("what I want to learn"), max_length=200, blank=True)
    only_wishes = models.BooleanField(_("only one of these, or nobody"), default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("round_id", "pk")
        verbose_name = _("worker who looks for a master")
        verbose_name_plural = _("workers who look for a master")
        constraints = (models.UniqueConstraint(fields=("round", "worker"), name="seeker_once_a_round"),)

    def __str__(self) -> str:
        return str(self.worker)


class Offer(models.Model):
    """A master with free places in a round."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    round = models.ForeignKey(MatchRound, on_delete=models.CASCADE, related_name="offers")
    worker = _worker("offers")
    appointment = models.ForeignKey(
        Mentor,
        null=True,
        blank=True,
        verbose_name=_("appointment"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    trade = models.ForeignKey(
        "people.Trade", verbose_name=_("trade"), on_delete=models.PROTECT, related_name="+"
    )
    grade = models.PositiveSmallIntegerField(_("level"), choices=Grade.choices)
    places = models.PositiveSmallIntegerField(_("places"), default=1, validators=[MinValueValidator(1)])
    teaches = models.CharField(_("what I teach"), max_length=200, blank=True)
    only_wishes = models.BooleanField(_("only one of these, or nobody"), default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("round_id", "pk")
        verbose_name = _("master with free places")
        verbose_name_plural = _("masters with free places")
        constraints = (models.UniqueConstraint(fields=("round", "worker"), name="offer_once_a_round"),)

    def __str__(self) -> str:
        return str(self.worker)


class SeekerWish(models.Model):
    """A master whom somebody would like, the dearest with rank 1."""

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="wishes")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="wished_by")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("seeker_id", "rank")
        constraints = (
            models.UniqueConstraint(fields=("seeker", "offer"), name="wish_for_a_master_once"),
            models.UniqueConstraint(fields=("seeker", "rank"), name="wish_for_a_master_by_rank"),
        )

    def __str__(self) -> str:
        return f"{self.rank}"


class OfferWish(models.Model):
    """A worker whom a master would like, the dearest with rank 1."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="wishes")
    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="wished_by")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("offer_id", "rank")
        constraints = (
            models.UniqueConstraint(fields=("offer", "seeker"), name="wish_for_an_apprentice_once"),
            models.UniqueConstraint(fields=("offer", "rank"), name="wish_for_an_apprentice_by_rank"),
        )

    def __str__(self) -> str:
        return f"{self.rank}"


class MatchProposal(models.Model):
    """Two people whom the program proposes to one another; a person decides. reason: plain values, put into words
    when shown."""

    class State(models.TextChoices):
        PENDING = "pending", _("To be decided")
        TAKEN = "taken", pgettext_lazy("proposal", "Taken")
        DROPPED = "dropped", pgettext_lazy("proposal", "Not taken")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    round = models.ForeignKey(MatchRound, on_delete=models.CASCADE, related_name="proposals")
    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="proposals")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="proposals")
    reason = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    note = models.CharField(_("note"), max_length=200, blank=True)
    pair = models.OneToOneField(
        Pair, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("round_id", "pk")
        verbose_name = _("proposal of a round")
        verbose_name_plural = _("proposals of rounds")
        constraints = (models.UniqueConstraint(fields=("round", "seeker"), name="proposal_once_a_seeker"),)

    def __str__(self) -> str:
        return f"{self.seeker} - {self.offer}"
