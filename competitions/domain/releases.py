"""Publishing: a scored event becomes an immutable release with its rows, its rules and one hash over all of it.

Computing takes long and writes nothing, so that its progress can be seen. The write is short and whole: behind the
locked head of the event's chain it looks whether anything was recorded since the computing began, and if so the
computing begins again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain import appeal_effects, certificates, publicity, release_content
from competitions.domain.corrections import public_changes
from competitions.domain.events import move
from competitions.domain.evidence import seal
from competitions.domain.readiness import Blocker
from competitions.domain.release_content import Progress, award_labels, rows_hash
from competitions.domain.release_difference import AMENDMENTS, Change, amendments, core, difference
from competitions.domain.results import NoScheme, Scored, scheme_of, score
from competitions.findable import RESULTS
from competitions.messages import problem_in_words
from competitions.models import CorrectionOrder, Event, Recheck, Release, ReleaseRow, Sheet
from competitions.scheme_names import SchemeNames
from competitions.scoring.results import ScoringErrors
from craft_site.kit import working_days
from craft_site.kit.canonical import canonical_json, sha256_hex
from craft_site.kit.language import listed, semicolon
from craft_site.ledger.chain import append, lines_by_kind, lock_head
from craft_site.ledger.checkpoints import LedgerBroken, Reason
from craft_site.ledger.models import Chain
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry
from craft_site.search import index

TRIES = 3
# Where a missing mark is entered; what is not named here is settled on the page of results.
MENDED_AT = {"missing_mark": "progress", "refused_mark": "progress", "missing_component": "imports"}
PUBLISHED_IN = (Event.State.DECODED, Event.State.PUBLICITY, Event.State.FINAL)


class PublishingBlocked(Exception):
    """The result cannot be published yet; `blockers` says everything that is missing."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = tuple(blockers)
        super().__init__(semicolon().join(str(blocker.message) for blocker in self.blockers[:5]))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A result ready to be written. head: the length of the event's chain when the computing began.

    facts: what the check value of a first version covers; changes: against `last`; causes: known reasons of them.
    """

    head: int
    scored: Scored
    facts: dict[str, Any]
    rows: list[ReleaseRow]
    last: Release | None
    changes: list[Change]

    @property
    def is_new(self) -> bool:
        """Whether anything differs from the newest release."""
        return self.last is None or canonical_json(core(json.loads(self.last.body))) != canonical_json(
            self.facts
        )


def blockers(event: Event) -> list[Blocker]:
    """Everything that keeps a result from being published: what is missing, and the page of the desk where that is
    mended; empty when nothing is."""
    found = early_blockers(event)
    try:
        scored = score(event)
    except (NoScheme, ScoringErrors) as error:
        return [*found, *_unscored(event, error)]
    return found + open_blockers(scored)


def _unscored(event: Event, error: NoScheme | ScoringErrors) -> list[Blocker]:
    if isinstance(error, NoScheme):
        return [Blocker("no_scheme", str(error), "scheme")]
    names = SchemeNames(scheme_of(event).scheme)
    return [
        Blocker(problem.code, problem_in_words(problem, names), MENDED_AT.get(problem.code, "results"))
        for problem in error.problems
    ]


def early_blockers(event: Event) -> list[Blocker]:
    """What is missing before anything is computed."""
    found = []
    if event.state not in PUBLISHED_IN:
        found.append(Blocker("not_decoded", _("The event is not decoded yet."), "draws"))
    unlocked = Sheet.objects.filter(event=event).exclude(state=Sheet.State.LOCKED).count()
    if unlocked:
        text = _("%(count)d sheets are not locked.") % {"count": unlocked}
        found.append(Blocker("unlocked", text, "progress"))
    recheck = event.rechecks.in_force().exclude(state=Recheck.State.FINISHED).first()
    if recheck is not None:
        found.append(Blocker("recheck_open", _("The recheck is not finished."), "recheck"))
    waiting = [order.label for order in CorrectionOrder.objects.waiting().filter(event=event)]
    if waiting:
        text = _("Correction orders wait for a decision: %(orders)s.") % {"orders": listed(waiting)}
        found.append(Blocker("open_order", text, "corrections"))
    return found


def open_blockers(scored: Scored) -> list[Blocker]:
    """What the computed result still waits for."""
    found = []
    names = SchemeNames(scored.scheme.scheme)
    for choice in scored.result.open_choices:
        text = _(
            "Award “%(tier)s”: %(entries)s are equal for %(places)d places. The chief judge must choose."
        )
        text = text % {
            "tier": names.award(choice.tier),
            "entries": listed(choice.entries),
            "places": choice.places_left,
        }
        found.append(Blocker("open_choice", text, "results"))
    if not scored.result.entries:
        found.append(Blocker("nobody", _("Nobody has taken part."), "entries"))
    return found


def prepare(event: Event, *, progress: Progress | None = None) -> Prepared:
    """Computes what would be published now, writing nothing. Raises PublishingBlocked."""
    head = Chain.objects.filter(name=event.chain).values_list("length", flat=True).first() or 0
    if found := early_blockers(event):
        raise PublishingBlocked(found)
    try:
        scored = score(event)
    except (NoScheme, ScoringErrors) as error:
        raise PublishingBlocked(_unscored(event, error)) from error
    if found := open_blockers(scored):
        raise PublishingBlocked(found)
    total = len(scored.result.entries) + 2
    if progress is not None:
        progress(1, total)
    rows = release_content.rows(
        event, scored, progress=None if progress is None else lambda done, _all: progress(done + 1, total)
    )
    facts = release_content.facts(event, scored)
    last = event.releases.first()
    changes = [] if last is None else difference(json.loads(last.body), json.loads(canonical_json(facts)))
    if progress is not None:
        progress(total - 1, total)
    return Prepared(head, scored, facts, rows, last, changes)


def publish(*, event: Event, by: Any, reason: str = "", progress: Progress | None = None) -> Release:
    """Makes the next version of the published result and signs the ledger. The same result again gives the version
    there is.

    progress: called with steps done and steps in all, outside any transaction of this verb. Raises
    PublishingBlocked; ValueError when a second version gives no reason.
    """
    for _attempt in range(TRIES):
        ready = prepare(event, progress=progress)
        release = _write(event, ready, by=by, reason=reason.strip())
        if release is not None:
            return release
        event.refresh_from_db()
    text = _("Something was recorded while the result was computed. Publish again.")
    raise PublishingBlocked([Blocker("busy", text, "results")])


@transaction.atomic
def _write(event: Event, ready: Prepared, *, by: Any, reason: str) -> Release | None:
    """The release, or None when something was recorded since the computing began."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    head = lock_head(event.chain)
    if head.length != ready.head:
        return None
    if ready.last is not None and not ready.is_new:
        appeal_effects.told(event, ready.last)
        return ready.last
    if ready.last is not None and not reason:
        raise ValueError(_("Say what changed and why: it is published with the new version."))
    causes = appeal_effects.causes(event)
    changed = {}
    if ready.last is not None:
        causes += public_changes(event, since=ready.last)
        changed = amendments(
            number=ready.last.number,
            digest=ready.last.content_hash,
            reason=reason,
            causes=causes,
            changes=ready.changes,
        )
    body = canonical_json(ready.facts | {AMENDMENTS: changed} if changed else ready.facts)
    now = timezone.now()
    release = Release.objects.create(
        event=event,
        number=1 if ready.last is None else ready.last.number + 1,
        scheme=ready.scored.scheme,
        body=body.decode(),
        content_hash=sha256_hex(body),
        reason=reason,
        amendments=json.loads(canonical_json(changed)),
        notice_until=notice_end(now, event.publicity_days),
        appeals_until=now + timedelta(minutes=event.appeal_minutes),
        by=by,
    )
    for row in ready.rows:
        row.release = release
    ReleaseRow.objects.bulk_create(ready.rows, batch_size=200)
    index.refresh(RESULTS, [event.code])
    appeal_effects.told(event, release)
    append(
        event.chain,
        "result.published",
        subject=f"release:{release.slug}",
        facts={
            "number": release.number,
            "hash": release.content_hash,
            "scheme": ready.scored.scheme.content_hash,
            "supersedes": ready.last.content_hash if ready.last is not None else None,
            "causes": [cause.number for cause in causes],
            "reason": reason,
            "rows": rows_hash(ready.rows),
            # How many lines of each kind came before: a proof may withhold those about people, and no others.
            "lines": lines_by_kind(event.chain),
        },
        by=by,
    )
    if event.state == Event.State.DECODED:
        move(event=event, to=Event.State.PUBLICITY, by=by)
    elif event.state == Event.State.FINAL:
        record_growth(release)
    try:
        seal(event=event, reason=Reason.RELEASE)
    except LedgerBroken as broken:
        raise PublishingBlocked([Blocker("ledger", str(broken), "event")]) from broken
    return release


def final_blockers(event: Event) -> list[Blocker]:
    """Everything that keeps the newest release from being final."""
    release = event.releases.first()
    if release is None:
        return [Blocker("no_release", _("Nothing has been published yet."), "results")]
    found = []
    if release.notice_until and timezone.now() < release.notice_until:
        until = f"{timezone.localtime(release.notice_until):%Y-%m-%d %H:%M}"
        found.append(
            Blocker("on_notice", _("The notice runs until %(until)s.") % {"until": until}, "results")
        )
    found += [*early_blockers(event), *publicity.open_matters(event)]
    if not found and differs(event, release):
        text = _("The marks give another result than the published one. Publish version %(number)d first.")
        found.append(Blocker("differs", text % {"number": release.number + 1}, "results"))
    return found


def differs(event: Event, release: Release) -> bool:
    """Whether the marks as they stand give another result than this release, as after a correction order."""
    try:
        scored = score(event)
    except (NoScheme, ScoringErrors):
        return True
    facts = json.loads(canonical_json(release_content.facts(event, scored)))
    return bool(core(json.loads(release.body)) != facts)


@transaction.atomic
def finalise(*, event: Event, by: Any) -> Event:
    """Ends the notice: the newest release is final, and every ranked contestant's record gets its line.

    Raises PublishingBlocked while the notice runs, an appeal or objection is open, nothing was published, or a
    correction is not published.
    """
    if event.state == Event.State.FINAL:
        return event
    event = Event.objects.select_for_update().get(pk=event.pk)
    lock_head(event.chain)
    if found := final_blockers(event):
        raise PublishingBlocked(found)
    release = event.releases.first()
    assert release is not None  # the first of the blockers
    publicity.close_answered(event=event, by=by)
    move(event=event, to=Event.State.FINAL, by=by)
    record_growth(release)
    return event


def record_growth(release: Release) -> None:
    """Writes a contest line into the growth record of everyone whom the release ranks, and hides the line of whoever
    an earlier version ranked and this one does not. Safe to repeat."""
    event = release.event
    award_names = award_labels(release)
    source = certificates.source_of(event)
    ranked = set()
    for row in release.rows.filter(rank__isnull=False, entry__isnull=False).select_related("entry__worker"):
        assert row.entry is not None
        ranked.add(row.entry.worker_id)
        award = award_names.get(row.award, {"zh": "", "en": ""})
        growth.record(
            worker=row.entry.worker,
            kind=GrowthEntry.Kind.CONTEST,
            on=timezone.localtime(release.published_at).date(),
            title=f"{event.competition.name} · {event.name}",
            title_en=f"{event.competition.name_en} · {event.name_en}" if event.name_en else "",
            detail=f"第{row.rank}名 {award['zh']}".strip(),
            detail_en=f"Rank {row.rank} {award['en']}".strip(),
            url=release.get_absolute_url(),
            source=source,
        )
    earlier = ReleaseRow.objects.filter(release__event=event, entry__isnull=False, rank__isnull=False)
    for row in earlier.exclude(entry__worker__in=ranked).select_related("entry__worker"):
        assert row.entry is not None
        growth.withdraw(worker=row.entry.worker, source=source)
    _record_teams(release)
    certificates.ask_for(event=event, by=release.by)


def _record_teams(release: Release) -> None:
    """A line for each member of a team that won a prize; hidden where an earlier version gave one and this does not."""
    event, source = release.event, certificates.team_source_of(release.event)
    names = award_labels(release, teams=True)
    won = set()
    for row, entry in certificates.team_prizes(release):
        won.add(entry.worker_id)
        award = names.get(row.award, {"zh": "", "en": ""})
        growth.record(
            worker=entry.worker,
            kind=GrowthEntry.Kind.CONTEST,
            on=timezone.localtime(release.published_at).date(),
            title=f"{event.competition.name} · {event.name}",
            title_en=f"{event.competition.name_en} · {event.name_en}" if event.name_en else "",
            detail=f"团体第{row.rank}名 {award['zh']} · {row.name}",
            detail_en=f"Team rank {row.rank} {award['en']} · {row.name}",
            url=release.get_absolute_url(),
            source=source,
        )
    for line in GrowthEntry.objects.filter(source=source).exclude(worker__in=won).select_related("worker"):
        growth.withdraw(worker=line.worker, source=source)


def notice_end(start: datetime, days: int) -> datetime:
    """The end of a notice of so many working days after its start: 17:00 local time on the last of them."""
    last = working_days.after(timezone.localtime(start).date(), days)
    return timezone.make_aware(datetime.combine(last, time(17)))
