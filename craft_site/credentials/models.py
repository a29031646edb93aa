from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.credentials import issuer, numbers
from craft_site.kit import known_day
from craft_site.kit.language import in_language
from craft_site.people import roles


class StatusList(models.Model):
    """A public list of bits, one a certificate in an order that means nothing; a set bit: revoked."""

    SIZE = 131_072  # the least that W3C Bitstring Status List allows: among so many a bit tells nobody apart

    number = models.PositiveIntegerField(unique=True)

    class Meta:
        ordering = ("number",)
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")

    def __str__(self) -> str:
        return str(self.number)

    @property
    def url(self) -> str:
        return issuer.base_url() + reverse("credentials:status", args=(self.number,))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """The office sees all, everybody else their wallet."""
        return self if user.has_role(roles.ORGANISER, roles.SUPERVISOR) else self.in_wallet_of(user)

    def in_wallet_of(self, user: Any) -> "CertificateQuerySet":
        """One's own, and for an employer's contact those of the unit and its teams."""
        mine = Q(holder__user=user)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            mine |= Q(employer=user.employer_id)
        return self.filter(mine)

    def standing(self) -> "CertificateQuerySet":
        return self.filter(revoked_at__isnull=True)

    def for_desk(self) -> "CertificateQuerySet":
        return self.select_related("holder", "issued_by").prefetch_related("revocations")


class Certificate(models.Model):
    """What was issued to whom, as signed. A fact has one certificate that stands, at most.

    A person is the `holder`, and the fact a line of their growth record. A unit or a team is no worker: `holder` is
    empty, the name says who it is, and `employer` whose people keep it, where that one is in the register.

    `credential` is the signed document; the other columns repeat what it says, so that both can be compared.
    """

    class Kind(models.TextChoices):
        PRIZE = "prize", _("Prize of a contest")
        COMPLETION = "completion", _("Course completed")
        PAIR = "pair", _("Apprenticeship completed")
        MENTOR = "mentor", _("Apprentice brought to completion")
        HONOUR = "honour", _("Honour")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField(
        pgettext_lazy("certificate", "number"), max_length=numbers.LENGTH, unique=True, editable=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    holder = models.ForeignKey(
        "people.Worker",
        verbose_name=_("holder"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="certificates",
        help_text="empty: of a unit or a team",
    )
    holder_name = models.CharField(
        pgettext_lazy("person", "name"), max_length=120, help_text="as it was at the issue"
    )
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="of a unit's or team's: whose people keep it",
    )
    source = models.CharField(
        max_length=80, help_text="of the fact: a line in a growth record, a row of a wing"
    )
    title = models.CharField(_("what for"), max_length=200)
    title_en = models.CharField(_("what for, in English"), max_length=200, blank=True)
    issuers = models.JSONField(_("issued by"), default=list, help_text="[{zh, en}] in their order")
    facts = models.JSONField(default=dict, help_text="{name: {zh, en}}, names of credentials.wording")
    on = models.DateField(_("date"))
    salt = models.CharField(max_length=32, editable=False, help_text="empty: the name stands in clear")
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="certificates")
    status_index = models.PositiveIntegerField()
    facts_hash = models.CharField(max_length=64, help_text="of everything that a new version would change")
    credential = models.JSONField(help_text="the signed document")
    jwt = models.TextField(blank=True, help_text="the same signed as JWT")
    key_id = models.CharField(max_length=32)
    unprintable = models.CharField(
        _("characters without a glyph"),
        max_length=50,
        blank=True,
        help_text="of the name, in the site's font",
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(pgettext_lazy("certificate", "revoked"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at", "-pk")
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = (
            models.UniqueConstraint(fields=("status_list", "status_index"), name="credentials_one_bit_each"),
            models.UniqueConstraint(
                fields=("holder", "source"),
                condition=Q(revoked_at__isnull=True),
                name="credentials_one_stands_a_fact",
            ),
            models.UniqueConstraint(
                fields=("source",),
                condition=Q(revoked_at__isnull=True, holder__isnull=True),
                name="credentials_one_stands_a_collective_fact",
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True) | Q(employer__isnull=True),
                name="credentials_of_a_person_or_a_collective",
            ),
        )

    def __str__(self) -> str:
        return self.shown_number

    @property
    def is_collective(self) -> bool:
        """Whether a unit or a team holds it: what it is called is no secret."""
        return self.holder_id is None

    @property
    def shown_day(self) -> str:
        """2025-05-01, or 2025 where no more is known."""
        return known_day.known(self.kind, self.on)

    @property
    def shown_number(self) -> str:
        return numbers.shown(self.number)

    @property
    def heading(self) -> str:
        """What it is for, in the reader's language."""
        return in_language(self.title, self.title_en)

    def verify_path(self) -> str:
        return reverse("verify:certificate", args=(self.shown_number,))

    @property
    def verify_url(self) -> str:
        """What the QR code leads to; the number in it is random and tells nothing of the holder."""
        return issuer.base_url() + self.verify_path()

    @property
    def issuer_names(self) -> list[str]:
        return [in_language(one["zh"], one.get("en", "")) for one in self.issuers]

    @property
    def cause(self) -> str:
        """Why it was revoked, in a word for the public; nothing while it stands. Asks for `revocations`."""
        done = [one for one in self.revocations.all() if one.state == Revocation.State.CONFIRMED]
        return done[-1].get_cause_display() if done else ""

    @property
    def is_erased(self) -> bool:
        """The holder's data were deleted: the number is known, the document is gone."""
        return not self.credential

    @property
    def not_valid_since(self) -> date | None:
        """The day that the decision names, else the day on which it was revoked. Asks for `revocations`."""
        if self.revoked_at is None:
            return None
        done = [one for one in self.revocations.all() if one.state == Revocation.State.CONFIRMED]
        return (done[-1].effective_on if done else None) or timezone.localdate(self.revoked_at)

    @property
    def open_request(self) -> "Revocation | None":
        """The revocation that waits for a second person. Asks for `revocations`."""
        return next((one for one in self.revocations.all() if one.state == Revocation.State.ASKED), None)


class Revocation(models.Model):
    """Asked for by one person and decided by another; or done at once by a verb that was itself decided by two."""

    class Cause(models.TextChoices):
        ERROR = "error", _("Issued in error")
        REPLACED = "replaced", _("Replaced by a corrected certificate")
        CANCELLED = "cancelled", _("The result or honour no longer stands")
        FRAUD = "fraud", _("Obtained by deception")
        ERASED = "erased", _("The holder's data were deleted")

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for a second person")
        CONFIRMED = "confirmed", pgettext_lazy("certificate", "Revoked")
        REFUSED = "refused", _("Not revoked")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="revocations")
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(
        null=True, blank=True, help_text="not valid from this day on; empty: from the decision on"
    )
    by_result = models.BooleanField(default=False, help_text="follows from a decision that two people made")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(decided_by=F("asked_by")),
                name="credentials_revoked_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(by_result=True) | Q(decided_by__isnull=False),
                name="credentials_revocation_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=("certificate",),
                condition=Q(state="asked"),
                name="credentials_one_open_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.certificate} {self.cause}"
