"""Notice, lots, lists and the bank: from the city's yes to the money, and back when it is reclaimed."""

import io
import json
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from openpyxl import load_workbook

from academy.domain import claim_reviews, claims, payments, postings, programmes, subsidy_draws
from academy.domain.claim_moves import ClaimRefused
from academy.domain.payments import Reported
from academy.files import bank
from academy.models import BankTemplate, Claim, PaymentList, ProgrammeVersion, SubsidyProgramme
from academy.rules.cards import with_check_digit
from academy.web.public.subsidies import PROGRAM, draw_content
from craft_site.people.models import GrowthEntry
from tests.academy.subsidies import (
    again,
    approved,
    filed,
    make_claimant,
    make_office,
    on_notice,
    passed,
    rules,
    sent,
)
from tests.factories import make_employer

pytestmark = pytest.mark.django_db
S = Claim.State


def test_a_notice_shows_names_and_no_number_but_tells_namesakes_apart(office):
    one, two = filed(office, make_claimant(office, "王伟")), filed(office, make_claimant(office, "王伟"))
    other = filed(office, make_claimant(office, "李娜"))
    for who in ("unit", "town", "city"):
        claim_reviews.approve(claims=[again(c) for c in (one, two, other)], by=office.people[who])
    posting = postings.post(programme=office.programme, by=office.city)
    assert [set(row) - {"reference"} for row in posting.rows] == [
        {"name", "unit", "item", "item_en", "yuan"}
    ] * 3
    assert [row.get("reference") for row in posting.rows] == [one.reference, two.reference, None]
    text = json.dumps(posting.rows)
    for claim in (one, two, other):
        assert claim.worker.id_number.reveal()[-4:] not in text
        assert claim.card.reveal() not in text
        assert again(claim).state == S.PUBLICITY


def test_namesakes_of_two_units_are_told_apart_by_their_units(office):
    one, two = filed(office, make_claimant(office, "王伟")), filed(office, make_claimant(office, "王伟"))
    two.worker.employer = make_employer(union=office.unions["enterprise"])
    assert ["reference" in row for row in postings.rows_of([one, two])] == [False, False]


def test_a_notice_runs_its_days_and_waits_for_answers(office):
    posting, [claim, other] = on_notice(office, size=2)
    with pytest.raises(ClaimRefused, match="run its days"):
        postings.end(posting=posting, by=office.city)
    over = posting.until + timedelta(seconds=1)
    client = uuid4()
    for _twice in range(2):
        objection = postings.object_to(
            posting=posting,
            name="张三",
            phone="13800000000",
            text="no",
            client_id=client,
            about=claim.worker.name,
        )
    assert postings.end(posting=posting, by=office.city, at=over) == 1
    assert (again(claim).state, again(other).state) == (S.PUBLICITY, S.APPROVED)
    postings.answer(objection=objection, text="checked", by=office.city)
    assert postings.end(posting=posting, by=office.city, at=over) == 1
    assert again(claim).state == S.APPROVED
    with pytest.raises(PermissionDenied):
        postings.post(programme=office.programme, by=office.town)


def test_two_people_pay_and_what_was_approved_is_what_is_sent(office):
    found = approved(office, size=2)
    made = payments.make_list(programme=office.programme, by=office.finance)
    seen = payments.content_hash(made)
    with pytest.raises(PermissionDenied, match="made the list"):
        payments.approve_list(payments=made, seen=seen, by=office.finance)
    with pytest.raises(ClaimRefused, match="changed since you looked"):
        payments.approve_list(payments=made, seen="0" * 64, by=office.second)
    with pytest.raises(ClaimRefused, match="Only an approved"):
        payments.send(payments=made, by=office.finance)
    payments.approve_list(payments=made, seen=seen, by=office.second)
    found[0].set_card(with_check_digit("62284899999999"))
    found[0].save()
    with pytest.raises(ClaimRefused, match="changed since it was approved"):
        payments.send(payments=made, by=office.finance)
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    payments.send(payments=made, by=office.finance)
    assert {again(claim).state for claim in found} == {S.IN_BANK_FILE}
    with pytest.raises(ClaimRefused, match="No approved claim"):
        payments.make_list(programme=office.programme, by=office.finance)


def test_nobody_approves_a_list_that_pays_them(office):
    [claim] = approved(office)
    claim.worker.user = office.second
    claim.worker.save()
    made = payments.make_list(programme=office.programme, by=office.finance)
    with pytest.raises(PermissionDenied, match="own claim"):
        payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
    payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.organiser)


def test_a_dropped_list_frees_its_claims(office):
    approved(office)
    made = payments.make_list(programme=office.programme, by=office.finance)
    with pytest.raises(ClaimRefused):
        payments.make_list(programme=office.programme, by=office.finance)
    payments.drop_list(payments=made, reason="a name is wrong", by=office.finance)
    assert payments.make_list(programme=office.programme, by=office.second).payments.count() == 1


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_banks_file_has_the_columns_of_the_template(office, form):
    made, [claim] = sent(office)
    claim.worker.name = "=1+1"
    claim.worker.save()
    columns = [
        {"key": "card", "header": "卡号"},
        {"key": "name", "header": "户名"},
        {"key": "amount", "header": "金额"},
    ]
    template = BankTemplate.objects.create(name="t", form=form, columns=columns)
    content, suffix = bank.content(made, template)
    card = claim.card.reveal()
    if form == "csv":
        assert content.decode("utf-8-sig").splitlines() == ["卡号,户名,金额", f"{card},'=1+1,1000"]
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        rows = list(sheet.iter_rows(values_only=True))
        assert rows == [("卡号", "户名", "金额"), (card, "=1+1", 1000)]
        assert sheet["B2"].data_type == "s"
    assert suffix == f".{form}"


def answer_file(*rows: str) -> io.BytesIO:
    return io.BytesIO("\n".join(("业务编号,处理结果,失败原因", *rows)).encode())


def test_the_banks_answer_pays_fails_and_writes_the_record(office):
    made, [one, two, three] = sent(office, size=3)
    reported, errors = bank.read_results(
        answer_file(f"{one.reference},成功,", f"{two.reference},失败,账号不存在", f"{three.reference},退回,"),
        name="r.csv",
        payments=made,
    )
    assert errors == []
    assert payments.settle(payments=made, reported=reported, by=office.finance) == 3
    assert payments.settle(payments=made, reported=reported, by=office.finance) == 0
    assert [again(c).state for c in (one, two, three)] == [S.PAID, S.BANK_FAILED, S.BANK_FAILED]
    assert PaymentList.objects.get(pk=made.pk).state == "settled"
    assert SubsidyProgramme.objects.get(pk=office.programme.pk).paid == 1000
    line = GrowthEntry.objects.get(worker=one.worker)
    assert (line.kind, "1,000 元" in line.title) == ("subsidy", True)
    assert not GrowthEntry.objects.filter(worker=two.worker).exists()
    claims.card_corrected(claim=again(two), number=with_check_digit("62284877777777"), by=two.worker.user)
    second = payments.make_list(programme=office.programme, by=office.finance)
    assert [row.claim_id for row in second.payments.all()] == [two.pk]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("B999-00001,成功,", "not on this list"),
        ("{0},大概成功,", "is no result"),
        ("{0},成功,\n{0},失败,", "twice"),
        (",成功,", "Fill in"),
        ("{0},,", "Fill in"),
    ],
)
def test_every_bad_line_of_the_banks_answer_is_named_and_nothing_is_entered(office, line, words):
    made, [claim] = sent(office)
    _reported, errors = bank.read_results(
        answer_file(line.format(claim.reference)), name="r.csv", payments=made
    )
    assert len(errors) == 1
    assert words in str(errors[0])
    assert errors[0].row is not None


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\xff\xfe\x88", b"PK\x03\x04 no", b"a;b\n1;2", "业务编号\n".encode()]
)
@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
def test_no_file_is_too_strange_for_words(office, content, name):
    made, _claims = sent(office)
    reported, errors = bank.read_results(io.BytesIO(content), name=name, payments=made)
    assert reported == []
    assert errors
    assert all(str(error) for error in errors)


def test_a_result_once_reported_is_not_changed_by_a_second_file(office):
    made, [claim] = sent(office)
    payments.settle(payments=made, reported=[Reported(claim.reference, "paid")], by=office.finance)
    with pytest.raises(ClaimRefused, match="do not fit"):
        payments.settle(payments=made, reported=[Reported(claim.reference, "failed")], by=office.finance)


def test_money_that_comes_back_after_it_was_paid_waits_for_another_card(office):
    made, [claim, other] = sent(office, size=2)
    both = [Reported(claim.reference, "paid"), Reported(other.reference, "paid")]
    payments.settle(payments=made, reported=both, by=office.finance)
    payments.close_paid(payments=made, by=office.finance)
    back = [Reported(claim.reference, "returned", "account closed"), both[1]]
    assert payments.settle(payments=made, reported=back, by=office.finance) == 1
    assert payments.settle(payments=made, reported=back, by=office.finance) == 0
    assert (again(claim).state, again(other).state) == (S.BANK_FAILED, S.CLOSED)
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    assert (programme.committed, programme.paid) == (2000, 1000)
    line = GrowthEntry.objects.get(worker=claim.worker)
    assert line.withdrawn
    claims.card_corrected(claim=again(claim), number=with_check_digit("62284877777777"), by=claim.worker.user)
    second = payments.make_list(programme=office.programme, by=office.finance)
    payments.approve_list(payments=second, seen=payments.content_hash(second), by=office.second)
    payments.send(payments=second, by=office.finance)
    payments.settle(payments=second, reported=both[:1], by=office.finance)
    line.refresh_from_db()
    assert not line.withdrawn
    assert SubsidyProgramme.objects.get(pk=office.programme.pk).paid == 2000


def test_of_money_that_was_reclaimed_the_bank_says_nothing_new(office):
    made, [claim] = sent(office)
    payments.settle(payments=made, reported=[Reported(claim.reference, "paid")], by=office.finance)
    payments.reclaim(claim=again(claim), reason="false papers", by=office.organiser)
    back = Reported(claim.reference, "returned")
    assert "reclaimed already" in str(payments.faults_of(made, [back]))
    assert (
        payments.settle(payments=made, reported=[Reported(claim.reference, "paid")], by=office.finance) == 0
    )


def test_a_notice_of_several_versions_runs_the_longest_of_their_days():
    office = make_office(rules(publicity_days=3))
    first = filed(office)
    programmes.change(
        programme=office.programme,
        data=rules(publicity_days=7),
        name="双提升",
        budget=100_000,
        opens_at=office.programme.opens_at,
        closes_at=None,
        reason="the province asks for seven days",
        by=office.organiser,
    )
    for who in ("unit", "town", "city"):
        claim_reviews.approve(claims=[again(first)], by=office.people[who])
    alone = postings.post(programme=office.programme, by=office.city)
    old, new = filed(office), filed(office)
    Claim.objects.filter(pk=old.pk).update(version=first.version)
    for who in ("unit", "town", "city"):
        claim_reviews.approve(claims=[again(old), again(new)], by=office.people[who])
    assert postings.post(programme=office.programme, by=office.city).until > alone.until


def test_a_reclaim_returns_place_and_money_and_takes_the_line_from_the_record(office):
    made, [claim] = sent(office)
    payments.settle(payments=made, reported=[Reported(claim.reference, "paid")], by=office.finance)
    with pytest.raises(PermissionDenied):
        payments.reclaim(claim=again(claim), reason="false papers", by=office.finance)
    payments.reclaim(claim=again(claim), reason="false papers", by=office.organiser)
    programme = SubsidyProgramme.objects.get(pk=office.programme.pk)
    assert (programme.committed, programme.paid, programme.quotas.get(item="skill").taken) == (0, 0, 0)
    assert GrowthEntry.objects.get(worker=claim.worker).withdrawn


def test_the_lots_can_be_drawn_again_by_the_published_program(tmp_path):
    items = [{"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "places": 3}]
    office = make_office(rules(allocation="lottery", items=items))
    found = [filed(office) for _n in range(8)]
    assert all(claim.waits_for is None for claim in found)
    with pytest.raises(ClaimRefused, match="still be filed"):
        subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    programme = programmes.move(programme=office.programme, to="closed", by=office.organiser)
    draw = subsidy_draws.freeze(programme=programme, item="skill", by=office.organiser)
    claims.withdraw(claim=again(found[0]), by=found[0].worker.user)
    with pytest.raises(ClaimRefused, match="colleague"):
        subsidy_draws.throw(draw=draw, dice="1 2 3", by=office.organiser)
    with pytest.raises(ClaimRefused, match="what was thrown"):
        subsidy_draws.throw(draw=draw, dice="  ", by=office.city)
    draw = subsidy_draws.throw(draw=draw, dice="4 6  1", by=office.city)

    (tmp_path / "draw.json").write_text(json.dumps(draw_content(draw)))
    (tmp_path / "draw_again.py").write_text(PROGRAM)
    told = subprocess.run(
        [sys.executable, "draw_again.py", "draw.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0].split() == ["True"] * 4
    assert told[1] == "3 of 3 places, each with its line of the ledger: True"
    order = [line.split()[1] for line in told[2:]]
    assert sorted(order) == sorted(c.reference for c in found)
    standing = [reference for reference in order if reference != found[0].reference]
    won = set(Claim.objects.filter(holds_place=True).values_list("reference", flat=True))
    assert won == set(standing[:3])
    claims.withdraw(claim=Claim.objects.get(reference=standing[0]), by=office.organiser)
    assert [lot["item"] for lot in subsidy_draws.order(draw) if lot["place"]] == standing[:3]
    assert {again(c).state for c in found if c.reference in standing[3:]} == {S.REFUSED}
    assert SubsidyProgramme.objects.get(pk=programme.pk).committed == 2000
    assert Claim.objects.waiting_for(office.unit).count() == 2


def test_a_programme_is_changed_until_the_first_claim_and_versioned_afterwards(office):
    change = {
        "programme": office.programme,
        "name": "New",
        "opens_at": office.programme.opens_at,
        "closes_at": None,
        "by": office.organiser,
    }
    programmes.change(**change, data=rules(), budget=5000, reason="")
    assert ProgrammeVersion.objects.filter(programme=office.programme).count() == 1
    claim = filed(office)
    with pytest.raises(programmes.ProgrammeRefused, match="reason"):
        programmes.change(**change, data=rules(), budget=5000, reason=" ")
    with pytest.raises(programmes.ProgrammeRefused, match="smaller"):
        programmes.change(**change, data=rules(), budget=999, reason="less money")
    fewer = rules()
    fewer["items"][0]["places"] = 0
    with pytest.raises(programmes.ProgrammeRefused, match="fewer"):
        programmes.change(**change, data=fewer, budget=5000, reason="fewer")
    programmes.change(**change, data=rules(publicity_days=7), budget=5000, reason="longer notice")
    assert again(claim).version.number == 1
    assert office.programme.versions.first().number == 2
    with pytest.raises(programmes.ProgrammeRefused, match="cannot change"):
        programmes.change(**change, data=rules(allocation="lottery"), budget=5000, reason="lots")


def test_a_programme_that_cannot_be_read_is_refused_in_words(office):
    with pytest.raises(programmes.ProgrammeRefused, match=r"items\[0\].amount.*whole number"):
        programmes.create(
            code="bad",
            data={"items": [{"key": "a", "kind": "skill", "name": "A", "amount": "viel"}]},
            opens_at=timezone.now(),
            by=office.organiser,
        )
    with pytest.raises(programmes.ProgrammeRefused, match="Choose another"):
        programmes.create(
            code=office.programme.code, data=rules(), opens_at=timezone.now(), by=office.organiser
        )


def test_passed_claims_wait_for_no_review(office):
    [claim] = passed(office)
    assert not Claim.objects.waiting_for(office.city).exists()
    assert claim.state == S.CITY
