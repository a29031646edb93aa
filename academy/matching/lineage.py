"""Who taught whom over generations: a forest that everybody stands in once, found in linear time.

Somebody may have had several masters; they stand below the first, the others are told beside. Circles, which only a
mistake can make, are cut at their oldest link. Nothing here calls itself.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from academy.matching.tree import Spot, tidy


@dataclass(frozen=True, slots=True)
class Link:
    """One pair. year: in which it began, None where that is not told."""

    master: str
    apprentice: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """taught, learnt: the links by master and by apprentice, the earlier first. above: the master below whom somebody
    stands; children: who stands below whom. below: how many people there are below somebody; generations: how many
    generations, somebody's own among them."""

    taught: Mapping[str, Sequence[Link]]
    learnt: Mapping[str, Sequence[Link]]
    roots: Sequence[str]
    above: Mapping[str, str]
    children: Mapping[str, Sequence[str]]
    below: Mapping[str, int]
    generations: Mapping[str, int]

    def ancestors(self, key: str) -> list[str]:
        """Those above somebody, the oldest first."""
        found = []
        while (key := self.above.get(key, "")) != "":
            found.append(key)
        return found[::-1]

    def family(self, key: str) -> int:
        """How many people there are in a family, its first among them."""
        return self.below[key] + 1


@dataclass(frozen=True, slots=True)
class Branch:
    """The part of a lineage that fits into one picture. children: in it; more: how many direct apprentices of
    somebody are left out; beside: links between people of the picture that the tree does not show."""

    root: str
    people: Sequence[str]
    children: Mapping[str, Sequence[str]]
    more: Mapping[str, int]
    beside: Sequence[Link]


def lineage(links: Iterable[Link]) -> Lineage:
    """From links in the order in which they began. The same two people twice are one link, the earlier; a link of
    somebody to themselves is none."""
    taught: dict[str, list[Link]] = defaultdict(list)
    learnt: dict[str, list[Link]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    people: dict[str, None] = {}
    for link in links:
        people.setdefault(link.master)
        people.setdefault(link.apprentice)
        pair = (link.master, link.apprentice)
        if pair in seen or link.master == link.apprentice:
            continue
        seen.add(pair)
        taught[link.master].append(link)
        learnt[link.apprentice].append(link)
    above = {key: learnt[key][0].master for key in people if learnt.get(key)}
    _cut_circles(list(people), above)
    children: dict[str, list[str]] = defaultdict(list)
    for key in people:
        if key in above:
            children[above[key]].append(key)
    roots = [key for key in people if key not in above]
    below, generations = _measured(roots, children)
    return Lineage(
        taught=dict(taught),
        learnt=dict(learnt),
        roots=sorted(roots, key=lambda key: -below[key]),
        above=above,
        children=dict(children),
        below=below,
        generations=generations,
    )


def _cut_circles(people: Sequence[str], above: dict[str, str]) -> None:
    """Makes a root of whoever stands first among the people of a circle; everybody has at most one above."""
    done: set[str] = set()
    order = {key: n for n, key in enumerate(people)}
    for start in people:
        walked: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in done and key not in walked:
            walked.setdefault(key)
            key = above.get(key)
        if key is not None and key in walked:
            steps = list(walked)
            circle = steps[steps.index(key) :]
            del above[min(circle, key=order.__getitem__)]
        done.update(walked)


def _measured(
    roots: Sequence[str], children: Mapping[str, Sequence[str]]
) -> tuple[dict[str, int], dict[str, int]]:
    order, waiting = [], deque(roots)
    while waiting:
        key = waiting.popleft()
        order.append(key)
        waiting.extend(children.get(key, ()))
    below: dict[str, int] = {}
    generations: dict[str, int] = {}
    for key in reversed(order):
        kids = children.get(key, ())
        below[key] = sum(below[kid] + 1 for kid in kids)
        generations[key] = 1 + max((generations[kid] for kid in kids), default=0)
    return below, generations


def branch(
    whole: Lineage, root: str, *, generations: int = 4, room: int = 80, broad: int = 8, most: int = 1_000
) -> Branch:
    """As much of a family as a picture holds. generations: rows at most; room: people at most; broad: apprentices
    shown of one person at most, most: of the root. Where not all fit, those with the larger families stay."""
    people, children, more = [root], dict[str, list[str]](), dict[str, int]()
    waiting = deque([(root, 1)])
    while waiting:
        key, depth = waiting.popleft()
        kids = whole.children.get(key, ())
        free = room - len(people) if depth < generations else 0
        fit = min(free, most if key == root else broad)
        if len(kids) == fit + 1 <= free:
            fit += 1  # "one more" would take as much room as the one
        kept = kids if len(kids) <= fit else _largest(whole, kids, fit)
        if kept:
            children[key] = list(kept)
        if len(kept) < len(kids):
            more[key] = len(kids) - len(kept)
        people.extend(kept)
        waiting.extend((kid, depth + 1) for kid in kept)
    shown = set(people)
    beside = [
        link
        for key in people
        for link in whole.learnt.get(key, ())
        if link.master in shown and whole.above.get(key) != link.master
    ]
    return Branch(root, people, children, more, beside)


# From rich to poor: rows, people, apprentices of one person.
_SIZES = (
    (4, 80, 8),
    (4, 48, 5),
    (3, 60, 8),
    (4, 36, 4),
    (3, 36, 5),
    (4, 26, 3),
    (3, 24, 4),
    (3, 18, 3),
    (2, 80, 1),
)


def fitted(whole: Lineage, root: str, *, columns: int) -> tuple[Branch, dict[str, Spot]]:
    """The richest part of a family that is no broader than so many columns, and where everybody of it stands."""
    for generations, room, broad in _SIZES:
        part = branch(whole, root, generations=generations, room=room, broad=broad, most=columns - 1)
        spots = placed(part)
        if max(spot.across for spot in spots.values()) < columns:
            break
    return part, spots


def rest_of(key: str) -> str:
    """The key under which those of somebody's apprentices stand who are left out."""
    return f"more:{key}"


def placed(part: Branch) -> dict[str, Spot]:
    """Where everybody of a picture stands; who is left out of somebody's apprentices stands last among them."""
    children = {key: list(part.children.get(key, ())) for key in part.people}
    for key in part.more:
        children[key].append(rest_of(key))
    return tidy([part.root], children)


def _largest(whole: Lineage, kids: Sequence[str], most: int) -> list[str]:
    """The largest families, in the order in which they stand."""
    kept = set(islice(sorted(kids, key=lambda kid: -whole.below[kid]), most))
    return [kid for kid in kids if kid in kept]
