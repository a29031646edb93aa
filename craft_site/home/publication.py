"""When Wagtail publishes a page, by whatever way, its pictures are made for its first reader; when it hides a story,
they go with it."""

from typing import Any

from craft_site.kit.pages import BilingualPage
from craft_site.pictures.render import render_later
from honours import story_card
from honours.pages import StoryPage


def prepare_pictures(sender: type, instance: Any, **kwargs: Any) -> None:
    """Receives Wagtail's page_published: from the editor, from a workflow's last approval, from the clock."""
    if isinstance(instance, StoryPage) and not instance.may_stay_out():
        return
    if isinstance(instance, BilingualPage):
        render_later(instance.pictures())
    if isinstance(instance, StoryPage):
        story_card.draw_later(instance)


def take_pictures_down(sender: type, instance: Any, **kwargs: Any) -> None:
    """Receives Wagtail's page_unpublished: by an editor, by a consent withdrawn, by an honour revoked."""
    if isinstance(instance, StoryPage):
        story_card.take_down(instance)
