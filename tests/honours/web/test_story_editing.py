"""Stories in the editors' face: who publishes, what keeps a story back, honours and videos to choose."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from craft_site.home.foundation import CHIEF_EDITOR
from craft_site.people import roles
from honours.domain import stories
from honours.models import StoryConsent, StoryVideo
from honours.pages import StoryPage
from honours.story_forms import StoryPageForm
from tests.factories import make_user
from tests.honours.makers import make_honour
from tests.honours.stories import draft_story, make_consent, make_portrait, make_story, make_video, publish

pytestmark = pytest.mark.django_db
MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 64


TEN_YEARS = (("text", rich_text("<p>Ten years</p>")),)


def form(*honours, roots=TEN_YEARS, **fields):
    values = {
        "title": "A story",
        "slug": "a-story",
        "subjects": inline_formset([{"honour": honour.pk} for honour in honours]),
        "comments": inline_formset([]),
        **{name: streamfield([]) for name in StoryPage.BODIES},
        "roots": streamfield(list(roots)),
        "role": "",
        "intro": "",
        "portrait": "",
        "portrait_alt": "",
    }
    return nested_form_data(values | fields)


def again(page, honour):
    """The form of a page that is there, as it is sent back."""
    subject = {"id": page.subjects.get().pk, "honour": honour.pk}
    return form(slug=page.slug) | nested_form_data({"subjects": inline_formset([subject], initial=1)})


def add(client, tree, values):
    return client.post(f"/admin/pages/add/honours/storypage/{tree.stories.pk}/", values)


@pytest.fixture
def chief_editor(tree, client):
    user = make_user(CHIEF_EDITOR)
    client.force_login(user)
    return user


@pytest.mark.parametrize("role", [roles.ORGANISER, CHIEF_EDITOR])
def test_who_publishes_publishes_a_story_with_a_consent(client, tree, role):
    client.force_login(make_user(role))
    honour = make_honour()
    make_consent(honour)
    answer = add(client, tree, form(honour) | {"action-publish": "1"})
    assert answer.status_code == 302
    page = StoryPage.objects.get()
    assert (page.live, [one.pk for one in page.honours]) == (True, [honour.pk])


@pytest.mark.parametrize(
    "role", [roles.WORKER, roles.JUDGE, roles.REVIEWER, roles.SUPERVISOR, roles.EMPLOYER]
)
def test_nobody_else_writes_a_story(client, tree, role):
    client.force_login(make_user(role))
    assert add(client, tree, form(make_honour())).status_code == 403
    assert not StoryPage.objects.exists()


def test_an_editor_writes_and_hands_in_and_does_not_publish(client, tree):
    client.force_login(make_user(roles.EDITOR))
    honour = make_honour()
    make_consent(honour)
    add(client, tree, form(honour) | {"action-publish": "1"})
    page = StoryPage.objects.get()
    assert not page.live
    edit = f"/admin/pages/{page.pk}/edit/"
    assert client.post(edit, again(page, honour) | {"action-submit": "1"}).status_code == 302
    assert page.current_workflow_state is not None
    page.current_workflow_state.current_task_state.approve(user=make_user(roles.ORGANISER))
    assert StoryPage.objects.get().live


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_without_a_consent_the_form_says_so_and_names_the_field(client, tree, chief_editor, action):
    honour = make_honour("Alder")
    answer = add(client, tree, form(honour) | {action: "1"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Whom the story tells of: Alder has not consented to a story." in text
    subject = answer.context["form"].formsets["subjects"].forms[0]
    assert "has not consented" in subject.errors["honour"][0]
    assert not StoryPage.objects.filter(live=True).exists()


def test_an_honour_stands_in_a_story_once(client, tree, chief_editor):
    honour = make_honour()
    make_consent(honour)
    answer = add(client, tree, form(honour, honour) | {"action-publish": "1"})
    assert "This honour stands here twice." in answer.content.decode()


def test_a_story_of_nobody_is_refused(client, tree, chief_editor):
    answer = add(client, tree, form() | {"action-publish": "1"})
    assert answer.status_code == 200
    assert not StoryPage.objects.exists()


def test_a_draft_needs_no_consent(client, tree, chief_editor):
    assert add(client, tree, form(make_honour())).status_code == 302
    assert not StoryPage.objects.get().live


def test_what_is_missing_is_named_field_by_field(client, tree, chief_editor, media):
    honour = make_honour()
    make_consent(honour)
    answer = add(client, tree, form(honour, roots=(), portrait=make_portrait().pk) | {"action-publish": "1"})
    errors = answer.context["form"].errors
    assert set(errors) == {"portrait_alt", "roots"}
    picture = ("picture", {"image": make_portrait().pk, "alt": "", "caption": ""})
    answer = add(client, tree, form(honour, roots=(picture,)) | {"action-publish": "1"})
    assert "roots" in answer.context["form"].errors  # a picture without what it shows
    assert not StoryPage.objects.exists()


def test_a_consent_to_words_keeps_pictures_back(client, tree, chief_editor, media):
    honour = make_honour("Alder")
    make_consent(honour, scope="words")
    values = form(honour, portrait=make_portrait().pk, portrait_alt="At the press")
    answer = add(client, tree, values | {"action-publish": "1"})
    assert "The consent of Alder covers words alone." in answer.content.decode()
    assert add(client, tree, form(honour) | {"action-publish": "1"}).status_code == 302


def test_an_unpublished_story_is_published_anew_only_after_a_new_consent(client, tree, chief_editor):
    page = make_story(tree, make_honour("Alder"))
    honour = page.honours[0]
    stories.withdraw_consent(
        consent=StoryConsent.objects.get(), by=make_user("organiser"), reason="Asked by telephone"
    )
    edit = f"/admin/pages/{page.pk}/edit/"
    values = again(page, honour)
    answer = client.post(edit, values | {"action-publish": "1"})
    assert (answer.status_code, "has not consented" in answer.content.decode()) == (200, True)
    assert not StoryPage.objects.get().live
    make_consent(honour)
    assert client.post(edit, values | {"action-publish": "1"}).status_code == 302
    assert StoryPage.objects.get().live


def test_an_approval_after_the_withdrawal_publishes_nothing_and_fails_nowhere(client, tree):
    honour = make_honour()
    consent = make_consent(honour)
    page = draft_story(tree, honour)
    editor = make_user(roles.EDITOR)
    page.save_revision(user=editor)
    state = page.get_workflow().start(page, editor)
    task = state.current_task_state
    stories.withdraw_consent(consent=consent, by=make_user("organiser"), reason="Asked by telephone")
    client.force_login(make_user(roles.ORGANISER))
    address = reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "approve", task.pk))
    answer = client.post(address, {"comment": ""})
    assert answer.status_code < 500
    assert not StoryPage.objects.get().live


def test_a_consent_withdrawn_while_the_form_publishes_hides_the_story_again(
    client, tree, chief_editor, monkeypatch
):
    honour = make_honour()
    page = draft_story(tree, honour)
    monkeypatch.setattr(StoryPageForm, "_refuse", lambda form: None)  # it saw a consent that is gone by now
    sent = again(page, honour) | {"action-publish": "1"}
    assert client.post(f"/admin/pages/{page.pk}/edit/", sent).status_code == 302
    assert not StoryPage.objects.get().live
    assert client.get(page.url).status_code == 404


def test_the_clock_publishes_what_is_consented_to(tree):
    honour = make_honour()
    make_consent(honour)
    page = publish(draft_story(tree, honour, go_live_at=timezone.now() + timedelta(days=1)))
    assert not page.live
    assert page.approved_schedule


def test_the_unpublishing_stands_in_the_pages_own_history(tree):
    page = make_story(tree)
    organiser = make_user("organiser")
    stories.withdraw_consent(consent=StoryConsent.objects.get(), by=organiser, reason="Asked so")
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.unpublish", user=organiser).exists()


def test_editors_find_honours_by_a_part_of_a_name_and_only_those_in_public(client, tree):
    client.force_login(make_user(roles.EDITOR))
    shown, hidden = make_honour("Alder of the north"), make_honour("Alder unnamed", announced=False)
    other = make_honour("Birch", unit="North works")
    found = client.get("/admin/honour_chooser/results/?q=alder").content.decode()
    assert (shown.holder.name in found, hidden.holder.name in found, other.holder.name in found) == (
        True,
        False,
        False,
    )
    assert "Birch" in client.get("/admin/honour_chooser/results/?q=works").content.decode()
    assert client.get("/admin/honour_chooser/").status_code == 200
    assert client.get(f"/admin/honour_chooser/chosen/{shown.pk}/").status_code == 200
    assert client.get(f"/admin/honour_chooser/chosen/{hidden.pk}/").status_code == 404
    client.force_login(make_user(roles.REVIEWER))
    assert client.get("/admin/honour_chooser/results/?q=alder").status_code == 403


@pytest.mark.parametrize(
    ("file", "captions", "words"),
    [
        (SimpleUploadedFile("a.mp4", MP4), "", ""),
        (
            SimpleUploadedFile("a.webm", b"\x1a\x45\xdf\xa3" + b"\x00" * 64),
            "WEBVTT\n\n00:00.000 --> 00:01.000\nA",
            "",
        ),
        (SimpleUploadedFile("a.mp4", b"MZ" + b"\x00" * 64), "", "not what its name says"),
        (SimpleUploadedFile("a.avi", MP4), "", "avi"),
        (SimpleUploadedFile("a.mp4", b""), "", "empty"),
        (SimpleUploadedFile("a.mp4", MP4), "What is said", "WebVTT"),
    ],
)
def test_a_video_is_a_file_of_ours_and_read_before_it_is_kept(client, tree, media, file, captions, words):
    client.force_login(make_user(roles.EDITOR))
    file.seek(0)
    values = {"title": "At the press", "captions": captions, "transcript": "What is said", "file": file}
    answer = client.post("/admin/storyvideo/new/", values)
    assert answer.status_code == (200 if words else 302)
    assert words in answer.content.decode()
    assert StoryVideo.objects.count() == (0 if words else 1)


def test_a_video_that_a_story_shows_is_not_deleted(client, tree, media):
    client.force_login(make_user(roles.ORGANISER))
    used, free = make_video(), make_video()
    file = free.file.path
    body = [("video", {"video": used, "poster": make_portrait(), "caption": ""})]
    make_story(tree, craft=body)
    for video in (used, free):
        client.post(f"/admin/storyvideo/delete/{video.pk}/")
    assert StoryVideo.objects.get() == used
    assert file


def test_lists_of_videos_and_the_form_of_a_story_are_shown(client, tree, media):
    client.force_login(make_user(roles.EDITOR))
    make_video()
    page = make_story(tree)
    for address in (
        "/admin/storyvideo/",
        "/admin/story_video_chooser/",
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/add/honours/storypage/{tree.stories.pk}/",
    ):
        assert client.get(address).status_code == 200, address


def test_a_story_is_previewed_before_it_is_kept(client, tree, chief_editor, media):
    honour = make_honour("Alder")
    address = reverse("wagtailadmin_pages:preview_on_add", args=("honours", "storypage", tree.stories.pk))
    values = form(honour, portrait=make_portrait().pk, portrait_alt="At the press", title="To be seen first")
    assert client.post(address, values).json()["is_valid"]
    shown = client.get(address)
    assert (shown.status_code, "To be seen first" in shown.content.decode()) == (200, True)
    assert not StoryPage.objects.exists()


def test_the_form_tells_what_everybody_has_agreed_to(client, tree, chief_editor):
    agreed, silent = make_honour("Alder"), make_honour("Birch")
    make_consent(agreed)
    page = draft_story(tree, agreed, silent)
    rows = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "Alder: Consent · Words, pictures and video" in rows
    assert "Birch: <strong>No consent is in force" in rows
