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

from craft_site.kit.fields import SealedTextField


def _person(*, null: bool = True) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def open(self) -> "DataRequestQuerySet":
        return self.filter(state__in=DataRequest.OPEN)

    def for_desk(self) -> "DataRequestQuerySet":
        return self.select_related("worker__employer", "worker__user", "first_by", "second_by")


class DataRequest(models.Model):
    """What a person asks about their own data: that a fact be corrected, or that all of it be deleted.

    A correction is answered by one of the office. A deletion is proposed by one and decided by another.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction of a fact")
        DELETION = "deletion", _("Deletion of everything")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("data request", "Waits for the office")
        PROPOSED = "proposed", pgettext_lazy("data request", "Waits for a second person")
        GRANTED = "granted", pgettext_lazy("data request", "Granted")
        REFUSED = "refused", pgettext_lazy("data request", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("data request", "Taken back")
        DONE = "done", pgettext_lazy("data request", "Carried out")

    OPEN = (State.ASKED, State.PROPOSED, State.GRANTED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    worker = models.ForeignKey("people.Worker", on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASKED)
    text = SealedTextField(_("what is asked"), blank=True)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    due_on = models.DateField(_("answer by"))
    grants = models.BooleanField(null=True, editable=False, help_text="what the first person proposes")
    answer = SealedTextField(_("answer"), blank=True)
    first_by = _person()
    first_at = models.DateTimeField(null=True, blank=True)
    second_by = _person()
    second_at = models.DateTimeField(null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        constraints = (
            models.UniqueConstraint(
                fields=("worker", "kind"),
                condition=Q(state__in=("asked", "proposed", "granted")),
                name="data_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")), name="data_request_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(kind="deletion", state__in=("granted", "done")) | Q(second_by__isnull=False),
                name="deletion_decided_by_two",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("desk:data_request", args=(self.uuid,))

    @property
    def is_late(self) -> bool:
        return self.state in self.OPEN and self.due_on < timezone.localdate()


class Erasure(models.Model):
    """The tombstone: whose data are gone is known to nobody, when and by whose decision stays."""

    worker = models.OneToOneField("people.Worker", on_delete=models.PROTECT, related_name="erasure")
    request = models.OneToOneField(DataRequest, on_delete=models.PROTECT, related_name="erasure")
    mark = models.CharField(_("stands for the name"), max_length=20, unique=True)
    at = models.DateTimeField(_("deleted"), auto_now_add=True)
    rows = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    leftovers = models.JSONField(default=list, help_text="where the same name still stands: [table, key]")

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("deletion of a person's data")
        verbose_name_plural = _("deletions of persons' data")

    def __str__(self) -> str:
        return f"{self.mark} {self.at:%Y-%m-%d}"


class DataExport(models.Model):
    """A copy of everything kept of a person, made by a job for them alone, and taken away after some days."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    job = models.OneToOneField("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.OneToOneField("people.PrivateFile", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    until = models.DateField(_("kept until"))

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("copy of somebody's data")
        verbose_name_plural = _("copies of people's data")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    def is_ready(self, today: date | None = None) -> bool:
        return self.file_id is not None and self.until >= (today or timezone.localdate())
