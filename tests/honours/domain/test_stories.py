"""Consent to a story, its withdrawal, and what takes a story off the public pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from craft_site.ledger.models import Line
from craft_site.pictures.models import SiteRendition
from honours.domain import register, revocations, stories
from honours.domain.refusals import HonourRefused
from honours.domain.stories import Given
from honours.models import StoryCard, StoryConsent
from honours.pages import StoryPage
from tests.factories import make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.stories import draft_story, make_consent, make_portrait, make_story, publish

pytestmark = pytest.mark.django_db


def own_honour():
    return make_honour(worker=make_worker(user=make_user("worker")))


def revoke(honour):
    asked = revocations.ask(
        honour=honour, ground="fraud", reason="Not the own work", by=make_user("organiser")
    )
    revocations.decide(
        revocation=asked,
        grant=True,
        answer="It is proven",
        effective_on=timezone.localdate(),
        by=make_user("organiser"),
    )


def live(page) -> bool:
    return StoryPage.objects.get(pk=page.pk).live


def test_the_person_agrees_and_the_ledger_says_so_without_a_name():
    honour = own_honour()
    person = honour.holder.worker.user
    made = stories.agree(holder=honour.holder, scope="pictures", by=person)
    assert (made.giver, made.given_by, made.given_on) == ("self", honour.holder.name, timezone.localdate())
    line = Line.objects.filter(kind="story.consented").get()
    assert honour.holder.name not in line.body
    for stranger in (make_user("worker"), make_user("organiser")):
        with pytest.raises(PermissionDenied):
            stories.agree(holder=honour.holder, scope="words", by=stranger)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"basis": "rumour"}, "basis"),
        ({"scope": "all"}, "scope"),
        ({"given_on": timezone.localdate() + timedelta(days=2)}, "given_on"),
        ({"giver": ""}, "giver"),
        ({"giver": "unit"}, "giver"),
        ({"given_by": "  "}, "given_by"),
        ({"basis": "printed", "source": " "}, "source"),
        ({"basis": "printed", "source": "Daily", "scope": "pictures"}, "scope"),
    ],
)
def test_what_is_no_consent_is_refused_beside_its_field(change, field):
    values = {"given_on": timezone.localdate(), "giver": "self", "given_by": "Alder"} | change
    with pytest.raises(HonourRefused) as refused:
        stories.give_consent(holder=make_honour().holder, given=Given(**values), by=make_user("organiser"))
    assert refused.value.field == field
    assert not StoryConsent.objects.exists()


def test_for_a_team_the_team_consents():
    honour = make_honour("North hall", title=make_title(kind="team"))
    assert make_consent(honour).giver == "unit"


def test_one_consent_is_in_force_at_a_time():
    honour = make_honour()
    first = make_consent(honour)
    with pytest.raises(HonourRefused, match="stands already"):
        make_consent(honour, scope="words")
    stories.withdraw_consent(consent=first, by=make_user("organiser"), reason="Asked by telephone")
    assert make_consent(honour, scope="words").is_in_force
    with pytest.raises(HonourRefused, match="withdrawn already"):
        stories.withdraw_consent(consent=first, by=make_user("organiser"), reason="Asked by telephone")


@pytest.mark.parametrize("role", ["worker", "editor", "reviewer", "supervisor", "employer"])
def test_nobody_else_writes_a_consent_down_or_withdraws_it(role):
    honour = make_honour()
    with pytest.raises(PermissionDenied):
        make_consent(honour, by=make_user(role))
    made = make_consent(honour)
    with pytest.raises(PermissionDenied):
        stories.withdraw_consent(consent=made, by=make_user(role), reason="Because")


def test_without_a_consent_nothing_is_published_by_any_way(tree):
    page = draft_story(tree, make_honour("Alder"))
    revision = page.save_revision()
    with pytest.raises(PermissionDenied, match="Alder has not consented"):
        revision.publish()
    assert not live(page)


def test_words_alone_publish_no_portrait(tree, media):
    honour = make_honour()
    make_consent(honour, scope="words")
    page = draft_story(tree, honour, portrait=make_portrait(), portrait_alt="At the press")
    with pytest.raises(PermissionDenied, match="covers words alone"):
        publish(page)
    page.portrait = None
    assert publish(page).live


def test_the_person_withdraws_without_a_reason_and_the_story_is_gone_at_once(tree, media, client):
    honour = own_honour()
    page = make_story(tree, honour, portrait=make_portrait(), portrait_alt="At the press")
    card = StoryCard.objects.get().file.name
    assert client.get(page.url).status_code == 200
    consent = StoryConsent.objects.get()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda call, **_how: call())
        stories.withdraw_consent(consent=consent, by=honour.holder.worker.user)
    assert client.get(page.url).status_code == 404
    assert page.title not in client.get(tree.stories.url).content.decode()
    assert not StoryCard.objects.exists()
    assert not default_storage.exists(card)
    assert not SiteRendition.objects.exists()
    kept = StoryPage.objects.get(pk=page.pk)
    assert (kept.live, list(kept.roots.raw_data) != []) == (False, True)
    with pytest.raises(PermissionDenied):
        publish(kept)
    make_consent(honour)
    assert publish(StoryPage.objects.get(pk=page.pk)).live


def test_the_office_says_why_and_the_reason_is_sealed(tree):
    page = make_story(tree)
    consent = StoryConsent.objects.get()
    with pytest.raises(HonourRefused) as refused:
        stories.withdraw_consent(consent=consent, by=make_user("organiser"), reason=" ")
    assert refused.value.field == "reason"
    assert live(page)
    stories.withdraw_consent(consent=consent, by=make_user("organiser"), reason="Asked by telephone")
    assert not live(page)
    kept = StoryConsent.objects.get()
    assert str(kept.withdrawn_why) == "******"
    assert kept.withdrawn_why.reveal() == "Asked by telephone"
    assert "telephone" not in Line.objects.filter(kind="story.consent_withdrawn").get().body


def test_withdrawal_and_unpublishing_stand_or_fall_together(tree, monkeypatch):
    page = make_story(tree)

    def fail(**_what):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(stories, "append", lambda *_a, **_k: fail())
    with pytest.raises(RuntimeError), transaction.atomic():
        stories.withdraw_consent(
            consent=StoryConsent.objects.get(), by=make_user("organiser"), reason="Asked by telephone"
        )
    assert live(page)
    assert StoryConsent.objects.get().is_in_force


def test_a_revoked_honour_takes_the_story_down_until_another_honour_carries_it(tree):
    honour = make_honour("Alder")
    other = make_honour("Alder")
    assert honour.holder == other.holder
    page = make_story(tree, honour)
    revoke(honour)
    assert not live(page)
    kept = StoryPage.objects.get(pk=page.pk)
    with pytest.raises(PermissionDenied, match="is revoked"):
        publish(kept)
    kept = StoryPage.objects.get(pk=page.pk)
    subject = kept.subjects.first()
    subject.honour = other
    kept.subjects = [subject]
    assert publish(kept).live


def test_the_revocation_of_another_honour_of_the_same_person_takes_it_down_too(tree):
    honour, other = make_honour("Alder"), make_honour("Alder")
    page = make_story(tree, honour)
    revoke(other)
    assert not live(page)
    assert publish(StoryPage.objects.get(pk=page.pk)).live  # an editor has looked at it again


def test_whoever_is_not_named_any_more_has_no_story(tree):
    honour = own_honour()
    page = make_story(tree, honour)
    register.consent(holder=honour.holder, named=False, kinds=(), by=honour.holder.worker.user)
    assert not live(page)
    with pytest.raises(PermissionDenied, match="not to be named"):
        publish(StoryPage.objects.get(pk=page.pk))


def test_a_story_of_several_needs_the_consent_of_each(tree):
    first, second = make_honour("Alder"), make_honour("Birch")
    make_consent(first)
    page = draft_story(tree, first, second)
    with pytest.raises(PermissionDenied, match="Birch has not consented"):
        publish(page)
    make_consent(second)
    page = publish(StoryPage.objects.get(pk=page.pk))
    stories.withdraw_consent(
        consent=StoryConsent.objects.get(holder=second.holder), by=make_user("organiser"), reason="Asked so"
    )
    assert not live(page)


def test_what_waits_for_approval_or_for_its_day_waits_no_longer(tree):
    honour = make_honour()
    consent = make_consent(honour)
    page = draft_story(tree, honour, go_live_at=timezone.now() + timedelta(days=3))
    editor = make_user("editor")
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    publish(page)  # gives it its day
    assert page.revisions.filter(approved_go_live_at__isnull=False).exists()
    stories.withdraw_consent(consent=consent, by=make_user("organiser"), reason="Asked by telephone")
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()
    assert StoryPage.objects.get(pk=page.pk).current_workflow_state is None


def test_a_picture_that_something_else_shows_keeps_its_renditions(tree, media):
    portrait = make_portrait()
    first = make_story(tree, portrait=portrait, portrait_alt="At the press")
    make_story(tree, portrait=portrait, portrait_alt="At the press")
    stories.withdraw_consent(
        consent=StoryConsent.objects.get(holder=first.honours[0].holder),
        by=make_user("organiser"),
        reason="Asked so",
    )
    assert SiteRendition.objects.filter(image=portrait).exists()


def test_an_honour_with_a_story_is_never_deleted(tree):
    page = make_story(tree)
    with pytest.raises(ProtectedError):
        page.honours[0].delete()
