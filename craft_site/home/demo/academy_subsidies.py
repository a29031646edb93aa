"""Subsidies of the demonstration: 220 grants of 2024 paid, this year's claims in every state, one programme by lot."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from academy.domain import claim_reviews, claims, payments, postings, programmes, subsidy_draws
from academy.models import BankTemplate, Claim, ClaimStep, SubsidyProgramme
from craft_site.home.demo import people
from craft_site.home.demo.academy_claims import (
    as_of,
    correct_card,
    dated,
    file,
    give_to_bank,
    notice,
    pay,
    put_through,
)
from craft_site.home.demo.academy_people import Hall, give_certificate, moment
from craft_site.home.demo.chance import number
from craft_site.kit import working_days
from craft_site.people.models import Employment, Worker

S = Claim.State
PAID_2024 = 220
FAILED_FIRST = 2  # of them the bank could not pay at once
LOTS, PLACES_BY_LOT = 14, 8
SOURCE = "演示数据，金额与条件参照公开报道"


def _rules(name: str, name_en: str, items: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "name_en": name_en,
        "source": SOURCE,
        "traits": {"member": True, "public_office": False, "front_line": True},
        "once_per": ["certificate", "item"],
        "documents": ["certificate"],
        "publicity_days": 5,
        "step_days": 10,
        "items": list(items),
        **more,
    }


def _item(kind: str, name: str, name_en: str, places: int, first: int, last: int) -> dict[str, Any]:
    levels = {"levels": [4, 5, 6, 7, 8]} if kind == "skill" else {}
    window = {"dated_from": f"{first}-01-01", "dated_to": f"{last}-12-31"}
    return (
        {"key": kind, "kind": kind, "name": name, "name_en": name_en, "amount": 1000, "places": places}
        | levels
        | window
    )


def make_subsidies(hall: Hall) -> None:
    """Each programme with its claims, unless it is there already."""
    BankTemplate.objects.get_or_create(
        name="通用代发模板",
        defaults={
            "form": "xlsx",
            "columns": [
                {"key": "number", "header": "序号"},
                {"key": "name", "header": "户名"},
                {"key": "card", "header": "账号"},
                {"key": "amount", "header": "金额"},
                {"key": "reference", "header": "备注"},
            ],
        },
    )
    _of_2024(hall)
    _of_this_year(hall)
    _by_lot(hall)


def _programme(
    hall: Hall, code: str, data: dict[str, Any], *, budget: int, opens: datetime
) -> SubsidyProgramme | None:
    """An open programme; None when it is there already."""
    if SubsidyProgramme.objects.filter(code=code).exists():
        return None
    made = programmes.create(code=code, data=data, budget=budget, opens_at=opens, by=hall.cast.organiser)
    SubsidyProgramme.objects.filter(pk=made.pk).update(is_generated=True)
    return programmes.move(programme=made, to="open", by=hall.cast.organiser)


def _of_2024(hall: Hall) -> None:
    """Papers were looked at by the unions; the money has long arrived."""
    items = (
        _item("skill", "技能提升", "Skill level", 170, 2022, 2023),
        _item("degree", "学历提升", "Education", 70, 2022, 2023),
    )
    name = ("2024年一线职工学历与能力提升补助", "Education and skill grant for front-line workers, 2024")
    data = _rules(*name, items, documents=[])
    programme = _programme(hall, "craft-2024", data, budget=240_000, opens=moment(date(2024, 4, 8), 9))
    if programme is None:
        return
    with transaction.atomic():
        for n, worker in enumerate(hall.pool[:PAID_2024]):
            kind = "degree" if n % 10 in (2, 5, 8) else "skill"
            file(hall, programme, worker, kind, on=dated(worker, 2022 + n % 2), scanned=False)
    put_through(hall, programme, "unit", "town", "city")
    notice(hall, programme, over=True)
    pay(hall, programme, failing=FAILED_FIRST, on=date(2024, 5, 31))
    for claim in Claim.objects.for_list().filter(programme=programme, state=S.BANK_FAILED):
        correct_card(hall, claim)
    pay(hall, programme, on=date(2024, 6, 10))
    _close(hall, programme, moment(date(2024, 5, 10), 17))
    every = Claim.objects.filter(programme=programme).order_by("pk")
    as_of(
        every, moment(date(2024, 4, 8), 9), spread=timedelta(hours=3), reviewed=moment(date(2024, 5, 10), 9)
    )


def _close(hall: Hall, programme: SubsidyProgramme, at: datetime) -> None:
    programmes.move(programme=programme, to="closed", by=hall.cast.organiser)
    SubsidyProgramme.objects.filter(pk=programme.pk).update(closes_at=at)


def _of_this_year(hall: Hall) -> None:
    """Claims in every state, so that every reviewer and finance officer has something to do."""
    year = hall.today.year
    items = (
        _item("skill", "技能提升", "Skill level", 60, year - 1, year),
        _item("degree", "学历提升", "Education", 30, year - 1, year),
    )
    name = (
        f"{year}年一线职工学历与能力提升补助",
        f"Education and skill grant for front-line workers, {year}",
    )
    data = _rules(*name, items, first=["model_worker", "new_form"])
    programme = _programme(hall, f"craft-{year}", data, budget=60_000, opens=hall.at(-60, 9))
    if programme is None:
        return
    SubsidyProgramme.objects.filter(pk=programme.pk).update(closes_at=hall.at(45, 17))
    free = iter(hall.pool[PAID_2024:])
    _approved(hall, programme, free)
    refused = _group(hall, programme, free, 1, days=25)
    claim_reviews.refuse(
        claim=refused[0],
        reason="申请人已调任管理岗位，不属于一线职工。",
        by=hall.reviewers[refused[0].waits_for_id or 0],
    )
    as_of(refused, hall.at(-25, 9))
    withdrawn = _group(hall, programme, free, 1, days=24)
    claims.withdraw(claim=withdrawn[0], by=hall.cast.organiser)
    as_of(withdrawn, hall.at(-24, 9))
    _on_notice(hall, programme, free)
    for size, days, floors in (
        (2, 18, ("unit", "town", "city")),
        (3, 15, ("unit", "town")),
        (3, 9, ("unit",)),
        (2, 4, ()),
    ):
        group = _group(hall, programme, free, size, days=days)
        put_through(hall, programme, *floors, only=group)
        as_of(group, hall.at(-days, 9))
    _of_one_card(hall, programme)
    _of_the_contestant(hall, programme)


def _of_one_card(hall: Hall, programme: SubsidyProgramme) -> None:
    """Two colleagues of the first firm who give one bank card: the program points it out to whoever reviews."""
    one, other = (people.make_worker(f"craft/first/{n}", employer=hall.cast.employers[0]) for n in range(2))
    first = file(hall, programme, one, "degree", on=hall.day(-56))
    second = file(hall, programme, other, "skill", on=hall.day(-63), card=first.card.reveal())
    as_of([first, second], hall.at(-16, 9))


def _approved(hall: Hall, programme: SubsidyProgramme, free: Iterator[Worker]) -> None:
    """One that was paid and closed and one whose money was asked back, one that the bank could not pay, one with the
    bank, two on a list that waits for a second pair of eyes, two on no list yet."""
    for size, days in ((2, 53), (1, 44), (1, 40), (2, 36), (2, 30)):
        group = _group(hall, programme, free, size, days=days)
        put_through(hall, programme, "unit", "town", "city")
        notice(hall, programme, over=True)
        if days == 53:
            pay(hall, programme, on=hall.day(-32))
            payments.close(claim=_again(group[0]), by=hall.finance[0])
            payments.reclaim(
                claim=_again(group[1]),
                reason="经复核，申请人取得证书时不在本单位工作，补助予以追回。",
                by=hall.cast.organiser,
            )
        elif days == 44:
            pay(hall, programme, failing=1, on=hall.day(-23))
        elif days == 40:
            give_to_bank(hall, programme)
        elif days == 36:
            payments.make_list(programme=programme, by=hall.finance[0])
        as_of(group, hall.at(-days, 9))


def _on_notice(hall: Hall, programme: SubsidyProgramme, free: Iterator[Worker]) -> None:
    """Three names that anybody may read now; somebody objects to one."""
    group = _group(hall, programme, free, 3, days=22)
    put_through(hall, programme, "unit", "town", "city")
    postings.object_to(
        posting=notice(hall, programme, over=False),
        name="热心职工",
        phone="13900000000",
        text="该同志取得证书时似已离开一线岗位，请核实。",
        client_id=uuid5(NAMESPACE_URL, "demo-objection"),
        about=group[0].worker.name,
    )
    as_of(group, hall.at(-22, 9))


def _of_the_contestant(hall: Hall, programme: SubsidyProgramme) -> None:
    """The person behind W-001: a claim that came back, and a certificate that opens another."""
    worker, user = hall.worker, hall.worker.user
    assert user is not None
    Employment.objects.update_or_create(
        worker=worker, employer=worker.employer, until=None, defaults={"since": date(2016, 3, 1)}
    )
    claim = file(hall, programme, worker, "degree", on=hall.day(-120), by=user)
    claim_reviews.send_back(
        claim=claim,
        reason="上传的毕业证书看不清编号，请重新拍照上传。",
        by=hall.reviewers[claim.waits_for_id or 0],
    )
    as_of([claim], hall.at(-6, 9))
    give_certificate(worker, hall.cast.trades["模具工"], 4, hall.day(-75))


def _by_lot(hall: Hall) -> None:
    """More claims than places: the list was frozen, dice were thrown, anybody may compute the order again."""
    year = hall.today.year
    item = _item("degree", "在职学历教育", "Studies while employed", PLACES_BY_LOT, year - 2, year)
    data = _rules(
        f"{year}年求学圆梦补助",
        f"Study grant, {year}",
        [item | {"amount": 1500}],
        allocation="lottery",
        documents=[],
        once_per=["life"],
        first=["model_worker", "new_form"],
    )
    programme = _programme(hall, f"study-{year}", data, budget=20_000, opens=hall.at(-50, 9))
    if programme is None:
        return
    with transaction.atomic():
        for n, worker in enumerate(hall.pool[180 : 180 + LOTS]):
            day = dated(worker, year - 1)
            file(hall, programme, worker, "degree", on=day, scanned=False, new_form=n % 5 == 1)
    _close(hall, programme, hall.at(-20, 17))
    draw = subsidy_draws.freeze(programme=programme, item="degree", by=hall.cast.organiser)
    dice = " ".join(str(number(1, 6, "study", n)) for n in range(6))
    draw = subsidy_draws.throw(draw=draw, dice=dice, by=hall.cast.reviewer)
    # Frozen and drawn as the demonstration is made: anybody may compare the day with that of the ledger's lines.
    drawn = draw.drawn_at
    assert drawn is not None
    every = Claim.objects.filter(programme=programme).order_by("pk")
    as_of(every, hall.at(-26, 9))
    # The lots decided on their day: from then on the unions' days run, and the others knew.
    due = working_days.after(timezone.localdate(drawn), data["step_days"])
    every.filter(holds_place=True).update(waits_since=drawn, due_on=due)
    every.filter(state=S.REFUSED).update(waits_since=drawn)
    ClaimStep.objects.filter(claim__programme=programme, state=S.REFUSED).update(at=drawn)


def _group(
    hall: Hall, programme: SubsidyProgramme, workers: Iterator[Worker], size: int, *, days: int
) -> list[Claim]:
    """So many fresh claims, with certificates from before they were filed `days` ago."""
    found = []
    for n in range(size):
        kind = "degree" if (days + n) % 4 == 0 else "skill"
        on = hall.day(-days - 40 - 7 * n)
        found.append(file(hall, programme, next(workers), kind, on=on, new_form=(days + n) % 5 == 0))
    return found


def _again(claim: Claim) -> Claim:
    return Claim.objects.for_list().get(pk=claim.pk)
