"""SealedTextField: a text that rests encrypted in the database and is hard to show by accident.

    class Worker(models.Model):
        uuid = models.UUIDField(default=uuid4, unique=True, editable=False)   # first: the seal binds to it
        mobile = SealedTextField(_("mobile number"), blank=True, mask=mask_mobile)

    worker.mobile = "13800001234"      # sealed here and now, for this row
    worker.mobile.masked()             # "138****1234"
    worker.mobile.reveal()             # "13800001234"; SealError when altered or moved
    str(worker.mobile), f"{worker.mobile!r}", a form's initial value     # "******"
    bool(worker.mobile)                # is there a text at all?

The column holds the token of kit.encryption, bound to model, field and the row's `uuid`; an empty text is
stored empty. Search by a blind index in a column of its own: the field itself compares with "" only. It makes
no form field: declare one, because a masked text must not travel through a form and come back as the number.
Blanking a column, or putting the same row's older token back, goes unnoticed here: that is the ledger's work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from craft_site.kit import own_keys
from craft_site.kit.encryption import OwnKey, SealError, is_token, open_sealed, seal
from craft_site.kit.masking import HIDDEN, looks_masked, mask_all

Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A column's content as it rests, without its row: what values() gives, and what the instance keeps."""

    text: str

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return HIDDEN if self.text else ""

    __repr__ = __str__


class Sealed:
    """The value of a SealedTextField on an instance. Falsy when empty; shows itself as ****** and no more."""

    __slots__ = ("_field", "_row", "token")

    def __init__(self, token: str, *, row: models.Model, field: "SealedTextField") -> None:
        self.token = token
        self._row = row
        self._field = field

    def reveal(self) -> str:
        """The plain text, "" when there is none. Raises SealError. The caller answers for the showing."""
        if not self.token:
            return ""
        return open_sealed(self.token, context=self._field.context_of(self._row), own=self._own)

    def _own(self, key_id: str) -> OwnKey:
        """The key of the row, also of one that is not saved yet."""
        fresh = self._row.__dict__.get("_own_key")
        return fresh if fresh is not None and fresh.key_id == key_id else own_keys.open_with(key_id)

    def masked(self) -> str:
        """The text behind the field's mask. Raises SealError: a broken seal shows nothing else instead."""
        return self._field.mask(self.reveal())

    def is_of(self, row: models.Model, field: "SealedTextField") -> bool:
        """Whether this value was read from that very field and database row."""
        same_row = self._row is row or (self._row.pk is not None and self._row.pk == row.pk)
        return same_row and self._field.context_label == field.context_label

    def __bool__(self) -> bool:
        return bool(self.token)

    def __eq__(self, other: object) -> bool:
        return self.token == other.token if isinstance(other, Sealed) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.token)

    def __str__(self) -> str:
        return HIDDEN if self.token else ""

    __repr__ = __str__


class SealedAttribute(DeferredAttribute):
    """Seals on assignment, hands out Sealed on reading; deferred loading stays Django's."""

    field: "SealedTextField"

    @overload
    def __get__(self, instance: None, owner: Any = None) -> "SealedAttribute": ...
    @overload
    def __get__(self, instance: models.Model, owner: Any = None) -> Sealed: ...
    def __get__(self, instance: models.Model | None, owner: Any = None) -> "SealedAttribute | Sealed":
        if instance is None:
            return self
        stored: StoredToken = super().__get__(instance, owner)
        return Sealed(stored.text, row=instance, field=self.field)

    def __set__(self, instance: models.Model, value: "str | Sealed | StoredToken | None") -> None:
        instance.__dict__[self.field.attname] = self.field.stored(instance, value)


if TYPE_CHECKING:
    _TextField = models.TextField["str | Sealed | StoredToken | None", Sealed]
else:
    _TextField = models.TextField


class SealedTextField(_TextField):
    """See the module. mask: what `masked()` shows, nothing by default. sealed_as: the `app.model.field` label
    that the seals are bound to; give the old label when the model or the field is renamed. own_key: sealed with a key
    of the row's own (kit.own_keys), for whoever may ask to be forgotten."""

    descriptor_class = SealedAttribute

    def __init__(
        self,
        *args: Any,
        mask: Mask = mask_all,
        sealed_as: str = "",
        own_key: bool = False,
        **kwargs: Any,
    ) -> None:
        self.own_key = own_key
        self.mask = mask
        self.sealed_as = sealed_as
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.sealed_as:
            kwargs["sealed_as"] = self.sealed_as
        return name, path, args, kwargs  # the mask is the screen's affair, not the schema's

    @property
    def context_label(self) -> str:
        return self.sealed_as or f"{self.model._meta.label_lower}.{self.name}"

    def context_of(self, row: models.Model) -> str:
        """What this field of this row is sealed with: `app.model.field:uuid`."""
        return self.context_for(row.uuid)  # type: ignore[attr-defined]  # check() demands the uuid

    def context_for(self, uuid: UUID) -> str:
        return f"{self.context_label}:{UUID(str(uuid))}"  # UUID(): a uuid given as text must spell the same

    def stored(self, row: models.Model, value: Any) -> StoredToken:
        """The content for `row`: a text is sealed, a token kept, another row's Sealed opened and sealed anew.

        Raises SealError for a masked text and for a Sealed that does not open, TypeError for other types.
        """
        match value:
            case None | "":
                return StoredToken("")
            case StoredToken():
                return value
            case Sealed() if value.is_of(row, self):
                return StoredToken(value.token)
            case Sealed():
                return self.stored(row, value.reveal())
            case str() if looks_masked(value):
                raise SealError(f"{self.name}: a masked text cannot be stored as the real one")
            case str():
                own = own_keys.of_row(row) if self.own_key else None
                return StoredToken(seal(str(value), context=self.context_of(row), own=own))
        raise TypeError(f"{self.name}: {type(value).__name__} cannot be sealed")

    # --- to and from the database -------------------------------------------------------------------------

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> StoredToken:
        return StoredToken(value or "")

    def get_prep_value(self, value: Any) -> str:
        """Only tokens and the empty text reach SQL: update(x="plain") and filter(x="plain") are refused."""
        match value:
            case Sealed():
                return value.token
            case StoredToken():
                return value.text
            case None | "":
                return ""
        raise TypeError(
            f"{self.name} is sealed: assign it on an instance and save, or search by its blind index"
        )

    def get_lookup(self, lookup_name: str) -> Any:
        """None for every lookup but exact: Django then names field and lookup in a FieldError."""
        return super().get_lookup(lookup_name) if lookup_name == "exact" else None

    # --- forms, fixtures, checks --------------------------------------------------------------------------

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return None  # see the module: a form declares its own field

    def to_python(self, value: Any) -> Any:
        """A fixture carries tokens; whatever else is left for the assignment to seal."""
        return StoredToken(value) if isinstance(value, str) and is_token(value) else value

    def value_to_string(self, obj: models.Model) -> str:
        token: str = self.value_from_object(obj).token
        return token

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        return value

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *self._check_shape()]

    def _check_shape(self) -> list[CheckMessage]:
        found: list[CheckMessage] = []
        if self.null or self.unique:
            hint = "Leave it empty instead of NULL; put uniqueness on a blind index."
            found.append(Error("A sealed field cannot be null or unique.", hint, obj=self, id="kit.E003"))
        if not self._binds_to_a_uuid():
            hint = "First declare uuid = models.UUIDField(default=uuid4, unique=True, editable=False)."
            found.append(Error("A sealed field binds to the row's uuid.", hint, obj=self, id="kit.E004"))
        return found

    def _binds_to_a_uuid(self) -> bool:
        """Declared first, because Model.__init__ assigns in order and a text is sealed on assignment."""
        try:
            uuid = self.model._meta.get_field("uuid")
        except FieldDoesNotExist:
            return False
        return isinstance(uuid, models.UUIDField) and uuid.unique and uuid < self
