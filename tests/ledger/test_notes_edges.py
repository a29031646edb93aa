"""A signed note byte by byte: what is one, what is nearly one, and which signature belongs to which key."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from craft_site.ledger import notes, suites
from craft_site.ledger.notes import NoteInvalid, Signer, Statement

SUITE = suites.suite(suites.DEFAULT)
SEED = bytes(range(32))
PUBLIC = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
SIGNER = Signer("site/keys/a", PUBLIC, SUITE)
SAID = Statement("site/event:x", 12, b"\xff" * 32, "2026-01-02T03:04:05.000000Z")
ROOT = base64.b64encode(SAID.root).decode()
TEXT = f"site/event:x\n12\n{ROOT}\n2026-01-02T03:04:05.000000Z\n"
NOTE = notes.sign(SAID, seed=SEED, signer=SIGNER)


def test_the_hash_of_a_key_is_of_its_name_its_algorithm_and_itself():
    assert SIGNER.key_hash == hashlib.sha256(b"site/keys/a\n\x01" + PUBLIC).digest()[:4]
    packed = base64.b64encode(b"\x01" + PUBLIC).decode()
    assert SIGNER.verifier_key == f"site/keys/a+{SIGNER.key_hash.hex()}+{packed}"


def test_a_note_is_its_text_a_blank_line_and_one_signature():
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(TEXT.encode())
    blob = base64.b64encode(SIGNER.key_hash + signature).decode()
    assert f"{TEXT}\n— site/keys/a {blob}\n" == NOTE == notes.sign(SAID, seed=SEED, signer=SIGNER)
    assert notes.read(NOTE) == SAID
    assert notes.verify(NOTE, SIGNER) == SAID


@pytest.mark.parametrize("size", ["0", "1", "999999999999999999"])
def test_a_size_is_written_in_one_way(size):
    assert notes.read(f"o\n{size}\nAA==\nt\n\n").size == int(size)


def test_the_first_blank_line_ends_the_statement_and_only_lines_part_it():
    """An origin may have spaces; what stands below is the signatures' own."""
    assert notes.read("an origin\n1\nAA==\nt\n\n— a\n\n— b\n") == Statement("an origin", 1, b"\0", "t")


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "o\n1\nAA==\nt\n",  # no blank line
        "o\n1\nAA==\n\n",
        "o\n1\nAA==\nt\nmore\n\n",
        "\n1\nAA==\nt\n\n",
        "o\n\nAA==\nt\n\n",
        "o\n01\nAA==\nt\n\n",
        "o\n-1\nAA==\nt\n\n",
        "o\n1000000000000000000\nAA==\nt\n\n",
        "o\n１\nAA==\nt\n\n",
        "o\n1\nAB==\nt\n\n",  # spare bits: a second spelling of AA==
        "o\n1\nAA\nt\n\n",
        "o\n1\nA A==\nt\n\n",
        "o\n1\né===\nt\n\n",
        "o\n1\nAA==\n\n\n",
    ],
)
def test_what_is_no_checkpoint(note):
    with pytest.raises(NoteInvalid):
        notes.read(note)


def signed_by(**changes):
    fields = {"name": SIGNER.name, "key": SIGNER.key, "suite": SUITE} | changes
    return Signer(**fields)


@pytest.mark.parametrize(
    "note",
    [
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        NOTE + NOTE.split("\n\n")[1],
        NOTE.replace("— ", "- "),
        NOTE.replace("site/keys/a ", "site/keys/b "),
        f"{TEXT}\n",
        f"{TEXT}\n— site/keys/a AAAA\n",
        f"{TEXT}\n— site/keys/a AAA\n",
        NOTE.replace("12\n", "13\n", 1),
    ],
)
def test_a_note_that_was_touched_is_not_signed(note):
    with pytest.raises(NoteInvalid):
        notes.verify(note, SIGNER)


def test_each_reason_against_a_signature_is_told_apart():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    with pytest.raises(NoteInvalid, match="signed by site/keys/a, not by site/keys/b"):
        notes.verify(NOTE, signed_by(name="site/keys/b"))
    with pytest.raises(NoteInvalid, match="another key of this name"):
        notes.verify(NOTE, signed_by(key=other))
    forged = base64.b64encode(SIGNER.key_hash + bytes(64)).decode()
    with pytest.raises(NoteInvalid, match="the signature does not hold"):
        notes.verify(f"{TEXT}\n— site/keys/a {forged}\n", SIGNER)
    with pytest.raises(NoteInvalid, match="missing or malformed"):
        notes.verify(f"{TEXT}\n", SIGNER)


def test_the_suite_hashes_signs_and_verifies_as_its_name_says():
    assert (SUITE.name, SUITE.algorithm) == ("sha256-ed25519", b"\x01")
    assert SUITE.digest(b"x") == hashlib.sha256(b"x").digest()
    assert SUITE.public_key(SEED) == PUBLIC
    signature = SUITE.sign(SEED, b"words")
    assert SUITE.verify(PUBLIC, b"words", signature) is True
    assert SUITE.verify(PUBLIC, b"other", signature) is False
    assert SUITE.verify(b"short", b"words", signature) is False


def test_an_unknown_suite_is_named_beside_the_known_ones():
    with pytest.raises(LookupError, match="no suite 'md5'; known are sha256-ed25519"):
        suites.suite("md5")
