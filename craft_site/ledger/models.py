from django.db import models
from django.utils.translation import gettext_lazy as _


class Chain(models.Model):
    """One hash chain: one per contest event. Its head is locked while a line is added."""

    name = models.CharField(max_length=80, unique=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("ledger chain")
        verbose_name_plural = _("ledger chains")

    def __str__(self) -> str:
        return f"{self.name} ({self.length})"


class Line(models.Model):
    """What happened, for ever. `body` is the canonical JSON that was hashed; it holds codes and keys, never a person.

    hash = SHA-256(prev_hash || body), both as text; body itself carries seq, kind, subject, actor and time.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="lines")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    at = models.DateTimeField()
    body = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("chain_id", "seq")
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        constraints = (models.UniqueConstraint(fields=("chain", "seq"), name="ledger_seq_once"),)

    def __str__(self) -> str:
        return f"{self.chain.name}#{self.seq} {self.kind}"
