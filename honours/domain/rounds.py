"""Rounds of honours: made, opened with the title's rules of that day, closed."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append
from honours import roles_rounds as roles
from honours.domain.refusals import HonourRefused
from honours.models import Campaign, Kind, Nomination
from honours.rules.quota import Gauge, gauges

S = Campaign.State
MOVES = {
    S.DRAFT: (S.OPEN,),
    S.OPEN: (S.REVIEW,),
    S.REVIEW: (S.OPEN, S.CLOSED),
    S.CLOSED: (),
}
# States in which a nomination is still on its way.
UNDER_WAY = tuple(
    state
    for state in Nomination.State
    if state not in (*Nomination.OUT, Nomination.State.CONFERRED, Nomination.State.DRAFT)
)


def locked(campaign: Campaign | int) -> Campaign:
    """The round, locked until the transaction ends."""
    pk = campaign if isinstance(campaign, int) else campaign.pk
    return Campaign.objects.select_for_update(of=("self",)).select_related("title").get(pk=pk)


@transaction.atomic
def create(*, campaign: Campaign, by: Any) -> Campaign:
    """A draft. Raises PermissionDenied, HonourRefused."""
    roles.can_run_rounds(by).or_refuse()
    campaign.made_by = by
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as error:
        raise HonourRefused(
            _("There is a round with the code %(code)s. Choose another.") % {"code": campaign.code},
            field="code",
        ) from error
    facts = {"title": campaign.title.code, "places": campaign.places}
    append(campaign.chain, "round.made", subject=f"round:{campaign.code}", facts=facts, by=by)
    return campaign


@transaction.atomic
def move(*, campaign: Campaign, to: str, by: Any) -> Campaign:
    """Opens, ends the nominations, closes. Opening fixes the rules. Raises PermissionDenied, HonourRefused."""
    roles.can_run_rounds(by).or_refuse()
    campaign = locked(campaign)
    if to not in MOVES[S(campaign.state)]:
        raise HonourRefused(_("The round cannot do this step now."))
    if to == S.OPEN and campaign.closes_on < timezone.localdate():
        raise HonourRefused(_("The last day for nominations is over: set a later one first."))
    left = campaign.nominations.filter(state__in=UNDER_WAY).count()  # type: ignore[attr-defined]
    if to == S.CLOSED and left:
        raise HonourRefused(
            _("%(count)d nominations are still under way: decide them first.") % {"count": left}
        )
    facts: dict[str, Any] = {"from": campaign.state, "to": str(to)}
    if campaign.state == S.DRAFT:
        campaign.rules = campaign.title.asks.as_data()
        facts["rules_hash"] = sha256_hex(campaign.rules)
    campaign.state = to
    campaign.save(update_fields=["state", "rules"])
    append(campaign.chain, "round.moved", subject=f"round:{campaign.code}", facts=facts, by=by)
    return Campaign.objects.select_related("title").get(pk=campaign.pk)


@transaction.atomic
def prolong(*, campaign: Campaign, closes_on: Any, places: int, by: Any) -> Campaign:
    """Another last day, other places; the ledger keeps both. Raises PermissionDenied, HonourRefused."""
    roles.can_run_rounds(by).or_refuse()
    campaign = locked(campaign)
    if campaign.state == S.CLOSED:
        raise HonourRefused(_("The round is closed."))
    campaign.closes_on, campaign.places = closes_on, places
    campaign.save(update_fields=["closes_on", "places"])
    facts = {"closes_on": closes_on, "places": places}
    append(campaign.chain, "round.changed", subject=f"round:{campaign.code}", facts=facts, by=by)
    return campaign


def meter(campaign: Campaign) -> list[Gauge]:
    """How the list stands against the shares, as it is now. One query."""
    people = campaign.nominations.in_list().values_list("traits", flat=True)  # type: ignore[attr-defined]
    return gauges(list(people), campaign.asks.quotas)


def takes_nominations(campaign: Campaign) -> bool:
    return campaign.state == S.OPEN and campaign.closes_on >= timezone.localdate()


def is_for_people(campaign: Campaign) -> bool:
    return campaign.title.kind == Kind.PERSON
