"""How a checkpoint is hashed and signed. Its row names the suite, so that another one can stand beside the first."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from craft_site.ledger import merkle

SEED_BYTES = 32


class Suite(Protocol):
    """A digest for the tree and a signature for the note. All keys are raw bytes; a seed is the private key."""

    name: str
    #: What the note's key hash says of the signature (C2SP signed-note: 0x01 is Ed25519).
    algorithm: bytes

    def digest(self, content: bytes) -> bytes: ...

    def public_key(self, seed: bytes) -> bytes: ...

    def sign(self, seed: bytes, message: bytes) -> bytes: ...

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool: ...


class Sha256Ed25519:
    """SHA-256 and Ed25519 (RFC 8032): what checkpoints of transparency logs use everywhere."""

    name = "sha256-ed25519"
    algorithm = b"\x01"

    def digest(self, content: bytes) -> bytes:
        return merkle.sha256(content)

    def public_key(self, seed: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    def sign(self, seed: bytes, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(seed).sign(message)

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


SUITES: dict[str, Suite] = {suite.name: suite for suite in (Sha256Ed25519(),)}
DEFAULT = "sha256-ed25519"


def suite(name: str) -> Suite:
    """Raises LookupError for a suite that this program does not know."""
    try:
        return SUITES[name]
    except KeyError:
        raise LookupError(f"no suite {name!r}; known are {', '.join(SUITES)}") from None
