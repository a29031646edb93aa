"""One byte changed anywhere is found and its file named; so is a forgery that makes every hash anew."""

import json
import random

import pytest

from competitions.proof import verify_contest as verifier
from tests.competitions.proof.forging import (
    edited,
    hashes_of,
    line_of,
    named,
    rehashed,
    with_json,
    with_lines,
    with_own_key,
)

POSITIONS = 10_000
OTHERS = sorted({*verifier.MEMBERS} - {"README.txt", "manifest.json", "ledger.jsonl"})
# The database makes the proof, once for all; what is done to the file afterwards is nothing to it.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_proof_of_these_tests_holds(members):
    assert named(members) == {}


def sound(members):
    """Whether the manifest finds every file as it should be."""
    report = verifier.Report()
    try:
        verifier.Proof(members, report)
    except verifier.Unreadable:
        return False
    return report.holds


# --- single bytes ---


def test_a_byte_changed_at_any_of_ten_thousand_positions_is_found_and_its_file_named(members):
    """Over all files, evenly. What the manifest says of the files is all that is asked here: it is quick."""
    chance = random.Random(1)
    places = [(name, at) for name in sorted(members) for at in range(len(members[name]))]
    step = max(1, len(places) // (POSITIONS + 2000))
    tried = 0
    for name, at in places[::step]:
        content = bytearray(members[name])
        content[at] ^= 1 << chance.randrange(8)
        changed = members | {name: bytes(content)}
        if name == "manifest.json":
            assert not sound(changed) or named(changed), at
        else:
            report = verifier.Report()
            verifier.Proof(changed, report)
            assert [fault["member"] for fault in report.faults["manifest"]] == [name], at
        tried += 1
    assert tried >= POSITIONS


def test_a_byte_of_the_ledger_changed_with_the_manifest_made_anew_is_found_by_chain_or_tree(members):
    chance = random.Random(2)
    content, places = members["ledger.jsonl"], len(members["ledger.jsonl"])
    for at in sorted(chance.sample(range(places), 1500)):
        forged = bytearray(content)
        forged[at] ^= 1 << chance.randrange(8)
        changed = rehashed(members | {"ledger.jsonl": bytes(forged)})
        report = verifier.Report()
        proof = verifier.Proof(changed, report)
        ledger = verifier.Ledger(proof, report)
        tree = verifier.Tree(verifier.leaf_hash(one) for one in ledger.hashes[1:])
        last = verifier.Note(json.loads(changed["checkpoints.json"])["notes"][-1])
        cut = ledger.size != last.size
        assert report.faults["chain"] or cut or tree.root(last.size) != last.root, at


@pytest.mark.parametrize("name", OTHERS)
def test_a_byte_of_any_other_file_changed_with_the_manifest_made_anew_is_found(members, name):
    chance = random.Random(name)
    for at in chance.sample(range(len(members[name])), 12):
        forged = bytearray(members[name])
        forged[at] ^= 1 << chance.randrange(8)
        assert named(rehashed(members | {name: bytes(forged)})), (name, at)


def test_a_damaged_zip_is_unreadable_or_still_says_the_same(proof, members):
    chance = random.Random(3)
    unreadable = 0
    for at in chance.sample(range(len(proof)), 1500):
        damaged = bytearray(proof)
        damaged[at] ^= 1 << chance.randrange(8)
        try:
            found = verifier.read_zip(bytes(damaged))
        except verifier.Unreadable:
            unreadable += 1
            continue
        if found != members:
            assert not sound(found)
    assert unreadable > 1000


# --- forgeries ---


def test_a_changed_mark_with_all_hashes_made_anew_is_no_longer_what_was_signed(members):
    at = line_of(members, "mark.entered", 3)
    mark = json.loads(members["ledger.jsonl"].splitlines()[at])["facts"]
    values = ["1"] * len(mark["values"])
    forged = with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], values=values)))
    found = named(forged)
    assert any("the ledger was changed" in words for words in found["tree"])
    assert any("what was signed are not these readings" in words for words in found["sheets"])
    assert found["readings"]
    assert "release.json entries.C-" in found["readings"][0]


def test_forged_roots_fail_by_their_signature(members):
    at = line_of(members, "mark.entered")
    forged = with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], client_id="x")))
    genuine = json.loads(members["checkpoints.json"])["notes"]
    forged = with_own_key(forged)
    document = json.loads(forged["checkpoints.json"])
    document["notes"] = [
        new.split("\n\n")[0] + "\n\n" + old.split("\n\n")[1]
        for new, old in zip(document["notes"], genuine, strict=True)
    ]
    forged = rehashed(
        forged | {"checkpoints.json": json.dumps(document).encode(), "keys.json": members["keys.json"]}
    )
    found = named(forged)
    assert set(found) == {"signatures"}
    assert all("is not valid" in words for words in found["signatures"])


def test_a_ledger_signed_anew_with_another_key_is_found_by_whatever_one_holds_oneself(members):
    """The limit of every such proof: what has no anchor outside can be made anew. With any anchor it is found."""
    at = line_of(members, "mark.entered")
    forged = with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], client_id="x")))
    forged = with_own_key(forged)
    assert named(forged) == {}
    key = json.loads(members["keys.json"])["keys"][0]
    public = verifier.base64.b64decode(key["public"])
    note = json.loads(members["checkpoints.json"])["notes"][0]
    anchors = {
        "keys": [verifier.verifier_key(key["name"], public)],
        "notes": [note],
        "receipts": [(at + 1, hashes_of(members)[at][:6].upper())],
    }
    assert named(members, anchors) == {}
    for kind, held in anchors.items():
        assert list(named(forged, {kind: held})) == ["anchor"], kind


def test_a_deleted_line_is_named(members):
    at = line_of(members, "mark.entered", 5)
    found = named(with_lines(members, lambda lines: lines.pop(at)))
    assert f"ledger.jsonl line {at + 1} seq: its number is {at + 2}, not {at + 1}" in found["chain"]
    assert any("its tail is cut" in words for words in found["tree"])


def test_two_lines_in_another_order_are_named(members):
    at = line_of(members, "mark.entered", 2)

    def swap(lines):
        lines[at], lines[at + 1] = lines[at + 1], lines[at]

    found = named(with_lines(members, swap))
    assert found["chain"][0].startswith(f"ledger.jsonl line {at + 1} seq")


def test_two_lines_in_another_order_with_their_numbers_changed_are_not_what_was_signed(members):
    at = line_of(members, "mark.entered", 2)

    def swap(lines):
        bodies = [json.loads(lines[at + 1]), json.loads(lines[at])]
        for n, body in enumerate(bodies):
            body["seq"] = at + 1 + n
            lines[at + n] = verifier.canonical(body).encode()

    found = named(with_lines(members, swap))
    assert "chain" not in found
    assert any("the ledger was changed" in words for words in found["tree"])


def test_a_cut_tail_is_named_even_with_the_checkpoints_cut_too(members):
    def cut(lines):
        del lines[-3:]

    found = named(with_lines(members, cut))
    assert any("its tail is cut" in words for words in found["tree"])
    forged = with_json(with_lines(members, cut), "checkpoints.json", lambda d: d["notes"].pop())
    found = named(forged)
    assert "no line publishes this release" in found["complete"][0]


def test_a_withheld_mark_is_missed(members):
    at = line_of(members, "mark.entered", 4)
    digest = hashes_of(members)[at]
    found = named(
        with_lines(
            members, lambda lines: lines.__setitem__(at, verifier.canonical({"withheld": digest}).encode())
        )
    )
    assert set(found) >= {"complete", "sheets"}
    assert "tree" not in found
    assert "mark.entered" in found["complete"][0]


def test_a_changed_scheme_is_named(members):
    def change(scheme):
        scheme["criteria"][0]["sub_criteria"][0]["aspects"][0]["upper"] = "0.3"

    found = named(with_json(members, "scheme.json", change))
    assert "scheme.json: its check value is" in found["scheme"][0]


def test_a_swapped_rank_is_named_in_the_release_and_on_the_list(members):
    def swap(release):
        one, other = release["results"][:2]
        one["rank"], other["rank"] = other["rank"], one["rank"]

    found = named(with_json(members, "release.json", swap))
    assert set(found) == {"ranks", "release", "rows"}
    assert any("results.C-" in words and "rank: 2 published, 1 computed" in words for words in found["ranks"])


def test_a_raised_total_and_award_are_named(members):
    def change(release):
        release["results"][1]["total"] = "99.00"
        release["results"][1]["award"] = "first"

    found = named(with_json(members, "release.json", change))
    assert any('"99.00" published' in words for words in found["totals"])
    assert any('"first" published' in words for words in found["awards"])


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("secret", "x", "the secret is not the one"),
        ("dice", "1 1 1", "the dice are not those"),
        ("seed", "0" * 64, "the seed does not follow"),
        ("state", "void", "its state is not"),
    ],
)
def test_a_changed_draw_is_named(members, part, value, words):
    found = named(with_json(members, "draws.json", lambda draws: draws[1].__setitem__(part, value)))
    assert any(words in sentence and f"draws[2].{part}" in sentence for sentence in found["draws"])


def test_another_order_or_list_of_a_draw_is_named(members):
    def swap(draws):
        draws[2]["order"][:2] = draws[2]["order"][1::-1]

    assert "the order is not the one" in named(with_json(members, "draws.json", swap))["draws"][0]
    found = named(
        with_json(members, "draws.json", lambda draws: draws[0]["items"].remove(draws[0]["items"][0]))
    )
    assert "the list is not the one" in found["draws"][0]
    found = named(with_json(members, "draws.json", lambda draws: draws[:-1]))
    assert "is not given" in found["draws"][0]


def test_swapped_codes_are_named(members):
    def swap(codes):
        works = [code for code in codes if code["layer"] == "work"]
        works[0]["number"], works[1]["number"] = works[1]["number"], works[0]["number"]

    found = named(with_json(members, "codes.json", swap))
    assert sum("is not among the commitments" in words for words in found["codes"]) == 2


def test_a_changed_row_of_the_list_is_named(members):
    found = named(with_json(members, "rows.json", lambda rows: rows[0].__setitem__("award", "third")))
    assert found == {"rows": ["rows.json rows[1].award: C-" + found["rows"][0].split("C-")[1]]}
    found = named(with_json(members, "rows.json", lambda rows: rows[0].__setitem__("hash", "0" * 64)))
    assert "check value of the list" in found["rows"][0]


def test_another_recheck_sample_is_named(members):
    """The sample stands in the ledger; whoever signs the ledger anew still cannot draw other sheets."""
    at = line_of(members, "recheck.drawn")

    def change(lines):
        drawn = json.loads(lines[at])["facts"]["drawn"]
        lines[at] = edited(lines[at], drawn=drawn[:-1])

    found = named(with_own_key(with_lines(members, change)))
    assert set(found) == {"recheck"}
    at = line_of(members, "recheck.committed")
    forged = with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], sample=0)))
    assert "facts.sample" in named(with_own_key(forged))["recheck"][0]


def test_a_mark_after_the_lock_needs_an_order(members):
    at = line_of(members, "mark.corrected")
    lock = next(
        n
        for n, line in enumerate(members["ledger.jsonl"].splitlines())
        if json.loads(line).get("kind") == "event.moved" and json.loads(line)["facts"]["to"] == "locked"
    )

    def late(lines):
        body = json.loads(lines[at])
        body["facts"] |= {"revision": 3}
        for n in range(lock + 1, len(lines)):
            if json.loads(lines[n]).get("kind") == "event.decoding_asked":
                lines[n] = verifier.canonical(body | {"seq": n + 1}).encode()

    found = named(with_own_key(with_lines(members, late)))
    assert any("after the marks were locked" in words for words in found["sheets"])
