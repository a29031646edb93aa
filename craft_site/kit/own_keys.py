"""A key for one row alone: destroyed, it takes with it all that is sealed under it, wherever a copy rests.

The key ring of the settings opens everything and so can forget nobody. A field with `own_key=True` is sealed with a
key that belongs to its row's uuid; the key rests elsewhere (people.DataKey), itself sealed under the ring. Tokens read
`p1.<uuid>.<nonce>.<ciphertext>`.

The store is given by whoever keeps the table. A process remembers keys for a minute, and reads neighbours along, so
that a list of people does not ask once a person.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from craft_site.kit.encryption import KEY_BYTES, OwnKey, SealError

REMEMBERED = 60.0  # seconds; for so long a key may live on in another process after it was destroyed

Find = Callable[[str], Mapping[str, bytes]]  # the key of this id, and others that will soon be asked for
Keep = Callable[[UUID, bytes], bytes]  # answers the key that is kept: an earlier one stays


@dataclass(slots=True)
class _Store:
    find: Find
    keep: Keep


_store: _Store | None = None
_known: dict[str, tuple[bytes, float]] = {}


def use(*, find: Find, keep: Keep) -> None:
    """Says where keys rest; once, when the apps are ready."""
    global _store
    _store = _Store(find, keep)


def find(key_id: str) -> OwnKey | None:
    """The key of this id, or None: there never was one, or it was destroyed."""
    now = time.monotonic()
    if (known := _known.get(key_id)) is not None and known[1] > now:
        return OwnKey(key_id, known[0])
    if _store is None:
        return None
    for one, key in _store.find(key_id).items():
        _known[one] = (key, now + REMEMBERED)
    known = _known.get(key_id)
    return OwnKey(key_id, known[0]) if known is not None and known[1] > now else None


def open_with(key_id: str) -> OwnKey:
    """Raises SealError when the key is gone."""
    if (found := find(key_id)) is None:
        raise SealError("the key of this row has been destroyed")
    return found


def of_row(row: Any) -> OwnKey:
    """The key that a value of this row is sealed with now. A row without one gets it; it is kept when the row is saved
    (people.models.HasOwnKey)."""
    if (fresh := row.__dict__.get("_own_key")) is not None:
        return fresh  # type: ignore[no-any-return]
    key_id = UUID(str(row.uuid)).hex
    if not row._state.adding and (kept := find(key_id)) is not None:
        return kept
    fresh = row.__dict__["_own_key"] = OwnKey(key_id, os.urandom(KEY_BYTES))
    return fresh


def keep(uuid: UUID) -> OwnKey:
    """The kept key of a row that is sealed anew; made when there is none."""
    assert _store is not None
    return OwnKey(uuid.hex, _store.keep(uuid, os.urandom(KEY_BYTES)))


def remember(key: OwnKey) -> None:
    _known[key.key_id] = (key.key, time.monotonic() + REMEMBERED)


def forget(key_id: str) -> None:
    """This process opens nothing with it any more; the others within a minute."""
    _known.pop(key_id, None)
