"""The last part of a page's address, its slug: a new page gets a free one by itself, by whatever way it is kept.

While an editor writes, the form makes the slug from the title and keeps the draft every few hundred milliseconds, so
two drafts of one title, or of titles that begin alike, meet at one slug. Wagtail numbers slugs only where the form sent
none; otherwise it refuses, and the draft is not kept.
"""

import re
from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

LONGEST = 255
ROOM = 6  # for the number that makes it free: "-99999"


def free_slug(wanted: str, *, among: Any) -> str:
    """`wanted` if none of these pages has it, otherwise with the first number that is free: wanted-2, wanted-3."""
    base = wanted[: LONGEST - ROOM]
    taken = set(among.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def is_made_of(slug: str, title: str) -> bool:
    """Whether a slug says no more than the title: nobody has chosen it."""
    return _letters(slug) == _letters(title)


def _letters(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()


class FreeSlugForm(WagtailAdminPageForm):
    """The editors' form of a page. A slug that somebody typed, and one of a page that is out, is refused if taken."""

    def clean(self) -> Any:
        slug, title = self.cleaned_data.get("slug"), self.cleaned_data.get("title")
        is_out = self.instance.pk is not None and self.instance.live
        if slug and title and self.parent_page and not is_out and is_made_of(slug, title):
            others = self.parent_page.get_children().not_page(self.instance)
            self.cleaned_data["slug"] = free_slug(slug, among=others)
        return super().clean()


def free_revision(page: Page, revision: Any) -> None:
    """Before it is published: what it calls the page may have been taken since by another one."""
    wanted = revision.content["slug"]
    free = free_slug(wanted, among=page.get_siblings(inclusive=False))
    if free != wanted:
        revision.content["slug"] = free
        revision.save(update_fields=["content"])
