"""Receipts: every acknowledged mark has a number and six signs, and anybody may ask whether the ledger still has it.

The answer says that the line is there, when it was accepted, and how to prove it; never what it says or who it was of.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from craft_site.ledger import checkpoints, merkle, suites
from craft_site.ledger.models import Chain, Checkpoint, Line

CODE_LENGTH = 6


def code_of(line_hash: str) -> str:
    """The six signs that a judge sees beside the number of a line."""
    return line_hash[:CODE_LENGTH].upper()


class Answer(Enum):
    HELD = "held"
    OTHER_CODE = "other_code"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a receipt. length: lines of the chain now; the rest is there when the receipt is held.

    proof: from the leaf to the root of `checkpoint`, hexadecimal; checkpoint None while the line is not signed yet.
    """

    answer: Answer
    seq: int
    length: int
    at: datetime | None = None
    line_hash: str = ""
    leaf: str = ""
    checkpoint: Checkpoint | None = None
    proof: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The proof as a file: everything a stranger needs besides the public key."""
        assert self.checkpoint is not None
        return {
            "line": self.seq,
            "line_hash": self.line_hash,
            "leaf": self.leaf,
            "leaf_index": self.seq - 1,
            "tree_size": self.checkpoint.size,
            "proof": list(self.proof),
            "root": self.checkpoint.root,
            "suite": self.checkpoint.suite,
            "checkpoint": self.checkpoint.note,
        }


def look_up(chain: Chain, seq: int, code: str) -> Receipt:
    """What the ledger knows of a receipt. code: six hexadecimal signs in any case."""
    line = Line.objects.filter(chain=chain, seq=seq).only("at", "hash").first()
    if line is None:
        return Receipt(Answer.BEYOND, seq, chain.length)
    if code_of(line.hash) != code.strip().upper():
        return Receipt(Answer.OTHER_CODE, seq, chain.length)
    found = Checkpoint.objects.filter(chain=chain, size__gte=seq).order_by("size").first()
    suite = suites.suite(found.suite if found else suites.DEFAULT)
    leaf = merkle.leaf_hash(line.hash, digest=suite.digest)
    proof: list[bytes] = []
    if found is not None:
        tree = checkpoints.leaves(chain, found.size, suite=suite)
        proof = merkle.inclusion_proof(seq - 1, tree, digest=suite.digest)
    return Receipt(
        Answer.HELD,
        seq,
        chain.length,
        at=line.at,
        line_hash=line.hash,
        leaf=leaf.hex(),
        checkpoint=found,
        proof=tuple(step.hex() for step in proof),
    )


def codes(chain: str, seqs: set[int]) -> dict[int, str]:
    """The codes of several lines by their numbers; one query."""
    lines = Line.objects.filter(chain__name=chain, seq__in=seqs).values_list("seq", "hash")
    return {seq: code_of(found) for seq, found in lines}
