"""Certificates of prizes: those that the newest final release awards, no more and no fewer. The prize of a team is
certified to each of its members, and its certificate says so."""

from typing import Any

from competitions.domain.release_content import award_labels
from competitions.models import Entry, Event, Organiser, Release, ReleaseRow
from craft_site.credentials import issuer
from craft_site.credentials.domain import issuing, revoking
from craft_site.credentials.domain.issuing import Order, Outcome, Progress, Words
from craft_site.credentials.models import Certificate
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.people.models import GrowthEntry

JOB = "competitions.certify"


def source_of(event: Event) -> str:
    """What the lines of an event in the growth records come from, and so its certificates."""
    return f"competitions:event:{event.code}"


def team_source_of(event: Event) -> str:
    """The same for what a member's team won."""
    return f"{source_of(event)}:team"


def ask_for(*, event: Event, by: Any, title: str = "", back_to: str = "") -> Job:
    """Asks for the certificates of an event, in the transaction of the growth record's lines."""
    return queue.enqueue(JOB, payload={"event": event.code}, by=by, title=title, back_to=back_to)


def issue_prizes(*, event: Event, by: Any, progress: Progress | None = None) -> Outcome:
    """Issues what is missing, replaces what has changed, revokes what no longer is awarded. Safe to repeat.

    Only lines that stand in the growth record count: before the result is final there are none.
    """
    orders = _orders(event)
    outcome = issuing.issue_many(orders=orders, by=by, progress=progress)
    awarded = {order.key for order in orders}
    sources = (source_of(event), team_source_of(event))
    standing = Certificate.objects.standing().filter(source__in=sources)
    for gone in standing.select_related("holder"):
        if (gone.holder_id, gone.source) in awarded:
            continue
        revoking.withdraw(holder=gone.holder, source=gone.source, by=by)
    return outcome


def _orders(event: Event) -> list[Order]:
    release = event.releases.select_related("scheme").first()
    if release is None:
        return []
    names = award_labels(release)
    rows = release.rows.filter(rank__isnull=False, entry__isnull=False).exclude(award="")
    places = {row.entry.worker_id: row for row in rows.select_related("entry") if row.entry is not None}
    lines = GrowthEntry.objects.filter(source=source_of(event), withdrawn=False, worker__in=places)
    issuers = _issuers(event)
    made = []
    for line in lines.select_related("worker").order_by("worker__name", "worker"):
        row = places[line.worker_id]
        facts = {
            "award": names.get(row.award, {"zh": row.award}),
            "rank": {"zh": f"第{row.rank}名", "en": str(row.rank)},
        }
        made.append(Order.of(line, kind=Certificate.Kind.PRIZE, issuers=issuers, facts=facts))
    return made + _team_orders(release, issuers)


def _team_orders(release: Release, issuers: list[Words]) -> list[Order]:
    names = award_labels(release, teams=True)
    won = {member.worker_id: row for row, member in team_prizes(release)}
    lines = GrowthEntry.objects.filter(
        source=team_source_of(release.event), withdrawn=False, worker__in=won
    ).select_related("worker")
    made = []
    for line in lines.order_by("worker__name", "worker"):
        row = won[line.worker_id]
        award = names.get(row.award, {"zh": row.award, "en": row.award})
        facts = {
            "award": {"zh": f"团体{award['zh']}", "en": f"{award['en']} (team)"},
            "rank": {"zh": f"第{row.rank}名", "en": str(row.rank)},
        }
        made.append(Order.of(line, kind=Certificate.Kind.PRIZE, issuers=issuers, facts=facts))
    return made


def team_prizes(release: Release) -> list[tuple[ReleaseRow, Entry]]:
    """Every team that the release awards, with the entry of each of its members. Two queries."""
    rows = list(release.rows.filter(team__isnull=False, rank__isnull=False).exclude(award=""))
    numbers = {number for row in rows for number in row.breakdown.get("members", ())}
    people = release.rows.filter(entry__isnull=False, contestant_no__in=numbers).select_related(
        "entry__worker"
    )
    entries = {row.contestant_no: row.entry for row in people if row.entry is not None}
    return [
        (row, entries[number])
        for row in rows
        for number in row.breakdown.get("members", ())
        if number in entries
    ]


def _issuers(event: Event) -> list[Words]:
    """The hosts in their order; where none is named, whoever issues all certificates here."""
    hosts = event.competition.organisers.filter(part=Organiser.Part.HOST)
    return [{"zh": host.name, "en": host.name_en} for host in hosts] or issuer.default_issuers()
