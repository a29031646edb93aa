"""The bank's answer at the desk: looked at first, entered whole, told line by line where it cannot be."""

import time
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from academy.domain import payments as verbs
from academy.models import Claim
from academy.web.desk.payment_forms import Carried
from craft_site.people.models import GrowthEntry
from tests.academy.subsidies import again, make_office, sent
from tests.academy.web.asking import at, post

pytestmark = pytest.mark.django_db
S = Claim.State


def answer_file(*rows, head="业务编号,处理结果,失败原因,金额", name="answer.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, "\n".join((head, *rows)).encode(encoding))


def results(client, payments, file):
    return client.post(reverse("desk:payment_result", args=(payments.uuid,)), {"file": file})


# --- the bank's answer ------------------------------------------------------------------------------------


def test_an_answer_is_looked_at_first_and_then_entered_whole(client, finance, office):
    payments, [one, two, three] = sent(office, size=3)
    file = answer_file(
        f"{one.reference},成功,,1000.00", f"{two.reference},失败,账号不存在,1000", f"{three.reference},退票,,"
    )
    page = results(client, payments, file)
    assert page.status_code == 200
    text = page.content.decode()
    assert ("账号不存在" in text, one.worker.name in text) == (True, True)
    assert {c.state for c in map(again, (one, two, three))} == {S.IN_BANK_FILE}
    carried = page.context["carried"]
    for _twice in range(2):
        assert post(client, "desk:payment_settle", payments.uuid, carried=carried).status_code == 302
    assert [again(c).state for c in (one, two, three)] == [S.PAID, S.BANK_FAILED, S.BANK_FAILED]
    assert list(GrowthEntry.objects.filter(kind="subsidy").values_list("worker", flat=True)) == [
        one.worker_id
    ]
    page = at(client, "desk:payments")
    assert (two.reference in page, three.reference in page, one.reference in page) == (True, True, False)
    assert "1 paid, 2 failed, 0 not reported yet" in at(client, "desk:payment", payments.uuid)


def test_a_partial_answer_leaves_the_rest_to_the_next(client, finance, office):
    payments, [one, two] = sent(office, size=2)
    page = results(client, payments, answer_file(f"{one.reference},成功,,"))
    assert page.context["silent"] == 1
    post(client, "desk:payment_settle", payments.uuid, carried=page.context["carried"])
    page = results(client, payments, answer_file(f"{one.reference},成功,,", f"{two.reference},paid,,"))
    assert (page.context["known"], page.context["paid"]) == (1, 1)
    post(client, "desk:payment_settle", payments.uuid, carried=page.context["carried"])
    assert [again(c).state for c in (one, two)] == [S.PAID, S.PAID]
    payments.refresh_from_db()
    assert payments.state == "settled"


def test_workbooks_and_the_encodings_of_banks_are_read(client, finance, office):
    payments, [claim] = sent(office)
    book = Workbook()
    book.active.append(["业务编号", "交易状态", "金额"])
    book.active.append([claim.reference, "交易成功", 1000])
    out = BytesIO()
    book.save(out)
    assert results(client, payments, SimpleUploadedFile("A.XLSX", out.getvalue())).context["paid"] == 1
    for encoding in ("gb18030", "utf-8-sig", "utf-16"):
        file = answer_file(f"{claim.reference},成功,好,1000", encoding=encoding)
        assert results(client, payments, file).context["paid"] == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["{0},成功,,900"], "The list says 1,000 yuan, the file 900."),
        (["{0},成功,,viel"], "B2"),
        (["B999-00001,成功,,1000"], "not on this list"),
        (["{0},成功,,", "{0},失败,,"], "stands twice"),
        (["{other},成功,,1000"], "not on this list"),
        (["{0},大概,,1000"], "is no result"),
        (["{0},,,1000"], "Fill in"),
        ([",成功,,1000"], "Fill in"),
        ([], "no rows below"),
    ],
)
def test_every_bad_line_is_told_with_its_cell_and_nothing_is_entered(client, finance, office, rows, words):
    payments, [claim] = sent(office)
    [other] = sent(make_office())[1]
    file = answer_file(*(row.format(claim.reference, other=other.reference) for row in rows))
    page = results(client, payments, file)
    assert page.status_code == 422
    text = page.content.decode()
    assert words in text or (words == "B2" and "D2" in text)
    assert "nothing was entered" in text
    assert again(claim).state == S.IN_BANK_FILE


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: None, "required"),
        (lambda: SimpleUploadedFile("a.csv", b""), "The file is empty"),
        (lambda: answer_file("1,2,3", head="姓名,电话,地址"), "No header row found"),
        (lambda: answer_file("x,y", head="业务编号,姓名"), "is missing"),
        (lambda: answer_file("x,成功,成功", head="业务编号,处理结果,状态"), "stands there twice"),
        (lambda: SimpleUploadedFile("a.csv", b"\x00\x01\xff\xfe\x88"), "no text in UTF-8"),
        (lambda: answer_file("x,y", encoding="utf-16-le"), "no text in UTF-8"),
        (lambda: SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no"), "cut off"),
        (lambda: SimpleUploadedFile("a.csv", b"PK\x03\x04 no"), "This is a workbook"),
        (lambda: SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "workbook"),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7 \x00"), "no text in UTF-8"),
        (lambda: SimpleUploadedFile("a.csv", b"x" * (10 * 2**20 + 1)), "far too large"),
    ],
)
def test_no_file_of_a_bank_is_too_strange_for_words(client, finance, office, file, words):
    payments, [claim] = sent(office)
    given = file()
    values = {} if given is None else {"file": given}
    page = client.post(reverse("desk:payment_result", args=(payments.uuid,)), values)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert again(claim).state == S.IN_BANK_FILE


def test_what_the_page_carries_is_for_one_list_one_person_and_one_day(client, finance, office, monkeypatch):
    payments, [claim] = sent(office)
    carried = results(client, payments, answer_file(f"{claim.reference},成功,,")).context["carried"]
    other = sent(make_office())[0]
    for text, uuid in ((carried + "x", payments.uuid), ("", payments.uuid), (carried, other.uuid)):
        assert post(client, "desk:payment_settle", uuid, carried=text).status_code == 302
    client.force_login(office.second)
    post(client, "desk:payment_settle", payments.uuid, carried=carried)
    assert again(claim).state == S.IN_BANK_FILE
    later = time.time() + Carried.MOST_SECONDS + 60
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", lambda: later)
        assert Carried.unpack(carried, payments=payments, by=office.finance) is None
    client.force_login(office.finance)
    post(client, "desk:payment_settle", payments.uuid, carried=carried)
    assert again(claim).state == S.PAID


def test_a_result_is_not_changed_by_a_second_file(client, finance, office):
    payments, [one, two] = sent(office, size=2)
    reported = [verbs.Reported(one.reference, "paid")]
    verbs.settle(payments=payments, reported=reported, by=office.finance)
    page = results(client, payments, answer_file(f"{one.reference},失败,,", f"{two.reference},成功,,"))
    assert page.status_code == 422
    assert "another result for it before" in page.content.decode()
    assert again(two).state == S.IN_BANK_FILE


def test_money_that_came_back_after_it_was_paid_is_shown_and_entered(client, finance, office):
    payments, [one, two] = sent(office, size=2)
    both = [verbs.Reported(claim.reference, "paid") for claim in (one, two)]
    verbs.settle(payments=payments, reported=both, by=office.finance)
    page = results(
        client, payments, answer_file(f"{one.reference},退票,账户已销户,", f"{two.reference},成功,,")
    )
    assert [page.context[name] for name in ("paid", "failed", "known", "silent")] == [0, 1, 1, 0]
    post(client, "desk:payment_settle", payments.uuid, carried=page.context["carried"])
    assert (again(one).state, again(two).state) == (S.BANK_FAILED, S.PAID)


def test_an_answer_on_paper_goes_into_a_sheet_with_the_numbers_in_it(client, finance, office):
    payments, [claim] = sent(office)
    answer = client.get(reverse("desk:payment_answer_sheet", args=(payments.uuid,)))
    book = load_workbook(BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert (sheet["A2"].value, sheet["C2"].value) == (claim.reference, 1000)
    assert claim.card.reveal() not in str(list(sheet.iter_rows(values_only=True)))
    sheet["D2"] = "成功"
    out = BytesIO()
    book.save(out)
    assert results(client, payments, SimpleUploadedFile("paper.xlsx", out.getvalue())).context["paid"] == 1


def test_the_paid_claims_of_a_settled_list_are_closed_together(client, finance, office):
    payments, [one, two] = sent(office, size=2)
    post(client, "desk:payment_close", payments.uuid)
    reported = [verbs.Reported(one.reference, "paid"), verbs.Reported(two.reference, "failed")]
    verbs.settle(payments=payments, reported=reported, by=office.finance)
    assert "Close 1 paid claim" in at(client, "desk:payment", payments.uuid)
    post(client, "desk:payment_close", payments.uuid)
    assert [again(c).state for c in (one, two)] == [S.CLOSED, S.BANK_FAILED]
