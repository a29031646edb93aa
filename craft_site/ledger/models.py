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

    @property
    def slug(self) -> str:
        """The name as a part of an address: event.mould-2024."""
        return slug_of(self.name)


def slug_of(chain: str) -> str:
    """The name of a chain as a part of an address; `chain_of` leads back. No code in a name holds a dot."""
    return chain.replace(":", ".")


def chain_of(slug: str) -> str:
    return slug.replace(".", ":")


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


class Checkpoint(models.Model):
    """A signed statement of how long a chain was and of the root of its Merkle tree, for ever.

    `note` is the signed text that anchors carry; the other columns only repeat what it says.
    """

    class Reason(models.TextChoices):
        LOCK = "lock", _("Marks locked")
        RELEASE = "release", _("Result published")
        TIMER = "timer", _("Every five minutes of marking")
        NIGHT = "night", _("Every night")
        PRINT = "print", _("Printed for signing")
        HAND = "hand", _("By hand")

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.PositiveIntegerField(help_text="lines of the chain when it was signed")
    root = models.CharField(max_length=64, help_text="root of the Merkle tree over these lines, hexadecimal")
    at = models.DateTimeField()
    suite = models.CharField(max_length=32, help_text="how the tree was hashed and the note signed")
    key_id = models.CharField(max_length=32)
    note = models.TextField(help_text="the signed note (c2sp.org/signed-note)")
    reason = models.CharField(max_length=8, choices=Reason.choices)

    class Meta:
        ordering = ("chain_id", "size")
        verbose_name = _("ledger checkpoint")
        verbose_name_plural = _("ledger checkpoints")
        constraints = (models.UniqueConstraint(fields=("chain", "size"), name="ledger_checkpoint_once"),)

    def __str__(self) -> str:
        return f"{self.chain.name} @{self.size}"

    @property
    def slug(self) -> str:
        return self.chain.slug
