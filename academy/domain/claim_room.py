"""How much is left of a programme, and how many stand before a claim. Read only; nothing here reserves anything."""

from dataclasses import dataclass

from academy.domain.claim_moves import line_of
from academy.models import Claim, SubsidyProgramme


@dataclass(frozen=True, slots=True)
class Room:
    """The places of one item. places: None where there is no limit."""

    places: int | None
    taken: int

    @property
    def left(self) -> int | None:
        return None if self.places is None else self.places - self.taken

    @property
    def percent(self) -> float:
        """How much is taken, 0 to 100."""
        return share(self.taken, self.places)


def share(part: int, whole: int | None) -> float:
    """Percent; 0 where there is no whole, 100 for all of nothing."""
    if whole is None:
        return 0.0
    return 100 * part / whole if whole else 100.0


def rooms(programme: SubsidyProgramme) -> dict[str, Room]:
    """By key of the item; from prefetched quotas without a query."""
    return {quota.item: Room(quota.places, quota.taken) for quota in programme.quotas.all()}  # type: ignore[attr-defined]


def ahead(claim: Claim) -> int | None:
    """How many claims wait before this one at the same union; None when it waits at none."""
    if claim.waits_for_id is None or claim.state not in Claim.IN_REVIEW:
        return None
    return Claim.objects.filter(
        waits_for=claim.waits_for_id, state__in=Claim.IN_REVIEW, waits_since__lt=claim.waits_since
    ).count()


def before_in_line(claim: Claim) -> int:
    """How many wait for a place of this item in front of the claim."""
    line = [one.pk for one in line_of(claim.programme_id, claim.item)]
    return line.index(claim.pk) if claim.pk in line else 0


def in_the_urn(programme: SubsidyProgramme, item: str) -> int:
    """How many claims for this item wait for the lots."""
    waiting = Claim.objects.filter(programme=programme, item=item, state=Claim.State.FILED, holds_place=False)
    return waiting.count()
