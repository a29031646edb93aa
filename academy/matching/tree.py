"""Drawing who taught whom: a tidy tree in linear time, after Buchheim, Jünger and Leipert (2002).

Every generation stands on its own line, a mentor in the middle of the own apprentices, nobody closer than one step to
the next, and the same family is drawn the same wherever it stands. Nothing here calls itself, so a line of five
thousand generations is as harmless as a broad one.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody stands. across: steps from the first, along the generation; depth: generations from the root."""

    across: float
    depth: int


class _Node:
    """One person while the tree is drawn. The letters of the paper in words."""

    __slots__ = (
        "ancestor",
        "change",
        "children",
        "depth",
        "key",
        "modifier",
        "number",
        "parent",
        "preliminary",
        "shift",
        "thread",
        "whose",
    )

    def __init__(self, key: str, parent: "_Node | None", number: int) -> None:
        self.key, self.parent, self.number = key, parent, number
        self.depth: int = parent.depth + 1 if parent is not None else -1
        self.children: list[_Node] = []
        self.preliminary = self.modifier = self.change = self.shift = 0.0
        self.thread: _Node | None = None
        self.ancestor: _Node = self
        self.whose: _Node | None = None  # the default ancestor while this one's children are placed

    @property
    def next_left(self) -> "_Node | None":
        return self.children[0] if self.children else self.thread

    @property
    def next_right(self) -> "_Node | None":
        return self.children[-1] if self.children else self.thread


def tidy(roots: Sequence[str], children: Mapping[str, Sequence[str]]) -> dict[str, Spot]:
    """A place for everybody below the roots, in the order given. children: keys of apprentices by mentor.

    Whoever is met a second time (two mentors, a circle by mistake) stands where they were met first.
    The first place across is 0, and every other is further.
    """
    ground = _planted(roots, children)
    for node in _upwards(ground):
        _first_walk(node)
    places: dict[str, tuple[float, int]] = {}
    for node in _downwards(ground):
        above = node.parent.modifier if node.parent is not None else 0.0
        places[node.key] = (node.preliminary + above, node.depth)
        node.modifier += above
    places.pop(ground.key)
    least = min((across for across, _depth in places.values()), default=0.0)
    return {key: Spot(across - least, depth) for key, (across, depth) in places.items()}


def _planted(roots: Sequence[str], children: Mapping[str, Sequence[str]]) -> _Node:
    ground = _Node("", None, 0)
    seen: set[str] = set()
    waiting: deque[tuple[_Node, Iterable[str]]] = deque([(ground, roots)])
    while waiting:
        parent, keys = waiting.popleft()
        for key in keys:
            if key in seen:
                continue
            seen.add(key)
            node = _Node(key, parent, len(parent.children))
            parent.children.append(node)
            waiting.append((node, children.get(key, ())))
    return ground


def _downwards(ground: _Node) -> Iterator[_Node]:
    waiting = [ground]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _upwards(ground: _Node) -> Iterator[_Node]:
    """Children before their parent, siblings from the first to the last."""
    found, waiting = [], [ground]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(node.children)
    return reversed(found)


def _first_walk(node: _Node) -> None:
    parent = node.parent
    before = parent.children[node.number - 1] if parent is not None and node.number else None
    if node.children:
        _execute_shifts(node)
        middle = (node.children[0].preliminary + node.children[-1].preliminary) / 2
        if before is not None:
            node.preliminary = before.preliminary + 1
            node.modifier = node.preliminary - middle
        else:
            node.preliminary = middle
    elif before is not None:
        node.preliminary = before.preliminary + 1
    if parent is not None:
        parent.whose = _apportion(node, before, parent.whose or parent.children[0])


def _apportion(node: _Node, before: _Node | None, default: _Node) -> _Node:
    """Moves a family away from those before it until their contours are a step apart."""
    if before is None or node.parent is None:
        return default
    outer_left, outer_right = node.parent.children[0], node
    inner_left, inner_right = before.next_right, node.next_left
    inner_right_sum = outer_right_sum = node.modifier
    inner_left_sum, outer_left_sum = before.modifier, outer_left.modifier
    while inner_left is not None and inner_right is not None:
        assert outer_left.next_left is not None
        assert outer_right.next_right is not None
        outer_left, outer_right = outer_left.next_left, outer_right.next_right
        outer_right.ancestor = node
        overlap = inner_left.preliminary + inner_left_sum - inner_right.preliminary - inner_right_sum + 1
        if overlap > 0:
            kin = inner_left.ancestor if inner_left.ancestor.parent is node.parent else default
            _move_family(kin, node, overlap)
            inner_right_sum += overlap
            outer_right_sum += overlap
        inner_left_sum += inner_left.modifier
        inner_right_sum += inner_right.modifier
        outer_left_sum += outer_left.modifier
        outer_right_sum += outer_right.modifier
        inner_left, inner_right = inner_left.next_right, inner_right.next_left
    if inner_left is not None and outer_right.next_right is None:
        outer_right.thread = inner_left
        outer_right.modifier += inner_left_sum - outer_right_sum
    if inner_right is not None and outer_left.next_left is None:
        outer_left.thread = inner_right
        outer_left.modifier += inner_right_sum - outer_left_sum
        default = node
    return default


def _move_family(from_: _Node, node: _Node, by: float) -> None:
    """Those between share the way, so that no gap opens beside one family alone."""
    share = by / (node.number - from_.number)
    node.change -= share
    node.shift += by
    from_.change += share
    node.preliminary += by
    node.modifier += by


def _execute_shifts(node: _Node) -> None:
    shift = change = 0.0
    for child in reversed(node.children):
        child.preliminary += shift
        child.modifier += shift
        change += child.change
        shift += child.shift + change
