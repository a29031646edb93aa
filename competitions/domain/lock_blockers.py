"""What still stands between an event's marks and their lock, each thing by its name; fixed number of queries."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.domain.alarms import alarms_of
from competitions.domain.codes import entry_ids_by_code
from competitions.domain.issuing import carried_for
from competitions.domain.readiness import Blocker
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import (
    Code,
    EnteredMark,
    Entry,
    ErrorNotice,
    Event,
    PaperSheet,
    PenaltyRecord,
    Recheck,
    Sheet,
    Team,
    TimeCredit,
)
from competitions.scheme_names import SchemeNames
from competitions.scoring.scheme import Component, Scheme
from craft_site.kit.language import bracketed, in_language, listed

NAMED = 8
NOT_PLAYING = (Entry.State.ABSENT, Entry.State.WITHDRAWN, Entry.State.DISQUALIFIED, Entry.State.REFUSED)
OPEN_PENALTIES = (PenaltyRecord.State.PROPOSED, PenaltyRecord.State.SECONDED)


def lock_blockers(event: Event, by: Any, *, with_recheck: bool = True) -> list[Blocker]:
    """Everything that keeps the marks from being locked, in the words for `by`, who reads no code of a layer that is
    not theirs; empty when they may be locked. with_recheck=False: what must be there before the recheck begins."""
    try:
        scheme = scheme_of(event).scheme
    except NoScheme as error:
        return [Blocker("no_scheme", str(error), "scheme")]
    return [
        *_sheets(event, SchemeNames(scheme)),
        *_unissued(event, scheme),
        *_papers(event),
        *_incidents(event, by),
        *_components(event, scheme, by),
        *(_recheck(event, scheme) if with_recheck else ()),
    ]


def _papers(event: Event) -> Iterator[Blocker]:
    """Forms whose entering has begun; a form that was printed in case of need and never used keeps nothing back."""
    waiting = [
        str(code)
        for code in PaperSheet.objects.unfinished()
        .filter(sheet__event=event)
        .order_by("sheet__code__number")
        .values_list("sheet__code__number", flat=True)
    ]
    if waiting:
        yield Blocker(
            "papers_open",
            _("Paper forms are not entered twice and settled: %(codes)s.")
            % {"codes": listed(waiting[:NAMED])},
            "papers",
        )


def _recheck(event: Event, scheme: Scheme) -> Iterator[Blocker]:
    """The scheme's rule asks for a recheck; one that was begun without a rule is finished too."""
    recheck = event.rechecks.in_force().first()
    if recheck is None:
        if scheme.recheck is not None:
            yield Blocker("no_recheck", _("The sheets have not been rechecked."), "recheck")
        return
    notices = ErrorNotice.objects.filter(item__recheck=recheck, state=ErrorNotice.State.OPEN).count()
    if notices:
        yield Blocker(
            "open_notices",
            ngettext(
                "%(number)d error notice of the recheck waits for the chief judge.",
                "%(number)d error notices of the recheck wait for the chief judge.",
                notices,
            )
            % {"number": notices},
            "recheck",
        )
    if recheck.state != Recheck.State.FINISHED:
        yield Blocker("recheck_open", _("The recheck is not finished."), "recheck")


def _sheets(event: Event, names: SchemeNames) -> Iterator[Blocker]:
    open_sheets = list(
        Sheet.objects.filter(event=event)
        .exclude(state__in=Sheet.FINISHED, alarm="")
        .order_by("code__number", "pk")
        .select_related("code", "seat")
    )
    alarmed = [sheet for sheet in open_sheets if sheet.alarm]
    unsigned = [sheet for sheet in open_sheets if sheet.state not in Sheet.FINISHED]
    for code, aspects in _by_code(alarmed).items():
        yield Blocker(
            "alarm",
            _("%(code)s: the panel must judge again: %(aspects)s.")
            % {"code": code, "aspects": names.aspects(aspects)},
            "progress",
            number=code,
        )
    if unsigned:
        waiting = _named(f"{sheet.code}{bracketed(sheet.seat)}" for sheet in unsigned)
        yield Blocker(
            "unsigned",
            ngettext(
                "%(number)d sheet is not signed by the chief judge: %(names)s",
                "%(number)d sheets are not signed by the chief judge: %(names)s",
                len(unsigned),
            )
            % {"number": len(unsigned), "names": waiting},
            "progress",
        )


def _by_code(sheets: list[Sheet]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for sheet in sheets:
        found.setdefault(str(sheet.code), set()).update(alarms_of(sheet.alarm))
    return {code: sorted(aspects) for code, aspects in found.items()}


def _unissued(event: Event, scheme: Scheme) -> Iterator[Blocker]:
    """Codes of contestants who take part that lack an aspect on every sheet."""
    held: dict[int, set[str]] = {}
    for code, aspects in Sheet.objects.filter(event=event).values_list("code_id", "aspects"):
        held.setdefault(code, set()).update(aspects)
    due: dict[Code.Layer, set[str]] = {Code.Layer.STATION: set(), Code.Layer.WORK: set()}
    for aspect in scheme.aspects():
        if aspect.derived_from is None:
            due[Code.Layer.STATION if aspect.stage == "process" else Code.Layer.WORK].add(aspect.code)
    root = {Code.Layer.STATION: "parent__entry__state", Code.Layer.WORK: "parent__parent__entry__state"}
    shared = scheme.team_aspects()
    entries = entry_ids_by_code(event) if shared else {}
    there = event.entries.exclude(state__in=NOT_PLAYING).values_list("pk", flat=True)
    carriers = carried_for(event, set(there)) if shared else {}
    for layer, aspects in due.items():
        if not aspects:
            continue
        codes = Code.objects.filter(event=event, layer=layer).exclude(**{f"{root[layer]}__in": NOT_PLAYING})
        short = [
            number
            for pk, number in codes.order_by("number").values_list("pk", "number")
            if aspects
            - (frozenset() if not shared or entries[pk] in carriers else shared)
            - held.get(pk, set())
        ]
        if short:
            yield Blocker(
                "no_sheet",
                _("Some aspects have no sheet: %(codes)s") % {"codes": _named(short)},
                "seats",
            )


def _incidents(event: Event, by: Any) -> Iterator[Blocker]:
    penalties = PenaltyRecord.objects.filter(code__event=event, state__in=OPEN_PENALTIES)
    credits = TimeCredit.objects.filter(code__event=event, decision=TimeCredit.Decision.PENDING)
    for kind, count in (("penalty", penalties.count()), ("credit", credits.count())):
        if not count:
            continue
        words = {
            "penalty": ngettext(
                "%(number)d penalty waits for a decision.",
                "%(number)d penalties wait for a decision.",
                count,
            ),
            "credit": ngettext(
                "%(number)d time credit waits for a decision.",
                "%(number)d time credits wait for a decision.",
                count,
            ),
        }
        yield Blocker(kind, words[kind] % {"number": count}, "incidents")


def _components(event: Event, scheme: Scheme, by: Any) -> Iterator[Blocker]:
    for component in entered_components(scheme):
        if component.scope == "team":
            lacking = [team.name for team in teams_without(event, component.code)]
        else:
            lacking = _numbers(codes_without(event, component.code), by)
        if lacking:
            yield Blocker(
                "no_component_mark",
                ngettext(
                    "%(component)s: %(number)d mark is missing%(names)s.",
                    "%(component)s: %(number)d marks are missing%(names)s.",
                    len(lacking),
                )
                % {
                    "component": in_language(component.name.zh, component.name.en),
                    "number": len(lacking),
                    "names": _in_brackets(lacking),
                },
                "imports",
            )


def entered_components(scheme: Scheme) -> list[Component]:
    """Components whose mark comes whole and not from aspects: a theory paper, a team task."""
    return [component for component in scheme.composition.components if component.source == "entered"]


def codes_without(event: Event, component: str) -> list[Code]:
    """Contestant numbers, of those who take part, that lack the mark of a component."""
    marked = EnteredMark.objects.filter(
        event=event, component=component, is_current=True, code__isnull=False
    ).values("code_id")
    return list(
        Code.objects.filter(event=event, layer=Code.Layer.CONTESTANT)
        .exclude(Q(entry__state__in=NOT_PLAYING) | Q(pk__in=marked))
        .order_by("number")
    )


def teams_without(event: Event, component: str) -> list[Team]:
    marked = EnteredMark.objects.filter(
        event=event, component=component, is_current=True, team__isnull=False
    ).values("team_id")
    return list(event.teams.exclude(pk__in=marked).filter(members__isnull=False).distinct())


def _numbers(codes: list[Code], by: Any) -> list[str]:
    """Numbers that this person may read, "" for the others."""
    seen = set(
        Code.objects.visible_to(by).filter(pk__in=[code.pk for code in codes]).values_list("pk", flat=True)
    )
    return [code.number if code.pk in seen else "" for code in codes]


def _in_brackets(names: list[str]) -> str:
    known = [name for name in names if name]
    return bracketed(_named(known)) if known else ""


def _named(names: Any) -> str:
    every = list(names)
    return listed(every[:NAMED]) + (" …" if len(every) > NAMED else "")
