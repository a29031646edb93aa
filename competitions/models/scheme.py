import json
from functools import cached_property, lru_cache

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competitions.scoring.scheme import Scheme, parse_scheme


@lru_cache(maxsize=64)
def _parsed(content_hash: str, body: str) -> Scheme:
    return parse_scheme(json.loads(body))


class SchemeVersion(models.Model):
    """A marking scheme of an event, as one document: the file that an outsider needs to re-compute a result.

    The document is kept whole and not as rows, because what is frozen, hashed, published and re-computed is the
    document; the desk edits it aspect by aspect and every change is a new version once marks exist.
    """

    event = models.ForeignKey("competitions.Event", on_delete=models.CASCADE, related_name="schemes")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(editable=False, help_text="canonical JSON of the scheme")
    content_hash = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("why it was changed"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("event_id", "-number")
        verbose_name = _("marking scheme")
        verbose_name_plural = _("marking schemes")
        constraints = (models.UniqueConstraint(fields=("event", "number"), name="scheme_version_once"),)

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @cached_property
    def scheme(self) -> Scheme:
        return _parsed(self.content_hash, self.body)
