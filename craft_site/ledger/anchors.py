"""Anchors: the signed notes as public files. What somebody has fetched, the operator can no longer change.

/ledger/<chain>/checkpoint    the newest note of a chain, e.g. /ledger/event.mould-2024/checkpoint
/ledger/<chain>/<size>        each note by its size; it never changes
/ledger/keys/                 the public keys, one a line, as note-reading tools take them
"""

from collections.abc import Iterator

from craft_site.jobs import queue
from craft_site.kit import published
from craft_site.ledger import keys
from craft_site.ledger.models import Chain, Checkpoint

JOB = "ledger.anchor"
KEYS = "/ledger/keys/"
NEWEST = "checkpoint"


def address(chain: Chain, name: int | str) -> str:
    """name: a size, or NEWEST."""
    return f"/ledger/{chain.slug}/{name}"


def enqueue(checkpoint: Checkpoint) -> None:
    """Asks for the files, in the transaction of the checkpoint."""
    queue.enqueue(JOB, payload={"checkpoint": checkpoint.pk})


def write_files(checkpoint: Checkpoint) -> list[str]:
    """Writes the note under its size, the chain's newest note and the keys; returns the addresses. Safe to repeat."""
    chain = checkpoint.chain
    newest = Checkpoint.objects.filter(chain=chain).order_by("-size").first() or checkpoint
    written = {
        address(chain, checkpoint.size): checkpoint.note,
        address(chain, NEWEST): newest.note,
        KEYS: key_list(),
    }
    for name, text in written.items():
        published.publish_text(name, text.encode())
    return list(written)


def key_list() -> str:
    """The public keys as `name+hash+key`, one a line, the signing one first."""
    return "".join(f"{signer.verifier_key}\n" for signer in keys.public_keys().values())


def published_notes(chain: Chain) -> Iterator[str]:
    """The notes of a chain that stand as files here."""
    folder = published.text_file(address(chain, NEWEST)).parent
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        if file.name == NEWEST or file.name.isdigit():
            yield file.read_text(encoding="utf-8")
