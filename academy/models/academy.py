from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.models.trade import Grade


class Alliance(models.Model):
    """An alliance of innovation studios; its member units supply the mentors."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("alliance of studios")
        verbose_name_plural = _("alliances of studios")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def chain(self) -> str:
        """The name of the ledger chain of its members."""
        return f"alliance:{self.pk}"


class Studio(models.Model):
    """An innovation studio (劳模创新工作室) of a firm. Its leader is a worker; the firm is the member unit."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    employer = models.ForeignKey(
        "people.Employer", verbose_name=_("member unit"), on_delete=models.PROTECT, related_name="studios"
    )
    leader = models.ForeignKey(
        "people.Worker",
        verbose_name=_("leader"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="studios_led",
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("studio")
        verbose_name_plural = _("studios")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def chain(self) -> str:
        """The name of its ledger chain."""
        return f"studio:{self.pk}"


class Membership(models.Model):
    """A studio belongs to an alliance from a day on, and perhaps until a day: both days count."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="memberships")
    studio = models.ForeignKey(
        Studio, verbose_name=_("studio"), on_delete=models.PROTECT, related_name="memberships"
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("alliance_id", "since", "pk")
        verbose_name = _("membership of a studio")
        verbose_name_plural = _("memberships of studios")
        constraints = (
            models.UniqueConstraint(fields=("alliance", "studio", "since"), name="membership_once_a_day"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="membership_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.studio} - {self.alliance}"


class Academy(models.Model):
    """A craftsman academy (工匠学院), and below it its branches and training bases."""

    class Kind(models.TextChoices):
        ACADEMY = "academy", _("Academy")
        BRANCH = "branch", _("Branch")
        BASE = "base", _("Training base")

    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ACADEMY)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="branches",
    )
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("founded in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="academies",
    )
    alliance = models.ForeignKey(
        Alliance,
        verbose_name=_("alliance that supplies the mentors"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="academies",
    )
    address = models.CharField(_("address"), max_length=160, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("academy")
        verbose_name_plural = _("academies")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def above(self) -> list["Academy"]:
        """This academy and those it belongs to, lowest first."""
        found: list[Academy] = []
        one: Academy | None = self
        while one is not None and one not in found:
            found.append(one)
            one = one.parent
        return found

    @property
    def chain(self) -> str:
        """The name of the ledger chain of the academy, its rooms and its appointments."""
        return f"academy:{self.code}"


class MentorQuerySet(models.QuerySet["Mentor"]):
    def serving(self, on: date | None = None) -> "MentorQuerySet":
        """Appointed on that day, today if none is given."""
        on = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)

    def named_in_public(self) -> "MentorQuerySet":
        """Who agreed to be named on public pages and serves now."""
        return self.serving().filter(agreed_publicity_at__isnull=False)

    def visible_to(self, user: Any) -> "MentorQuerySet":
        """The office sees every appointment, an employer's contact those of the firm's people, a mentor the own."""
        if user.has_role(roles.ORGANISER, roles.REVIEWER, roles.SUPERVISOR):
            return self
        own = Q(worker__user=user)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            own |= Q(worker__employer_id=user.employer_id)
        return self.filter(own)

    def for_desk(self) -> "MentorQuerySet":
        return self.select_related("worker__employer", "academy", "trade", "studio")

    def from_members(self, on: date | None = None) -> "MentorQuerySet":
        """Those whose studio belongs to their academy's alliance on that day."""
        on = on or timezone.localdate()
        member = Membership.objects.filter(
            Q(until=None) | Q(until__gte=on),
            alliance=OuterRef("academy__alliance"),
            studio=OuterRef("studio"),
            since__lte=on,
        )
        return self.filter(Exists(member))


class Mentor(models.Model):
    """A craftsman appointed (聘任) as mentor of an academy: letter number, term, trade and level."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    academy = models.ForeignKey(
        Academy, verbose_name=_("academy"), on_delete=models.PROTECT, related_name="mentors"
    )
    worker = models.ForeignKey(
        "people.Worker", verbose_name=_("worker"), on_delete=models.PROTECT, related_name="appointments"
    )
    studio = models.ForeignKey(
        Studio,
        verbose_name=_("studio"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mentors",
    )
    trade = models.ForeignKey(
        "people.Trade", verbose_name=_("trade"), on_delete=models.PROTECT, related_name="mentors"
    )
    grade = models.PositiveSmallIntegerField(_("level"), choices=Grade.choices)
    letter_no = models.CharField(_("number of the letter of appointment"), max_length=40, unique=True)
    since = models.DateField(_("appointed from"))
    until = models.DateField(_("appointed until"), null=True, blank=True)
    agreed_publicity_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MentorQuerySet.as_manager()

    class Meta:
        ordering = ("worker__name", "pk")
        verbose_name = _("mentor of an academy")
        verbose_name_plural = _("mentors of academies")
        constraints = (
            models.UniqueConstraint(fields=("academy", "worker", "since"), name="appointment_once_a_day"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="appointment_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return self.worker.name

    @property
    def public_name(self) -> str:
        """The name for public pages: empty without the mentor's consent."""
        return self.worker.name if self.agreed_publicity_at is not None else ""

    def serves(self, on: date | None = None) -> bool:
        """Whether the appointment holds on that day, today if none is given."""
        on = on or timezone.localdate()
        return self.since <= on and (self.until is None or on <= self.until)
