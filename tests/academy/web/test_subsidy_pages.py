"""What everybody sees of subsidies: programmes with what is left, names on notice, lots that anybody draws again."""

import json
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import claims, postings, subsidy_draws
from academy.models import ClaimObjection, Posting, Quota, SubsidyDraw, SubsidyProgramme
from tests.academy.subsidies import filed, make_claimant, make_office, on_notice, passed, rules

pytestmark = pytest.mark.django_db
INDEX = reverse("academy:subsidies")


def words(answer) -> str:
    return answer.content.decode()


def lottery(*, places: int = 2, size: int = 5):
    """An office whose lots are frozen, and the draw."""
    office = make_office(rules(allocation="lottery"))
    for _n in range(size):
        filed(office)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(closes_at=timezone.now())
    Quota.objects.filter(programme=office.programme, item="skill").update(places=places)
    return office, subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)


def test_an_open_programme_shows_amount_who_documents_and_what_is_left(client):
    office = make_office()
    filed(office)
    page = client.get(INDEX)
    [row] = page.context["open"]
    assert row["amount"] == "1,000–1,500 yuan"
    assert row["who"][0] == "union member"
    assert row["documents"] == "Certificate or diploma"
    assert [(f["label"], f["value"], f["unit"]) for f in row["figures"]] == [
        ("Skill", "99", "of 100 places left"),
        ("Budget", "99,000", "of 100,000 yuan left"),
    ]
    assert reverse("me:claim_start", args=(office.programme.code,)) in words(page)


def test_claim_now_leads_through_the_sign_in_to_the_programme(client):
    office = make_office()
    start = reverse("me:claim_start", args=(office.programme.code,))
    assert client.get(start).url == f"/sign-in/?next={start}"


def test_programmes_stand_under_what_they_are(client):
    soon, over, hidden = make_office(), make_office(), make_office(opened=False)
    SubsidyProgramme.objects.filter(pk=soon.programme.pk).update(opens_at=timezone.now() + timedelta(days=3))
    SubsidyProgramme.objects.filter(pk=over.programme.pk).update(closes_at=timezone.now())
    page = client.get(INDEX)
    assert page.context["open"] == []
    assert [row["programme"] for row in page.context["ahead"]] == [soon.programme]
    assert [row["programme"] for row in page.context["closed"]] == [over.programme]
    assert hidden.programme.code not in words(page)
    assert "Claim now" not in words(page)


def test_where_lots_decide_no_place_is_shown_as_taken(client):
    office = make_office(rules(allocation="lottery"))
    filed(office)
    [row] = client.get(INDEX).context["open"]
    assert row["figures"][0] == {"label": "Skill", "value": "100", "unit": "places, by lot"}


@pytest.mark.parametrize("size", [1, 20])
def test_the_page_costs_the_same_queries_at_any_size(client, size, django_assert_max_num_queries):
    for _n in range(size):
        make_office()
    on_notice(make_office())
    lottery(size=2)
    with django_assert_max_num_queries(10):
        assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("size", [1, 30])
def test_a_notice_costs_the_same_queries_at_any_size(client, size, django_assert_max_num_queries):
    posting, _claims = on_notice(make_office(), size)
    with django_assert_max_num_queries(4):
        assert client.get(reverse("academy:posting", args=(posting.uuid,))).status_code == 200


def test_a_notice_shows_name_unit_item_amount_and_no_number(client):
    posting, [claim] = on_notice(make_office())
    page = words(client.get(reverse("academy:posting", args=(posting.uuid,))))
    worker = claim.worker
    for shown in (worker.name, worker.employer.name, "Skill", "1,000"):
        assert shown in page
    hidden = (worker.id_number, worker.mobile, claim.card)
    for sealed in hidden:
        assert sealed.reveal() not in page
        assert sealed.masked() not in page
    assert claim.certificate_no not in page
    assert claim.reference not in page


def test_namesakes_are_told_apart_by_reference_number(client):
    office = make_office()
    claims = [filed(office, make_claimant(office, "王伟")) for _n in range(2)]
    for claim in claims:
        claim.state = "city"
        claim.save()
    posting = postings.post(programme=office.programme, by=office.city)
    page = words(client.get(reverse("academy:posting", args=(posting.uuid,))))
    for claim in claims:
        assert claim.reference in page
        assert claim.worker.id_number.masked() not in page


def objection(**changes):
    return {
        "about": "",
        "text": "He left the firm in March.",
        "name": "Li Si",
        "phone": "13800000000",
        "client_id": str(uuid4()),
        **changes,
    }


def test_an_objection_is_kept_once_and_sealed(client):
    posting, [claim] = on_notice(make_office())
    url = reverse("academy:posting", args=(posting.uuid,))
    sent = objection(about=claim.worker.name)
    for _n in range(2):
        answer = client.post(url, sent)
        assert answer.url == reverse("academy:objection_done", args=(posting.uuid,))
    kept = ClaimObjection.objects.get()
    assert (kept.claim, kept.phone.reveal()) == (claim, "13800000000")
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"phone": "12"}, "phone"),
        ({"name": ""}, "name"),
        ({"about": ""}, "about"),
        ({"about": "Somebody else"}, "about"),
        ({"client_id": "x"}, "client_id"),
        ({"text": "a" * 2001}, "text"),
    ],
)
def test_a_bad_objection_is_told_beside_its_field(client, change, field):
    posting, [claim] = on_notice(make_office())
    url = reverse("academy:posting", args=(posting.uuid,))
    answer = client.post(url, objection(**{"about": claim.worker.name} | change))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ClaimObjection.objects.exists()


def test_after_its_days_the_names_are_gone_and_objections_too_late(client):
    posting, [claim] = on_notice(make_office())
    Posting.objects.update(until=timezone.now() - timedelta(minutes=1))
    url = reverse("academy:posting", args=(posting.uuid,))
    assert claim.worker.name not in words(client.get(url))
    answer = client.post(url, objection(about="x"))
    assert answer.status_code == 422
    assert "time for objections is over" in words(answer)
    assert list(client.get(INDEX).context["postings"]) == []


def test_unknown_addresses_are_not_found(client):
    for name in ("posting", "objection_done", "subsidy_draw", "subsidy_draw_file", "subsidy_draw_program"):
        assert client.get(reverse(f"academy:{name}", args=(uuid4(),))).status_code == 404


def test_before_the_dice_the_list_and_the_hashes_are_public_and_nothing_else(client):
    _office, draw = lottery()
    page = client.get(reverse("academy:subsidy_draw", args=(draw.uuid,)))
    for shown in (*draw.items, draw.list_hash, draw.commitment):
        assert shown in words(page)
    assert draw.secret.reveal() not in words(page)
    assert client.get(reverse("academy:subsidy_draw_file", args=(draw.uuid,))).status_code == 404


@pytest.mark.parametrize("dice", ["4 6 1 3 5", "6 6 6"])
def test_the_published_program_draws_the_same_lots_from_the_published_file(client, tmp_path, dice):
    """As a stranger does it: two downloads, a bare Python, no line of ours."""
    office, draw = lottery(places=2, size=7)
    subsidy_draws.throw(draw=draw, dice=dice, by=office.city)
    draw.refresh_from_db()
    program, file = tmp_path / "draw_again.py", tmp_path / "draw.json"
    program.write_bytes(client.get(reverse("academy:subsidy_draw_program", args=(draw.uuid,))).content)
    file.write_bytes(client.get(reverse("academy:subsidy_draw_file", args=(draw.uuid,))).content)
    ran = subprocess.run(
        [sys.executable, "-I", program, file],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        timeout=60,
    )
    verdict, ledger, *order = ran.stdout.split("\n")[:-1]
    assert verdict == "True True True True"
    assert ledger == "2 of 2 places, each with its line of the ledger: True"
    page = client.get(reverse("academy:subsidy_draw", args=(draw.uuid,)))
    lines = page.context["lines"]
    told = [f"{line['position']} {line['item']} {'place' if line['place'] else '-'}" for line in lines]
    assert order == told
    standing = office.programme.claims.filter(holds_place=True).values_list("reference", flat=True)
    assert {line.split()[1] for line in order if line.endswith(" place")} == set(standing)


def test_where_nothing_was_drawn_the_page_says_so_and_shows_the_line_of_each_place(client):
    office, draw = lottery(places=9, size=3)
    gone = office.programme.claims.get(reference=draw.items[0])
    claims.withdraw(claim=gone, by=gone.worker.user)
    subsidy_draws.place_all(draw=draw, by=office.city)
    page = client.get(reverse("academy:subsidy_draw", args=(draw.uuid,)))
    assert "Nothing was drawn" in words(page)
    assert "draw_again.py" not in words(page)
    assert "draw.json" not in words(page)
    nothing, *held = page.context["placed"]
    assert nothing == {"item": gone.reference, "proof": None}
    for line in held:
        assert json.loads(line["proof"].body)["facts"]["reference"] == line["item"]
        assert line["proof"].hash[:16] in words(page)
    assert client.get(reverse("academy:subsidy_draw_file", args=(draw.uuid,))).status_code == 404


@pytest.mark.parametrize("touched", ["hash", "body", "reference"])
def test_a_place_whose_line_of_the_ledger_was_touched_is_found_out(client, tmp_path, touched):
    office, draw = lottery(places=2, size=4)
    subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city)
    published = client.get(reverse("academy:subsidy_draw_file", args=(draw.uuid,))).json()
    placed = published["placed"][0]
    placed[touched] = {
        "hash": "0" * 64,
        "body": placed["body"].replace('"position":1', '"position":3'),
        "reference": published["placed"][1]["reference"],
    }[touched]
    program, file = tmp_path / "draw_again.py", tmp_path / "draw.json"
    program.write_bytes(client.get(reverse("academy:subsidy_draw_program", args=(draw.uuid,))).content)
    file.write_text(json.dumps(published), encoding="utf-8")
    ran = subprocess.run([sys.executable, "-I", program, file], capture_output=True, text=True, timeout=60)
    assert ran.stdout.split("\n")[1].endswith(": False")


def test_a_file_that_was_touched_is_found_out(client, tmp_path):
    office, draw = lottery()
    subsidy_draws.throw(draw=draw, dice="1 2 3", by=office.city)
    published = client.get(reverse("academy:subsidy_draw_file", args=(draw.uuid,))).json()
    program = tmp_path / "draw_again.py"
    program.write_bytes(client.get(reverse("academy:subsidy_draw_program", args=(draw.uuid,))).content)
    for n, (change, verdict) in enumerate(
        [
            ({"items": published["items"][1:]}, "False True True False"),
            ({"secret": "0" * 64}, "True True False False"),
            ({"dice": "6 6 6"}, "True True True False"),
            ({"first": published["items"][:1]}, "True False True True"),
        ]
    ):
        file = tmp_path / f"{n}.json"
        file.write_text(json.dumps(published | change), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-I", program, file], capture_output=True, text=True, timeout=60
        )
        assert ran.stdout.split("\n")[0] == verdict


def test_a_claim_passed_by_all_waits_for_the_notice_and_is_on_no_page(client):
    [claim] = passed(make_office())
    assert claim.worker.name not in words(client.get(INDEX))


def test_the_list_of_draws_gives_the_day_of_the_draw(client):
    office, draw = lottery()
    SubsidyDraw.objects.filter(pk=draw.pk).update(committed_at=timezone.now() - timedelta(days=3))
    frozen = timezone.localdate() - timedelta(days=3)
    assert f"frozen {frozen}" in words(client.get(reverse("academy:subsidies")))
    subsidy_draws.throw(draw=draw, dice="1 2 3", by=office.city)
    page = words(client.get(reverse("academy:subsidies")))
    assert (f"decided {timezone.localdate()}" in page, str(frozen) in page) == (True, False)
