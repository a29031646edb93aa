"""The navigation on top of the desk and of the judges' pages: what the person's roles open, and nothing else."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from craft_site.people import roles

R = roles

# title, address, the roles that open it.
PLACES: tuple[tuple[Promise, str, frozenset[str]], ...] = (
    (_("Events"), "desk:events", frozenset({R.ORGANISER, R.REVIEWER, R.SUPERVISOR})),
    (_("Entries"), "desk:entries", frozenset({R.ORGANISER, R.REVIEWER, R.EMPLOYER})),
    (_("Employers' rosters"), "desk:roster", frozenset({R.ORGANISER, R.EMPLOYER})),
    (_("Declared ties"), "desk:declarations", frozenset({R.ORGANISER})),
    (_("Desk"), "desk:home", frozenset({R.JUDGE})),
    (_("My sheets"), "judge:home", frozenset({R.JUDGE})),
    (_("Declare a tie"), "judge:declare", frozenset({R.JUDGE})),
    (_("Accounts"), "desk:accounts", frozenset({R.ACCOUNTS})),
    (_("Administration"), "wagtailadmin_home", frozenset({R.ORGANISER, R.EDITOR})),
)


def desk_top(request: HttpRequest) -> list[dict[str, Any]]:
    """The places that this person's roles open: {title, url, current}. No query beyond the person's roles."""
    user = request.user
    if not user.is_authenticated:
        return []
    open_to = [(title, reverse(name)) for title, name, names in PLACES if user.role_names & names]
    here = max((url for _title, url in open_to if request.path.startswith(url)), key=len, default="")
    return [{"title": title, "url": url, "current": url == here} for title, url in open_to]
