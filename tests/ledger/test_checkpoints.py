import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from craft_site.ledger import checkpoints, keys, merkle, notes
from craft_site.ledger.chain import append
from craft_site.ledger.checkpoints import LedgerBroken
from craft_site.ledger.models import Chain, Checkpoint, Line

pytestmark = pytest.mark.django_db
CHAIN = "event:x"


def write(count: int, chain: str = CHAIN) -> None:
    with transaction.atomic():
        for n in range(count):
            append(chain, "mark.entered", subject=f"sheet:{n}", facts={"value": str(n)}, by=None)


@pytest.fixture
def signed() -> Checkpoint:
    write(5)
    return checkpoints.sign(CHAIN, reason="hand")


def test_a_checkpoint_says_whose_tree_how_long_and_which_root(signed):
    lines = Line.objects.filter(chain__name=CHAIN).values_list("hash", flat=True)
    root = merkle.root([merkle.leaf_hash(line) for line in lines])
    assert (signed.size, signed.root, signed.suite, signed.key_id) == (
        5,
        root.hex(),
        "sha256-ed25519",
        "test",
    )
    origin, size, written, at, blank, signature, end = signed.note.split("\n")
    assert (origin, size, written) == ("testserver/ledger/event:x", "5", base64.b64encode(root).decode())
    assert at.startswith(f"{signed.at:%Y-%m-%dT%H:%M:%S}")
    assert at.endswith("Z")
    assert (blank, end) == ("", "")
    assert signature.startswith("— testserver/ledger/keys/test ")


def test_its_signature_is_that_of_the_public_key(signed):
    signer = keys.public_keys()["test"]
    assert notes.verify(signed.note, signer).size == 5
    name, key_hash, packed = signer.verifier_key.split("+", 2)
    assert name == "testserver/ledger/keys/test"
    assert base64.b64decode(packed) == b"\x01" + signer.key
    blob = base64.b64decode(signed.note.split()[-1])
    assert blob[:4].hex() == key_hash
    assert checkpoints.check_note(signed).origin == "testserver/ledger/event:x"


def test_no_note_survives_a_changed_byte(signed):
    signer, note = keys.public_keys()["test"], signed.note.encode()
    for place in range(len(note)):
        changed = bytearray(note)
        changed[place] ^= 1
        with pytest.raises(notes.NoteInvalid):
            notes.verify(changed.decode("utf-8", "replace"), signer)
    for changed_length in (signed.note[:-1], signed.note + "\n", signed.note + "— other AAAA\n", ""):
        with pytest.raises(notes.NoteInvalid):
            notes.verify(changed_length, signer)


def test_signing_again_without_a_new_line_gives_the_same_checkpoint(signed):
    assert checkpoints.sign(CHAIN, reason="lock") == signed
    assert Checkpoint.objects.count() == 1
    write(1)
    later = checkpoints.sign(CHAIN, reason="lock")
    assert (later.size, Checkpoint.objects.count()) == (6, 2)
    assert checkpoints.latest(CHAIN) == later


def test_a_later_checkpoint_is_consistent_with_an_earlier_one(signed):
    write(8)
    later = checkpoints.sign(CHAIN, reason="timer")
    assert merkle.verify_consistency(
        old_size=signed.size,
        new_size=later.size,
        old_root=bytes.fromhex(signed.root),
        new_root=bytes.fromhex(later.root),
        proof=merkle.consistency_proof(signed.size, checkpoints.leaves(later.chain)),
    )


def test_each_chain_is_signed_by_itself(signed):
    write(2, "event:y")
    other = checkpoints.sign("event:y", reason="hand")
    assert (other.size, other.chain.name) == (2, "event:y")
    assert checkpoints.latest(CHAIN) == signed
    assert checkpoints.latest("event:nothing") is None


def test_a_chain_that_is_not_there_is_not_made_by_signing_it():
    with pytest.raises(Chain.DoesNotExist):
        checkpoints.sign("event:typo", reason="hand")
    assert not Chain.objects.exists()


def test_a_checkpoint_of_another_row_or_key_is_refused(signed, settings):
    for name, value in (("size", 4), ("root", "0" * 64), ("key_id", "other")):
        kept = getattr(signed, name)
        setattr(signed, name, value)
        with pytest.raises(notes.NoteInvalid):
            checkpoints.check_note(signed)
        setattr(signed, name, kept)
    assert checkpoints.check_note(signed).size == 5
    settings.LEDGER_KEYS = {"test": base64.b64encode(bytes(32)).decode()}
    with pytest.raises(notes.NoteInvalid):
        checkpoints.check_note(signed)


def test_after_a_rotation_old_notes_hold_without_the_old_secret(signed, settings):
    public = base64.b64encode(keys.public_keys()["test"].key).decode()
    settings.LEDGER_KEYS = {"2027": base64.b64encode(b"n" * 32).decode(), "test": f"public:{public}"}
    write(1)
    later = checkpoints.sign(CHAIN, reason="hand")
    assert later.key_id == "2027"
    assert [checkpoints.check_note(one).size for one in (signed, later)] == [5, 6]


@pytest.mark.parametrize(
    "ring",
    [
        {},
        {"a b": "QUFB"},
        {"short": "QUFB"},
        {"none": "no base64"},
        {"gone": "public:bGVkZ2VyLXRlc3RzLW9ubHktbm90LWEtc2VjcmV0ISE="},
    ],
)
def test_the_start_stops_at_keys_that_cannot_sign_and_names_no_secret(settings, ring):
    settings.LEDGER_KEYS = ring
    [error] = keys.check_keys()
    assert "LEDGER_KEYS" in error.msg
    assert not any(value.removeprefix("public:") in error.msg for value in ring.values())
    with pytest.raises(ImproperlyConfigured):
        keys.signing_key()


@pytest.mark.parametrize("origin", ["", "two words", "a+b"])
def test_the_start_stops_at_an_origin_that_no_note_can_carry(settings, origin):
    settings.LEDGER_ORIGIN = origin
    assert ["LEDGER_ORIGIN" in error.msg for error in keys.check_keys()] == [True]


def test_a_key_never_shows_its_seed():
    assert "seed" not in repr(keys.signing_key())


@pytest.mark.parametrize("seq", [2, 5, 6, 7])
def test_a_changed_chain_is_never_signed(signed, seq, tamper):
    write(2)
    tamper("UPDATE ledger_line SET hash = %s WHERE seq = %s", ["f" * 64, seq])
    with pytest.raises(LedgerBroken):
        checkpoints.sign(CHAIN, reason="lock")
    assert Checkpoint.objects.count() == 1


def test_a_chain_without_its_tail_is_never_signed(signed, tamper):
    write(2)
    tamper("DELETE FROM ledger_line WHERE seq = %s", [7])
    with pytest.raises(LedgerBroken) as broken:
        checkpoints.sign(CHAIN, reason="lock")
    assert broken.value.seq == 7
    assert str(broken.value) == (
        "The ledger event:x does not hold at line 7. Stop, keep everything, call the supervisors."
    )


@pytest.fixture
def later_suite(signed, mirrored, settings, monkeypatch):
    """Five lines were signed by the first suite, two more are to be signed by the second."""
    monkeypatch.setattr("craft_site.ledger.suites.DEFAULT", "mirrored")
    settings.LEDGER_KEYS = {"mirrored": base64.b64encode(b"m" * 32).decode(), **settings.LEDGER_KEYS}
    write(2)
    return mirrored


def test_a_tree_may_be_hashed_anew_by_another_suite(later_suite):
    later = checkpoints.sign(CHAIN, reason="hand")
    tree = checkpoints.leaves(later.chain, suite=later_suite)
    assert (later.suite, later.root) == ("mirrored", merkle.root(tree, digest=later_suite.digest).hex())
    assert tree == [
        merkle.leaf_hash(found, digest=later_suite.digest)
        for found in Line.objects.filter(chain__name=CHAIN).order_by("seq").values_list("hash", flat=True)
    ]


def test_what_the_first_suite_signed_is_still_compared_with_it(later_suite, tamper):
    tamper("UPDATE ledger_line SET hash = %s WHERE seq = 2", ["f" * 64])
    with pytest.raises(LedgerBroken) as broken:
        checkpoints.sign(CHAIN, reason="hand")
    assert (broken.value.chain, broken.value.seq) == (CHAIN, 5)
