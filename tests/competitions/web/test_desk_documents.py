"""The technical document at the desk, and what a version promises."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import notices
from competitions.models import DocumentVersion
from craft_site.ledger.models import Line
from tests.factories import make_seat

pytestmark = pytest.mark.django_db


def at(name, event, *args):
    return reverse(f"desk:{name}", args=(event.code, *args))


def written(event, by, *, text="冲压模制作", note="", when=None):
    version = notices.new_document(event=event, by=by)
    return notices.save_document(
        version=version,
        effective_at=when or timezone.now(),
        change_note=note,
        chapters={"content": (text, ""), "overview": ("概述", "Overview"), "time": ("  ", "")},
        by=by,
    )


def test_chapters_stand_in_the_order_of_the_document_and_empty_ones_are_left_out(event, organiser):
    version = written(event, organiser)
    assert [chapter.kind for chapter in version.chapters.all()] == ["overview", "content"]


def test_a_published_version_cannot_be_changed(event, organiser):
    version = notices.publish_document(version=written(event, organiser), by=organiser)
    with pytest.raises(notices.DocumentRefused):
        notices.save_document(
            version=version, effective_at=timezone.now(), change_note="", chapters={}, by=organiser
        )
    assert version.chapters.count() == 2


def test_a_version_takes_force_at_its_time_and_never_before_it_was_published(event, organiser):
    early = written(event, organiser, when=timezone.now() - timedelta(days=3))
    early = notices.publish_document(version=early, by=organiser)
    assert early.effective_at == early.published_at
    later = written(event, organiser, note="times", when=timezone.now() + timedelta(days=2))
    notices.publish_document(version=later, by=organiser)
    assert notices.document_in_force(event) == early
    assert notices.document_in_force(event, timezone.now() + timedelta(days=3)) == later


def test_a_new_version_copies_the_chapters_and_must_say_what_changed(event, organiser):
    notices.publish_document(version=written(event, organiser, text="first"), by=organiser)
    second = notices.new_document(event=event, by=organiser)
    assert second.number == 2
    assert second.chapters.get(kind="content").text == "first"
    with pytest.raises(notices.DocumentRefused):
        notices.publish_document(version=second, by=organiser)


def test_one_draft_at_a_time_and_one_publication(event, organiser):
    first = notices.new_document(event=event, by=organiser)
    assert notices.new_document(event=event, by=organiser) == first
    version = written(event, organiser)
    notices.publish_document(version=version, by=organiser)
    notices.publish_document(version=version, by=organiser)
    assert Line.objects.filter(chain__name=event.chain, kind="document.published").count() == 1


def test_the_hash_covers_every_word(event, organiser):
    version = written(event, organiser)
    before = notices.document_hash(version)
    version.chapters.filter(kind="content").update(text="another")
    assert notices.document_hash(DocumentVersion.objects.get(pk=version.pk)) != before


def test_a_document_is_written_looked_at_and_published_by_forms(client, event, organiser):
    client.force_login(organiser)
    assert client.post(at("document_new", event)).status_code == 302
    fields = {"effective_at": "2025-02-07T09:00", "change_note": "", "overview": "项目概述", "safety_en": ""}
    assert client.post(at("document_edit", event, 1), fields).status_code == 302
    assert "项目概述" in client.get(at("document", event, 1)).content.decode()
    client.post(at("document_publish", event, 1))
    version = event.documents.get()
    assert version.published_at is not None
    assert version.content_hash in client.get(at("document", event, 1)).content.decode()
    assert client.get(at("document_edit", event, 1)).status_code == 302


def test_english_words_without_chinese_ones_are_refused(client, event, organiser):
    client.force_login(organiser)
    notices.new_document(event=event, by=organiser)
    fields = {"effective_at": "2025-02-07T09:00", "safety_en": "Wear goggles."}
    answer = client.post(at("document_edit", event, 1), fields)
    assert "safety" in answer.context["form"].errors
    assert not event.documents.get().chapters.exists()


def test_a_draft_is_for_organisers_and_a_published_version_for_officials_too(client, event, organiser):
    written(event, organiser)
    chief, judge = make_seat(event, "chief").user, make_seat(event, "result").user
    client.force_login(chief)
    assert client.get(at("document", event, 1)).status_code == 403
    assert "Version 1" not in client.get(at("documents", event)).content.decode()
    assert client.post(at("document_publish", event, 1)).status_code == 403
    notices.publish_document(version=event.documents.get(), by=organiser)
    assert client.get(at("document", event, 1)).status_code == 200
    client.force_login(judge)
    assert client.get(at("document", event, 1)).status_code == 403
