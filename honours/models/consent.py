from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.fields import SealedTextField
from honours.models.holder import Holder
from honours.models.honour import person


class StoryConsentQuerySet(models.QuerySet["StoryConsent"]):
    def in_force(self) -> "StoryConsentQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class StoryConsent(models.Model):
    """A holder lets a story be told of them: who said so, when, how far. At most one is in force; withdrawn it stays.

    Instead of a consent a public report may stand that prints everything the story says. It covers words alone, and the
    person may object to it at any time as to a consent.
    """

    class Basis(models.TextChoices):
        AGREED = "agreed", pgettext_lazy("basis of a story", "Consent")
        PRINTED = "printed", pgettext_lazy("basis of a story", "A public report prints what the story says")

    class Giver(models.TextChoices):
        SELF = "self", _("The person")
        FAMILY = "family", _("The next of kin")
        UNIT = "unit", _("The unit or team")

    class Scope(models.TextChoices):
        WORDS = "words", pgettext_lazy("scope of a consent", "Words alone")
        PICTURES = "pictures", pgettext_lazy("scope of a consent", "Words, pictures and video")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    holder = models.ForeignKey(
        Holder,
        verbose_name=pgettext_lazy("honour", "holder"),
        on_delete=models.PROTECT,
        related_name="story_consents",
    )
    basis = models.CharField(_("basis"), max_length=8, choices=Basis.choices, default=Basis.AGREED)
    giver = models.CharField(_("given by"), max_length=8, choices=Giver.choices, blank=True)
    given_by = models.CharField(_("name of who gave it"), max_length=80, blank=True)
    given_on = models.DateField(_("given on"))
    scope = models.CharField(_("covers"), max_length=8, choices=Scope.choices, default=Scope.WORDS)
    source = models.CharField(_("source"), max_length=300, blank=True)
    paper = models.ForeignKey(
        "people.PrivateFile",
        verbose_name=_("signed paper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_by = person()
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = person(null=True)
    withdrawn_why = SealedTextField(_("why it was withdrawn"), blank=True)

    objects = StoryConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-given_on", "-pk")
        verbose_name = _("consent to a story")
        verbose_name_plural = _("consents to stories")
        constraints = (
            models.UniqueConstraint(
                fields=("holder",), condition=Q(withdrawn_at__isnull=True), name="story_one_consent_in_force"
            ),
            models.CheckConstraint(
                condition=Q(basis="agreed") & ~Q(given_by="") & ~Q(giver="")
                | Q(basis="printed", scope="words") & ~Q(source=""),
                name="story_consent_says_whose",
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder} {self.given_on}"

    @property
    def is_in_force(self) -> bool:
        return self.withdrawn_at is None

    @property
    def covers_pictures(self) -> bool:
        return self.scope == self.Scope.PICTURES
