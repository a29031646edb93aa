from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models.academy import Academy, Mentor
from craft_site.kit.language import in_language
from craft_site.people import roles
from craft_site.people.models.trade import Grade


def person_field(*, null: bool = True) -> Any:
    """Who did it. null: or nobody yet."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class PairScheme(models.Model):
    """The rules under which masters take apprentices (名师带徒办法): numbers, terms, the log, rewards. Data, read by
    academy.rules.pairing; they stand still from the first signature on."""

    code = models.SlugField(_("code"), unique=True, help_text=_("Latin letters; part of printed addresses"))
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    academy = models.ForeignKey(
        Academy,
        verbose_name=_("academy"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pair_schemes",
    )
    data = models.JSONField(default=dict)
    pairs_numbered = models.PositiveIntegerField(
        default=0, editable=False
    )  # gives the next agreement's number

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("rules for masters and apprentices")
        verbose_name_plural = _("rules for masters and apprentices")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def chain(self) -> str:
        """The name of the ledger chain of its pairs."""
        return f"pairs:{self.code}"


class PairQuerySet(models.QuerySet["Pair"]):
    def visible_to(self, user: Any) -> "PairQuerySet":
        """The only gate: the office and supervisors see all, reviewers those of their union's firms, a firm's contact
        those of the firm, mentor and apprentice their own."""
        if user.has_role(roles.ORGANISER, roles.SUPERVISOR):
            return self
        seen = Q(mentor__user=user) | Q(apprentice__user=user)
        if user.has_role(roles.EMPLOYER) and user.employer_id:
            seen |= Q(employer_id=user.employer_id)
        if user.has_role(roles.REVIEWER) and user.union_id:
            at = "employer__union"
            seen |= Q(**{at: user.union_id}) | Q(**{f"{at}__parent": user.union_id})
            seen |= Q(**{f"{at}__parent__parent": user.union_id})
        return self.filter(seen)

    def standing(self) -> "PairQuerySet":
        """Those that take up a mentor's place and an apprentice: proposed or under way."""
        return self.filter(state__in=Pair.STANDING)

    def under_way(self) -> "PairQuerySet":
        return self.filter(state__in=Pair.UNDER_WAY)

    def taught(self) -> "PairQuerySet":
        """Those that make a lineage: signed at some time and not ended early."""
        return self.filter(state__in=Pair.TAUGHT)

    def named_in_public(self) -> "PairQuerySet":
        """Those whose two people both agreed to be named on public pages."""
        return self.taught().filter(mentor_public_at__isnull=False, apprentice_public_at__isnull=False)

    def for_list(self) -> "PairQuerySet":
        return self.select_related("scheme", "mentor__employer", "apprentice", "employer", "trade")


class Pair(models.Model):
    """A master and an apprentice, from the proposal to completion and reward. The agreement's number is printed."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("pair", "Proposed")
        SIGNED = "signed", pgettext_lazy("pair", "Signed by all four")
        RUNNING = "running", pgettext_lazy("pair", "Under way")
        MID_OK = "mid_ok", _("Mid-term passed")
        MID_WARN = "mid_warn", _("Mid-term: to improve")
        EXTENDED = "extended", pgettext_lazy("pair", "Extended")
        FINAL_OK = "final_ok", _("Completed")
        ENDED_EARLY = "ended_early", _("Ended early")
        REWARDED = "rewarded", _("Completed and rewarded")
        DECLINED = "declined", pgettext_lazy("pair", "Not concluded")

    S = State
    UNDER_WAY = (S.RUNNING, S.MID_OK, S.MID_WARN, S.EXTENDED)
    STANDING = (S.PROPOSED, S.SIGNED, *UNDER_WAY)
    TAUGHT = (S.SIGNED, *UNDER_WAY, S.FINAL_OK, S.REWARDED)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(
        PairScheme, verbose_name=_("rules"), on_delete=models.PROTECT, related_name="pairs"
    )
    number = models.CharField(_("number of the agreement"), max_length=24, unique=True)
    mentor = models.ForeignKey(
        "people.Worker",
        verbose_name=pgettext_lazy("pair", "master"),
        on_delete=models.PROTECT,
        related_name="pairs_as_mentor",
    )
    apprentice = models.ForeignKey(
        "people.Worker",
        verbose_name=_("apprentice"),
        on_delete=models.PROTECT,
        related_name="pairs_as_apprentice",
    )
    appointment = models.ForeignKey(
        Mentor,
        verbose_name=_("appointment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pairs",
    )
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer of the apprentice"),
        on_delete=models.PROTECT,
        related_name="pairs",
    )
    trade = models.ForeignKey(
        "people.Trade", verbose_name=_("trade"), on_delete=models.PROTECT, related_name="pairs"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.PROPOSED, editable=False
    )
    grade_from = models.PositiveSmallIntegerField(
        _("level at the start"), choices=Grade.choices, null=True, blank=True
    )
    mentor_grade = models.PositiveSmallIntegerField(
        _("level of the master"), choices=Grade.choices, null=True, blank=True
    )
    target_grade = models.PositiveSmallIntegerField(_("target level"), choices=Grade.choices)
    target_on = models.DateField(_("target date"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    meetings = models.PositiveSmallIntegerField(_("meetings a month"), default=2)
    allowance = models.PositiveIntegerField(_("allowance to the master, yuan a month"), default=0)
    duties = models.JSONField(default=dict, blank=True, help_text="what each side promises, as printed")
    content_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="what all four sign")
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows the pair"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
    )
    mentor_public_at = models.DateTimeField(null=True, blank=True, editable=False)
    apprentice_public_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The first day under way, from which months are owed: an agreement may be signed after its first day.
    began_on = models.DateField(_("under way since"), null=True, blank=True, editable=False)
    # The last day as it was signed, once an extension has moved ends_on.
    agreed_ends_on = models.DateField(null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    made_by = person_field()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-pk")
        verbose_name = _("master and apprentice")
        verbose_name_plural = _("masters and apprentices")
        indexes = (
            models.Index(fields=("mentor", "state"), name="pair_of_mentor"),
            models.Index(fields=("state", "ends_on"), name="pair_by_state"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(mentor=F("apprentice")), name="pair_of_two_people"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="pair_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=("apprentice", "trade"),
                condition=Q(state__in=["proposed", "signed", "running", "mid_ok", "mid_warn", "extended"]),
                name="one_master_at_a_time",
                violation_error_message=_("This worker has a master in this trade already."),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("desk:pair", args=(self.uuid,))

    def my_url(self) -> str:
        """Its page for the two people."""
        return reverse("me:pair", args=(self.uuid,))


class PairSignature(models.Model):
    """One of the four seals under an agreement, in their order, over its content hash."""

    class Role(models.TextChoices):
        APPRENTICE = "apprentice", _("Apprentice")
        MENTOR = "mentor", pgettext_lazy("pair", "Master")
        EMPLOYER = "employer", _("Employer")
        UNION = "union", _("Union")

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(_("signs as"), max_length=10, choices=Role.choices)
    content_hash = models.CharField(max_length=64)
    by = person_field(null=False)
    on_paper = models.BooleanField(
        _("signed on paper"), default=False, help_text="the office holds the sheet and entered the signature"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("signature of an agreement")
        verbose_name_plural = _("signatures of agreements")
        constraints = (models.UniqueConstraint(fields=("pair", "role"), name="pair_signed_once_a_role"),)

    def __str__(self) -> str:
        return str(self.get_role_display())


class PairSkill(models.Model):
    """One thing that the apprentice is to learn, until when, and when the master saw that it is learnt."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="skills")
    name = models.CharField(_("skill"), max_length=120)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("learnt on"), null=True, blank=True)
    agreed = models.BooleanField(_("stands in the agreement"), default=True, help_text="else added later")

    class Meta:
        ordering = ("pair_id", "due_on", "pk")
        verbose_name = _("skill to learn")
        verbose_name_plural = _("skills to learn")

    def __str__(self) -> str:
        return self.name


class PairStep(models.Model):
    """One move of a pair: who, when, why; also an extension (until when) and a new master (which pair follows)."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="steps")
    was = models.CharField(max_length=12, choices=Pair.State.choices)
    state = models.CharField(max_length=12, choices=Pair.State.choices)
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = person_field()  # nobody: the program, on the first day
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("step of a pair")
        verbose_name_plural = _("steps of pairs")

    def __str__(self) -> str:
        return f"{self.get_was_display()} → {self.get_state_display()}"
