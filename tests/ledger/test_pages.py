"""The public pages of the ledger and the sheet on paper: what a stranger learns, and what stays closed."""

import json
import re
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from competitions.domain import evidence
from competitions.models import Event
from craft_site.kit import published
from craft_site.kit.qr import qr_svg
from craft_site.ledger import anchors, checkpoints, keys, merkle, notes
from craft_site.ledger.chain import append
from craft_site.ledger.models import Checkpoint, Line
from tests.competitions.domain.test_signing import fill, sign
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_event, make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    """A marking contest in which one sheet has marks."""
    made = make_marking()
    fill(made.sheet(made.measuring))
    return made


def receipt(marking) -> dict[str, str]:
    line = Line.objects.filter(chain__name=marking.event.chain, kind="mark.entered").order_by("seq").last()
    return {"event": marking.event.code, "seq": str(line.seq), "code": line.hash[:6].upper()}


def ask(client, page: str = "", **query: str):
    return client.get(f"/receipts/{page}?{urlencode(query)}")


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- receipts --------------------------------------------------------------------------------------------------------


def test_a_stranger_finds_a_receipt_and_its_proof(client, marking):
    given = receipt(marking)
    checkpoints.sign(marking.event.chain, reason="timer")
    answer = ask(client, **given)
    said = text_of(answer)
    assert answer.status_code == 200
    assert f"The ledger holds this receipt: line {given['seq']}" in said
    assert "Accepted on" in said
    facts = json.loads(ask(client, "proof/", **given).content)
    assert merkle.verify_inclusion(
        index=facts["leaf_index"],
        size=facts["tree_size"],
        leaf=merkle.leaf_hash(facts["line_hash"]),
        proof=[bytes.fromhex(step) for step in facts["proof"]],
        root=bytes.fromhex(facts["root"]),
    )
    signed = notes.verify(facts["checkpoint"], keys.public_keys()["test"])
    assert (signed.size, signed.root.hex()) == (facts["tree_size"], facts["root"])


def test_the_answer_never_says_the_mark_the_sheet_or_a_name(client, marking):
    sheet = marking.sheet(marking.measuring)
    given = receipt(marking)
    checkpoints.sign(marking.event.chain, reason="timer")
    line = Line.objects.get(chain__name=marking.event.chain, seq=int(given["seq"]))
    body = json.loads(line.body)
    for answer in (ask(client, **given), ask(client, "proof/", **given)):
        shown = answer.content.decode()
        closed = [
            str(sheet.uuid),
            body["actor"],
            sheet.seat.user.name,
            line.prev_hash,
            body["facts"]["client_id"],
        ]
        assert [word for word in closed if word in shown] == []


@pytest.mark.parametrize("typed", ["#{seq}", " {seq} ", "0{seq}"])
def test_a_receipt_is_found_as_people_type_it(client, marking, typed):
    given = receipt(marking)
    answer = ask(client, event=given["event"], seq=typed.format(**given), code=f" {given['code'].lower()} ")
    assert "The ledger holds this receipt" in text_of(answer)


def test_a_receipt_of_full_width_signs_is_the_same_receipt(client, marking):
    given = receipt(marking)
    wide = {name: "".join(chr(ord(sign) + 0xFEE0) for sign in given[name]) for name in ("seq", "code")}
    checkpoints.sign(marking.event.chain, reason="timer")
    asked = {"event": given["event"], "seq": f"\uff03{wide['seq']}", "code": f"\u3000{wide['code'].lower()}"}
    assert "The ledger holds this receipt" in text_of(ask(client, **asked))
    assert ask(client, "proof/", **asked).status_code == 200


def test_a_receipt_that_is_not_signed_yet_says_when_it_will_be(client, marking):
    answer = ask(client, **receipt(marking))
    assert "every five minutes" in text_of(answer)
    assert ask(client, "proof/", **receipt(marking)).status_code == 404


def test_a_wrong_code_gets_a_clear_answer(client, marking):
    given = receipt(marking)
    wrong = f"{int(given['code'], 16) ^ 1:06X}"
    answer = ask(client, **given | {"code": wrong})
    assert f"The code does not belong to line {given['seq']}" in text_of(answer)
    assert (
        Line.objects.get(chain__name=marking.event.chain, seq=given["seq"]).hash
        not in answer.content.decode()
    )
    assert ask(client, "proof/", **given | {"code": wrong}).status_code == 404


def test_a_number_beyond_the_end_says_that_lines_may_be_gone(client, marking):
    last = Line.objects.filter(chain__name=marking.event.chain).count()
    answer = ask(client, **receipt(marking) | {"seq": str(last + 1)})
    assert f"this ledger ends at {last}" in text_of(answer)
    assert "lines may have been taken out" in text_of(answer)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seq": "abc"}, "digits"),
        ({"seq": "0"}, "digits"),
        ({"seq": ""}, "required"),
        ({"code": "12345"}, "six signs"),
        ({"code": "GGGGGG"}, "six signs"),
        ({"event": "nowhere"}, "choice"),
    ],
)
def test_what_is_typed_wrong_is_named_at_its_field(client, marking, change, message):
    answer = ask(client, **receipt(marking) | change)
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_an_event_that_is_not_announced_has_no_page_and_no_receipts(client):
    event = make_event(state=Event.State.FILED)
    with transaction.atomic():
        append(event.chain, "event.moved", subject=f"event:{event.code}", facts={}, by=None)
        append("people:reveals", "value.revealed", subject="worker:1", facts={}, by=None)
    line = Line.objects.get(chain__name=event.chain)
    assert ask(client, event=event.code, seq="1", code=line.hash[:6]).status_code == 422
    for slug in (f"event.{event.code}", "people.reveals", "event.nothing", "nothing"):
        assert client.get(f"/ledger/{slug}/").status_code == 404
    assert event.code not in client.get("/ledger/").content.decode()


# --- the ledger's own pages ------------------------------------------------------------------------------------------


def test_the_page_of_a_ledger_shows_its_length_its_checkpoints_and_the_key(client, marking):
    made = checkpoints.sign(marking.event.chain, reason="timer")
    answer = client.get(f"/ledger/{made.slug}/")
    shown = answer.content.decode()
    assert made.note.split("\n")[2] in shown
    assert keys.public_keys()["test"].verifier_key in shown
    assert "Every five minutes of marking" in shown
    assert "<svg" in shown
    assert str(marking.measuring.user) not in shown


def test_the_keys_stand_on_the_page_of_all_ledgers_with_what_they_are_for(client, marking):
    shown = client.get("/ledger/").content.decode()
    assert f'<code class="whole">{keys.public_keys()["test"].verifier_key}</code>' in shown
    assert 'id="keys"' in shown
    for page in (f"/ledger/{marking.event.chain.replace(':', '.')}/", "/verify/contest/"):
        if page.startswith("/ledger/"):
            checkpoints.sign(marking.event.chain, reason="timer")
        assert 'href="/ledger/#keys"' in client.get(page).content.decode()


def test_a_ledger_without_a_checkpoint_says_so(client, marking):
    slug = f"event.{marking.event.code}"
    assert "has not been signed yet" in client.get(f"/ledger/{slug}/").content.decode()
    assert client.get(f"/ledger/{slug}/checkpoint").status_code == 404


def test_a_note_is_served_as_text_with_or_without_its_file(client, marking):
    made = checkpoints.sign(marking.event.chain, reason="timer")
    for name in (str(made.size), "checkpoint"):
        answer = client.get(f"/ledger/{made.slug}/{name}")
        assert (answer.content.decode(), answer["Content-Type"]) == (made.note, "text/plain; charset=utf-8")
        assert published.text_file(f"/ledger/{made.slug}/{name}").name == name
    for name in ("1", "²", "99999999999", "x"):
        assert client.get(f"/ledger/{made.slug}/{name}").status_code == 404
    assert client.get("/ledger/keys/").content.decode().strip() == keys.public_keys()["test"].verifier_key


def test_two_checkpoints_come_with_the_proof_that_the_later_only_adds(client, marking):
    old = checkpoints.sign(marking.event.chain, reason="timer")
    fill(marking.sheet(marking.panel[0]))
    new = checkpoints.sign(marking.event.chain, reason="timer")
    facts = client.get(f"/ledger/{old.slug}/consistency/?old={old.size}&new={new.size}").json()
    assert merkle.verify_consistency(
        old_size=facts["old"]["size"],
        new_size=facts["new"]["size"],
        old_root=bytes.fromhex(facts["old"]["root"]),
        new_root=bytes.fromhex(facts["new"]["root"]),
        proof=[bytes.fromhex(step) for step in facts["proof"]],
    )
    for query in ("", "?old=1&new=2", f"?old={new.size}&new={old.size}", "?old=x&new=y"):
        assert client.get(f"/ledger/{old.slug}/consistency/{query}").status_code == 404


@pytest.mark.parametrize("events", [1, 12])
def test_the_list_of_ledgers_costs_the_same_queries_at_any_size(
    client, events, django_assert_max_num_queries
):
    for _n in range(events):
        event = make_event()
        with transaction.atomic():
            append(event.chain, "event.moved", subject=f"event:{event.code}", facts={}, by=None)
        checkpoints.sign(event.chain, reason="hand")
    with django_assert_max_num_queries(8):
        answer = client.get("/ledger/")
    assert answer.content.decode().count('data-label="Event"') == events


@pytest.mark.parametrize("many", [1, 60])
def test_the_page_of_a_ledger_costs_the_same_queries_at_any_size(client, many, django_assert_max_num_queries):
    event = make_event()
    for _n in range(many):
        with transaction.atomic():
            append(event.chain, "a.b", subject="x:1", facts={}, by=None)
        checkpoints.sign(event.chain, reason="hand")
    with django_assert_max_num_queries(10):
        answer = client.get(f"/ledger/event.{event.code}/")
    assert answer.content.decode().count('data-label="Root"') == min(many, 50)


# --- the sheet on paper ----------------------------------------------------------------------------------------------


def visit(user, address: str, *, post: bool = False):
    client = Client()
    client.force_login(user)
    return client.post(address) if post else client.get(address)


def test_a_signed_sheet_is_printed_with_receipts_signatures_and_the_root_that_covers_it(marking):
    sheet = sign(marking.sheet(marking.measuring))
    page = f"/judge/sheets/{sheet.uuid}/paper/"
    before = visit(marking.measuring.user, page).content.decode()
    assert "Sign the ledger now" in before
    assert visit(marking.measuring.user, f"{page}seal/", post=True).status_code == 302
    [made] = Checkpoint.objects.all()
    assert made.reason == "print"
    shown = visit(marking.measuring.user, page).content.decode()
    assert "Sign the ledger now" not in shown
    assert evidence.grouped(made.root) in shown
    note = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + anchors.address(made.chain, made.size)
    assert qr_svg(f"{note}#{made.root}", label="Address of the signed note") in shown
    for line in Line.objects.filter(kind="mark.entered", subject=f"sheet:{sheet.uuid}"):
        assert f"#{line.seq} <code>{line.hash[:6].upper()}</code>" in shown
    assert "Signed on the screen" in shown


def test_an_unsigned_sheet_on_paper_says_that_it_may_still_change(marking):
    shown = visit(marking.measuring.user, f"/judge/sheets/{marking.sheet(marking.measuring).uuid}/paper/")
    assert "may still change" in shown.content.decode()


def test_only_who_may_see_a_sheet_prints_it(marking):
    page = f"/judge/sheets/{marking.sheet(marking.measuring).uuid}/paper/"
    assert visit(marking.chief, page).status_code == 200
    assert visit(marking.measuring.witness, page).status_code == 200
    for other in (marking.panel[0].user, make_seat(make_event(), "chief").user):
        assert visit(other, page).status_code == 404
        assert visit(other, f"{page}seal/", post=True).status_code == 404
    assert visit(make_user("organiser"), page).status_code == 403
    assert not Checkpoint.objects.exists()


def test_the_chief_judge_does_not_read_on_paper_what_is_sealed_on_the_screen(marking):
    """Marks of a judged aspect are shown when all of the panel have judged, not before."""
    seat = marking.panel[0]
    sheet = marking.sheet(seat)
    judged = next(code for code in sheet.aspects if code.startswith("C3"))
    enter(sheet, mark(judged, "2"))
    shown = visit(marking.chief, f"/judge/sheets/{sheet.uuid}/paper/").content.decode()
    assert "sealed until all have judged" in shown


def test_a_changed_ledger_is_not_signed_for_paper(marking, tamper):
    sheet = marking.sheet(marking.measuring)
    checkpoints.sign(marking.event.chain, reason="timer")
    fill(marking.sheet(marking.panel[0]))
    tamper("UPDATE ledger_line SET hash = %s WHERE seq = 2", ["f" * 64])
    client = Client()
    client.force_login(marking.measuring.user)
    answer = client.post(f"/judge/sheets/{sheet.uuid}/paper/seal/", follow=True)
    assert "does not hold" in answer.content.decode()
    assert Checkpoint.objects.count() == 1
