"""Consent at the desk and under "My honours"; videos in pieces."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from craft_site.people.models import PrivateFile
from honours.domain import stories
from honours.models import StoryConsent
from honours.pages import StoryPage
from tests.factories import make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.stories import draft_story, make_consent, make_portrait, make_story, make_video

pytestmark = pytest.mark.django_db


def scan() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 60), "#fff").save(out, "JPEG")
    return SimpleUploadedFile("paper.jpg", out.getvalue(), content_type="image/jpeg")


def given(**change):
    values = {
        "basis": "agreed",
        "giver": "self",
        "given_by": "Alder",
        "given_on": timezone.localdate().isoformat(),
        "scope": "pictures",
        "source": "",
    }
    return values | change


@pytest.mark.django_db(transaction=True)
def test_the_office_writes_a_consent_down_with_its_paper(client):
    organiser = make_user("organiser")
    honour = make_honour("Alder")
    client.force_login(organiser)
    new = reverse("desk:story_consent_new", args=(honour.holder.uuid,))
    assert new in client.get(honour.holder.get_absolute_url()).content.decode()
    for change in (
        {"basis": ""},
        {"basis": "x"},
        {"giver": ""},
        {"giver": "unit"},
        {"given_by": ""},
        {"given_on": "x"},
        {"given_on": "2999-01-01"},
        {"scope": "x"},
        {"basis": "printed"},
        {"basis": "printed", "source": "Daily"},
        {"paper": SimpleUploadedFile("paper.exe", b"MZ")},
    ):
        assert client.post(new, given(**change)).status_code == 422, change
    assert not StoryConsent.objects.exists()
    assert not PrivateFile.objects.exists()
    assert client.post(new, given(paper=scan())).status_code == 302
    made = StoryConsent.objects.get()
    assert made.paper is not None
    assert (
        made.paper.worker is None
    )  # a contact of the firm, who sees the papers of its workers, does not see it
    paper = reverse("desk:story_consent_paper", args=(made.uuid,))
    assert client.get(paper)["Content-Type"] == "image/jpeg"
    shown = client.get(honour.holder.get_absolute_url()).content.decode()
    assert (paper in shown, new in shown) == (True, False)
    assert client.post(new, given()).status_code == 422  # one is in force
    client.force_login(make_user("reviewer"))
    assert client.get(paper).status_code == 200
    for role in ("worker", "editor", "employer", "judge"):
        client.force_login(make_user(role))
        assert client.get(paper).status_code == 403


def test_the_office_withdraws_with_a_reason_and_the_page_is_gone(client, tree):
    page = make_story(tree, make_honour("Alder"), title="The story of Alder")
    consent = StoryConsent.objects.get()
    client.force_login(make_user("organiser"))
    address = reverse("desk:story_consent_withdraw", args=(consent.uuid,))
    assert "The story of Alder" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Asked by telephone"}).status_code == 302
    assert client.get(page.url).status_code == 404
    assert client.post(address, {"reason": "Asked by telephone"}).status_code == 422
    assert "Asked by telephone" not in client.get(consent.holder.get_absolute_url()).content.decode()


def test_the_person_agrees_and_withdraws_under_my_honours(client, tree):
    person = make_user("worker")
    honour = make_honour(worker=make_worker(user=person))
    client.force_login(person)
    mine = reverse("me:honours")
    assert "Agree, with pictures" in client.get(mine).content.decode()
    client.post(reverse("me:story_agree"), {"scope": "everything"})
    assert not StoryConsent.objects.exists()
    client.post(reverse("me:story_agree"), {"scope": "pictures"})
    page = make_story(tree, honour, consent=False, title="My own story")
    shown = client.get(mine).content.decode()
    assert ("My own story" in shown, "Withdraw my consent" in shown) == (True, True)
    client.post(reverse("me:story_withdraw"))
    after = client.get(reverse("me:honours")).content.decode()
    assert ("was withdrawn on" in after, "Editors would like" in after) == (True, False)  # not asked again
    assert not StoryPage.objects.get(pk=page.pk).live
    assert "My own story" not in client.get(mine).content.decode()
    assert client.post(reverse("me:story_withdraw")).status_code == 404


def test_a_stranger_to_honours_has_nothing_to_agree_to(client):
    client.force_login(make_user("worker"))
    assert client.post(reverse("me:story_agree"), {"scope": "words"}).status_code == 404
    assert client.post(reverse("me:story_withdraw")).status_code == 404


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_of_consents_costs_the_same_at_any_size(
    client, organiser, size, django_assert_max_num_queries
):
    for n in range(size):
        made = make_consent(make_honour(f"Holder of {n}"))
        if n % 2:
            stories.withdraw_consent(consent=made, by=organiser, reason="Asked so")
    client.force_login(organiser)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:story_consents")).status_code == 200
    withdrawn = client.get(reverse("desk:story_consents") + "?state=withdrawn").content.decode()
    assert ("Holder of 0" in withdrawn, "Holder of 1" in withdrawn) == (False, size > 1)
    assert client.get(reverse("desk:story_consents") + "?state=x").status_code == 200


def test_the_page_of_a_holder_with_stories_keeps_its_budget(
    client, tree, organiser, django_assert_max_num_queries
):
    honour = make_honour("Alder")
    make_story(tree, honour)
    for _ in range(5):
        draft_story(tree, honour)
    client.force_login(organiser)
    with django_assert_max_num_queries(12):
        assert "Not published" in client.get(honour.holder.get_absolute_url()).content.decode()


def test_a_team_consents_as_a_team(client):
    honour = make_honour("North hall", title=make_title(kind="team"))
    client.force_login(make_user("organiser"))
    new = reverse("desk:story_consent_new", args=(honour.holder.uuid,))
    assert client.post(new, given()).status_code == 422
    assert client.post(new, given(giver="unit", given_by="The leader")).status_code == 302


# --- videos ------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(tree, media):
    """A video in a published story, and the page."""
    video = make_video()
    body = [("video", {"video": video, "poster": make_portrait(), "caption": ""})]
    return video, make_story(tree, craft=body)


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_video_comes_whole_or_in_pieces(client, told):
    video, _page = told
    whole = client.get(video.url)
    data = content(whole)
    assert (whole.status_code, whole["Content-Type"], whole["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    for asked, first, last in (
        ("bytes=0-1", 0, 1),
        ("bytes=10-", 10, len(data) - 1),
        ("bytes=-7", len(data) - 7, len(data) - 1),
        ("bytes=5-999999", 5, len(data) - 1),
    ):
        piece = client.get(video.url, headers={"Range": asked})
        assert piece.status_code == 206, asked
        assert content(piece) == data[first : last + 1]
        assert piece["Content-Range"] == f"bytes {first}-{last}/{len(data)}"
        assert piece["Content-Length"] == str(last + 1 - first)
    for behind in (f"bytes={len(data)}-", "bytes=9-3"):
        assert client.get(video.url, headers={"Range": behind}).status_code == 416, behind
    for nonsense in ("bytes=-", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5"):
        answer = client.get(video.url, headers={"Range": nonsense})
        assert (answer.status_code, content(answer)) == (200, data), nonsense


def test_captions_are_text_for_the_player(client, told):
    video, _page = told
    answer = client.get(video.captions_url)
    assert answer["Content-Type"].startswith("text/vtt")
    assert answer.content.startswith(b"WEBVTT")
    assert (
        client.get(reverse("honours:video_captions", args=(make_video(captions="").uuid,))).status_code == 404
    )


def test_a_video_without_a_published_story_is_open_to_editors_alone(client, told):
    video, _page = told
    unused = make_video()
    assert client.get(unused.url).status_code == 404
    stories.withdraw_consent(
        consent=StoryConsent.objects.get(), by=make_user("organiser"), reason="Asked by telephone"
    )
    assert client.get(video.url).status_code == 404
    client.force_login(make_user("worker"))
    assert client.get(video.url).status_code == 404
    client.force_login(make_user("organiser"))
    assert client.get(reverse("honours:video", args=(video.uuid, "webm"))).status_code == 404
