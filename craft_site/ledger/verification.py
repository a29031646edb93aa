"""Walking a chain from its first line: every hash, column and checkpoint, every anchor at hand, every fact told."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring as _quoted
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from craft_site.ledger import anchors, checkpoints, keys, merkle, notes, suites
from craft_site.ledger.chain import GENESIS
from craft_site.ledger.models import Chain, Checkpoint, Line

# The time as text: reading it as a time takes longer than hashing the line.
_COLUMNS = ("seq", "kind", "subject", Cast("at", TextField()), "prev_hash", "hash", "body")


@dataclass(frozen=True, slots=True)
class Fault:
    """seq: of the line where it shows, or the size of the checkpoint; what: in plain English, for the log."""

    chain: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq}: {self.what}"


@dataclass(slots=True)
class Report:
    """What a walk found. broken: it ended at a line that does not hold, so nothing is said of what follows.

    seconds: what the walk over the lines took, without the comparison of rows.
    """

    chain: str
    lines: int = 0
    checkpoints: int = 0
    anchors: int = 0
    root: str = ""
    broken: bool = False
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults

    def reached(self, size: int) -> bool:
        return not self.broken or size <= self.lines


#: Gives (number of a line, what contradicts it) for a chain; the wings know the rows, the ground does not.
Comparison = Callable[[str], Iterable[tuple[int, str]]]
_comparisons: list[Comparison] = []


def compared(comparison: Comparison) -> Comparison:
    """Registers a comparison of a wing's rows with their lines; each walk over an unbroken chain asks it."""
    _comparisons.append(comparison)
    return comparison


@transaction.atomic
def verify(chain: Chain, *, given: Iterable[str] = ()) -> Report:
    """Everything about one chain, read in one transaction. given: notes that were kept elsewhere (mail, paper, files).

    The published files are such notes too. A note of another chain is passed over.
    """
    # The head is locked, so that no line comes in between two of the reads.
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    report = Report(chain.name)
    signed = list(Checkpoint.objects.filter(chain=chain).select_related("chain").order_by("size"))
    outside = list(_outside(chain.name, [*anchors.published_notes(chain), *given], report))
    began = time.perf_counter()
    roots = _walk(chain, {one.size for one in signed} | {note.size for note in outside}, report)
    report.seconds = time.perf_counter() - began
    for checkpoint in signed:
        report.checkpoints += 1
        try:
            checkpoints.check_note(checkpoint)
        except notes.NoteInvalid as error:
            report.faults.append(Fault(chain.name, checkpoint.size, f"its checkpoint: {error}"))
        if not report.reached(checkpoint.size):
            continue
        if roots.get(checkpoint.size) != checkpoint.root:
            report.faults.append(
                Fault(chain.name, checkpoint.size, "the lines are not those that its checkpoint signed")
            )
    for note in outside:
        report.anchors += 1
        if report.reached(note.size) and roots.get(note.size) != note.root.hex():
            what = f"the lines are not those that were signed at {note.at} and kept outside the database"
            report.faults.append(Fault(chain.name, note.size, what))
    if not report.broken:
        for comparison in _comparisons:
            report.faults += [Fault(chain.name, seq, what) for seq, what in comparison(chain.name)]
    return report


def _outside(chain: str, given: Iterable[str], report: Report) -> Iterator[notes.Statement]:
    for note in given:
        try:
            said = notes.read(note)
            if not said.origin.endswith(f"/{chain}"):
                continue
            _signed_by_us(note, said.origin.removesuffix(f"/{chain}"))
        except notes.NoteInvalid as error:
            report.faults.append(Fault(chain, 0, f"a note that was kept outside the database: {error}"))
        else:
            yield said


def _signed_by_us(note: str, origin: str) -> None:
    for key in keys.ring().values():  # never empty
        try:
            notes.verify(note, key.signer(origin))
        except notes.NoteInvalid as error:
            trouble = error
        else:
            return
    raise trouble


def _walk(chain: Chain, sizes: set[int], report: Report) -> dict[int, str]:
    """Checks every line and gives the roots at these sizes. One pass; the length of the chain costs no memory."""
    suite = suites.suite(suites.DEFAULT)
    frontier = merkle.Frontier(suite.digest)
    roots = {0: frontier.root().hex()}
    prev = GENESIS
    rows = Line.objects.filter(chain=chain).order_by("seq").values_list(*_COLUMNS)
    expected = 0
    for expected, row in enumerate(rows.iterator(chunk_size=5_000), 1):
        seq, _kind, _subject, _at, before, found, body = row
        if seq != expected:
            report.faults.append(Fault(chain.name, expected, "the line is missing"))
            report.broken = True
            break
        if before != prev or found != hashlib.sha256(f"{before}{body}".encode()).hexdigest():
            report.faults.append(Fault(chain.name, seq, "the line does not follow from the one before"))
            report.broken = True
            break
        if not _says_so(chain.name, row):
            report.faults.append(
                Fault(chain.name, seq, "its columns say something else than what was hashed")
            )
        frontier.append(merkle.leaf_hash(found, digest=suite.digest))
        if seq in sizes:
            roots[seq] = frontier.root().hex()
        prev = found
    else:
        if (chain.length, chain.head) != (expected, prev):
            report.faults.append(Fault(chain.name, expected + 1, "the chain's head is not its last line"))
    report.lines, report.root = frontier.size, frontier.root().hex()
    return roots


def _says_so(chain: str, row: tuple[Any, ...]) -> bool:
    """The columns beside the body are only there to be searched; what was hashed must say the same.

    The body is canonical, so its end and its beginning are compared as text: parsing it would take longer than all the
    rest. No fact can pass for them: within a text a quote is escaped, and the last brace closes the line itself.
    """
    seq, kind, subject, at, _before, _hash, body = row
    opening = f'","at":"{_spelled(at)}","chain":{_quoted(chain)},"facts":'
    start = body.find('"', 10)  # where the actor ends: {"actor":"..."
    return bool(
        body.startswith('{"actor":"')
        and body.startswith(opening, start)
        and body.endswith(f',"kind":{_quoted(kind)},"seq":{seq},"subject":{_quoted(subject)}}}')
    )


def _spelled(at: str) -> str:
    """A time as the database writes it (2024-11-08 09:30:00.5, PostgreSQL with +00) as a line spells it."""
    at = at.removesuffix("+00")
    if len(at) < 26:
        at = (at if "." in at else f"{at}.").ljust(26, "0")
    return f"{at[:10]}T{at[11:]}Z"
