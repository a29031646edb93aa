"""Trying the scheme: readings of one imaginary entry, and the marks they earn step by step. Nothing is kept."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from competitions import messages as words
from competitions import roles
from competitions.scoring.engine import score_event
from competitions.scoring.numbers import plain_text
from competitions.scoring.readings import CONFIRM, Refusal, check_readings
from competitions.scoring.results import EntryInput, EntryResult
from competitions.scoring.scheme import Aspect, Scheme
from competitions.web import scheme_words
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(*site_roles.DESK)
ENTRY = "X-1"
MAX_TYPED = 40  # characters that a field may hold


@at_the_desk
def scheme_try(request: PersonRequest, code: str) -> HttpResponse:
    """A sheet with every aspect, and after sending it the marks."""
    event = event_at_desk(request, code)
    roles.can_open_desk(request.user, event).or_refuse()
    version = event.scheme_version
    if version is None:
        raise Http404
    typed = request.POST if request.method == "POST" else {}
    sheet = _Sheet(version.scheme, typed)
    result = sheet.result() if typed else None
    context = desk_page(request, event, "scheme") | {
        "groups": sheet.groups(result),
        "components": sheet.components(),
        "result": result,
        "rows": _steps(version.scheme, result) if result else [],
    }
    return render(request, "competitions/desk/scheme_try.html", context)


class _Sheet:
    """What was typed for one imaginary entry."""

    def __init__(self, scheme: Scheme, typed: Any) -> None:
        self.scheme = scheme
        self.typed = typed
        self.refusals: dict[str, list[Refusal]] = {}
        self.raw: dict[str, Any] = {}
        if typed:
            for aspect in scheme.aspects():
                self._read(aspect)

    def _read(self, aspect: Aspect) -> None:
        if aspect.derived_from is not None:
            return
        values = [self._value(name) for name, _label in _inputs(aspect)]
        raw: Any
        if aspect.method == "allotment":
            pairs = zip(aspect.events, values, strict=True)
            raw = {event.code: value for event, value in pairs if value is not None}
        elif all(value is None for value in values):
            return
        elif aspect.difficulty is not None:
            raw = {"marks": values[:-1], "difficulty": values[-1]}
        else:
            raw = values
        refusals = check_readings(aspect, raw)
        self.refusals[aspect.code] = refusals
        if all(refusal.severity == CONFIRM for refusal in refusals):
            self.raw[aspect.code] = raw

    def _value(self, name: str) -> str | None:
        return self.typed.get(name, "").strip()[:MAX_TYPED] or None

    def result(self) -> EntryResult:
        given = {
            component.code: value
            for component in self.scheme.composition.components
            if component.source == "entered" and (value := self._value(f"component-{component.code}"))
        }
        team = "T" if self.scheme.composition.teams is not None else None
        entry = EntryInput(entry=ENTRY, raw=self.raw, components=given, team=team)
        return score_event(self.scheme, [entry], provisional=True).entries[0]

    def components(self) -> list[dict[str, Any]]:
        """The components that are entered as one mark."""
        return [
            {
                "name": f"component-{component.code}",
                "label": scheme_words.reads(component.name),
                "full": plain_text(component.full),
                "value": self.typed.get(f"component-{component.code}", ""),
            }
            for component in self.scheme.composition.components
            if component.source == "entered"
        ]

    def groups(self, result: EntryResult | None) -> list[dict[str, Any]]:
        """Criteria with their aspects: fields as typed, what is wrong with them, the mark."""
        return [
            {
                "code": criterion.code,
                "name": scheme_words.reads(criterion.name),
                "aspects": [
                    self._line(aspect, result) for sub in criterion.sub_criteria for aspect in sub.aspects
                ],
            }
            for criterion in self.scheme.criteria
        ]

    def _line(self, aspect: Aspect, result: EntryResult | None) -> dict[str, Any]:
        marked = result.aspects.get(aspect.code) if result else None
        return scheme_words.aspect_line(aspect) | {
            "derived_from": aspect.derived_from,
            "inputs": [
                {"name": name, "label": label, "value": self.typed.get(name, "")}
                for name, label in _inputs(aspect)
            ],
            "refusals": [
                words.in_words(words.READINGS, r.code, r.params, r.message)
                for r in self.refusals.get(aspect.code, ())
            ],
            "mark": None if marked is None else marked.mark,
        }


def _inputs(aspect: Aspect) -> list[tuple[str, str]]:
    """Name and label of each field of an aspect."""
    if aspect.derived_from is not None:
        return []
    if aspect.method == "allotment":
        return [
            (f"{aspect.code}:{event.code}", scheme_words.reads_pair(event.zh, event.en))
            for event in aspect.events
        ]
    if aspect.panel is not None:
        names = [(f"{aspect.code}:{n}", str(n)) for n in range(1, aspect.panel.judges + 1)]
        return [*names, (f"{aspect.code}:difficulty", "×")] if aspect.difficulty is not None else names
    return [(f"{aspect.code}:{n}", str(n)) for n in range(1, aspect.points + 1)]


def _steps(scheme: Scheme, result: EntryResult) -> list[dict[str, Any]]:
    """From the criteria to the total, as the sum list shows it."""
    rows: list[dict[str, Any]] = []
    for component in scheme.composition.components:
        for criterion in scheme.criteria:
            if criterion.component == component.code and criterion.code in result.criteria:
                rows.append(
                    {
                        "label": f"{criterion.code} {scheme_words.reads(criterion.name)}",
                        "value": result.criteria[criterion.code],
                        "max": plain_text(criterion.max_mark),
                    }
                )
        if component.code in result.components:
            found = result.components[component.code]
            rows.append(
                {
                    "label": scheme_words.reads(component.name),
                    "value": found.mark,
                    "max": plain_text(component.full),
                    "kind": "sub-total",
                    "note": f"× {plain_text(component.weight)} = {found.weighted}",
                }
            )
    rows.append({"label": scheme_words.total_word(), "value": result.total, "kind": "total"})
    return rows


urlpatterns = [path("events/<slug:code>/scheme/try/", scheme_try, name="scheme_try")]
