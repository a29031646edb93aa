"""The editors' face is Chinese: Wagtail's own catalogue has gaps, and ours beside it fills every one."""

import json
import re
from pathlib import Path
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation.trans_real import DjangoTranslation

from competitions.models import Series
from craft_site.home.editor_forms import LINK_LABELS, ROLE_LABELS
from craft_site.people import roles
from tests.factories import make_user
from tests.home.makers import make_competition, make_contest_page, make_news, make_picture

LATIN = re.compile(r"[A-Za-z]{3,}")
# Names, keys, kinds of files and an address given as an example: the same in every language.
SAME = re.compile(
    r"Wagtail|JavaScript|Ctrl|Shift|Alt|Esc|English|CSV|XLSX|URL|UTC|Asia/Shanghai|GIF|JPE?G|PNG|WEBP|HEIC|"
    r"http://domain\.com/work/\[my-work\]/|plate-\d+\w*\.jpg"
)
COUNTER = {"data-side-panel-toggle-counter": True}  # filled in and shown by a script, "None" before
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-w-tooltip-content-value")


def wagtails(domain: str) -> list[tuple[str, str | None, str]]:
    """Every message of Wagtail's installed applications: (application, context, msgid)."""
    found = []
    for app in apps.get_app_configs():
        path = Path(app.path, "locale/en/LC_MESSAGES", f"{domain}.po")
        if app.name.startswith("wagtail") and path.exists():
            found += [(app.label, e.msgctxt, e.msgid) for e in polib.pofile(path) if not e.obsolete]
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_message_of_wagtail_has_chinese(domain):
    folders = [str(Path(apps.get_app_config("wagtailadmin").path, "locale"))]
    catalogue = DjangoTranslation(
        "zh-hans", domain=domain, localedirs=folders if domain == "djangojs" else None
    )._catalog
    known = {key[0] if isinstance(key, tuple) else key for part in catalogue._catalogs for key in part}
    missing = {
        (app, msgid)
        for app, context, msgid in wagtails(domain)
        if (f"{context}\x04{msgid}" if context else msgid) not in known
    }
    assert missing == set()


def test_our_own_words_go_before_those_for_wagtail():
    own, beside = (
        {(e.msgctxt, e.msgid): e.msgstr for e in polib.pofile(Path(folder, "zh_Hans/LC_MESSAGES/django.po"))}
        for folder in settings.LOCALE_PATHS
    )
    assert len(beside) > 300
    with override("zh-hans"):
        assert gettext("live") == own[None, "live"]
        for context, msgid in own.keys() & beside.keys():
            assert gettext(msgid) == own[context, msgid]


def written(node: Any) -> list[str]:
    """The labels in what a script of the page is given."""
    if isinstance(node, dict):
        own = [v for k, v in node.items() if k in ("label", "heading", "helpText") and isinstance(v, str)]
        return own + [words for value in node.values() for words in written(value)]
    if isinstance(node, list):
        return [words for value in node for words in written(value)]
    return []


def english(html: str) -> set[str]:
    """What a reader sees or hears of a page that is not Chinese."""
    soup = BeautifulSoup(html, "lxml")
    said = []
    for script in soup.find_all("script"):
        if script.get("type") == "application/json" and script.string:
            said += written(json.loads(script.string))
    for unseen in [*soup(["script", "style", "svg", "iframe"]), *soup.find_all(hidden=True, attrs=COUNTER)]:
        unseen.extract()
    said += [str(text) for text in soup.find_all(string=True) if type(text).__name__ == "NavigableString"]
    said += [tag[name] for tag in soup.find_all(True) for name in SPOKEN if tag.get(name)]
    return {" ".join(words.split()) for words in said if LATIN.search(SAME.sub("", words))} - words_of_ours()


def words_of_ours() -> set[str]:
    """What this site adds itself is complete in its own catalogue, and scripts/messages.py sees to that."""
    with override("en"):
        ours = (*LINK_LABELS.values(), *ROLE_LABELS.values(), gettext("Actions"))
        return {str(label) for label in ours}


@pytest.fixture
def editor(tree, client, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    client.force_login(make_user(roles.ORGANISER, name="组织员"))


def test_an_editor_reads_no_english(client, tree, editor, media):
    page = make_news(tree, title="动态一", slug="01")
    series = Series.objects.create(code="01", name="系列一")
    contest = make_contest_page(tree, make_competition(name="竞赛一", code="02", series=series))
    picture = make_picture("图片一")
    page.save_revision()
    addresses = [
        "/admin/",
        f"/admin/pages/{tree.news.pk}/",
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/{contest.pk}/edit/",
        f"/admin/pages/{page.pk}/history/",
        f"/admin/pages/{page.pk}/delete/",
        f"/admin/pages/{page.pk}/privacy/",
        "/admin/pages/search/?q=动态",
        "/admin/images/",
        f"/admin/images/{picture.pk}/",
        "/admin/documents/",
        "/admin/documents/multiple/add/",
        "/admin/choose-page/",
        "/admin/choose-email-link/",
        "/admin/choose-phone-link/",
        "/admin/images/chooser/",
        "/admin/reports/workflow/",
        "/admin/reports/site-history/",
        "/admin/account/",
        "/admin/trade/",
        "/admin/competition/new/",
    ]
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = answer.content.decode()
        if answer.headers["Content-Type"].startswith("application/json"):
            body = json.loads(body)["html"]
        if left := english(body):
            found[address] = left
    assert found == {}


def test_the_fields_of_a_link_and_the_roles_have_labels_of_ours(client, tree, editor):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    form = json.loads(client.get("/admin/choose-email-link/").content)["html"]
    for name in ("email_address", "link_text", "subject", "body"):
        assert str(LINK_LABELS[name]) in form
    privacy = json.loads(client.get(f"/admin/pages/{tree.news.pk}/privacy/").content)["html"]
    assert "Union reviewer" in privacy
    assert "Chief editor" in privacy
    assert "chief_editor" not in privacy
