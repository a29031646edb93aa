"""Play and marking in the demonstration: what floor, measuring and result judges would have entered."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db.models import F
from django.utils import timezone

from competitions.domain import corrections, incidents, marking, recheck_checks, rechecks, results, signing
from competitions.domain.component_marks import ComponentMark, import_component
from competitions.domain.correction_changes import ComponentChange
from competitions.models import Code, CorrectionOrder, EnteredMark, Event, Recheck, RecheckItem, Seat, Sheet
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
    floor = event.seats.filter(role=Seat.Role.FLOOR, left_at=None).order_by("place").first()
    assert floor is not None
    for code in stations.order_by("number"):
        assert code.session is not None
        # Nothing is noted before it has happened: the contest of today began four hours ago.
        start = min(code.session.starts_at, timezone.now() - timedelta(hours=4))
        seconds = number(12_600, 14_400, event.code, "seconds", code.number)
        incidents.start_play(event=event, codes=[code], by=floor.user, at=start)
        incidents.stop_play(event=event, codes=[code], by=floor.user, at=start + timedelta(seconds=seconds))


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
    rows = [
        ComponentMark(
            row=n,
            key=code.number,
            mark=Decimal(full * number(62, 98, event.code, "theory", code.number)) / 100,
        )
        for n, code in enumerate(codes.order_by("number"), start=2)
    ]
    import_component(event=event, component=component, rows=rows, by=cast.chief, source="theory.xlsx")


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


def sign_and_lock(event: Event, cast: Cast, *, dice: str) -> None:
    """Every judge signs; the chief judge signs all, the supervisor rechecks, the chief judge locks the marks."""
    signing.chief_sign(event=event, sheets=sign(event), by=cast.chief)
    recheck(event, cast, dice=dice)
    signing.lock_marks(event=event, by=cast.chief)
    event.refresh_from_db()


def recheck(event: Event, cast: Cast, *, dice: str) -> None:
    """The best in full and a sample of the others; one judged value of the first sheet was copied wrongly."""
    found = rechecks.start(event=event, by=cast.chief)
    if found.state == Recheck.State.COMMITTED:
        found = rechecks.throw(recheck=found, dice=dice, by=cast.supervisor)
    items = list(found.checks.select_related("recheck__event", "sheet__event", "sheet__seat"))
    wrong = next((item for item in items if item.sheet.seat.role == "measuring"), None)
    for item in items:
        if item != wrong or not _one_error(item, cast):
            recheck_checks.check_ok(item=item, by=cast.supervisor)
    if rechecks.must_widen(found):
        rechecks.widen(recheck=found, by=cast.supervisor)
        for item in found.checks.filter(outcome="open"):
            recheck_checks.check_ok(item=item, by=cast.supervisor)
    rechecks.finish(recheck=found, by=cast.supervisor)
    event.refresh_from_db()


def _one_error(item: RecheckItem, cast: Cast) -> bool:
    """The last digit of one reading was copied wrongly. False where the sheet has no such reading."""
    for mark in item.sheet.marks.filter(is_current=True).order_by("aspect"):
        first = mark.values[0] if isinstance(mark.values, list) and mark.values else None
        if first is None or "." not in first:
            continue
        digit = "1" if first[-1] != "1" else "2"
        notice = recheck_checks.raise_notice(
            item=item,
            aspect=mark.aspect,
            values=[first[:-1] + digit, *mark.values[1:]],
            note="原始记录末位数字不同。",
            by=cast.supervisor,
        )
        recheck_checks.correct(notice=notice, by=cast.chief)
        return True
    return False


def correct_one(event: Event, cast: Cast) -> None:
    """One correction order between decoding and publication: a theory mark was taken from the row above."""
    entered = EnteredMark.objects.filter(event=event, is_current=True, code__isnull=False)
    found = entered.select_related("event", "code").order_by("mark", "pk").first()
    if found is None or CorrectionOrder.objects.filter(event=event).exists():
        return
    order = corrections.request(
        event=event,
        change=ComponentChange(found, found.mark + 1),
        reason="理论成绩登记时错看上一行，原始成绩单多1分。",
        by=cast.chief,
    )
    corrections.approve(order=order, payload_hash=order.payload_hash, by=cast.supervisor)


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
