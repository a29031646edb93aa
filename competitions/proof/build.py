"""The proof of a release: everything from which an outsider computes it again, in one zip. docs/proof.md is the format.

A proof is made of what the ledger holds up to the first checkpoint after the publishing line, so that the same release
gives the same bytes. It names nobody: people stand in it as the contestant numbers that the public list shows.
"""

import base64
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from competitions.domain.release_content import row_hash
from competitions.models import Code, Draw, Release
from competitions.proof.verify_contest import FORMAT, MEMBERS, NEEDED
from craft_site.kit.canonical import canonical_json, sha256_hex
from craft_site.ledger import keys, merkle, notes
from craft_site.ledger.models import Chain, Checkpoint, Line

#: What is said in full besides the lines that a result rests on. Everything else, about people's applications and ties
#: for instance, is given by its hash only.
DISCLOSED = frozenset(NEEDED) | {
    "draw.kept",
    "draw.void_asked",
    "event.decoded",
    "event.decoding_asked",
    "event.layer_opened",
    "panel.spread",
    "penalty.refused",
    "penalty.seconded",
    "readings.imported",
    "recheck.checked",
    "recheck.error",
    "recheck.finished",
    "recheck.widened",
    "recheck.withdrawn",
    "scheme.frozen",
}
TIMERS_SHOWN = 48  # of the checkpoints made every five minutes; those of lock and release always stand there
DATE = (1980, 1, 1, 0, 0, 0)  # of every member, so that the same proof has the same bytes


class ProofRefused(Exception):
    """There is no proof of this release yet; the message says why."""


@dataclass(frozen=True, slots=True)
class Built:
    """The bytes of a proof. named: numbers of lines that are withheld because somebody's name stands in them."""

    content: bytes
    named: tuple[int, ...] = ()

    @property
    def sha256(self) -> str:
        return sha256_hex(self.content)


def build_proof(release: Release) -> Built:
    """The proof of a release; the same bytes each time. Raises ProofRefused when its ledger is not signed."""
    event = release.event
    chain = Chain.objects.filter(name=event.chain).first()
    line = Line.objects.filter(
        chain=chain, kind="result.published", subject=f"release:{release.slug}"
    ).first()
    if chain is None or line is None:
        raise ProofRefused(_("The ledger does not tell of this release."))
    signed = _checkpoints(chain, line.seq)
    lines = list(Line.objects.filter(chain=chain, seq__lte=signed[-1].size).order_by("seq"))
    words = _names(release)
    named = tuple(one.seq for one in lines if one.kind in DISCLOSED and any(w in one.body for w in words))
    members = {
        "README.txt": _readme(release),
        "scheme.json": release.scheme.body.encode(),
        "release.json": release.body.encode(),
        "rows.json": canonical_json(_rows(release)),
        "ledger.jsonl": b"".join(_line(one, withheld=one.seq in named) for one in lines),
        "checkpoints.json": canonical_json(_signed(signed, lines, line.seq)),
        "keys.json": canonical_json(_keys(signed)),
        "draws.json": canonical_json([_draw(draw) for draw in event.draws.order_by("committed_at", "pk")]),
        "codes.json": canonical_json(_codes(event)),
    }
    manifest = {
        "format": FORMAT,
        "event": event.code,
        "release": release.slug,
        "number": release.number,
        "published_seq": line.seq,
        "members": {name: sha256_hex(content) for name, content in members.items()},
    }
    members["manifest.json"] = canonical_json(manifest)
    return Built(pack(members), named)


def pack(members: dict[str, bytes]) -> bytes:
    """A zip of these members, in the order of the format, without anything of the machine that packs it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(
            members, key=lambda name: MEMBERS.index(name) if name in MEMBERS else len(MEMBERS)
        ):
            item = zipfile.ZipInfo(name, DATE)
            item.compress_type, item.external_attr, item.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(item, members[name])
    return out.getvalue()


def _checkpoints(chain: Chain, seq: int) -> list[Checkpoint]:
    """The checkpoints up to the first one that covers the publishing line; of the many in between, some."""
    last = Checkpoint.objects.filter(chain=chain, size__gte=seq).order_by("size").first()
    if last is None:
        raise ProofRefused(_("The ledger has not been signed since this release was published."))
    found = list(Checkpoint.objects.filter(chain=chain, size__lt=last.size).order_by("size"))
    moments = {one.pk for one in found if one.reason in (Checkpoint.Reason.LOCK, Checkpoint.Reason.RELEASE)}
    others = [one.pk for one in found if one.pk not in moments]
    step = -(-len(others) // TIMERS_SHOWN) or 1
    shown = moments | set(others[::step])
    return [one for one in found if one.pk in shown] + [last]


def _line(line: Line, *, withheld: bool) -> bytes:
    """A line exactly as it was hashed, or its hash."""
    if line.kind in DISCLOSED and not withheld:
        return line.body.encode() + b"\n"
    return canonical_json({"withheld": line.hash}) + b"\n"


def _names(release: Release) -> list[str]:
    """Names that must not stand in a line: somebody may have written one into a reason."""
    event = release.event
    found = set(event.entries.values_list("worker__name", flat=True))
    found |= set(event.entries.exclude(employer=None).values_list("employer__name", flat=True))
    found |= set(event.seats.values_list("user__name", flat=True))
    return sorted(name for name in found if name and len(name) > 1)


def _signed(signed: Sequence[Checkpoint], lines: Sequence[Line], seq: int) -> dict[str, Any]:
    leaves = [merkle.leaf_hash(line.hash) for line in lines]
    size = signed[-1].size
    return {
        "notes": [one.note for one in signed],
        "inclusion": {
            "seq": seq,
            "size": size,
            "path": [step.hex() for step in merkle.inclusion_proof(seq - 1, leaves[:size])],
        },
        "consistency": [
            [step.hex() for step in merkle.consistency_proof(old.size, leaves[: new.size])]
            for old, new in pairwise(signed)
        ],
    }


def _keys(signed: Iterable[Checkpoint]) -> dict[str, Any]:
    """The public keys of these checkpoints, under the names that their notes carry."""
    ring, found = keys.ring(), {}
    for one in signed:
        origin = notes.read(one.note).origin.removesuffix(f"/{one.chain.name}")
        key = ring.get(one.key_id)
        if key is None:
            raise ProofRefused(
                _("A key that signed this ledger is no longer known: %(key)s.") % {"key": one.key_id}
            )
        found[keys.key_name(origin, one.key_id)] = key.public
    return {
        "keys": [
            {"name": name, "public": base64.b64encode(public).decode()}
            for name, public in sorted(found.items())
        ]
    }


def _draw(draw: Draw) -> dict[str, Any]:
    """One draw; its secret only when it may be shown to everybody."""
    shown = {
        "uuid": draw.uuid,
        "purpose": str(draw.purpose),
        "round": draw.round,
        "state": str(draw.state),
        "items": sorted(draw.items, key=str.encode),
        "labels": draw.labels,
    }
    if not draw.is_revealed:
        return shown
    order = list(draw.slots.order_by("position").values_list("item", flat=True))
    shown |= {"secret": draw.secret.reveal(), "dice": draw.dice, "seed": draw.seed, "order": order}
    return shown | ({"late": _late(draw)} if draw.state == Draw.State.DRAWN else {})


def _late(draw: Draw) -> list[list[str]]:
    """Who came after the stations were drawn: the place that nobody drew, and the contestant number."""
    if draw.purpose != Draw.Purpose.STATION:
        return []
    given = Code.objects.filter(event=draw.event_id, layer=Code.Layer.STATION).order_by("number")
    places = given.exclude(number__in=draw.labels).values_list("number", "parent__number")
    return [[number, contestant or ""] for number, contestant in places]


def _codes(event: Any) -> list[dict[str, Any]]:
    """The keys by which the ledger speaks of codes, with their numbers; whose they are follows from the draws."""
    rows = Code.objects.filter(event=event).order_by("layer", "number").values_list("uuid", "layer", "number")
    return [{"uuid": uuid, "layer": layer, "number": number} for uuid, layer, number in rows]


def _rows(release: Release) -> list[dict[str, Any]]:
    """The public list without names: each row by its contestant number, or its team, and the hash of the whole row."""
    found = []
    for row in release.rows.order_by("position"):
        who = {"team": row.name} if row.team_id else {"number": row.contestant_no}
        found.append(
            {
                **who,
                "rank": row.rank,
                "status": row.status,
                "components": row.components,
                "total": row.total,
                "award": row.award,
                "hash": row_hash(row),
            }
        )
    return found


def _readme(release: Release) -> bytes:
    text = resources.files(__package__).joinpath("README.txt").read_text(encoding="utf-8")
    facts = {"release": release.slug, "hash": release.content_hash, "format": FORMAT}
    return text.format(**facts).encode()
