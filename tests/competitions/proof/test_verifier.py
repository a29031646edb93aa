"""The parts of the verifier by themselves: against published vectors, and against the libraries that the site uses."""

import ast
import re
import string
import sys
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from competitions.proof import verify_contest as verifier
from competitions.proof.build import DISCLOSED
from competitions.proof.files import VERIFIER
from craft_site.kit.canonical import canonical_json, utc_timestamp
from craft_site.ledger import merkle, notes, suites

# RFC 8032, 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595"
        "bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb43"
        "02aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716"
        "ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_the_rfc_hold_and_nothing_near_them(public, message, signature):
    key, text, signed = map(bytes.fromhex, (public, message, signature))
    assert verifier.ed25519_holds(key, text, signed)
    assert not verifier.ed25519_holds(key, text + b"x", signed)
    for at in (0, 31, 32, 63):
        wrong = bytearray(signed)
        wrong[at] ^= 1
        assert not verifier.ed25519_holds(key, text, bytes(wrong))


def test_a_signature_with_a_scalar_beyond_the_order_is_refused():
    """The same signature plus the order of the group: RFC 8032 forbids it, or it would have two spellings."""
    key, text, signed = map(bytes.fromhex, RFC_8032[1])
    beyond = int.from_bytes(signed[32:], "little") + verifier.ORDER
    assert not verifier.ed25519_holds(key, text, signed[:32] + beyond.to_bytes(32, "little"))


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 63))
def test_signatures_hold_where_the_library_says_so(seed, message, at):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signed = key.public_key().public_bytes_raw(), key.sign(message)
    assert verifier.ed25519_holds(public, message, signed)
    wrong = bytearray(signed)
    wrong[at] ^= 4
    library = suites.suite(suites.DEFAULT).verify(public, message, bytes(wrong))
    assert verifier.ed25519_holds(public, message, bytes(wrong)) == library


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.data())
def test_roots_and_proofs_are_those_of_the_ledger(size, data):
    hashes = [verifier.sha256(str(n)) for n in range(size)]
    leaves = [merkle.leaf_hash(one) for one in hashes]
    assert leaves == [verifier.leaf_hash(one) for one in hashes]
    tree = verifier.Tree(leaves)
    old, index = data.draw(st.integers(1, size)), data.draw(st.integers(0, size - 1))
    assert tree.root(old) == merkle.root(leaves[:old])
    root = merkle.root(leaves)
    path = merkle.inclusion_proof(index, leaves)
    assert verifier.inclusion_holds(leaves[index], index, size, path, root)
    assert not verifier.inclusion_holds(leaves[index], index, size, [*path, root], root)
    assert not verifier.inclusion_holds(verifier.leaf_hash("00" * 32), index, size, path, root)
    steps = merkle.consistency_proof(old, leaves)
    assert verifier.consistency_holds(old, size, merkle.root(leaves[:old]), root, steps)
    if old < size:
        assert not verifier.consistency_holds(old, size, root, root, steps)


def test_a_note_of_the_ledger_is_read_and_its_key_is_written_as_the_site_publishes_it():
    seed, suite = b"7" * 32, suites.suite(suites.DEFAULT)
    signer = notes.Signer("example.org/ledger/keys/a", suite.public_key(seed), suite)
    said = notes.Statement("example.org/ledger/event:x", 5, b"r" * 32, "2026-01-01T00:00:00.000000Z")
    text = notes.sign(said, seed=seed, signer=signer)
    note = verifier.Note(text)
    assert (note.origin, note.size, note.root, note.more) == (said.origin, 5, said.root, [said.at])
    [(name, short, signature)] = note.signatures
    assert (name, short) == (signer.name, verifier.key_id(signer.name, signer.key))
    assert verifier.ed25519_holds(signer.key, note.text, signature)
    assert verifier.verifier_key(signer.name, signer.key) == signer.verifier_key


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12))  # fmt: skip
def test_the_canonical_spelling_is_the_one_that_was_hashed(value):
    assert verifier.canonical(value).encode("utf-8", "surrogatepass") == canonical_json(value)


@given(
    st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1)),
    st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1)),
)
def test_times_lie_as_far_apart_as_the_calendar_says(one, other):
    apart = verifier.moment(utc_timestamp(one.replace(tzinfo=UTC))) - verifier.moment(
        utc_timestamp(other.replace(tzinfo=UTC))
    )
    span = one - other
    assert apart == (span.days * 86_400 + span.seconds) * 10**6 + span.microseconds


def test_a_mark_is_written_with_the_places_it_needs():
    written = [
        verifier.text_of(Fraction(*value), 2) for value in ((1, 2), (1, 8), (-7, 1), (1, 3), (2, 3), (0, 1))
    ]
    assert written == ["0.50", "0.125", "-7.00", "0.333333333333", "0.666666666667", "0.00"]


def test_the_program_keeps_to_what_python_3_9_knows_and_to_its_library():
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    named = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert named <= set(sys.stdlib_module_names)
    assert not any(isinstance(node, ast.Match) for node in ast.walk(tree))


def test_every_sentence_stands_in_both_languages_with_the_same_parts():
    def parts(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for words in (verifier.WORDS, verifier.NOTES, verifier.READ, verifier.CHECKS):
        for code, (zh, en) in words.items():
            assert parts(zh) == parts(en), code
            assert re.search("[\u4e00-\u9fff]", zh), code
            assert not re.search("[\u4e00-\u9fff]", en), code


# --- its words ---


def test_kinds_and_times_are_said_in_the_language_of_the_reader():
    report = verifier.Report()
    report.note("withheld", count=3, kinds=["appeal.admitted", "appeal.filed", "seat.given", "novel.kind"])
    report.note("checkpoint", size=9, time="2026-11-30T01:33:41.434703Z")
    report.no("complete", "kind_count", "ledger.jsonl", kind="mark.entered", wanted=2, found=1)
    report.no("complete", "kind_count", "ledger.jsonl", kind="*", wanted=2, found=1)
    chinese, english = report.as_text(0), report.as_text(1)
    assert "：申诉、执裁人员及席位、novel.kind" in chinese
    assert "评分（mark.entered）：" in chinese
    assert "各类合计：" in chinese
    assert "2026-11-30 09:33:41 +08:00" in chinese
    assert ": appeals, officials and their seats, novel.kind" in english
    assert "marks (mark.entered): 2 lines" in english
    assert "2026-11-30 09:33:41 +08:00" in english
    assert [note["message"] for note in report.as_json(0)["notes"]] == [
        line for line in chinese.splitlines() if line.startswith(("3 行", "最后"))
    ]


@pytest.mark.parametrize("stamp", ["?", "", "2026-13-30T01:33:41Z", "9999-12-31T23:59:59Z", "2026-11-30"])
def test_what_is_no_time_is_printed_as_it_stands(stamp):
    assert verifier.time_in_words(stamp) == stamp


def test_every_kind_of_line_that_the_site_writes_has_words():
    for kind in [*DISCLOSED, *verifier.NEEDED]:
        assert verifier.topic(kind, 0) != kind
        assert verifier.topic(kind, 1) != kind
