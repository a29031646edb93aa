"""The Merkle tree of RFC 6962 (section 2.1) over the lines of a chain: one root for all of them, short proofs for each.

Pure, standard library alone. Leaves are what `leaf_hash` gives, in the order of the lines; a root says "these lines, in
this order, and no others". An inclusion proof leads from one leaf to a root; a consistency proof shows that a later
root only adds lines to an earlier one. Verifying follows RFC 9162, 2.1.3.2 and 2.1.4.2, and never raises: what is
malformed does not hold.
"""

import hashlib
from collections.abc import Callable, Sequence

Digest = Callable[[bytes], bytes]
_sha256 = hashlib.sha256


def sha256(content: bytes) -> bytes:
    return _sha256(content).digest()


def leaf_hash(line_hash: str, *, digest: Digest = sha256) -> bytes:
    """The leaf of a ledger line: H(0x00 || the line's hash). line_hash: hexadecimal text, as it stands in the line."""
    return digest(b"\x00" + bytes.fromhex(line_hash))


def node_hash(left: bytes, right: bytes, *, digest: Digest = sha256) -> bytes:
    """H(0x01 || left || right); the first byte keeps a node from passing for a leaf."""
    return digest(b"\x01" + left + right)


def root(leaves: Sequence[bytes], *, digest: Digest = sha256) -> bytes:
    """The root of the tree over these leaves; over none of them it is the hash of nothing."""
    if not leaves:
        return digest(b"")
    level = list(leaves)
    while len(level) > 1:
        # A node without a neighbour moves up as it is: the same tree as splitting at the largest power of two.
        paired = [digest(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


class Frontier:
    """The same root, leaf by leaf: it keeps the roots of whole subtrees alone, so a chain of any length takes no room.

    What is there after n leaves gives the root of each beginning of a chain in one walk: one for every checkpoint.
    """

    def __init__(self, digest: Digest = sha256) -> None:
        self.size = 0
        self._digest = digest
        self._whole: list[bytes] = []  # one for each 1 in the binary spelling of size, the largest first

    def append(self, leaf: bytes) -> None:
        whole, digest = self._whole, self._digest
        carry = self.size
        while carry & 1:
            leaf = digest(b"\x01" + whole.pop() + leaf)
            carry >>= 1
        whole.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over the leaves so far."""
        if not self._whole:
            return self._digest(b"")
        found = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            found = self._digest(b"\x01" + left + found)
        return found


def inclusion_proof(index: int, leaves: Sequence[bytes], *, digest: Digest = sha256) -> list[bytes]:
    """The neighbours on the way from leaf `index` (counted from 0) to the root, from below. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    proof, level = [], list(leaves)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            proof.append(level[neighbour])
        paired = [digest(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        index, level = index // 2, paired
    return proof


def consistency_proof(size: int, leaves: Sequence[bytes], *, digest: Digest = sha256) -> list[bytes]:
    """Shows that the tree over the first `size` leaves is the beginning of the tree over all of them.

    Empty for size 0 and for all of them: there is nothing to show. Raises IndexError for a size beyond the leaves.
    """
    if not 0 <= size <= len(leaves):
        raise IndexError(f"no tree of {size} among {len(leaves)} leaves")
    if size in (0, len(leaves)):
        return []
    # RFC 6962, 2.1.2, walked down instead of called: the halves on the way are the proof, read from below.
    proof: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while size != end - start:
        half = _split(end - start)
        if size <= half:
            proof.append(root(leaves[start + half : end], digest=digest))
            end = start + half
        else:
            proof.append(root(leaves[start : start + half], digest=digest))
            start, size, whole = start + half, size - half, False
    if not whole:
        proof.append(root(leaves[start:end], digest=digest))
    return proof[::-1]


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes, digest: Digest = sha256
) -> bool:
    """Whether `leaf` is leaf number `index` (from 0) of the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = digest(b"\x01" + step + found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = digest(b"\x01" + found + step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *,
    old_size: int,
    new_size: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
    digest: Digest = sha256,
) -> bool:
    """Whether the tree of `new_size` leaves begins with the tree of `old_size`: nothing was changed or taken out."""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == digest(b"")
    steps = list(proof)
    if old_size & (old_size - 1) == 0:  # a whole tree is itself the first step
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = digest(b"\x01" + step + old), digest(b"\x01" + step + new)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            new = digest(b"\x01" + new + step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
