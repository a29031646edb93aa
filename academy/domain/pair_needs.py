"""What waits at the pairs that somebody may see: months overdue, half time come, a last day near, a signature, a
master with fewer apprentices than the rules ask for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from academy import roles_pairs as roles
from academy.domain import pair_logs, pair_reviews
from academy.domain.pair_logs import Missing
from academy.domain.pair_moves import S, rules_of
from academy.models import Pair
from academy.rules import pairing
from craft_site.people import roles as site_roles

SOON = timedelta(days=60)
SEES_ALL = (site_roles.ORGANISER, site_roles.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Needs:
    """Keys of pairs by what they need. missing: the months of every pair under way that owes one."""

    missing: dict[int, list[Missing]] = field(default_factory=dict)
    overdue: frozenset[int] = frozenset()
    mid: frozenset[int] = frozenset()
    ending: frozenset[int] = frozenset()
    to_sign: frozenset[int] = frozenset()
    few: frozenset[int] = frozenset()

    def of(self, need: str) -> frozenset[int]:
        """need: "overdue", "mid", "ending", "to_sign" or "few"."""
        found: frozenset[int] = getattr(self, need)
        return found

    def overdue_months(self, pk: int) -> int:
        return sum(one.state == pairing.OVERDUE for one in self.missing.get(pk, ()))


def needs(user: Any, *, today: date | None = None) -> Needs:
    """What waits at the pairs that this person sees. Four queries for any number."""
    today = today or timezone.localdate()
    seen = Pair.objects.visible_to(user)
    under_way = list(seen.under_way().select_related("scheme"))
    months = {pk: found for pk, found in pair_logs.missing(under_way, today=today).items() if found}
    return Needs(
        missing=months,
        overdue=frozenset(
            pk for pk, found in months.items() if any(one.state == pairing.OVERDUE for one in found)
        ),
        mid=frozenset(pair.pk for pair in under_way if pair_reviews.mid_is_due(pair, today=today)),
        ending=frozenset(pair.pk for pair in under_way if pair.ends_on <= today + SOON),
        to_sign=frozenset(_to_sign(user, seen)),
        few=frozenset(_few(under_way)) if user.has_role(*SEES_ALL) else frozenset(),
    )


def _few(under_way: list[Pair]) -> Iterable[int]:
    """Pairs of masters who have fewer apprentices under way than their rules ask for. Only whoever sees every pair can
    count them."""
    apprentices = Counter(pair.mentor_id for pair in under_way)
    least = {pair.scheme_id: pair.scheme for pair in under_way}
    read = {pk: rules_of(scheme).least for pk, scheme in least.items()}
    return (pair.pk for pair in under_way if apprentices[pair.mentor_id] < read[pair.scheme_id])


def _to_sign(user: Any, seen: Any) -> Iterable[int]:
    """Proposals whose next signature is this person's."""
    proposals = seen.filter(state=S.PROPOSED).annotate(signed=Count("signatures"))
    people = proposals.select_related("scheme", "mentor", "apprentice", "employer__union__parent__parent")
    for pair in people:
        sides = rules_of(pair.scheme).sides
        if pair.signed < len(sides) and roles.side_of(user, pair) == sides[pair.signed]:
            yield pair.pk
