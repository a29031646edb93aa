"""The tree against RFC 6962's own numbers, against a naive twin written from its definition, and against tampering."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craft_site.ledger import merkle

# The inputs and roots that the implementations of certificate transparency share.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# index (from 0), size, proof
INCLUSION = [
    (0, 1, ""),
    (
        0,
        8,
        """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    ),
    (
        5,
        8,
        """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    ),
    (2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (
        1,
        5,
        """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    ),
]
CONSISTENCY = [
    (1, 1, ""),
    (
        1,
        8,
        """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    ),
    (
        6,
        8,
        """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    ),
    (
        2,
        5,
        """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    ),
]
LEAVES = [merkle.leaf_hash(text) for text in INPUTS]


def unhex(text: str) -> list[bytes]:
    return [bytes.fromhex(word) for word in text.split()]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_the_inclusion_proofs_are_those_of_certificate_transparency(index, size, proof):
    assert merkle.inclusion_proof(index, LEAVES[:size]) == unhex(proof)


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_the_consistency_proofs_are_those_of_certificate_transparency(old, new, proof):
    assert merkle.consistency_proof(old, LEAVES[:new]) == unhex(proof)


# --- a second implementation, straight from the definitions of RFC 6962, 2.1 ---------------------------------------


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = naive_split(len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = naive_split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = naive_split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


@st.composite
def trees(draw, smallest: int = 1) -> list[bytes]:
    size = draw(st.integers(smallest, 70))
    salt = draw(st.binary(max_size=4))
    return [merkle.leaf_hash(sha256(salt + bytes([n])).hexdigest()) for n in range(size)]


@given(trees(smallest=0))
def test_the_root_is_that_of_the_definition(leaves):
    assert merkle.root(leaves) == naive_root(leaves)


@given(trees(smallest=0))
def test_leaf_by_leaf_the_root_is_that_of_every_beginning(leaves):
    frontier = merkle.Frontier()
    found = [frontier.root()]
    for leaf in leaves:
        frontier.append(leaf)
        found.append(frontier.root())
    assert found == [naive_root(leaves[:size]) for size in range(len(leaves) + 1)]
    assert frontier.size == len(leaves)


@given(trees(), st.data())
def test_an_inclusion_proof_is_that_of_the_definition_and_holds(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(index, leaves)
    assert proof == naive_path(index, leaves)
    assert merkle.verify_inclusion(
        index=index, size=len(leaves), leaf=leaves[index], proof=proof, root=naive_root(leaves)
    )


@given(trees(), st.data())
def test_a_consistency_proof_is_that_of_the_definition_and_holds(leaves, data):
    size = data.draw(st.integers(0, len(leaves)))
    proof = merkle.consistency_proof(size, leaves)
    if size:
        assert proof == naive_subproof(size, leaves, True)
    assert merkle.verify_consistency(
        old_size=size,
        new_size=len(leaves),
        old_root=naive_root(leaves[:size]),
        new_root=naive_root(leaves),
        proof=proof,
    )


def flipped(steps: list[bytes]) -> list[list[bytes]]:
    """Every list that differs from `steps` in one byte, lacks one step or has one more."""
    found = []
    for n, step in enumerate(steps):
        for place in range(len(step)):
            changed = bytearray(step)
            changed[place] ^= 1 + place % 255
            found.append([*steps[:n], bytes(changed), *steps[n + 1 :]])
        found.append(steps[:n] + steps[n + 1 :])
    return [*found, [*steps, bytes(32)]]


@settings(max_examples=40, deadline=None)
@given(trees(), st.data())
def test_no_inclusion_proof_survives_a_changed_byte(leaves, data):
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    root, proof = merkle.root(leaves), merkle.inclusion_proof(index, leaves)
    for changed in flipped(proof):
        assert not merkle.verify_inclusion(
            index=index, size=size, leaf=leaves[index], proof=changed, root=root
        )
    for [leaf] in flipped([leaves[index]])[:32]:
        assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=root)
    for [other] in flipped([root])[:32]:
        assert not merkle.verify_inclusion(
            index=index, size=size, leaf=leaves[index], proof=proof, root=other
        )
    for elsewhere in {index - 1, index + 1, size, -1} - {index}:
        assert not merkle.verify_inclusion(
            index=elsewhere, size=size, leaf=leaves[index], proof=proof, root=root
        )


@settings(max_examples=40, deadline=None)
@given(trees(smallest=2), st.data())
def test_no_consistency_proof_survives_a_changed_byte(leaves, data):
    size = data.draw(st.integers(1, len(leaves) - 1))
    facts = {
        "old_size": size,
        "new_size": len(leaves),
        "old_root": merkle.root(leaves[:size]),
        "new_root": merkle.root(leaves),
        "proof": merkle.consistency_proof(size, leaves),
    }
    assert merkle.verify_consistency(**facts)
    for changed in flipped(facts["proof"]):
        assert not merkle.verify_consistency(**facts | {"proof": changed})
    for name in ("old_root", "new_root"):
        for [other] in flipped([facts[name]])[:32]:
            assert not merkle.verify_consistency(**facts | {name: other})


@given(trees(smallest=2), st.data())
def test_a_tree_with_one_old_line_changed_is_not_consistent(leaves, data):
    size = data.draw(st.integers(1, len(leaves)))
    place = data.draw(st.integers(0, size - 1))
    old_root = merkle.root(leaves[:size])
    changed = [*leaves[:place], merkle.leaf_hash("ff"), *leaves[place + 1 :]]
    assert not merkle.verify_consistency(
        old_size=size,
        new_size=len(leaves),
        old_root=old_root,
        new_root=merkle.root(changed),
        proof=merkle.consistency_proof(size, changed),
    )


def test_what_is_not_in_the_tree_is_not_asked_of_it():
    with pytest.raises(IndexError):
        merkle.inclusion_proof(8, LEAVES)
    with pytest.raises(IndexError):
        merkle.inclusion_proof(-1, LEAVES)
    with pytest.raises(IndexError):
        merkle.consistency_proof(9, LEAVES)


def test_equal_and_empty_trees_need_no_proof_and_take_none():
    whole, nothing = merkle.root(LEAVES), merkle.root([])
    assert merkle.verify_consistency(old_size=8, new_size=8, old_root=whole, new_root=whole, proof=[])
    assert not merkle.verify_consistency(old_size=8, new_size=8, old_root=whole, new_root=nothing, proof=[])
    assert not merkle.verify_consistency(old_size=0, new_size=8, old_root=whole, new_root=whole, proof=[])
    assert not merkle.verify_consistency(old_size=8, new_size=7, old_root=whole, new_root=whole, proof=[])
    assert not merkle.verify_consistency(
        old_size=3, new_size=8, old_root=merkle.root(LEAVES[:3]), new_root=whole, proof=[]
    )
