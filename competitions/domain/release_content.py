"""What a release consists of: the facts that its check value covers, and the rows that the public reads."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from competitions.domain.results import Scored
from competitions.models import Entry, Event, Release, ReleaseRow
from competitions.scheme_names import award_names
from competitions.scoring.results import EntryInput, EntryResult, TeamResult
from craft_site.kit.canonical import sha256_hex

Progress = Callable[[int, int], None]
STEP = 20  # rows between two movements of the progress bar


def facts(event: Event, scored: Scored) -> dict[str, Any]:
    """Everything needed to compute the result again, and no person. Canonical values only."""
    return {
        "schema": "skills-release/1",
        "event": event.code,
        "scheme_hash": scored.scheme.content_hash,
        "scheme_version": scored.scheme.number,
        "entries": [_given_facts(given) for given in scored.inputs],
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
        "results": [result_facts(entry) for entry in scored.result.entries],
        "teams": [team_facts(team) for team in scored.result.teams],
    }


def award_labels(release: Release, *, teams: bool = False) -> dict[str, dict[str, str]]:
    """Award codes to their names in both languages, of the persons' list or of the teams': both may use one code."""
    return award_names(release.scheme.scheme, teams=teams)


def rows(event: Event, scored: Scored, *, progress: Progress | None = None) -> list[ReleaseRow]:
    """The rows of a release that is still to be made, in their order."""
    entries = {
        e.pk: e
        for e in Entry.objects.filter(pk__in=scored.entries.values()).select_related(
            "worker", "employer", "team"
        )
    }
    given = {i.entry: i for i in scored.inputs}
    found: list[ReleaseRow] = []
    for result in scored.result.entries:
        entry = entries[scored.entries[result.entry]]
        found.append(
            ReleaseRow(
                entry=entry,
                position=len(found) + 1,
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
        if progress is not None and len(found) % STEP == 0:
            progress(len(found), len(scored.result.entries))
    teams = {team.name: team for team in event.teams.all()} if scored.result.teams else {}
    found += [
        _team_row(team, teams[team.team], len(found) + n) for n, team in enumerate(scored.result.teams, 1)
    ]
    return found


def _given_facts(given: EntryInput) -> dict[str, Any]:
    found: dict[str, Any] = {
        "entry": given.entry,
        "raw": given.raw,
        "components": given.components,
        "penalties": [
            {"code": p.code, "times": p.times, "aspects": list(p.aspects)} for p in given.penalties
        ],
        "elapsed_seconds": given.elapsed_seconds,
        "started": given.started,
        "team": given.team,
    }
    return found | {"disqualified": True} if given.disqualified else found


def team_facts(team: TeamResult) -> dict[str, Any]:
    return {
        "team": team.team,
        "members": list(team.members),
        "components": dict(team.components),
        "total": team.total,
        "rank": team.rank,
        "award": team.award,
    }


def result_facts(entry: EntryResult) -> dict[str, Any]:
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


def _team_row(result: TeamResult, team: Any, position: int) -> ReleaseRow:
    return ReleaseRow(
        team=team,
        position=position,
        rank=result.rank,
        contestant_no="",
        name=result.team,
        components={code: str(mark) for code, mark in result.components.items()},
        total=str(result.total),
        award=result.award or "",
        ties=[_tie_facts(tie) for tie in result.ties if tie.a == result.team],
        breakdown={"members": list(result.members)},
    )


def row_hash(row: ReleaseRow) -> str:
    """Over one line of the public list with the name and employer that were published. Of somebody whose data were
    deleted the hash of then is kept, so that what was published and proved stands."""
    return row.published_hash or present_hash(row)


def present_hash(row: ReleaseRow) -> str:
    """The same over what stands there now."""
    return sha256_hex(
        {
            "rank": row.rank,
            "status": row.status,
            "number": row.contestant_no,
            "name": row.name,
            "employer": row.employer,
            "components": row.components,
            "total": row.total,
            "award": row.award,
        }
    )


def rows_hash(rows: Iterable[ReleaseRow]) -> str:
    """Over the whole public list, for the ledger: without a name in it, it still binds every name."""
    return sha256_hex("\n".join(map(row_hash, rows)).encode())
