"""The search for everybody: results by kind with their pieces of text, and suggestions while somebody types.

Whatever is typed is words or nothing (query.py), so no question can be wrong; a program that asks without end is
slowed down.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from craft_site.kit.access import public
from craft_site.kit.language import reads_english
from craft_site.people.web.throttle import over_limit
from craft_site.search import engine, marking
from craft_site.search.documents import sort_of
from craft_site.search.engine import Found
from craft_site.search.models import Entry, Kind
from craft_site.search.query import LONGEST, Query, read

A_PAGE = 20
QUOTES = '“”"‘’「」『』 '
MOST_PAGES = 50  # nobody leafs further; whoever seeks so far asks more closely
SUGGESTED = 8
TEN_MINUTES = 600
A_HALL_ASKS, A_HALL_TYPES = 600, 3000  # a whole hall shares one address


class SearchForm(forms.Form):
    """q: what is sought; anything may be typed."""

    q = forms.CharField(
        label=gettext_lazy("What are you looking for?"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST, "autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown."""

    entry: Entry
    title: SafeString
    words: SafeString
    sort: str


@public
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What answers, best first, with the number of each kind."""
    typed = _typed(request)
    query = read(typed)
    if query and over_limit(request, "search", limit=A_HALL_ASKS, seconds=TEN_MINUTES):
        problem = {"text": _("Too many searches came from here. Try again in ten minutes."), "url": ""}
        return _page(request, typed, query, Found((), {}), None, status=429, problems=[problem])
    kind = _kind(request)
    number = _number(request)
    found = engine.search(query, kind=kind, start=(number - 1) * A_PAGE, most=A_PAGE)
    if not found.entries and number > 1 and found.total:  # an address of yesterday: the first page
        number = 1
        found = engine.search(query, kind=kind, most=A_PAGE)
    return _page(request, typed, query, found, kind, number=number)


@public
@never_cache
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """A short list of links for the box, as a piece of a page."""
    query = read(_typed(request))
    entries: tuple[Entry, ...] = ()
    if not over_limit(request, "search-typing", limit=A_HALL_TYPES, seconds=TEN_MINUTES):
        entries = engine.suggest(query, most=SUGGESTED)
    lines = [
        {"entry": entry, "title": marking.marked(str(entry), query), "sort": sort_of(entry)}
        for entry in entries
    ]
    return render(request, "search/suggestions.html", {"lines": lines, "q": query.text if query else ""})


def _page(
    request: HttpRequest,
    typed: str,
    query: Query,
    found: Found,
    kind: Kind | None,
    *,
    number: int = 1,
    status: int = 200,
    problems: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    here = found.counts.get(kind, 0) if kind else found.total
    said = typed.strip(QUOTES) or typed  # the page quotes it itself
    context = {
        "page_title": _("Search for “%(words)s”") % {"words": said} if query else _("Search"),
        "q": typed,
        "said": said,
        "form": SearchForm(initial={"q": typed}),
        "asked": bool(query),
        "unread": bool(typed) and not query,
        "kind": kind,
        "chips": _chips(found, typed, kind),
        "total": found.total,
        "lines": [_line(entry, query) for entry in found.entries],
        "here": here,
        "page_obj": Paginator(range(min(here, A_PAGE * MOST_PAGES)), A_PAGE).get_page(number),
        "problems": problems,
    }
    return render(request, "search/page.html", context, status=status)


def _typed(request: HttpRequest) -> str:
    """What stands in the box again: one line, without the characters that no page can carry."""
    q = request.GET.get("q", "")[: 10 * LONGEST]
    kept = "".join(sign for sign in q if sign.isprintable() or sign.isspace())
    return " ".join(kept.split())[:LONGEST]


def _kind(request: HttpRequest) -> Kind | None:
    wanted = request.GET.get("kind", "")
    return Kind(wanted) if wanted in Kind.values else None


def _number(request: HttpRequest) -> int:
    wanted = request.GET.get("page", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 1
    return min(max(number, 1), MOST_PAGES)


def _chips(found: Found, typed: str, kind: Kind | None) -> list[dict[str, Any]]:
    """All, then each kind of which something answers; the chosen one stays, though nothing of it does."""
    shown = [one for one in Kind if found.counts.get(one) or one is kind]
    rows = [("", _("All"), found.total, kind is None)]
    rows += [(one.value, str(one.label), found.counts.get(one, 0), one is kind) for one in shown]
    return [
        {"url": _address(typed, value), "label": label, "count": count, "current": current}
        for value, label, count, current in rows
    ]


def _address(typed: str, kind: str) -> str:
    return "?" + urlencode({"q": typed} | ({"kind": kind} if kind else {}))


def _line(entry: Entry, query: Query) -> Line:
    chinese, english = entry.passage.body, entry.passage.body_en
    first, second = (english, chinese) if english and reads_english() else (chinese, english)
    text = second if marking.has_mark(second, query) and not marking.has_mark(first, query) else first
    return Line(entry, marking.marked(str(entry), query), marking.excerpt(text, query), sort_of(entry))
