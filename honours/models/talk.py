from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from honours.models.honour import person
from honours.models.visit import Visit


class SpeakerGroup(models.Model):
    """A speakers' group (宣讲团): model workers and craftsmen who tell of their work."""

    name = models.CharField(pgettext_lazy("speakers' group", "name"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("speakers' group")
        verbose_name_plural = _("speakers' groups")

    def __str__(self) -> str:
        return self.name


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def on(self, day: Any) -> "SpeakerQuerySet":
        """Those whose term covers a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def for_list(self) -> "SpeakerQuerySet":
        return self.select_related("group", "worker__employer")


class Speaker(models.Model):
    """Somebody in a speakers' group, by a letter of appointment. worker: where the person is in the register."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    group = models.ForeignKey(
        SpeakerGroup, verbose_name=_("speakers' group"), on_delete=models.PROTECT, related_name="speakers"
    )
    worker = models.ForeignKey(
        "people.Worker",
        verbose_name=_("worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="speaking",
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    letter_no = models.CharField(_("letter of appointment, number"), max_length=40, unique=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    may_name = models.BooleanField(_("agrees to be named in public"), default=False)
    made_by = person()

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="speaker_term_runs_forward"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:speaker", args=(self.uuid,))


class TalkQuerySet(models.QuerySet["Talk"]):
    def held(self) -> "TalkQuerySet":
        return self.filter(state=Talk.State.HELD)

    def in_public(self) -> "TalkQuerySet":
        """Held, and the host agreed. The only gate of public pages."""
        return self.held().filter(may_publish=True)

    def with_speakers(self) -> "TalkQuerySet":
        return self.prefetch_related(models.Prefetch("speakers", Speaker.objects.for_list()))


class Talk(models.Model):
    """One talk (宣讲): where, before whom, about what, by whom. held_on and audience stand once it was held."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("talk", "Planned")
        HELD = "held", pgettext_lazy("talk", "Held")
        CANCELLED = "cancelled", pgettext_lazy("talk", "Cancelled")

    class Host(models.TextChoices):
        OFFICE = "office", pgettext_lazy("host of a talk", "Public office")
        CAMPUS = "campus", pgettext_lazy("host of a talk", "Campus")
        FIRM = "firm", pgettext_lazy("host of a talk", "Firm")
        COMMUNITY = "community", pgettext_lazy("host of a talk", "Community")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    topic = models.CharField(_("topic"), max_length=120)
    planned_on = models.DateField(_("planned for"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    host_kind = models.CharField(_("kind of host"), max_length=10, choices=Host.choices)
    host = models.CharField(pgettext_lazy("talk", "host"), max_length=120)
    place = models.CharField(_("place"), max_length=120)
    speakers = models.ManyToManyField(Speaker, verbose_name=_("speakers"), related_name="talks")
    audience = models.PositiveIntegerField(_("people present"), default=0)
    online_views = models.PositiveIntegerField(_("views online"), null=True, blank=True)
    feedback = models.CharField(_("feedback"), max_length=500, blank=True)
    may_publish = models.BooleanField(_("the host agrees to be named in public"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ("-planned_on", "-pk")
        verbose_name = pgettext_lazy("speakers' group", "talk")
        verbose_name_plural = pgettext_lazy("speakers' group", "talks")
        indexes = (models.Index(fields=("state", "held_on"), name="talk_by_day"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state="held", held_on__isnull=False)
                | (~Q(state="held") & Q(held_on__isnull=True, audience=0)),
                name="talk_held_has_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.topic

    def get_absolute_url(self) -> str:
        return reverse("desk:talk", args=(self.uuid,))

    @property
    def subject(self) -> str:
        return f"talk:{self.uuid}"

    @property
    def record_source(self) -> str:
        return f"honours.talk:{self.uuid}"

    @property
    def on(self) -> Any:
        """The day it was held, or is planned for."""
        return self.held_on or self.planned_on


class OutreachPicture(models.Model):
    """A picture of a visit or a talk, made anew, in private storage. may_publish: who can be recognised agreed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures")
    talk = models.ForeignKey(Talk, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures")
    file = models.OneToOneField("people.PrivateFile", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("what it shows"), max_length=160)
    may_publish = models.BooleanField(_("may be shown in public"), default=False)
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("picture of a visit or talk")
        verbose_name_plural = _("pictures of visits and talks")
        constraints = (
            models.CheckConstraint(
                condition=Q(visit__isnull=True, talk__isnull=False)
                | Q(visit__isnull=False, talk__isnull=True),
                name="outreach_picture_of_one",
            ),
        )

    def __str__(self) -> str:
        return self.words
