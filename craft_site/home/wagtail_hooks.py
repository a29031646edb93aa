"""The editors' face: what is not theirs is not in their menus."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Accounts are kept where their ledger is, never in the editors' face; nothing here is a snippet.
NOT_HERE = {"users", "snippets"}


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
def leave_out(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NOT_HERE]
