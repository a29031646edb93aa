"""What somebody would do to a proof who can write every file again, and has no key of the ledger."""

import base64
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from competitions.proof import verify_contest as verifier
from craft_site.kit.canonical import canonical_json, sha256_hex
from craft_site.ledger import merkle

Members = dict[str, bytes]
WORST_JSON = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[null]",
    b'{"a":1}',
    b"[[]]",
    b'"x"',
    b"1e5",
    b"[" * 100_000,
    b"\xff",
)


def rehashed(members: Members) -> Members:
    """With a manifest that names what the members are now."""
    manifest = json.loads(members["manifest.json"])
    manifest["members"] = {name: sha256_hex(members[name]) for name in members if name != "manifest.json"}
    return members | {"manifest.json": canonical_json(manifest)}


def with_json(members: Members, name: str, change: Callable[[Any], Any]) -> Members:
    """One member with something else in it, spelled as it should be, and the manifest to it."""
    document = json.loads(members[name])
    changed = change(document)
    return rehashed(members | {name: canonical_json(document if changed is None else changed)})


def with_lines(members: Members, change: Callable[[list[bytes]], Any]) -> Members:
    """The ledger with other lines."""
    lines = members["ledger.jsonl"].splitlines()
    change(lines)
    return rehashed(members | {"ledger.jsonl": b"".join(line + b"\n" for line in lines)})


def line_of(members: Members, kind: str, nth: int = 0) -> int:
    """The place of the nth line of a kind, counted from 0."""
    lines = members["ledger.jsonl"].splitlines()
    return [n for n, line in enumerate(lines) if json.loads(line).get("kind") == kind][nth]


def edited(line: bytes, **facts: Any) -> bytes:
    body = json.loads(line)
    body["facts"] |= facts
    return canonical_json(body)


def with_own_key(members: Members, *, name: str | None = None) -> Members:
    """Every checkpoint made anew over the ledger as it is now, and signed with a key of the forger's own."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    name = name or json.loads(members["keys.json"])["keys"][0]["name"]
    hashes = hashes_of(members)
    tree = verifier.Tree(verifier.leaf_hash(one) for one in hashes)
    document = json.loads(members["checkpoints.json"])
    notes = []
    for text in document["notes"]:
        note = verifier.Note(text)
        said = (
            f"{note.origin}\n{note.size}\n{base64.b64encode(tree.root(note.size)).decode()}\n{note.more[0]}\n"
        )
        blob = verifier.key_id(name, public) + key.sign(said.encode())
        notes.append(f"{said}\n— {name} {base64.b64encode(blob).decode()}\n")
    leaves = [verifier.leaf_hash(one) for one in hashes]
    sizes = [verifier.Note(text).size for text in notes]
    document["notes"] = notes
    document["inclusion"]["path"] = [
        step.hex() for step in merkle.inclusion_proof(document["inclusion"]["seq"] - 1, leaves[: sizes[-1]])
    ]
    document["consistency"] = [
        [step.hex() for step in merkle.consistency_proof(old, leaves[:new])] for old, new in pairwise(sizes)
    ]
    keys = {"keys": [{"name": name, "public": base64.b64encode(public).decode()}]}
    return rehashed(
        members | {"checkpoints.json": canonical_json(document), "keys.json": canonical_json(keys)}
    )


def hashes_of(members: Members) -> list[str]:
    """The hashes of all lines, as the verifier makes them."""
    found, last = [], verifier.GENESIS
    for line in members["ledger.jsonl"].splitlines():
        body = json.loads(line)
        last = body["withheld"] if "withheld" in body else verifier.sha256(last.encode() + line)
        found.append(last)
    return found


def republished(members: Members, change: Callable[[Any], Any]) -> Members:
    """Another release, published by the ledger and signed with the forger's key: every hash and every signature of the
    file agrees, and only who computes again finds out."""
    members = with_json(members, "release.json", change)
    release, digest = json.loads(members["release.json"]), sha256_hex(members["release.json"])
    rows = json.loads(members["rows.json"])
    for row, result in zip(rows, [*release["results"], *release["teams"]], strict=True):
        told = {"total": result["total"] or "", "award": result["award"] or "", "rank": result["rank"]}
        row |= told | {"components": result["components"]}
    members = with_json(members, "rows.json", lambda _: rows)
    at = line_of(members, "result.published", -1)
    return with_own_key(
        with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], hash=digest)))
    )


def named(members, anchors=None, *, lang=1):
    """What does not hold, by check, in words; both languages must have the words."""
    report = verifier.verify_members(members, anchors)
    for found in report.faults.values():
        for fault in found:
            assert report.sentence(fault, 0)
    return {
        code: [report.sentence(fault, lang) for fault in found]
        for code, found in report.faults.items()
        if found
    }
