"""Publishing: a scored event becomes an immutable release with its rows, its rules and one hash over all of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain.events import move
from competitions.domain.results import NoScheme, Scored, score
from competitions.messages import problem_in_words
from competitions.models import Entry, Event, Release, ReleaseRow, Sheet
from competitions.scoring.results import EntryResult, ScoringErrors, TeamResult
from craft_site.kit import working_days
from craft_site.kit.canonical import canonical_json, sha256_hex
from craft_site.kit.language import listed, semicolon
from craft_site.ledger.chain import append
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry

Progress = Callable[[int, int], None]


class PublishingBlocked(Exception):
    """The result cannot be published yet; `blockers` says everything that is missing."""

    def __init__(self, blockers: list[str]) -> None:
        self.blockers = blockers
        super().__init__(semicolon().join(blockers[:5]))


def blockers(event: Event) -> list[str]:
    """Everything that keeps a result from being published, in words; empty when nothing does."""
    found = []
    if event.state not in (Event.State.DECODED, Event.State.PUBLICITY):
        found.append(_("The event is not decoded yet."))
    unlocked = Sheet.objects.filter(event=event).exclude(state=Sheet.State.LOCKED).count()
    if unlocked:
        found.append(_("%(count)d sheets are not locked.") % {"count": unlocked})
    try:
        scored = score(event)
    except NoScheme as error:
        return [*found, str(error)]
    except ScoringErrors as errors:
        return [*found, *map(problem_in_words, errors.problems)]
    for choice in scored.result.open_choices:
        found.append(
            _("Award “%(tier)s”: %(entries)s are equal for %(places)d places. The chief judge must choose.")
            % {"tier": choice.tier, "entries": listed(choice.entries), "places": choice.places_left}
        )
    if not scored.result.entries:
        found.append(_("Nobody has taken part."))
    return found


@transaction.atomic
def publish(*, event: Event, by: Any, reason: str = "", progress: Progress | None = None) -> Release:
    """Makes the next version of the published result. The same result again gives the version there is.

    Raises PublishingBlocked; ValueError when a second version gives no reason.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if found := blockers(event):
        raise PublishingBlocked(found)
    scored = score(event)
    last = event.releases.first()
    number = 1 if last is None else last.number + 1
    body = _body(event, scored)
    digest = sha256_hex(body)
    if last is not None and last.content_hash == digest:
        return last
    if last is not None and not reason.strip():
        raise ValueError(_("Say what changed and why: it is published with the new version."))
    release = Release.objects.create(
        event=event,
        number=number,
        scheme=scored.scheme,
        body=body.decode(),
        content_hash=digest,
        reason=reason.strip(),
        notice_until=notice_end(timezone.now(), event.publicity_days),
        by=by,
    )
    rows = _rows(release, event, scored)
    for start in range(0, len(rows), 200):
        ReleaseRow.objects.bulk_create(rows[start : start + 200])
        if progress is not None:
            progress(min(start + 200, len(rows)), len(rows))
    append(
        event.chain,
        "result.published",
        subject=f"release:{release.slug}",
        facts={
            "number": number,
            "hash": digest,
            "scheme": scored.scheme.content_hash,
            "reason": reason.strip(),
        },
        by=by,
    )
    if event.state == Event.State.DECODED:
        move(event=event, to=Event.State.PUBLICITY, by=by)
    return release


@transaction.atomic
def finalise(*, event: Event, by: Any) -> Event:
    """Ends the notice: the newest release is final, and every ranked contestant's record gets its line.

    Raises PublishingBlocked while the notice still runs or nothing was published.
    """
    release = event.releases.first()
    if release is None:
        raise PublishingBlocked([_("Nothing has been published yet.")])
    if release.notice_until and timezone.now() < release.notice_until:
        until = timezone.localtime(release.notice_until)
        raise PublishingBlocked(
            [_("The notice runs until %(until)s.") % {"until": f"{until:%Y-%m-%d %H:%M}"}]
        )
    move(event=event, to=Event.State.FINAL, by=by)
    record_growth(release)
    return event


def record_growth(release: Release) -> None:
    """Writes a contest line into the growth record of everyone whom the release ranks. Safe to repeat."""
    event = release.event
    award_names = award_labels(release)
    for row in release.rows.filter(rank__isnull=False, entry__isnull=False).select_related("entry__worker"):
        assert row.entry is not None
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
            source=f"competitions:event:{event.code}",
        )


def notice_end(start: datetime, days: int) -> datetime:
    """The end of a notice of so many working days after its start: 17:00 local time on the last of them."""
    last = working_days.after(timezone.localtime(start).date(), days)
    return timezone.make_aware(datetime.combine(last, time(17)))


def award_labels(release: Release) -> dict[str, dict[str, str]]:
    """Award codes to their names in both languages."""
    composition = release.scheme.scheme.composition
    rules = [composition.awards, composition.teams.awards if composition.teams else None]
    return {t.code: {"zh": t.name.zh, "en": t.name.en} for rule in rules if rule for t in rule.tiers}


def _body(event: Event, scored: Scored) -> bytes:
    """What the hash covers: everything needed to compute the result again, and no person."""
    return canonical_json(
        {
            "schema": "skills-release/1",
            "event": event.code,
            "scheme_hash": scored.scheme.content_hash,
            "scheme_version": scored.scheme.number,
            "entries": [
                {
                    "entry": given.entry,
                    "raw": given.raw,
                    "components": given.components,
                    "penalties": [
                        {"code": p.code, "times": p.times, "aspects": list(p.aspects)}
                        for p in given.penalties
                    ],
                    "elapsed_seconds": given.elapsed_seconds,
                    "started": given.started,
                    "team": given.team,
                }
                for given in scored.inputs
            ],
            "decisions": [
                {
                    "scope": d.scope,
                    "tier": d.tier,
                    "choice": d.choice,
                    "keys": list(d.keys),
                    "reason": d.reason,
                }
                for d in scored.result.decided
            ],
            "results": [_result_facts(entry) for entry in scored.result.entries],
            "teams": [
                {
                    "team": team.team,
                    "members": list(team.members),
                    "components": dict(team.components),
                    "total": team.total,
                    "rank": team.rank,
                    "award": team.award,
                }
                for team in scored.result.teams
            ],
        }
    )


def _result_facts(entry: EntryResult) -> dict[str, Any]:
    return {
        "entry": entry.entry,
        "status": entry.status,
        "aspects": {code: aspect.mark for code, aspect in entry.aspects.items()},
        "criteria": dict(entry.criteria),
        "components": {code: part.mark for code, part in entry.components.items()},
        "total": entry.total,
        "rank": entry.rank,
        "award": entry.award,
    }


def _rows(release: Release, event: Event, scored: Scored) -> list[ReleaseRow]:
    entries = {
        e.pk: e
        for e in Entry.objects.filter(pk__in=scored.entries.values()).select_related(
            "worker", "employer", "team"
        )
    }
    given = {i.entry: i for i in scored.inputs}
    rows: list[ReleaseRow] = []
    for result in scored.result.entries:
        entry = entries[scored.entries[result.entry]]
        rows.append(
            ReleaseRow(
                release=release,
                entry=entry,
                position=len(rows) + 1,
                rank=result.rank,
                status="" if result.status == "ranked" else result.status,
                contestant_no=result.entry,
                # A name is published only with its owner's separate consent.
                name=entry.worker.name if entry.agreed_publicity_at else "",
                employer=entry.employer.name if entry.employer else "",
                components={code: str(part.mark) for code, part in result.components.items()},
                total="" if result.total is None else str(result.total),
                award=result.award or "",
                ties=[_tie_facts(tie) for tie in result.ties if tie.a == result.entry],
                breakdown=_breakdown(result, given[result.entry].penalties),
            )
        )
    rows += [_team_row(release, team, event, len(rows) + n) for n, team in enumerate(scored.result.teams, 1)]
    return rows


def _breakdown(result: EntryResult, penalties: Any) -> Mapping[str, Any]:
    return {
        "aspects": {
            code: {
                "raw": aspect.raw if not isinstance(aspect.raw, tuple) else list(aspect.raw),
                "mark": None if aspect.mark is None else str(aspect.mark),
                "zeroed_by": aspect.zeroed_by,
            }
            for code, aspect in result.aspects.items()
        },
        "sub_criteria": {code: str(mark) for code, mark in result.sub_criteria.items()},
        "criteria": {code: str(mark) for code, mark in result.criteria.items()},
        "components": {
            code: {
                "before": str(part.before_penalty),
                "deducted": str(part.deducted),
                "mark": str(part.mark),
                "weighted": str(part.weighted),
                "passed": part.passed,
            }
            for code, part in result.components.items()
        },
        "penalties": [{"code": p.code, "times": p.times} for p in penalties],
        "standard": None if result.standard is None else str(result.standard),
        "passed": result.passed,
    }


def _tie_facts(tie: Any) -> dict[str, Any]:
    return {"a": tie.a, "b": tie.b, "zh": tie.sentence_zh(), "en": tie.sentence_en()}


def _team_row(release: Release, team: TeamResult, event: Event, position: int) -> ReleaseRow:
    return ReleaseRow(
        release=release,
        team=event.teams.get(name=team.team),
        position=position,
        rank=team.rank,
        contestant_no="",
        name=team.team,
        components={code: str(mark) for code, mark in team.components.items()},
        total=str(team.total),
        award=team.award or "",
        ties=[_tie_facts(tie) for tie in team.ties if tie.a == team.team],
        breakdown={"members": list(team.members)},
    )
