from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from craft_site.kit.fields import SealedTextField
from honours.models.honour import person


class NomineeRemarkQuerySet(models.QuerySet["NomineeRemark"]):
    def open(self) -> "NomineeRemarkQuerySet":
        return self.filter(answered_at__isnull=True)

    def of(self, user: Any) -> "NomineeRemarkQuerySet":
        return self.filter(nomination__worker__user=user)


class NomineeRemark(models.Model):
    """What the nominee says is wrong in the nomination. While it is not answered nothing goes on notice."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    nomination = models.ForeignKey("honours.Nomination", on_delete=models.CASCADE, related_name="remarks")
    text = SealedTextField(_("what is wrong"))
    made_at = models.DateTimeField(auto_now_add=True)
    corrected = models.BooleanField(_("the nomination was corrected"), default=False)
    answer = SealedTextField(_("answer"), blank=True)
    answered_by = person(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = NomineeRemarkQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("remark of a nominee")
        verbose_name_plural = _("remarks of nominees")
        constraints = (
            models.UniqueConstraint(
                fields=("nomination",), condition=Q(answered_at__isnull=True), name="nominee_one_open_remark"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.made_at:%Y-%m-%d}"
