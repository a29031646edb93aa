from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.encryption import blind_index
from craft_site.kit.fields import SealedTextField
from craft_site.kit.masking import mask_id, mask_mobile
from craft_site.people import roles
from craft_site.people.models.data_key import HasOwnKey
from craft_site.people.models.employer import Union


class WorkerQuerySet(models.QuerySet["Worker"]):
    def visible_to(self, user: Any) -> "WorkerQuerySet":
        """The office sees every worker, a union's reviewer those of the union's firms, an employer's contact those
        of the firm, everybody else themselves."""
        if user.in_office:
            return self
        own = Q(user=user)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            own |= Q(employer_id=user.employer_id)
        if user.has_role(roles.REVIEWER):
            own |= Q(employer__union__in=Union.objects.looked_after_by(user))
        return self.filter(own)

    def by_document(self, kind: str, number: str) -> "WorkerQuerySet":
        """The worker with this identity document, found by blind index."""
        return self.filter(id_kind=kind, id_index=blind_index(number, purpose=f"id:{kind}"))


class Worker(HasOwnKey):
    """One person, once: what the wings hang their facts on. Sensitive fields are sealed and shown masked."""

    class IdKind(models.TextChoices):
        CITIZEN = "citizen", _("Resident identity card")
        HMT = "hmt", _("Residence permit for Hong Kong, Macao and Taiwan residents")
        PASSPORT = "passport", _("Passport")
        FOREIGN_RESIDENT = "foreign_resident", _("Foreign permanent resident card")

    class Sex(models.TextChoices):
        MALE = "m", _("Male")
        FEMALE = "f", _("Female")

    class Education(models.TextChoices):
        MIDDLE = "middle", _("Middle school or below")
        HIGH = "high", _("High or technical school")
        COLLEGE = "college", _("Junior college")
        BACHELOR = "bachelor", _("Bachelor")
        MASTER = "master", _("Master or above")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="worker"
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    id_kind = models.CharField(_("document"), max_length=16, choices=IdKind.choices, default=IdKind.CITIZEN)
    id_number = SealedTextField(_("document number"), mask=mask_id, own_key=True)
    id_index = models.CharField(max_length=64, editable=False)
    birth = SealedTextField(
        _("date of birth"), blank=True, own_key=True
    )  # ISO date; derived from a citizen's number
    mobile = SealedTextField(_("mobile number"), blank=True, mask=mask_mobile, own_key=True)
    mobile_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    education = models.CharField(_("education"), max_length=10, choices=Education.choices, blank=True)
    union_member = models.BooleanField(_("union member"), default=False)
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="workers",
    )
    post = models.CharField(_("post"), max_length=60, blank=True)
    photo = models.ForeignKey(
        "people.PrivateFile",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_generated = models.BooleanField(_("generated for the demonstration"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        constraints = (
            models.UniqueConstraint(
                fields=("id_kind", "id_index"),
                name="one_person_once",
                violation_error_message=_("This identity document is already registered."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def set_document(self, kind: str, number: str) -> None:
        """Keeps the number sealed with its blind index. number: already checked and normalised (kit.identity)."""
        self.id_kind = kind
        self.id_number = number
        self.id_index = blind_index(number, purpose=f"id:{kind}")

    def set_mobile(self, mobile: str) -> None:
        self.mobile = mobile
        self.mobile_index = blind_index(mobile, purpose="mobile") if mobile else ""

    def age_on(self, day: date) -> int | None:
        """Full years of age on a day, or None when no date of birth is known."""
        text = self.birth.reveal() if self.birth else ""
        if not text:
            return None
        born = date.fromisoformat(text)
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Employment(models.Model):
    """Whom a worker worked for and when: "same employer now or within three years" is decided from this."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="employments")
    employer = models.ForeignKey("people.Employer", on_delete=models.PROTECT, related_name="employments")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("-since",)
        verbose_name = _("employment")
        verbose_name_plural = _("employments")

    def __str__(self) -> str:
        return f"{self.worker} - {self.employer}"
