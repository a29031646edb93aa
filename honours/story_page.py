"""What a story page reads from the register: people with their way, on what the story rests, who is near them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from craft_site.kit.questions import lineage
from honours.domain import roll
from honours.models import Holder, Honour, HonourMember, StoryConsent
from honours.story_list import StoryLine

NEAR = 4  # of each kind of relation


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody whom the story tells of. steps: the way here, the oldest first; members: of a unit or a team."""

    holder: Holder
    steps: list[roll.Step]
    members: list[HonourMember]

    @property
    def highest(self) -> roll.Step | None:
        return next((step for step in reversed(self.steps) if step.brass), None)


def people(honours: Sequence[Honour]) -> list[Told]:
    """Each holder once, in the order of the honours; whoever may not be named is left out."""
    holders = {honour.holder_id: honour.holder for honour in honours if honour.holder.is_named}
    members: dict[int, list[HonourMember]] = {}
    collective = [honour.pk for honour in honours if honour.holder.worker_id is None]
    for member in HonourMember.objects.filter(honour__in=collective).select_related("honour"):
        members.setdefault(member.honour.holder_id, []).append(member)
    return [Told(holder, roll.way(holder), members.get(key, [])) for key, holder in holders.items()]


def consents(honours: Sequence[Honour]) -> list[StoryConsent]:
    """On what the story rests, for everybody to read; one query."""
    holders = {honour.holder_id for honour in honours}
    return list(
        StoryConsent.objects.in_force()
        .filter(holder__in=holders)
        .select_related("holder")
        .order_by("source", "given_on")
    )


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody near: name, what joins them, where to read on. story: whether that is a story."""

    name: str
    joined_by: str
    url: str
    story: bool = False


def related(honours: Sequence[Honour], others: Sequence[StoryLine]) -> list[tuple[str, list[Near]]]:
    """(heading, people) for lineage, trade and honour; empty ones are left out. others: the other stories.

    Somebody is told of once, under the nearest relation. Four queries at any size.
    """
    if not honours:
        return []
    seen: set[str] = {honour.holder.name for honour in honours}
    found = [
        (_("Lineage"), _kin(honours, others, seen)),
        (_("The same trade"), _of_trade(honours, others, seen)),
        (_("The same honour"), _of_honour(honours, others, seen)),
    ]
    return [(heading, near) for heading, near in found if near]


def _kin(honours: Sequence[Honour], others: Sequence[StoryLine], seen: set[str]) -> list[Near]:
    workers = [honour.holder.worker for honour in honours if honour.holder.worker]
    if not workers:
        return []
    kin = lineage(workers)
    pages = {name: line.url for line in others for name in line.names}
    known = Holder.objects.filter(worker__in=[one.worker for one in kin]).values_list("worker", "name")
    told = {worker: pages[name] for worker, name in known if name in pages}
    found = []
    for one in kin[: 2 * NEAR]:
        joined = _("Master") if one.is_master else _("Apprentice")
        found.append(Near(one.name, joined, told.get(one.worker, one.url), one.worker in told))
        seen.add(one.name)
    return found


def _of_trade(honours: Sequence[Honour], others: Sequence[StoryLine], seen: set[str]) -> list[Near]:
    trades = {honour.holder.trade_id for honour in honours if honour.holder.trade_id}
    lines = [line for line in others if trades & set(line.trades)]
    found = _stories(lines, seen, lambda line: line.trade)
    if trades and len(found) < NEAR:
        rows = roll.named().filter(holder__trade__in=trades)
        found += _holders(rows, seen, NEAR - len(found), lambda honour: str(honour.holder.trade))
    return found


def _of_honour(honours: Sequence[Honour], others: Sequence[StoryLine], seen: set[str]) -> list[Near]:
    titles = {honour.title.code: honour.title_id for honour in honours}
    lines = [line for line in others if titles.keys() & {code for _level, _year, code, _name in line.honours}]
    found = _stories(lines, seen, lambda line: line.highest)
    if len(found) < NEAR:
        rows = roll.named().filter(title__in=titles.values())
        found += _holders(rows, seen, NEAR - len(found), lambda honour: str(honour.title))
    return found


def _stories(lines: Sequence[StoryLine], seen: set[str], joined_by: Any) -> list[Near]:
    found: list[Near] = []
    for line in lines:
        if len(found) < NEAR and not seen & set(line.names):
            found.append(Near(line.who, joined_by(line), line.url, True))
            seen.update(line.names)
    return found


def _holders(rows: Any, seen: set[str], room: int, joined_by: Any) -> list[Near]:
    """Holders without a story, with their page of the roll; never more than there is room."""
    found: list[Near] = []
    for honour in rows.exclude(holder__name__in=seen).order_by("-year", "pk")[: 3 * room]:
        if len(found) < room and honour.holder.name not in seen:
            address = reverse("honours:holder", args=(honour.holder.uuid,))
            found.append(Near(honour.holder.name, joined_by(honour), address))
            seen.add(honour.holder.name)
    return found
