"""Checkpoints: the tree over a chain as it stands, signed. Each is checked against the one before it is signed."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import utc_timestamp
from craft_site.ledger import anchors, keys, merkle, notes, suites
from craft_site.ledger.chain import GENESIS, link
from craft_site.ledger.models import Chain, Checkpoint, Line

Reason = Checkpoint.Reason


class LedgerBroken(Exception):
    """The chain is no longer what was signed, or a line does not follow from the one before: nothing is signed."""

    def __init__(self, chain: str, seq: int) -> None:
        self.chain, self.seq = chain, seq
        super().__init__(
            _(
                "The ledger %(chain)s does not hold at line %(seq)d. Stop, keep everything, call the supervisors."
            )
            % {"chain": chain, "seq": seq}
        )


def leaves(chain: Chain, size: int | None = None, *, suite: suites.Suite | None = None) -> list[bytes]:
    """The leaves of a chain's tree in the order of its lines: the first `size` of them, or all."""
    digest = (suite or suites.suite(suites.DEFAULT)).digest
    lines = Line.objects.filter(chain=chain).order_by("seq")
    if size is not None:
        lines = lines.filter(seq__lte=size)
    return [
        merkle.leaf_hash(found, digest=digest)
        for found in lines.values_list("hash", flat=True).iterator(chunk_size=5_000)
    ]


def latest(chain: str) -> Checkpoint | None:
    """The newest checkpoint of a chain."""
    return Checkpoint.objects.filter(chain__name=chain).select_related("chain").order_by("-size").first()


@transaction.atomic
def sign(chain: str, *, reason: str) -> Checkpoint:
    """Signs the chain as it stands, in the caller's transaction; returns the last one when nothing was added since.

    Its public files follow as a job once the transaction is done. The head of the chain is locked, so
    call it where everybody locks it: after the event, before the sheets.
    Raises Chain.DoesNotExist; LedgerBroken when lines were changed since the last checkpoint.
    """
    head = Chain.objects.select_for_update().get(name=chain)
    last = latest(chain)
    if last is not None and last.size == head.length:
        return last
    key = keys.signing_key()
    tree = leaves(head, suite=key.suite)
    _refuse_broken(head, tree, key.suite, after=last)
    at = timezone.now()
    statement = notes.Statement(
        origin=f"{keys.origin()}/{head.name}",
        size=head.length,
        root=merkle.root(tree, digest=key.suite.digest),
        at=utc_timestamp(at),
    )
    note, key = keys.signed(statement)
    made = Checkpoint.objects.create(
        chain=head,
        size=head.length,
        root=statement.root.hex(),
        at=at,
        suite=key.suite.name,
        key_id=key.key_id,
        note=note,
        reason=reason,
    )
    anchors.enqueue(made)
    return made


def _refuse_broken(
    head: Chain, tree: Sequence[bytes], suite: suites.Suite, *, after: Checkpoint | None
) -> None:
    """The lines that were signed are still there, and the new ones follow one from the other."""
    size, prev = 0, GENESIS
    if after is not None:
        size = after.size
        old = suites.suite(after.suite)
        signed = tree[:size] if old.name == suite.name else leaves(head, size, suite=old)
        if merkle.root(signed, digest=old.digest).hex() != after.root:
            raise LedgerBroken(head.name, size)
        prev = Line.objects.get(chain=head, seq=size).hash if size else GENESIS
    new = Line.objects.filter(chain=head, seq__gt=size).order_by("seq")
    for seq, before, body, found in new.values_list("seq", "prev_hash", "body", "hash").iterator():
        size += 1
        if seq != size or before != prev or found != link(prev, body):
            raise LedgerBroken(head.name, size)
        prev = found
    if (size, prev) != (head.length, head.head):
        raise LedgerBroken(head.name, size + 1)


def check_note(checkpoint: Checkpoint) -> notes.Statement:
    """What the signed note says, after its signature and its row were compared. Raises NoteInvalid."""
    key = keys.ring().get(checkpoint.key_id)
    if key is None:
        raise notes.NoteInvalid(f"signed with the key {checkpoint.key_id!r}, which is not in LEDGER_KEYS")
    said = notes.read(checkpoint.note)
    chain = f"/{checkpoint.chain.name}"
    if not said.origin.endswith(chain):
        raise notes.NoteInvalid(f"the note is of {said.origin}, not of this chain")
    notes.verify(checkpoint.note, key.signer(said.origin.removesuffix(chain)))
    row = (checkpoint.size, checkpoint.root, utc_timestamp(checkpoint.at))
    if (said.size, said.root.hex(), said.at) != row:
        raise notes.NoteInvalid("the row says something else than its note")
    return said
