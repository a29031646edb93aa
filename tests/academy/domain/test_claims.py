"""A claim until it is filed, its place and money, and the table of its moves."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import claim_checks, claims
from academy.domain.claim_moves import MOVES, ClaimRefused, move
from academy.models import Claim, Quota, SubsidyProgramme
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.academy.subsidies import (
    again,
    approved,
    attach,
    certificate_no,
    draft,
    filed,
    make_claimant,
    make_office,
    money,
    rules,
    scan,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Claim.State


def codes(claim) -> set[str]:
    return {finding.code for finding in claim_checks.verdict_on(again(claim)).findings}


def test_a_draft_is_found_again_and_filing_takes_place_money_and_a_number(office):
    worker = make_claimant(office)
    one = claims.start(programme=office.programme, worker=worker, by=worker.user)
    assert claims.start(programme=office.programme, worker=worker, by=worker.user).pk == one.pk
    claim = filed(office, worker)
    assert claim.pk == one.pk
    assert (claim.state, claim.amount, claim.waits_for) == (S.FILED, 1000, office.unions["enterprise"])
    assert claim.reference == f"B{office.programme.pk:03d}-00001"
    assert claim.due_on is not None
    assert money(office) == (1000, 0, 1)


def test_what_is_missing_is_named_and_stops_the_filing(office):
    worker = make_claimant(office)
    claim = claims.start(programme=office.programme, worker=worker, by=worker.user)
    assert claims.missing(claim) == ["item", "files", "card"]
    with pytest.raises(ClaimRefused, match="missing"):
        claims.file_claim(claim=claim, by=worker.user)


def test_a_question_of_the_programme_that_is_not_answered_stops_the_filing():
    items = [{"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "insured_months": 12}]
    office = make_office(rules(first=["model_worker"], any_of=["front_line", "migrant"], items=items))
    claim = draft(office)
    assert claims.unanswered(claim) == []
    for name in ("model_worker", "public_office", "front_line", "insured_months"):
        kept = claim.answers.pop(name)
        claim.save()
        assert claims.unanswered(claim) == [name]
        with pytest.raises(ClaimRefused, match="still missing"):
            claims.file_claim(claim=claim, by=claim.worker.user)
        claim.answers[name] = kept
    claim.save()
    assert claims.file_claim(claim=claim, by=claim.worker.user).state == S.FILED


def test_nobody_files_or_changes_for_somebody_else_but_the_office(office):
    claim = draft(office)
    with pytest.raises(PermissionDenied):
        claims.file_claim(claim=claim, by=make_user("worker"))
    assert claims.file_claim(claim=claim, by=office.organiser).state == S.FILED


def test_a_filed_claim_cannot_be_changed(office):
    claim = filed(office)
    with pytest.raises(ClaimRefused, match="returned"):
        claims.set_card(claim=claim, number="6228480000000000", by=claim.worker.user)


@pytest.mark.parametrize(
    ("number", "words"),
    [("12ab", "digits only"), ("6228", "13 to 19"), ("6228480000000001", "last digit"), ("", "digits only")],
)
def test_a_bank_card_is_refused_in_words(office, number, words):
    worker = make_claimant(office)
    claim = claims.start(programme=office.programme, worker=worker, by=worker.user)
    with pytest.raises(ClaimRefused, match=words):
        claims.set_card(claim=claim, number=number, by=worker.user)


def test_the_card_rests_sealed_and_shows_four_digits(office):
    claim = filed(office)
    stored = Claim.objects.filter(pk=claim.pk).values_list("card", flat=True)[0]
    number = claim.card.reveal()
    assert number not in str(stored)
    assert claim.card.masked() == f"****{number[-4:]}"


def test_the_last_place_and_the_last_money_go_to_one(office):
    Quota.objects.filter(programme=office.programme, item="skill").update(places=1)
    filed(office)
    late = draft(office)
    assert "no_place" in codes(late)
    with pytest.raises(ClaimRefused):
        claims.file_claim(claim=late, by=late.worker.user)
    Quota.objects.filter(programme=office.programme, item="skill").update(places=9)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(budget=1999)
    assert "no_money" in codes(late)
    assert money(office) == (1000, 0, 1)


def test_a_certificate_serves_once_and_for_one_person_in_all_programmes(office):
    number = certificate_no(77)
    first = filed(office, certificate_no=number)
    other = draft(office, certificate_no=number)
    assert "certificate_of_another" in codes(other)
    with pytest.raises(ClaimRefused):
        claims.file_claim(claim=other, by=other.worker.user)
    elsewhere = make_office()
    stolen = draft(elsewhere, certificate_no=number)
    assert "certificate_of_another" in codes(stolen)
    mine = draft(office, first.worker, certificate_no=number)
    assert "once_per_certificate" in codes(mine)


def test_a_number_that_says_another_level_or_year_stops_the_claim(office):
    claim = draft(office, certificate_no=certificate_no(5, level_digit=4, year=2022))
    assert {"number_level", "number_year"} <= codes(claim)
    with pytest.raises(ClaimRefused):
        claims.file_claim(claim=claim, by=claim.worker.user)


def test_dated_before_hiring_and_lower_after_higher_stop_it(office):
    assert "before_hiring" in codes(
        draft(office, dated=date(2014, 5, 8), certificate_no=certificate_no(1, year=2014))
    )
    high = filed(office, level=5, certificate_no=certificate_no(2, level_digit=2))
    assert "lower_after_higher" in codes(draft(office, high.worker))


def test_a_card_or_a_scan_seen_with_another_person_is_named(office):
    first = filed(office)
    claim = draft(office, card=first.card.reveal())
    assert codes(claim) == {"card_of_another"}
    attach(claim, key=first.files.get().file.sha256)
    assert codes(claim) == {"card_of_another", "scan_of_another"}
    claim = again(claim)
    with pytest.raises(ClaimRefused):
        claims.file_claim(claim=claim, by=claim.worker.user)


@pytest.mark.django_db(transaction=True)
def test_a_scan_saved_again_is_still_recognised():
    office = make_office()
    one, other, stranger = draft(office), draft(office), draft(office)
    claims.add_file(claim=one, kind="certificate", upload=scan(1), by=one.worker.user)
    claims.file_claim(claim=one, by=one.worker.user)
    upload = scan(1)
    again_saved = type(upload)(
        upload.content + b"\0",
        upload.content_type,
        upload.suffix,
        "f" * 64,
        "f" * 64,
        1,
        1,
        upload.difference_hash,
    )
    claims.add_file(claim=other, kind="certificate", upload=again_saved, by=other.worker.user)
    claims.add_file(claim=stranger, kind="certificate", upload=scan(2), by=stranger.worker.user)
    assert "scan_like_another" in codes(other)
    assert "scan_like_another" not in codes(stranger)
    assert "scan_of_another" not in codes(other)


@pytest.mark.parametrize("was", S.values)
def test_every_move_not_in_the_table_is_refused(office, was):
    claim = filed(office)
    Claim.objects.filter(pk=claim.pk).update(state=was)
    for to in set(S) - MOVES[was]:
        with pytest.raises(ClaimRefused):
            move(claim=again(claim), to=to, by=office.organiser)
    assert again(claim).state == was
    assert set(MOVES) == set(S)


@pytest.mark.parametrize(("was", "to"), [(was, to) for was in MOVES for to in sorted(MOVES[was])])
def test_every_move_of_the_table_is_a_step_and_a_line(office, was, to):
    claim = filed(office)
    Claim.objects.filter(pk=claim.pk).update(state=was)
    if was in (S.PAID, S.CLOSED):
        SubsidyProgramme.objects.update(paid=claim.amount)
    move(claim=again(claim), to=to, by=office.organiser, reason="a reason that stays here")
    step = claim.steps.latest("pk")
    assert (again(claim).state, step.was, step.state) == (to, was, to)
    line = Line.objects.filter(chain__name=office.programme.chain).latest("seq")
    assert line.kind == "claim.moved"
    assert "a reason that" not in line.body


def test_the_chain_holds_and_no_line_has_a_person(office):
    [claim] = approved(office)
    chain = office.programme.chain
    assert first_broken_line(chain) is None
    bodies = " ".join(Line.objects.filter(chain__name=chain).values_list("body", flat=True))
    worker = claim.worker
    for secret in (
        worker.name,
        worker.id_number.reveal(),
        claim.card.reveal(),
        claim.certificate_no,
        worker.employer.name,
    ):
        assert secret not in bodies
    moves = Line.objects.filter(chain__name=chain, kind="claim.moved").count()
    assert moves == 6


def test_the_draft_of_a_closed_programme_stays_and_cannot_be_filed(office):
    claim = draft(office)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(closes_at=timezone.now())
    with pytest.raises(ClaimRefused, match="no claims now"):
        claims.file_claim(claim=claim, by=claim.worker.user)


def test_a_firm_without_a_union_is_told_so(office):
    claim = draft(office)
    office.employer.union = None
    office.employer.save()
    with pytest.raises(ClaimRefused, match="no union"):
        claims.file_claim(claim=claim, by=claim.worker.user)


def test_rules_of_the_data_reach_the_claim():
    office = make_office(rules(months_in_firm=999))
    assert "short_in_firm" in codes(draft(office))
