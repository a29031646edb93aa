"""The groups in which people enter, by the words of organisers: 职工, 职工组, worker, in any language of the site."""

from django.conf import settings
from django.utils import translation

from competitions.models import Entry
from craft_site.kit.tables import folded_header


def group_meant(text: str) -> str | None:
    """The group (an Entry.Group value) that a word stands for, or None."""
    wanted = folded_header(text).removesuffix("组")
    for group in Entry.Group:
        spellings = {folded_header(group.value)}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                spellings.add(folded_header(str(group.label)))
        if wanted in spellings:
            return group.value
    return None


def group_words() -> list[str]:
    """The groups as the reader calls them."""
    return [str(group.label) for group in Entry.Group]
