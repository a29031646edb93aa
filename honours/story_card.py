"""The share card of a story: made when the page is published, gone when it is hidden, with what was rendered for it.

A hidden story leaves no picture behind that somebody who kept the address could still open.
"""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.models import ReferenceIndex

from craft_site.jobs.models import Job
from craft_site.jobs.queue import enqueue
from craft_site.pictures.models import SiteRendition
from honours.files import share_card
from honours.models import StoryCard
from honours.pages import StoryPage

JOB = "honours.draw_story_card"


def draw_later(page: StoryPage) -> Job:
    """Asks for the card, in the transaction of the publication."""
    return enqueue(JOB, payload={"page": page.pk})


def draw(page: StoryPage) -> bool:
    """Draws the card of a published story anew; an earlier file is deleted. False where the page is hidden meanwhile,
    or this machine has no Chinese font: then the portrait itself is shown."""
    honours = page.honours
    if not page.live or not honours:
        return False
    first = honours[0]
    site = page.get_site()
    drawn = share_card.draw(
        site=(site.site_name if site else "") or settings.WAGTAIL_SITE_NAME,
        title=page.title,
        name=first.holder.name if len(honours) == 1 else "",
        role=page.role or first.holder.unit_name,
        honour=" ".join(str(part) for part in (first.year or "", first.title.name) if part),
        photo=page.share_image or page.portrait,
    )
    if drawn is None:
        return False
    with transaction.atomic():
        card = StoryCard.objects.select_for_update().filter(page=page).first() or StoryCard(page=page)
        before = card.file.name
        card.file.save(f"{uuid4().hex}.jpg", ContentFile(drawn), save=True)
        if before:
            transaction.on_commit(lambda: default_storage.delete(before))
    return True


def take_down(page: Any) -> None:
    """Called when a story is hidden, in the same transaction: card and renditions go, files after the commit. A picture
    that something else shows too keeps its renditions."""
    card = StoryCard.objects.filter(page=page.pk).first()
    if card is not None:
        name = str(card.file.name)
        card.delete()
        transaction.on_commit(lambda: default_storage.delete(name))
    mine = {picture.pk: picture for picture, _place in page.pictures()}
    alone = [key for key, picture in mine.items() if not _shown_elsewhere(picture, page)]
    for rendition in SiteRendition.objects.filter(image__in=alone):
        rendition.delete()  # one by one: Wagtail deletes the file of each


def _shown_elsewhere(picture: Any, page: Any) -> bool:
    others = ReferenceIndex.get_references_to(picture).exclude(object_id=str(page.pk))
    return bool(others.exists())
