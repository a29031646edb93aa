"""The editors' face: who comes in, what is kept there and what never is."""

import pytest
from django.apps import apps
from wagtail.admin.menu import settings_menu
from wagtail.admin.viewsets import viewsets
from wagtail.models import PageViewRestriction
from wagtail.snippets.models import get_snippet_models

from competitions.models import Competition, Exhibit, Organiser
from craft_site.home.foundation import CHIEF_EDITOR
from craft_site.jobs.models import Job
from craft_site.people import roles
from craft_site.people.models import Trade
from tests.factories import make_employer, make_trade, make_user
from tests.home.makers import make_competition, make_contest_page, make_exhibit, make_news, make_picture


@pytest.fixture
def editor(tree, client):
    user = make_user(roles.EDITOR)
    client.force_login(user)
    return user


def test_a_stranger_is_sent_to_our_own_sign_in_page(client, tree):
    response = client.get("/admin/")
    assert response.status_code == 302
    assert response.url == "/sign-in/?next=/admin/"


def test_wagtails_own_sign_in_page_leads_to_ours(client, tree):
    assert client.get("/admin/login/?next=/admin/pages/").url == "/sign-in/?next=/admin/pages/"


@pytest.mark.parametrize(
    "role", [roles.WORKER, roles.JUDGE, roles.REVIEWER, roles.SUPERVISOR, roles.EMPLOYER]
)
def test_other_roles_are_refused_and_not_sent_in_circles(client, tree, role):
    client.force_login(make_user(role))
    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/pages/").status_code == 403


@pytest.mark.parametrize("role", [roles.EDITOR, roles.ORGANISER, CHIEF_EDITOR])
def test_editors_organisers_and_chief_editors_come_in(client, tree, role):
    client.force_login(make_user(role))
    assert client.get("/admin/").status_code == 200


def test_signing_out_in_the_editors_face_works(client, editor):
    assert client.post("/admin/logout/").url == "/sign-in/"
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "name", ["trade", "union", "employer", "series", "competition", "exhibition", "exhibit"]
)
def test_an_editor_sees_every_kept_list_and_its_form(client, editor, name):
    make_exhibit(make_competition())
    assert client.get(f"/admin/{name}/").status_code == 200
    assert client.get(f"/admin/{name}/new/").status_code == 200


def test_people_their_papers_and_contest_work_are_never_registered():
    kept = {viewset.model for viewset in viewsets.viewsets if getattr(viewset, "model", None) is not None}
    kept |= set(get_snippet_models())
    forbidden = {
        apps.get_model("people", name)
        for name in ("Worker", "PrivateFile", "Qualification", "Tie", "Reveal", "GrowthEntry", "Employment")
    } | {
        apps.get_model("competitions", name)
        for name in ("Event", "Entry", "Seat", "Mark", "Sheet", "Release", "SchemeVersion", "Code", "Draw")
    }
    assert not kept & forbidden


def test_an_editor_cannot_open_accounts(client, editor):
    response = client.get("/admin/users/")
    assert response.status_code == 302
    assert "users" not in {item.name for item in _settings_menu(client)}


def _settings_menu(client):
    request = client.get("/admin/").wsgi_request
    return settings_menu.menu_items_for_request(request)


def test_a_trade_keeps_exactly_the_levels_that_are_ticked(client, editor):
    trade = make_trade(grades=(3, 4, 5))
    form = {"name": trade.name, "name_en": "", "code": "6-18-04-01", "dictionary_edition": "2022"}
    response = client.post(f"/admin/trade/edit/{trade.pk}/", form | {"grades": ["4", "5", "6"]})
    assert response.status_code == 302
    assert list(trade.levels.values_list("grade", flat=True)) == [4, 5, 6]


def test_a_trade_without_any_level_is_refused_with_the_reason(client, editor):
    response = client.post("/admin/trade/new/", {"name": "焊工", "dictionary_edition": "2022"})
    assert response.status_code == 200
    assert "This field is required." in response.content.decode()
    assert not Trade.objects.exists()


def test_a_contest_is_kept_together_with_its_hosts(client, editor):
    series = make_competition().series
    response = client.post(
        "/admin/competition/new/",
        {
            "name": "New contest",
            "series": series.pk,
            "year": "2026",
            "edition": "9",
            "code": "new-2026",
            "tier": "county",
            "klass": "2",
            "organisers-TOTAL_FORMS": "2",
            "organisers-INITIAL_FORMS": "0",
            "organisers-MIN_NUM_FORMS": "0",
            "organisers-MAX_NUM_FORMS": "1000",
            "organisers-0-part": "host",
            "organisers-0-position": "0",
            "organisers-0-name": "Federation",
            "organisers-1-part": "organiser",
            "organisers-1-position": "1",
            "organisers-1-name": "Association",
        },
    )
    assert response.status_code == 302
    made = Competition.objects.get(code="new-2026")
    assert list(made.organisers.values_list("part", "name")) == [
        ("host", "Federation"),
        ("organiser", "Association"),
    ]
    assert Organiser.objects.count() == 2


def test_an_exhibits_picture_is_rendered_after_it_is_saved(client, editor, media):
    exhibit = make_exhibit(make_competition())
    fields = ("booth", "kind", "name", "material", "thickness", "accuracy", "life")
    form = {name: getattr(exhibit, name) for name in fields}
    form |= {"exhibition": exhibit.exhibition_id, "firm": exhibit.firm_id, "picture": make_picture().pk}
    assert client.post(f"/admin/exhibit/edit/{exhibit.pk}/", form).status_code == 302
    assert Exhibit.objects.get().picture is not None
    assert Job.objects.filter(name="pictures.render").count() == 1


def test_an_organiser_cannot_delete_a_contest_that_has_a_page(client, tree):
    client.force_login(make_user(roles.ORGANISER))
    competition = make_contest_page(tree).competition
    response = client.post(f"/admin/competition/delete/{competition.pk}/", follow=True)
    assert "is still used and cannot be deleted" in response.content.decode()
    assert Competition.objects.filter(pk=competition.pk).exists()


def test_an_editor_cannot_delete_reference_data(client, editor):
    firm = make_employer()
    client.post(f"/admin/employer/delete/{firm.pk}/")
    assert type(firm).objects.filter(pk=firm.pk).exists()


def test_records_cannot_be_copied(client, editor):
    assert client.get(f"/admin/trade/copy/{make_trade().pk}/").status_code == 404


def test_the_preview_of_a_draft_is_for_editors_alone(client, tree):
    page = make_news(tree, title="Not yet", live=False)
    page.save_revision()
    assert client.get("/news/" + page.slug + "/").status_code == 404
    assert client.get(f"/admin/pages/{page.pk}/view_draft/").status_code == 302
    client.force_login(make_user(roles.EDITOR))
    draft = client.get(f"/admin/pages/{page.pk}/view_draft/")
    assert "Not yet" in draft.content.decode()
    assert "frame-ancestors 'self'" in draft.headers.get("Content-Security-Policy", "frame-ancestors 'self'")


def test_a_page_behind_a_password_asks_for_it_and_stays_off_lists(client, tree):
    page = make_news(tree, title="Behind a door")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="open")
    assert "Behind a door" not in client.get("/news/").content.decode()
    assert "Behind a door" not in client.get("/").content.decode()
    asked = client.get(page.url)
    assert asked.status_code == 200
    restriction = PageViewRestriction.objects.get()
    opened = client.post(
        f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/",
        {"password": "open", "return_url": page.url},
    )
    assert opened.status_code == 302
    assert client.get(page.url).context["page"].title == "Behind a door"


def test_search_engines_find_public_pages_only(client, tree):
    make_news(tree, slug="shown")
    make_news(tree, slug="draft", live=False)
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "/news/shown/" in sitemap
    assert "/news/draft/" not in sitemap
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots
