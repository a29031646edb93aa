"""What is no proof at all is refused with its reason; nonsense inside one is a fault and never a crash."""

import io
import json
import random
import zipfile

import pytest

from competitions.proof import verify_contest as verifier
from competitions.proof.build import pack
from tests.competitions.proof.forging import (
    WORST_JSON,
    edited,
    line_of,
    named,
    rehashed,
    with_lines,
)

OTHERS = sorted({*verifier.MEMBERS} - {"README.txt", "manifest.json", "ledger.jsonl"})
# The database makes the proof, once for all; what is done to the file afterwards is nothing to it.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


# --- what cannot be read ---


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"\0" * 500, b"PK\x05\x06" + b"\0" * 18, b"not a zip at all" * 40]
)
def test_what_is_no_zip_is_unreadable(content):
    with pytest.raises(verifier.Unreadable):
        verifier.verify(content)


def packed(data, compression):
    """The members in a zip, and where the data of release.json begins in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in data.items():
            archive.writestr(name, content)
        at = archive.getinfo("release.json").header_offset + 30 + len("release.json")
        return out, at, archive.getinfo("release.json").compress_size


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(("lang", "damaged"), [("zh", "zip 文件已损坏"), ("en", "the zip file is damaged")])
def test_one_byte_flipped_in_a_member_names_the_member(members, compression, lang, damaged, tmp_path, capsys):
    out, at, size = packed(members, compression)
    file = tmp_path / "proof.zip"
    for place in (at + size // 4, at + size // 2, at + size * 3 // 4):
        content = bytearray(out.getvalue())
        content[place] ^= 1
        file.write_bytes(content)
        assert verifier.main([str(file), "--lang", lang]) == 2
        told = capsys.readouterr().err
        assert damaged in told
        assert "release.json" in told
        assert verifier.main([str(file), "--lang", lang, "--json"]) == 2
        found = json.loads(capsys.readouterr().out)
        assert found["code"] in ("crc", "unpack")
        assert (found["holds"], found["member"], found["unreadable"]) == (
            None,
            "release.json",
            told.strip(),
        )
        if compression == zipfile.ZIP_STORED:
            assert found["code"] == "crc"


def test_a_zip_that_was_not_downloaded_to_its_end_is_said_so(members):
    with pytest.raises(verifier.Unreadable, match="directory"):
        verifier.read_zip(pack(members)[:-40])


def test_a_missing_file_is_unreadable_and_a_strange_one_is_named(members):
    for name in verifier.MEMBERS:
        with pytest.raises(verifier.Unreadable):
            verifier.verify_members({n: c for n, c in members.items() if n != name})
    report = verifier.Report()
    verifier.Proof(members | {"more.txt": b"x"}, report)
    assert report.faults["manifest"][0]["code"] == "extra_member"


def test_a_bomb_is_refused_before_it_unfolds(monkeypatch):
    monkeypatch.setattr(verifier, "MOST_MEMBER", 1 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ledger.jsonl", b"\0" * (8 << 20))
    assert len(out.getvalue()) < 20_000
    with pytest.raises(verifier.Unreadable, match="too_big"):
        verifier.read_zip(out.getvalue())


@pytest.mark.parametrize("name", ["../x", "a/b", "é.json", "x" * 80])
def test_a_strange_name_in_the_zip_is_refused(members, name):
    with pytest.raises(verifier.Unreadable, match="bad_name"):
        verifier.read_zip(pack(members | {name: b""}))


@pytest.mark.parametrize(
    "name", [n for n in verifier.MEMBERS if n.endswith(".json") and n != "manifest.json"]
)
def test_nonsense_in_a_file_is_a_fault_and_never_a_crash(members, name):
    for content in WORST_JSON:
        assert named(rehashed(members | {name: content})), content[:20]


def test_nonsense_anywhere_in_the_ledger_is_a_fault_and_never_a_crash(members):
    chance = random.Random(4)
    lines = members["ledger.jsonl"].splitlines()
    kinds = sorted({json.loads(line).get("kind", "") for line in lines} - {""})
    for kind in kinds:
        at = line_of(members, kind)
        facts = json.loads(lines[at])["facts"]
        for key in facts:
            nonsense = (None, 5, "x", [], {}, [[1]], {"a": None}, -1, True)
            value = chance.choice([one for one in nonsense if one != facts[key]])  # the truth is no forgery
            changed = edited(lines[at], **{key: value})
            forged = with_lines(members, lambda lines, at=at, line=changed: lines.__setitem__(at, line))
            assert named(forged), (kind, key)


def test_nonsense_in_the_manifest_is_unreadable_or_named(members):
    for content in WORST_JSON:
        with pytest.raises(verifier.Unreadable):
            verifier.verify_members(members | {"manifest.json": content})
    for key in json.loads(members["manifest.json"]):
        for value in (None, 1, [], {}, "x"):
            genuine = json.loads(members["manifest.json"])
            if genuine[key] == value:
                continue
            manifest = genuine | {key: value}
            try:
                assert named(members | {"manifest.json": verifier.canonical(manifest).encode()}), (key, value)
            except verifier.Unreadable:
                assert key in ("format", "members")
