"""What a broken proof must not get through: sizes out of bounds, steps too many, proofs where none belong."""

import pytest

from craft_site.ledger import merkle

LEAVES = [merkle.leaf_hash(f"{n:02x}") for n in range(7)]
ROOT = merkle.root(LEAVES)


@pytest.mark.parametrize(("old", "new"), [(-1, 7), (8, 7)])
def test_sizes_out_of_bounds_do_not_hold(old, new):
    facts = {"old_root": ROOT, "new_root": ROOT, "proof": []}
    assert not merkle.verify_consistency(old_size=old, new_size=new, **facts)


def test_a_proof_where_none_belongs_does_not_hold():
    empty = merkle.root([])
    assert merkle.verify_consistency(old_size=0, new_size=7, old_root=empty, new_root=ROOT, proof=[])
    assert not merkle.verify_consistency(old_size=0, new_size=7, old_root=empty, new_root=ROOT, proof=[ROOT])
    assert not merkle.verify_consistency(old_size=7, new_size=7, old_root=ROOT, new_root=ROOT, proof=[ROOT])
    assert merkle.verify_consistency(old_size=0, new_size=0, old_root=empty, new_root=empty, proof=[])


def test_the_only_leaf_is_number_nought():
    facts = {"size": 1, "leaf": LEAVES[0], "proof": [], "root": LEAVES[0]}
    assert merkle.verify_inclusion(index=0, **facts)
    assert not merkle.verify_inclusion(index=1, **facts)
    assert not merkle.verify_inclusion(index=-1, **facts)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 7])
def test_an_inclusion_proof_is_neither_too_long_nor_too_short_nor_of_another_leaf(size):
    leaves = LEAVES[:size]
    for index, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(index, leaves)
        facts = {"index": index, "size": size, "leaf": leaf, "proof": proof, "root": merkle.root(leaves)}
        assert merkle.verify_inclusion(**facts)
        assert not merkle.verify_inclusion(**facts | {"proof": [*proof, ROOT]})
        assert not merkle.verify_inclusion(**facts | {"leaf": ROOT})
        if proof:
            assert not merkle.verify_inclusion(**facts | {"proof": proof[:-1]})
            assert not merkle.verify_inclusion(**facts | {"proof": [], "leaf": facts["root"]})


@pytest.mark.parametrize("old", [1, 2, 3, 4, 5, 6])
def test_a_consistency_proof_is_neither_too_long_nor_too_short_nor_of_other_roots(old):
    proof = merkle.consistency_proof(old, LEAVES)
    before = merkle.root(LEAVES[:old])
    facts = {"old_size": old, "new_size": 7, "old_root": before, "new_root": ROOT, "proof": proof}
    assert merkle.verify_consistency(**facts)
    assert not merkle.verify_consistency(**facts | {"proof": [*proof, ROOT]})
    assert not merkle.verify_consistency(**facts | {"proof": proof[:-1]})
    assert not merkle.verify_consistency(**facts | {"proof": [], "new_root": before})
    assert not merkle.verify_consistency(**facts | {"old_root": ROOT})
    assert not merkle.verify_consistency(**facts | {"new_root": before})


def test_there_is_no_leaf_behind_the_last_and_no_tree_before_the_first():
    for index in (-1, 7):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(index, LEAVES)
    for size in (-1, 8):
        with pytest.raises(IndexError):
            merkle.consistency_proof(size, LEAVES)
    assert merkle.consistency_proof(0, LEAVES) == merkle.consistency_proof(7, LEAVES) == []


def test_another_digest_is_used_at_every_step():
    def shown(content: bytes) -> bytes:
        return b"(" + content.replace(b"\x01", b"n").replace(b"\x00", b"l") + b")"

    leaves = [merkle.leaf_hash(text, digest=shown) for text in ("61", "62", "63")]
    assert leaves == [b"(la)", b"(lb)", b"(lc)"]
    assert merkle.node_hash(b"x", b"y", digest=shown) == b"(nxy)"
    whole = b"(n(n(la)(lb))(lc))"
    assert merkle.root(leaves, digest=shown) == whole
    assert merkle.root([], digest=shown) == b"()"
    frontier = merkle.Frontier(shown)
    assert frontier.root() == b"()"
    for leaf in leaves:
        frontier.append(leaf)
    assert frontier.root() == whole
    proof = merkle.inclusion_proof(2, leaves, digest=shown)
    assert proof == [b"(n(la)(lb))"]
    assert merkle.verify_inclusion(index=2, size=3, leaf=leaves[2], proof=proof, root=whole, digest=shown)
    first = merkle.inclusion_proof(0, leaves, digest=shown)
    assert merkle.verify_inclusion(index=0, size=3, leaf=leaves[0], proof=first, root=whole, digest=shown)
    steps = merkle.consistency_proof(2, leaves, digest=shown)
    facts = {"new_size": 3, "new_root": whole, "digest": shown}
    assert merkle.verify_consistency(old_size=2, old_root=b"(n(la)(lb))", proof=steps, **facts)
    assert merkle.verify_consistency(old_size=0, old_root=b"()", proof=[], **facts)
