"""The editors' face: what is not theirs is not in their menus."""

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Accounts are kept where their ledger is, never in the editors' face; nothing here is a snippet.
NOT_HERE = {"users", "snippets"}

# Wagtail's own word for the state of a published page means "in use" in Chinese; the catalogue of the site says better.
PUBLISHED = gettext_noop("live")


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
def leave_out(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NOT_HERE]


@hooks.register("construct_help_menu")
def leave_out_news_of_wagtail(request: HttpRequest, items: list[MenuItem]) -> None:
    """News for programmers, in English; Wagtail keeps its label in the language of whoever came first."""
    items[:] = [item for item in items if not item.name.startswith("whats-new-in-wagtail")]
