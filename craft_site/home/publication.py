"""When Wagtail publishes a page, by whatever way, its pictures are made for its first reader."""

from typing import Any

from craft_site.kit.pages import BilingualPage
from craft_site.pictures.render import render_later


def prepare_pictures(sender: type, instance: Any, **kwargs: Any) -> None:
    """Receives Wagtail's page_published: from the editor, from a workflow's last approval, from the clock."""
    if isinstance(instance, BilingualPage):
        render_later(instance.pictures())
