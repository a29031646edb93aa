"""The text of a checkpoint: a signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), for people and tools.

    contests.example.org/ledger/event:mould-2024      whose tree: the origin
    1207                                              how many lines
    nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=      the root, base64
    2024-11-08T09:30:00.000000Z                       when it was signed, UTC

    — contests.example.org/ledger/keys/2024a cEumf...  the key's name; base64 of key hash (4 bytes) and signature

The signature covers everything above the blank line, the line's end included. Pure: no settings, no database.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from craft_site.ledger.suites import Suite

_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<blob>[A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class NoteInvalid(ValueError):
    """The text is not a checkpoint, or its signature does not hold."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A public key under its name. name: without spaces and plus signs; key: the raw public key."""

    name: str
    key: bytes
    suite: Suite

    @property
    def key_hash(self) -> bytes:
        """The four bytes by which a note says which key signed it."""
        given = self.name.encode() + b"\n" + self.suite.algorithm + self.key
        return hashlib.sha256(given).digest()[:4]

    @property
    def verifier_key(self) -> str:
        """`name+hash+key`, the line that note-reading tools take."""
        packed = base64.b64encode(self.suite.algorithm + self.key).decode()
        return f"{self.name}+{self.key_hash.hex()}+{packed}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says. root: raw bytes; at: the UTC time as written."""

    origin: str
    size: int
    root: bytes
    at: str

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.at}\n"


def sign(statement: Statement, *, seed: bytes, signer: Signer) -> str:
    """The signed note. seed: the private key of the signer."""
    signature = signer.suite.sign(seed, statement.text.encode())
    blob = base64.b64encode(signer.key_hash + signature).decode()
    return f"{statement.text}\n— {signer.name} {blob}\n"


def read(note: str) -> Statement:
    """What a note says, whether or not its signature holds. Raises NoteInvalid."""
    text, blank, _signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) != 4 or not lines[0] or not lines[3] or not _SIZE.fullmatch(lines[1]):
        raise NoteInvalid("not a checkpoint: origin, size, root and time are expected, a line each")
    statement = Statement(lines[0], int(lines[1]), _unpacked(lines[2]), lines[3])
    if f"{statement.text}\n" != note[: len(text) + 2]:
        raise NoteInvalid("the root is not written as it should be")
    return statement


def verify(note: str, signer: Signer) -> Statement:
    """What a note says, when it is signed by this signer alone. Raises NoteInvalid."""
    statement = read(note)
    tail = note[len(statement.text) + 1 :]
    match = _SIGNATURE.fullmatch(tail.removesuffix("\n"))
    if match is None or not tail.endswith("\n"):
        raise NoteInvalid("the line of the signature is missing or malformed")
    if match["name"] != signer.name:
        raise NoteInvalid(f"signed by {match['name']}, not by {signer.name}")
    blob = _unpacked(match["blob"])
    if blob[:4] != signer.key_hash:
        raise NoteInvalid("signed with another key of this name")
    if not signer.suite.verify(signer.key, statement.text.encode(), blob[4:]):
        raise NoteInvalid("the signature does not hold")
    return statement


def _unpacked(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid("not base64") from None
    if base64.b64encode(raw).decode() != text:  # spare bits must not make a second spelling
        raise NoteInvalid("not base64 as it should be")
    return raw
