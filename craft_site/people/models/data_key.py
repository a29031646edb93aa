import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from craft_site.kit import own_keys
from craft_site.kit.encryption import OwnKey, SealError
from craft_site.kit.fields import SealedTextField

AROUND = 128  # keys read along on either side: people of one list were mostly made together


class DataKey(models.Model):
    """The key that seals one person's fields, itself sealed under the key ring. To destroy it is to forget them: in
    this database, and in every backup that does not hold this table (docs/operations.md)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False, help_text="of the row it seals")
    secret = SealedTextField(_("key"))

    class Meta:
        verbose_name = _("key of a person's data")
        verbose_name_plural = _("keys of persons' data")

    def __str__(self) -> str:
        return str(self.uuid)

    def key(self) -> bytes:
        return base64.b64decode(self.secret.reveal())


class HasOwnKey(models.Model):
    """A row with fields sealed under its own key: a fresh key is kept in the transaction that saves the row."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        fresh: OwnKey | None = self.__dict__.get("_own_key")
        if fresh is None:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            if keep(UUID(fresh.key_id), fresh.key) != fresh.key:
                raise SealError("another process gave this row a key at this moment; nothing was saved")
            is_new = self._state.adding
            super().save(*args, **kwargs)
        if is_new:
            own_keys.remember(fresh)  # nobody else has this row, so a roll-back leaves no wrong memory
        transaction.on_commit(lambda: own_keys.remember(fresh))


def find(key_id: str) -> Mapping[str, bytes]:
    """The key of a row and its neighbours in the table, by their ids. One query."""
    here = DataKey.objects.filter(uuid=UUID(key_id)).values("pk")[:1]
    rows = DataKey.objects.annotate(here=Subquery(here))
    near = rows.filter(pk__gte=models.F("here") - AROUND, pk__lte=models.F("here") + AROUND)
    return {row.uuid.hex: row.key() for row in near}


def keep(uuid: UUID, key: bytes) -> bytes:
    """Keeps the key of a row; one that is there already stays. Answers the kept one."""
    row = DataKey.objects.filter(uuid=uuid).first()
    if row is None:
        row = DataKey(uuid=uuid)
        row.secret = base64.b64encode(key).decode()
        row.save()
    return row.key()


def destroy(uuid: UUID) -> bool:
    """Destroys the key of a row; all that was sealed under it is unreadable for ever. Whether there was one."""
    gone, _rows = DataKey.objects.filter(uuid=uuid).delete()
    own_keys.forget(uuid.hex)
    transaction.on_commit(lambda: own_keys.forget(uuid.hex))
    return bool(gone)
