from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from competitions.models.appeal import person
from competitions.models.panel import Seat
from craft_site.kit.fields import SealedTextField
from craft_site.kit.masking import mask_mobile
from craft_site.people import roles


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any) -> "ObjectionQuerySet":
        """The only gate: the organiser and the supervisors of the event, unless they mark in it."""
        held = Seat.objects.held_by(user).filter(event=OuterRef("release__event"))
        office = Q(pk__isnull=not user.has_role(roles.ORGANISER))
        return self.filter(
            office | Exists(held.filter(role=Seat.Role.SUPERVISOR)),
            ~Exists(held.filter(role__in=Seat.MARKING)),
        )


class Objection(models.Model):
    """What somebody says against a result on public notice, under their real name (实名异议). All of it is sealed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    release = models.ForeignKey("competitions.Release", on_delete=models.PROTECT, related_name="objections")
    name = SealedTextField(pgettext_lazy("person", "name"))
    phone = SealedTextField(_("telephone"), mask=mask_mobile)
    text = SealedTextField(_("objection"))
    client_id = models.UUIDField(unique=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    answer = SealedTextField(_("answer"), blank=True)
    answered_by = person(null=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ("release_id", "pk")
        verbose_name = _("objection")
        verbose_name_plural = _("objections")

    def __str__(self) -> str:
        return f"{self.release} #{self.pk}"
