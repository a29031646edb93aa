"""The page that checks a proof: a good one, forged ones in several ways, and what is no proof at all."""

import json
import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from competitions.proof import verify_contest as verifier
from competitions.proof.build import build_proof, pack
from competitions.proof.files import VERIFIER, proof_path, write_proof
from competitions.web.public import verify as verify_page
from craft_site.kit.canonical import sha256_hex
from tests.competitions.proof.forging import (
    edited,
    hashes_of,
    line_of,
    republished,
    with_json,
    with_lines,
    with_own_key,
)
from tests.competitions.proving import publish_contest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("CRAFT_PICTURES", "")


@pytest.fixture
def release():
    found = publish_contest()
    write_proof(found)
    return found


@pytest.fixture
def members(release):
    return verifier.read_zip(proof_path(release).read_bytes())


def opened(visit, **how):
    page = visit(**how)
    page.goto(reverse("verify:contest"))
    return page


def choose(page, members, name="proof.zip"):
    page.locator("#verify-file").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": pack(members)}
    )
    expect(page.locator("#verify-result table")).to_be_visible(timeout=30_000)


def failing(page, answer="#verify-result"):
    """What does not hold, by check, in the words of the page."""
    rows = page.locator(f'{answer} tr[data-holds="false"]')
    return {row.get_attribute("data-check"): row.locator("li").all_inner_texts() for row in rows.all()}


@pytest.mark.parametrize("width", [390, 1440])
def test_the_proof_of_a_result_of_this_site_holds(visit, release, width):
    page = visit(width=width)
    page.goto(f"{reverse('verify:contest')}?release={release.slug}")
    page.get_by_role("button", name=f"Check {release.slug}").click()
    expect(page.locator("#verify-status")).to_contain_text("The first checks hold", timeout=30_000)
    assert failing(page) == {}
    assert page.locator('#verify-result tr[data-holds="true"]').count() == 12
    expect(page.locator("#verify-full-result table")).to_be_visible(timeout=90_000)
    assert failing(page, "#verify-full-result") == {}
    told = verifier.verify(proof_path(release).read_bytes()).as_json(1)["checks"]
    asked = [one["name"] for one in told if one["holds"] is not None]
    assert page.locator("#verify-full-result tbody td.lead").all_inner_texts() == asked
    expect(page.locator("#verify-full-status")).to_contain_text(f"Everything holds: all {len(asked)} checks")
    expect(page.locator("#verify-full-result")).to_contain_text(sha256_hex(VERIFIER.read_bytes()))
    shown = page.locator("#verify").inner_text()
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", shown)  # times as a clock on the wall shows them
    assert not re.search(r"\b(entry|appeal|seat|event|tie)\.[a-z_]+", shown)  # kinds of lines in words
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"verify-good-{width}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_changed_mark_is_named_with_its_line(visit, members):
    at = line_of(members, "mark.entered", 3)
    page = opened(visit)
    choose(page, with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], values=["1"]))))
    found = failing(page)
    assert set(found) == {"tree", "sheets"}
    assert all("the lines are not those that were signed" in words for words in found["tree"])
    assert any(words.startswith("ledger.jsonl · line") for words in found["sheets"])
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "verify-bad-1280.png", full_page=True)
    choose(page, members)  # the next one is checked afresh
    expect(page.locator("#verify-status")).to_contain_text("The first checks hold")


def test_the_place_of_who_came_late_is_checked_here_too(visit):
    members = verifier.read_zip(build_proof(publish_contest(late=1)).content)
    page = opened(visit)
    choose(page, members)
    expect(page.locator("#verify-status")).to_contain_text("The first checks hold")
    assert failing(page) == {}
    choose(page, with_json(members, "draws.json", lambda draws: draws[1]["late"].clear()))
    assert set(failing(page)) >= {"draws", "codes"}


def test_what_only_computing_again_finds_is_found(visit, members):
    """A published reading and a total changed, every hash and signature made anew; then what one has from elsewhere."""

    def change(release):
        [*_, last] = release["results"]
        last["total"] = "99.00"
        release["entries"][1]["components"]["T"] = "99"

    page = opened(visit)
    page.get_by_text("What you have from elsewhere").click()
    page.get_by_label("Public key").fill("someone/ledger+00000000+AAAA")
    choose(page, republished(members, change))
    assert failing(page) == {}
    expect(page.locator("#verify-full-result table")).to_be_visible(timeout=90_000)
    found = failing(page, "#verify-full-result")
    assert {"totals", "readings", "anchor"} <= set(found)
    assert any('total: "99.00" published' in words for words in found["totals"])
    expect(page.locator("#verify-full-status")).to_contain_text("does not hold")


def test_a_malformed_receipt_or_key_is_said_at_its_field_before_anything_is_checked(visit, members):
    page = opened(visit)
    page.get_by_text("What you have from elsewhere").click()
    page.get_by_label("Receipt").fill("7;DROP")
    page.get_by_label("Public key").fill("not a key")
    page.get_by_text("What you have from elsewhere").click()  # closed again: the error opens it
    page.locator("#verify-file").set_input_files(
        {"name": "proof.zip", "mimeType": "application/zip", "buffer": pack(members)}
    )
    expect(page.locator("#verify-receipt-error")).to_contain_text("#1207 3FA94C")
    expect(page.locator("#verify-key-error")).to_contain_text("joined by +")
    expect(page.locator("#verify-key")).to_be_focused()
    expect(page.locator("#verify-status")).to_contain_text("Nothing was checked yet")
    assert page.locator("#verify-result table").count() == 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_label("Public key").fill("")
    page.get_by_label("Receipt").fill("＃１ ＡＢＣＤＥＦ")  # full width, as a Chinese keyboard types it
    page.get_by_label("Receipt").blur()
    expect(page.locator("#verify-result table")).to_be_visible(
        timeout=30_000
    )  # the file need not be chosen again
    expect(page.locator("#verify-receipt-error")).to_be_hidden()
    expect(page.locator("#verify-receipt")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#verify-status .tag.good svg use")).to_have_count(1)
    expect(page.locator("#verify-full-result table")).to_be_visible(timeout=90_000)
    assert set(failing(page, "#verify-full-result")) == {"anchor"}


def test_a_browser_that_cannot_run_the_program_points_at_the_command(visit, members, complaints, monkeypatch):
    page = opened(visit)
    page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    choose(page, members)
    expect(page.locator("#verify-full-status")).to_contain_text("run it with Python", timeout=30_000)
    assert failing(page) == {}
    page.unroute("**/pyodide.asm.wasm")
    page.route("**/verify_contest.py", lambda route: None)  # never answers
    monkeypatch.setattr(verify_page, "PATIENCE", 1)
    page.reload()
    choose(page, members)
    expect(page.locator("#verify-full-status")).to_contain_text("takes too long", timeout=30_000)
    complaints.clear()


def test_a_forged_signature_is_named(visit, members):
    page = opened(visit)
    notes = json.loads(members["checkpoints.json"])["notes"]

    def forge(document):
        text, _, signed = document["notes"][-1].partition("\n\n")
        assert text.endswith("Z")  # of its last line, the moment; a root in base64 may hold the letter too
        document["notes"][-1] = text.removesuffix("Z") + "1Z\n\n" + signed

    choose(page, with_json(members, "checkpoints.json", forge))
    named = f"checkpoints.json · notes[{len(notes)}]: the signature is not valid"
    assert failing(page) == {"signatures": [named]}


def test_a_browser_without_ed25519_checks_signatures_by_hand(visit, members):
    page = opened(visit)
    note = verifier.Note(json.loads(members["checkpoints.json"])["notes"][0])
    key = verifier.base64.b64decode(json.loads(members["keys.json"])["keys"][0]["public"])
    asked = """async ([key, text, signature]) => {
        const { holds, holdsByHand } = await import('/static/site/verify/ed25519.js');
        const bytes = (list) => Uint8Array.from(list);
        const wrong = bytes(signature); wrong[5] ^= 1;
        const found = [];
        for (const one of [bytes(signature), wrong]) {
            found.push(holdsByHand(bytes(key), bytes(text), one), await holds(bytes(key), bytes(text), one));
        }
        return found;
    }"""
    answer = page.evaluate(asked, [list(key), list(note.text), list(note.signatures[0][2])])
    assert answer == [True, True, False, False]


def test_lines_draws_codes_and_lists_that_were_changed_are_named(visit, members):
    page = opened(visit)
    choose(page, with_lines(members, lambda lines: lines.pop(20)))
    assert any("ledger.jsonl · line 21" in words for words in failing(page)["chain"])
    choose(page, with_json(members, "draws.json", lambda draws: draws[1].__setitem__("dice", "1 1 1")))
    assert any("draws[2].dice" in words for words in failing(page)["draws"])
    choose(
        page, with_json(members, "codes.json", lambda codes: codes[0].__setitem__("uuid", codes[1]["uuid"]))
    )
    assert failing(page)["codes"]
    choose(page, with_json(members, "rows.json", lambda rows: rows[0].__setitem__("rank", 2)))
    assert failing(page) == {"rows": ["rows.json · rows[1]: is not what it was"]}
    at = line_of(members, "mark.entered", 4)
    withheld = verifier.canonical({"withheld": hashes_of(members)[at]}).encode()
    choose(page, with_lines(members, lambda lines: lines.__setitem__(at, withheld)))
    assert any("mark.entered" in words for words in failing(page)["complete"])
    at = line_of(members, "recheck.drawn")
    forged = with_lines(members, lambda lines: lines.__setitem__(at, edited(lines[at], drawn=[])))
    choose(page, with_own_key(forged))
    assert set(failing(page)) == {"recheck"}


def test_what_is_no_proof_is_said_in_words(visit, members):
    page = opened(visit, language="en")
    for content, words in ((b"not a zip", "no sound zip file"), (pack({"a.txt": b"x"}), "no proof")):
        page.locator("#verify-file").set_input_files(
            {"name": "x.zip", "mimeType": "application/zip", "buffer": content}
        )
        expect(page.locator("#verify-status")).to_contain_text(words)


def test_a_byte_flipped_in_a_packed_member_names_the_member(visit, members):
    page = opened(visit)
    content = bytearray(pack(members))
    at = content.index(b"release.json") + len("release.json")  # its local header comes before the directory
    content[at] |= 0b110  # the kind of the first block: one that does not exist
    page.locator("#verify-file").set_input_files(
        {"name": "x.zip", "mimeType": "application/zip", "buffer": bytes(content)}
    )
    expect(page.locator("#verify-status")).to_contain_text("damaged: release.json")
    expect(page.locator("#verify-status .tag")).to_have_count(0)  # what cannot be read neither holds nor not


def test_without_a_script_the_page_offers_the_program(visit, chromium, live_server, release):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{reverse('verify:contest')}?release={release.slug}")
    expect(page.locator("#verify-plain")).to_be_visible()
    expect(page.locator("#verify")).to_be_hidden()
    expect(page.get_by_role("link", name="verify_contest.py")).to_be_visible()
    context.close()
