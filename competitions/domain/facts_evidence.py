"""Whether the rows still say what the ledger says. Rows are what results are computed from; the ledger is what was
signed. A mark that somebody changed, added or took out behind the program's back contradicts its line, and a release
whose body or rows were changed contradict their hash. Marks and releases are compared here, what happened in the hall
in hall_evidence.py, draws and codes in draw_evidence.py.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from competitions.domain import draw_evidence, hall_evidence
from competitions.domain.release_content import present_hash, rows_hash
from competitions.models import Event, Mark, Release
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.models import Line
from craft_site.ledger.verification import compared

# number of the line, sheet, aspect, values, not done, revision, withdrawn
_Told = tuple[int, str, str, Any, bool, int, bool]
_MARK = (
    "sheet__uuid",
    "aspect",
    "values",
    "not_done",
    "revision",
    "client_id",
    "seq",
    "is_current",
    "withdrawn",
)


@compared
def contradictions(chain: str) -> Iterator[tuple[int, str]]:
    """Numbers of lines and what contradicts them, for the walk over a chain (craft_site.ledger.verification)."""
    event = Event.objects.filter(code=chain.removeprefix("event:")).first()
    if event is None or event.chain != chain:
        return
    yield from _marks(event)
    yield from _releases(event)
    yield from hall_evidence.contradictions(event)
    yield from hall_evidence.stale(event)
    yield from draw_evidence.contradictions(event)


def _marks(event: Event) -> Iterator[tuple[int, str]]:
    """Every mark has its line, every line its mark, and the newest revision is the one that counts; where that one took
    the mark back, none counts."""
    lines = Line.objects.filter(chain__name=event.chain, subject__startswith="sheet:")
    said = dict(_said(lines.order_by("seq").values_list("seq", "subject", "body").iterator(chunk_size=5_000)))
    marks = Mark.objects.filter(sheet__event=event).order_by("seq", "pk").values_list(*_MARK)
    newest: dict[tuple[Any, str], tuple[int, bool]] = {}
    current: dict[tuple[Any, str], tuple[int, int]] = {}
    for sheet, aspect, values, not_done, revision, client_id, seq, is_current, withdrawn in marks.iterator(
        chunk_size=5_000
    ):
        line = said.pop(str(client_id), None)
        if line is None:
            yield seq, f"the mark of {aspect} (revision {revision}) has no line of its own"
        elif line != (seq, f"sheet:{sheet}", aspect, values, not_done, revision, withdrawn):
            yield seq, f"the mark of {aspect} (revision {revision}) says something else than its line"
        cell = (sheet, aspect)
        newest[cell] = max(newest.get(cell, (0, False)), (revision, withdrawn))
        if is_current:
            current[cell] = (revision, seq)
    for cell, (revision, withdrawn) in newest.items():
        counts, seq = current.get(cell, (0, 0))
        if counts != (0 if withdrawn else revision):
            yield seq, f"of the marks of {cell[1]} not the newest counts"
    for line in said.values():
        yield line[0], "the mark of this line is gone"


def _told_erased(event: Event) -> dict[tuple[int, int], tuple[str, str]]:
    """(version, position) of published lines whose name was erased: their hash of then, and the one since."""
    lines = Line.objects.filter(chain__name=event.chain, kind="result.name_erased")
    told = {}
    for body in lines.order_by("seq").values_list("body", flat=True):
        facts = json.loads(body)["facts"]
        told[facts["release"], facts["position"]] = (facts["published"], facts["row"])
    return told


def _erased(release: Release, told: dict[tuple[int, int], tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """A kept hash stands for a line only where the ledger says that its name was erased, and the rest is unchanged."""
    for row in release.rows.all():
        if not row.published_hash:
            continue
        if told.get((release.number, row.position)) != (row.published_hash, present_hash(row)):
            yield 0, f"a line of version {release.number} of the result was changed after its name was erased"


def _said(rows: Iterable[tuple[int, str, str]]) -> Iterator[tuple[str, _Told]]:
    """What lines say of marks, by the mark's client id; lines of signatures and the like are passed over."""
    for seq, subject, body in rows:
        if '"client_id":' not in body:
            continue
        facts = json.loads(body)["facts"]
        if "client_id" in facts and "revision" in facts:
            values, not_done = facts.get("values", []), facts.get("not_done", False)
            told = (seq, subject, facts["aspect"], values, not_done, facts["revision"], "values" not in facts)
            yield facts["client_id"], told


def _releases(event: Event) -> Iterator[tuple[int, str]]:
    """Every release is what its line signed, and no published line lost its release."""
    lines = Line.objects.filter(chain__name=event.chain, kind="result.published").order_by("seq")
    said = {}
    for seq, body in lines.values_list("seq", "body"):
        facts = json.loads(body)["facts"]
        said[facts["number"]] = (seq, facts["hash"], facts["rows"])
    found = (
        Release.objects.filter(event=event).only("number", "body", "content_hash").prefetch_related("rows")
    )
    told = _told_erased(event)
    for release in found:
        seq, digest, rows = said.pop(release.number, (0, "", ""))
        if not release.content_hash == digest == sha256_hex(release.body.encode()):
            yield seq, f"version {release.number} of the result is not the one that was published"
        yield from _erased(release, told)
        if rows != rows_hash(release.rows.all()):
            yield seq, f"the list of version {release.number} of the result is not the one that was published"
    for number, (seq, *_hashes) in said.items():
        yield seq, f"version {number} of the result is gone"
