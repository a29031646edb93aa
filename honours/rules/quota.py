"""The meter of a list: how a list of nominees stands against the shares that its title asks for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from honours.rules.title import AT_MOST, TRAITS


@dataclass(frozen=True, slots=True)
class Gauge:
    """One share. have: people of the list with the trait; need: how many there must be at least (or may be at most,
    when `upper`) for the list as it stands; percent: the rule."""

    trait: str
    percent: int
    have: int
    of: int
    need: int
    upper: bool

    @property
    def kept(self) -> bool:
        return self.have <= self.need if self.upper else self.have >= self.need

    @property
    def short(self) -> int:
        """How many are lacking, or too many."""
        return 0 if self.kept else abs(self.have - self.need)


def gauges(people: Sequence[Collection[str]], quotas: Mapping[str, int]) -> list[Gauge]:
    """One gauge for each share asked for, in the order of TRAITS. people: the traits of each person of the list.

    "At least 35 %" of 10 is 4 people, "at most 15 %" of 10 is 1: a share is never met by a part of a person.
    """
    of = len(people)
    found = []
    for trait in TRAITS:
        if trait not in quotas:
            continue
        percent, upper = quotas[trait], trait in AT_MOST
        need = percent * of // 100 if upper else -(-percent * of // 100)
        found.append(Gauge(trait, percent, sum(trait in one for one in people), of, need, upper))
    return found
