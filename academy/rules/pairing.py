"""Rules for masters and apprentices as data: numbers and terms, the monthly log, what a master earns by a result.

Read once, with every fault named by its place. Levels are the eight levels (2 junior ... 8 chief technician), amounts
whole yuan, places in a contest count from 1.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

SIDES = ("apprentice", "mentor", "employer", "union")
CONTESTS = ("district", "city", "province", "national", "international")
REWARD_KINDS = ("level", "contest")
LAST_DAY_OF_ALL = 28  # a day that every month has
GRADES = range(1, 9)


class SchemeFault(ValueError):
    """The data are no rules. place: where in them, e.g. "rewards[0].yuan"; code: what is wrong there."""

    def __init__(self, place: str, code: str) -> None:
        super().__init__(f"{place}: {code}")
        self.place = place
        self.code = code


@dataclass(frozen=True, slots=True)
class Words:
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RewardRule:
    """What one result earns. tier: what is rewarded once; grade: at least this level; ranks: first and last place,
    None for every place that wins a prize."""

    key: str
    tier: str
    kind: str
    yuan: int
    name: str
    name_en: str
    grade: int = 0
    contest: str = ""
    ranks: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """A whole set of rules. least, most: apprentices a master; months_least, months_most: of a pair; extend_most:
    months that one extension may add; mid_mark: needed in each part to pass at half time; pass_mark: in theory and
    practice to complete, in each part to be excellent; reward_months: from signing to the result."""

    least: int
    most: int
    months_least: int
    months_most: int
    extend_most: int
    remind_day: int
    overdue_day: int
    mid_mark: int
    pass_mark: int
    tie_years: int
    objection_days: int
    sides: tuple[str, ...]
    duties: Mapping[str, Words]
    reward_months: int
    rewards: tuple[RewardRule, ...]

    def reward(self, key: str) -> RewardRule | None:
        return next((rule for rule in self.rewards if rule.key == key), None)


def read(data: Mapping[str, Any]) -> Rules:
    """The rules that `data` describes. Raises SchemeFault at the first place that cannot be read."""
    apprentices, months, log = (_part(data, name) for name in ("apprentices", "months", "log"))
    rewards = _part(data, "rewards")
    least = _whole(apprentices, "least", "apprentices", 1, least=1)
    months_least = _whole(months, "least", "months", 12, least=1)
    return Rules(
        least=least,
        most=_whole(apprentices, "most", "apprentices", 5, least=least),
        months_least=months_least,
        months_most=_whole(months, "most", "months", 36, least=months_least, most=120),
        extend_most=_whole(months, "extend_most", "months", 12, least=1, most=60),
        remind_day=_whole(log, "remind_day", "log", 25, least=1, most=LAST_DAY_OF_ALL),
        overdue_day=_whole(log, "overdue_day", "log", 5, least=1, most=LAST_DAY_OF_ALL),
        mid_mark=_whole(data, "mid_mark", "", 60, least=0, most=100),
        pass_mark=_whole(data, "pass_mark", "", 80, least=0, most=100),
        tie_years=_whole(data, "tie_years", "", 3, least=0, most=50),
        objection_days=_whole(data, "objection_days", "", 30, least=0, most=365),
        sides=_sides(data),
        duties=_duties(_part(data, "duties")),
        reward_months=_whole(rewards, "within_months", "rewards", 60, least=1, most=600),
        rewards=_rewards(rewards),
    )


# --- terms -----------------------------------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def usual_months(rules: Rules) -> int:
    """What is offered for a new pair: two years, or what the rules allow next to it."""
    return min(max(24, rules.months_least), rules.months_most)


def term_fault(rules: Rules, starts_on: date, ends_on: date) -> str:
    """ "short", "long" or "": whether a pair of these days keeps to the least and most months. Both days count."""
    day_after = ends_on + timedelta(days=1)
    if day_after < add_months(starts_on, rules.months_least):
        return "short"
    if ends_on > add_months(starts_on, rules.months_most):
        return "long"
    return ""


def half_time(starts_on: date, ends_on: date) -> date:
    """When the mid-term evaluation is due."""
    return starts_on + (ends_on - starts_on) / 2


# --- the log's clock -------------------------------------------------------------------------------------------------

OPEN, DUE, OVERDUE = "open", "due", "overdue"


def first_of(day: date) -> date:
    return day.replace(day=1)


def months_touched(first: date, last: date) -> Iterator[date]:
    """The first day of every month that the days from `first` to `last` lie in."""
    month = first_of(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


def months_owed(rules: Rules, first: date, last: date) -> Iterator[date]:
    """The months that need a log: those on whose reminder day the pair is under way."""
    for month in months_touched(first, last):
        if first <= month.replace(day=rules.remind_day) <= last:
            yield month


def late_from(rules: Rules, month: date) -> date:
    """From this day on a month without a log is OVERDUE."""
    return add_months(first_of(month), 1).replace(day=rules.overdue_day)


def month_state(rules: Rules, month: date, today: date) -> str:
    """Of a month without a log: OPEN before its reminder day, DUE from then on, OVERDUE from the day in the next
    month."""
    if today >= late_from(rules, month):
        return OVERDUE
    return DUE if today >= month.replace(day=rules.remind_day) else OPEN


def behind(
    rules: Rules, *, first: date, last: date, written: Iterable[date], today: date
) -> list[tuple[date, str]]:
    """The months that are DUE or OVERDUE without a log, the oldest first. written: months with a log that was sent."""
    done = set(written)
    found = []
    for month in months_owed(rules, first, min(last, today)):
        if month not in done and (state := month_state(rules, month, today)) != OPEN:
            found.append((month, state))
    return found


# --- rewards ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """Something an apprentice reached. kind: of REWARD_KINDS; grade: the level; contest: of CONTESTS; rank: None when
    only the prize is known. source: the line of the growth record."""

    kind: str
    on: date
    source: str
    grade: int = 0
    contest: str = ""
    rank: int | None = None
    prize: bool = True


def in_window(rules: Rules, signed_on: date, on: date) -> bool:
    """Whether a result of that day counts for a pair signed on the other: the day of signing itself does not."""
    return signed_on < on <= add_months(signed_on, rules.reward_months)


def earns(rules: Rules, result: Result, *, signed_on: date, grade_from: int) -> RewardRule | None:
    """The dearest rule that a result fulfils, None when there is none. A level held at the start earns nothing."""
    if not in_window(rules, signed_on, result.on):
        return None
    fitting = [rule for rule in rules.rewards if _fits(rule, result, grade_from)]
    return max(fitting, key=lambda rule: rule.yuan, default=None)


def best(
    rules: Rules, results: Iterable[Result], *, signed_on: date, grade_from: int
) -> dict[str, tuple[RewardRule, Result]]:
    """For each tier its dearest result, the earlier of equals. Any order of the results gives the same."""
    found: dict[str, tuple[RewardRule, Result]] = {}
    for result in sorted(results, key=lambda one: (one.on, one.source)):
        rule = earns(rules, result, signed_on=signed_on, grade_from=grade_from)
        if rule is not None and (rule.tier not in found or rule.yuan > found[rule.tier][0].yuan):
            found[rule.tier] = (rule, result)
    return found


def _fits(rule: RewardRule, result: Result, grade_from: int) -> bool:
    if rule.kind != result.kind:
        return False
    if rule.kind == "level":
        return grade_from < rule.grade <= result.grade
    if rule.contest != result.contest:
        return False
    if rule.ranks is None:
        return result.prize
    return result.rank is not None and rule.ranks[0] <= result.rank <= rule.ranks[1]


# --- reading ---------------------------------------------------------------------------------------------------------


def _rewards(part: Mapping[str, Any]) -> tuple[RewardRule, ...]:
    raw = part.get("rules") or []
    if not isinstance(raw, list | tuple):
        raise SchemeFault("rewards.rules", "no_list")
    rules = tuple(_reward(one, f"rewards.rules[{n}]") for n, one in enumerate(raw))
    keys = [rule.key for rule in rules]
    if len(set(keys)) != len(keys):
        raise SchemeFault("rewards.rules", "key_twice")
    return rules


def _reward(data: Any, place: str) -> RewardRule:
    if not isinstance(data, Mapping):
        raise SchemeFault(place, "no_mapping")
    for name in ("key", "name"):
        if not data.get(name):
            raise SchemeFault(f"{place}.{name}", "missing")
    key, kind = str(data["key"]), data.get("kind")
    tier = str(data.get("tier") or key)
    if len(key) > 40 or len(tier) > 40:
        raise SchemeFault(f"{place}.key", "too_long")
    if kind not in REWARD_KINDS:
        raise SchemeFault(f"{place}.kind", "unknown")
    grade = _whole(data, "grade", place, None, least=2, most=8) if kind == "level" else 0
    contest = data.get("contest", "") if kind == "contest" else ""
    if kind == "contest" and contest not in CONTESTS:
        raise SchemeFault(f"{place}.contest", "unknown")
    return RewardRule(
        key=key,
        tier=tier,
        kind=kind,
        yuan=_whole(data, "yuan", place, None, least=1),
        name=str(data["name"]),
        name_en=str(data.get("name_en") or ""),
        grade=grade,
        contest=contest,
        ranks=_ranks(data, place),
    )


def _ranks(data: Mapping[str, Any], place: str) -> tuple[int, int] | None:
    ranks = data.get("ranks")
    if ranks is None:
        return None
    whole = isinstance(ranks, list | tuple) and len(ranks) == 2 and all(_is_whole(rank) for rank in ranks)
    if not whole or not 1 <= ranks[0] <= ranks[1]:
        raise SchemeFault(f"{place}.ranks", "no_ranks")
    return ranks[0], ranks[1]


def _sides(data: Mapping[str, Any]) -> tuple[str, ...]:
    sides = data.get("signatures", list(SIDES))
    if not isinstance(sides, list | tuple) or sorted(map(str, sides)) != sorted(SIDES):
        raise SchemeFault("signatures", "not_the_four")
    return tuple(map(str, sides))


def _duties(part: Mapping[str, Any]) -> dict[str, Words]:
    found = {side: Words() for side in SIDES}
    for side, words in part.items():
        if side not in SIDES:
            raise SchemeFault(f"duties.{side}", "unknown")
        if not isinstance(words, Mapping):
            raise SchemeFault(f"duties.{side}", "no_mapping")
        lines = {}
        for language in ("zh", "en"):
            said = words.get(language) or []
            if not isinstance(said, list | tuple):
                raise SchemeFault(f"duties.{side}.{language}", "no_list")
            lines[language] = tuple(str(line) for line in said)
        found[side] = Words(lines["zh"], lines["en"])
    return found


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SchemeFault(name, "no_mapping")
    return value


def _whole(
    data: Mapping[str, Any],
    name: str,
    place: str,
    default: int | None,
    *,
    least: int,
    most: int | None = None,
) -> int:
    value = data.get(name, default)
    at = f"{place}.{name}".lstrip(".")
    if value is None:
        raise SchemeFault(at, "missing")
    if not _is_whole(value):
        raise SchemeFault(at, "no_count")
    if value < least or (most is not None and value > most):
        raise SchemeFault(at, "out_of_range")
    return int(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
