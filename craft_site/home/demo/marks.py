"""Play and marking in the demonstration: what floor, measuring and result judges would have entered."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db.models import F

from competitions.domain import marking, results, signing
from competitions.models import Code, EnteredMark, Event, PlayRecord, Sheet
from competitions.scoring.scheme import Aspect
from craft_site.home.demo.chance import number
from craft_site.home.demo.contests import Cast, Say
from craft_site.home.demo.readings import judged, readings

NAMESPACE = UUID("6d0b7c1e-4b7a-5d5e-9a36-5f4a7e3f0d11")  # the same marks get the same ids on every machine


def skill_of(event: Event, entry: int) -> int:
    """How good somebody is, from 55 to 97 of 100; the same person always the same."""
    return 55 + number(0, 42, event.code, "skill", entry)


def play(event: Event, cast: Cast) -> None:
    """Start and stop at every station, as the floor judges noted them."""
    stations = Code.objects.filter(event=event, layer=Code.Layer.STATION, play=None).select_related("session")
    records = []
    for code in stations:
        assert code.session is not None
        start = code.session.starts_at
        seconds = number(12_600, 14_400, event.code, "seconds", code.number)
        records.append(
            PlayRecord(
                code=code, started_at=start, ended_at=start + timedelta(seconds=seconds), by=cast.chief
            )
        )
    PlayRecord.objects.bulk_create(records)


def mark(event: Event, *, leave: Callable[[Sheet, int], bool] = lambda sheet, n: False, say: Say) -> None:
    """Enters every sheet through the verb the tablets use. leave: which sheets stay open (sheet, its number)."""
    version = event.scheme_version
    assert version is not None
    aspects = {aspect.code: aspect for aspect in version.scheme.aspects()}
    roots = {code.pk: code for code in Code.objects.filter(event=event)}
    sheets = Sheet.objects.filter(event=event, marks_in=0).select_related("event", "seat__user", "code")
    total = sheets.count()
    for n, sheet in enumerate(sheets.order_by("code__number", "seat_id"), start=1):
        if leave(sheet, n):
            continue
        entry = _root(roots, sheet.code_id)
        new = [
            marking.NewMark(
                aspect=code,
                values=_values(aspects[code], event, entry, sheet),
                client_id=uuid5(NAMESPACE, f"{event.code}/{sheet.code.number}/{sheet.seat_id}/{code}"),
                second_look=True,
            )
            for code in sheet.aspects
        ]
        for answer in marking.enter_marks(sheet=sheet, marks=new, by=sheet.seat.user):
            if answer.status in (marking.Status.REFUSED, marking.Status.CONFLICT):
                raise RuntimeError(f"{event.code} {sheet.code} {answer.aspect}: {answer.message}")
        if n % 25 == 0 or n == total:
            say(f"{event.code}: {n}/{total}")


def _values(aspect: Aspect, event: Event, entry: int, sheet: Sheet) -> Any:
    skill = skill_of(event, entry)
    key = (event.code, entry, aspect.code)
    if aspect.panel is not None:
        panel = judged(aspect, judges=max(aspect.panel.judges, sheet.seat.place), skill=skill, key=key)
        return [panel[sheet.seat.place - 1]]
    return readings(aspect, skill=skill, key=key)


def _root(codes: dict[int, Code], pk: int) -> int:
    code = codes[pk]
    while code.parent_id is not None:
        code = codes[code.parent_id]
    assert code.entry_id is not None
    return code.entry_id


def theory(event: Event, cast: Cast, *, component: str, full: int) -> None:
    """Theory marks by contestant number."""
    codes = Code.objects.filter(event=event, layer=Code.Layer.CONTESTANT, entry__state="checked_in")
    done = set(EnteredMark.objects.filter(event=event, component=component).values_list("code_id", flat=True))
    EnteredMark.objects.bulk_create(
        EnteredMark(
            event=event,
            component=component,
            code=code,
            mark=Decimal(full * number(62, 98, event.code, "theory", code.number)) / 100,
            source="theory.xlsx",
            by=cast.organiser,
        )
        for code in codes
        if code.pk not in done
    )


def sign(event: Event, *, leave: Callable[[Sheet], bool] = lambda sheet: False) -> list[Sheet]:
    """Every judge signs the complete sheets, with the second judge beside. leave: which wait for their judge."""
    signed = []
    entered = Sheet.objects.filter(event=event, marks_in__gte=F("marks_due")).order_by(
        "code__number", "seat_id"
    )
    for sheet in entered.select_related("event", "seat__user", "seat__witness", "code"):
        if not leave(sheet):
            signed.append(signing.sign_sheet(sheet=sheet, by=sheet.seat.user, witness=sheet.seat.witness))
    return signed


def sign_and_lock(event: Event, cast: Cast) -> None:
    """Every judge signs; the chief judge signs all and locks the marks."""
    signing.chief_sign(event=event, sheets=sign(event), by=cast.chief)
    signing.lock_marks(event=event, by=cast.chief)
    event.refresh_from_db()


def settle_awards(event: Event, cast: Cast) -> None:
    """Where equals stand at the edge of an award, the chief judge widens it."""
    while True:
        choices = results.score(event).result.open_choices
        if not choices:
            return
        for choice in choices:
            results.choose_award(
                event=event,
                scope=choice.scope,
                tier=choice.tier,
                choice="widen",
                reason="各项比较均相同，按并列处理，扩大本档名额。",
                by=cast.chief,
            )
