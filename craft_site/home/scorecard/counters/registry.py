"""Every counter by its key. A key may carry an argument behind a colon: honour:jinhua-craftsman.

What a key asks several times for (another title, another year) its family answers at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from craft_site.home.scorecard.count import Asked, Count, Counter, Family
from craft_site.home.scorecard.counters import academy, contests, honours, outreach

COUNTERS: dict[str, Counter] = {
    "contests.held": contests.held,
    "academy.paid": academy.paid,
    "academy.founded": academy.founded,
    "academy.retraining_sessions": academy.retraining_sessions,
    "academy.retraining_people": academy.retraining_people,
    "outreach.visits": outreach.visits,
    "outreach.talks": outreach.talks,
    "outreach.audience": outreach.audience,
}
FAMILIES: dict[str, Family] = {
    "contests.province": contests.of_a_trade,
    "contests.contestants": contests.contestants,
    "contests.firms": contests.firms,
    "honour": honours.of_a_title,
}

LABELS: Mapping[str, Promise] = {
    "contests.held": _("contests held"),
    "contests.province": _("provincial contests of a trade (its name)"),
    "contests.contestants": _("contestants of a contest series (its code)"),
    "contests.firms": _("exhibiting firms of a contest series (its code)"),
    "academy.paid": _("workers to whom a subsidy was paid"),
    "academy.founded": _("academies founded"),
    "academy.retraining_sessions": _("retraining classes finished"),
    "academy.retraining_people": _("retraining courses completed"),
    "honour": _("honours of a title (its code)"),
    "outreach.visits": _("visits to firms"),
    "outreach.talks": _("talks"),
    "outreach.audience": _("people at talks"),
}

Wanted = tuple[str, date, date]


def is_known(key: str) -> bool:
    """Whether a measure may name this counter."""
    name, colon, argument = key.partition(":")
    if colon:
        return name in FAMILIES and bool(argument.strip())
    return name in COUNTERS


def counted(wanted: Iterable[Wanted]) -> dict[Wanted, Count]:
    """Each number once. Keys that nothing counts are left out: that is no nought."""
    found: dict[Wanted, Count] = {}
    asked: defaultdict[str, list[Wanted]] = defaultdict(list)
    for one in dict.fromkeys(wanted):
        key, start, end = one
        name, colon, _argument = key.partition(":")
        if colon and name in FAMILIES:
            asked[name].append(one)
        elif key in COUNTERS:
            found[one] = COUNTERS[key](start, end)
    for name, ones in asked.items():
        answers = FAMILIES[name]([Asked(key.partition(":")[2], start, end) for key, start, end in ones])
        found |= {one: answers[Asked(one[0].partition(":")[2], one[1], one[2])] for one in ones}
    return found
