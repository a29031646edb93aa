"""What the ledger answers to a receipt, and that the proof it gives leads from the line to the signed root."""

import pytest
from django.db import transaction

from craft_site.ledger import checkpoints, merkle, receipts
from craft_site.ledger.chain import append
from craft_site.ledger.models import Chain, Checkpoint, Line
from craft_site.ledger.receipts import Answer, Receipt

pytestmark = pytest.mark.django_db
CHAIN = "event:x"


def write(count: int, chain: str = CHAIN) -> None:
    with transaction.atomic():
        for n in range(count):
            append(chain, "mark.entered", subject=f"sheet:{n}", facts={}, by=None)


@pytest.fixture
def chain() -> Chain:
    """Six lines, signed after two and after five; another chain beside them."""
    write(2, "event:y")
    checkpoints.sign("event:y", reason="hand")
    write(2)
    checkpoints.sign(CHAIN, reason="hand")
    write(3)
    checkpoints.sign(CHAIN, reason="hand")
    write(1)
    return Chain.objects.get(name=CHAIN)


def line_of(chain: Chain, seq: int) -> Line:
    return Line.objects.get(chain=chain, seq=seq)


@pytest.mark.parametrize(("seq", "size"), [(1, 2), (2, 2), (3, 5), (5, 5)])
def test_a_held_receipt_comes_with_the_proof_to_the_first_checkpoint_that_covers_it(chain, seq, size):
    line = line_of(chain, seq)
    found = receipts.look_up(chain, seq, f" {line.hash[:6]} ")
    assert (found.answer, found.seq, found.length) == (Answer.HELD, seq, 6)
    assert (found.at, found.line_hash) == (line.at, line.hash)
    checkpoint = Checkpoint.objects.get(chain=chain, size=size)
    assert found.facts() == {
        "line": seq,
        "line_hash": line.hash,
        "leaf": merkle.leaf_hash(line.hash).hex(),
        "leaf_index": seq - 1,
        "tree_size": size,
        "proof": list(found.proof),
        "root": checkpoint.root,
        "suite": "sha256-ed25519",
        "checkpoint": checkpoint.note,
    }
    assert merkle.verify_inclusion(
        index=seq - 1,
        size=size,
        leaf=bytes.fromhex(found.leaf),
        proof=[bytes.fromhex(step) for step in found.proof],
        root=bytes.fromhex(checkpoint.root),
    )


def test_a_proof_is_hashed_as_its_checkpoint_was(chain, mirrored, tamper):
    tamper("UPDATE ledger_checkpoint SET suite = 'mirrored' WHERE size = 5")
    found = receipts.look_up(chain, 3, line_of(chain, 3).hash[:6])
    assert found.leaf == merkle.leaf_hash(found.line_hash, digest=mirrored.digest).hex()
    assert merkle.verify_inclusion(
        index=2,
        size=5,
        leaf=bytes.fromhex(found.leaf),
        proof=[bytes.fromhex(step) for step in found.proof],
        root=merkle.root(checkpoints.leaves(chain, 5, suite=mirrored), digest=mirrored.digest),
        digest=mirrored.digest,
    )


def test_a_line_that_is_not_signed_yet_is_held_without_a_proof(chain):
    line = line_of(chain, 6)
    found = receipts.look_up(chain, 6, line.hash[:6].upper())
    assert found == Receipt(
        Answer.HELD, 6, 6, at=line.at, line_hash=line.hash, leaf=merkle.leaf_hash(line.hash).hex()
    )
    with pytest.raises(AssertionError):
        found.facts()


def test_another_code_and_a_line_that_is_not_there_say_nothing_of_the_line(chain):
    line = line_of(chain, 3)
    other = receipts.code_of(line_of(chain, 4).hash)
    assert receipts.look_up(chain, 3, other) == Receipt(Answer.OTHER_CODE, 3, 6)
    assert receipts.look_up(chain, 3, line.hash[:5]) == Receipt(Answer.OTHER_CODE, 3, 6)
    assert receipts.look_up(chain, 3, line.hash[:7]) == Receipt(Answer.OTHER_CODE, 3, 6)
    assert receipts.look_up(chain, 7, receipts.code_of(line.hash)) == Receipt(Answer.BEYOND, 7, 6)


def test_a_line_of_another_chain_is_no_line_of_this_one(chain):
    theirs = Line.objects.get(chain__name="event:y", seq=1)
    assert receipts.look_up(chain, 1, theirs.hash[:6]).answer == Answer.OTHER_CODE


def test_the_codes_of_several_lines_cost_one_query(chain, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = receipts.codes(CHAIN, {1, 3, 9})
    assert found == {seq: line_of(chain, seq).hash[:6].upper() for seq in (1, 3)}
    theirs = Line.objects.get(chain__name="event:y", seq=1)
    assert receipts.codes("event:y", {1, 3}) == {1: theirs.hash[:6].upper()}
