"""The lineage as pages show it, to the public and at the desk: families, one branch as a picture and as a list."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from academy.domain.lineage import Lines, Person, honoured
from academy.matching.lineage import Branch, Link, branch, fitted
from academy.web.lineage_svg import Plate, Rest, picture
from craft_site.kit.language import bracketed, in_language, listed

COLUMNS = 15  # as broad as a page
LISTED = 160  # people in a list
FAMILIES = 36  # a page

Address = Callable[[str], str]


def families(lines: Lines, address: Address, query: QueryDict) -> dict[str, Any]:
    """The first page: the numbers, the largest family as a picture, all families, or who answers a search."""
    graph = lines.graph
    words = query.get("q", "")[:50]
    roots = [key for key in graph.roots if lines.people[key].named]
    page = Paginator(roots, FAMILIES).get_page(query.get("page"))
    met = lines.find(words)
    first = roots[0] if roots and not words and page.number == 1 else None
    return {
        "words": words,
        "met": [_line(lines, address, key) for key in met],
        "page_obj": page,
        "families": [_line(lines, address, key) for key in page],
        "figures": _figures(lines, roots),
        **(_drawn(lines, address, first) if first else {}),
    }


def person(lines: Lines, address: Address, key: str) -> dict[str, Any] | None:
    """One person's branch; None for whoever is not there or not named."""
    one = lines.people.get(key)
    if one is None or not one.named:
        return None
    graph = lines.graph
    above = graph.ancestors(key)
    return {
        "person": _line(lines, address, key),
        "generation": len(above) + 1,
        "crumbs": [
            *(
                {"title": one["name"], "url": one["url"]}
                for one in (_named(lines, address, key) for key in above)
            ),
            {"title": one.name, "url": ""},
        ],
        "masters": [_linked(lines, address, link.master, link) for link in graph.learnt.get(key, ())],
        "apprentices": len(graph.taught.get(key, ())),
        "elsewhere": [
            _linked(lines, address, link.apprentice, link)
            for link in graph.taught.get(key, ())
            if graph.above.get(link.apprentice) != key
        ],
        **_drawn(lines, address, key),
    }


def _drawn(lines: Lines, address: Address, root: str) -> dict[str, Any]:
    """{svg, tree, root_name}: a branch as a picture, and larger as a list."""
    graph = lines.graph
    part, spots = fitted(graph, root, columns=COLUMNS)
    broad = branch(graph, root, generations=4, room=LISTED, broad=20)
    shown = {*part.people, *broad.people}
    brass = honoured(lines.people[key] for key in shown)
    plates = {key: _plate(lines, address, key, brass) for key in part.people}
    rests = {key: _rest(lines, address, key, count) for key, count in part.more.items()}
    name = lines.people[root].name
    depth = len(graph.ancestors(root))
    return {
        "root_name": name,
        "svg": picture(
            part,
            spots,
            plates,
            rests,
            title=_("Who learnt from %(name)s, and who from them") % {"name": name},
            rows=[
                pgettext("lineage", "Gen. %(n)d") % {"n": depth + n}
                for n in range(1, graph.generations[root] + 1)
            ],
        ),
        "tree": _tree(lines, address, broad, brass),
        "has_honours": bool(brass),
        "has_second": bool(part.beside),
        "has_unnamed": any(not lines.people[key].named for key in shown),
    }


def _tree(lines: Lines, address: Address, part: Branch, brass: set[int]) -> dict[str, Any]:
    """The list: {name, url, trade, year, honour, also, children, more, open}, the deepest built first."""
    depth = {part.root: 1}
    for key in part.people:
        depth |= dict.fromkeys(part.children.get(key, ()), depth[key] + 1)
    built: dict[str, dict[str, Any]] = {}
    for key in reversed(part.people):
        one = lines.people[key]
        others = [
            link for link in lines.graph.learnt.get(key, ()) if link.master != lines.graph.above.get(key)
        ]
        built[key] = _named(lines, address, key) | {
            "trade": _trade(one),
            "year": _year(lines, key),
            "honour": one.worker in brass,
            "also": [lines.people[link.master].name for link in others if lines.people[link.master].named],
            "children": [built[kid] for kid in part.children.get(key, ())],
            "more": _rest(lines, address, key, part.more[key]) if key in part.more else None,
            "open": depth[key] < 3,
        }
    return built[part.root]


def _plate(lines: Lines, address: Address, key: str, brass: set[int]) -> Plate:
    one = lines.people[key]
    year = _year(lines, key)
    return Plate(
        name=_name(one, lines, key),
        label=_label(lines, key, year, honour=one.worker in brass),
        url=address(one.key) if one.named else "",
        trade=_trade(one),
        note=year,
        honour=one.worker in brass,
    )


def _label(lines: Lines, key: str, year: str, *, honour: bool) -> str:
    """A plate in words: name, trade, since when, how many apprentices."""
    one = lines.people[key]
    count = len(lines.graph.taught.get(key, ()))
    parts = [
        _name(one, lines, key),
        _trade(one),
        _("apprentice since %(year)s") % {"year": year} if year else "",
        ngettext("%(count)d apprentice", "%(count)d apprentices", count) % {"count": count} if count else "",
        _("holds an honour") if honour else "",
    ]
    return listed(part for part in parts if part)


def _rest(lines: Lines, address: Address, key: str, count: int) -> Rest:
    one = lines.people[key]
    label = ngettext("%(count)d more apprentice of %(name)s", "%(count)d more apprentices of %(name)s", count)
    words = label % {"count": count, "name": _name(one, lines, key)}
    return Rest(count, address(one.key) if one.named else "", words)


def _line(lines: Lines, address: Address, key: str) -> dict[str, Any]:
    """Somebody as a line or a card: with the size of the family and the first master."""
    graph = lines.graph
    return _named(lines, address, key) | {
        "trade": _trade(lines.people[key]),
        "people": graph.below[key],
        "generations": graph.generations[key],
        "master": lines.people[graph.above[key]].name if key in graph.above else "",
    }


def _linked(lines: Lines, address: Address, other: str, link: Link) -> dict[str, Any]:
    return _named(lines, address, other) | {"year": link.year}


def _named(lines: Lines, address: Address, key: str) -> dict[str, Any]:
    one = lines.people[key]
    return {"name": _name(one, lines, key), "url": address(one.key) if one.named else ""}


def _name(one: Person, lines: Lines, key: str) -> str:
    if one.named:
        return one.name
    return _("A master") if lines.graph.taught.get(key) else _("An apprentice")


def _trade(one: Person) -> str:
    return in_language(one.trade, one.trade_en)


def _year(lines: Lines, key: str) -> str:
    """When somebody became an apprentice of the master above; "" for a root or where it is not told."""
    links: Sequence[Link] = lines.graph.learnt.get(key, ())
    above = lines.graph.above.get(key)
    return next((str(link.year) for link in links if link.master == above and link.year), "")


def _figures(lines: Lines, roots: Sequence[str]) -> list[dict[str, Any]]:
    graph, people = lines.graph, _("people")
    masters = sum(1 for key, one in lines.people.items() if one.named and graph.taught.get(key))
    return [
        {
            "label": _("In the lineage"),
            "value": sum(one.named for one in lines.people.values()),
            "unit": people,
        },
        {"label": _("Of them have taught"), "value": masters, "unit": people},
        {"label": _("Families"), "value": len(roots), "unit": ""},
        {
            "label": _("Longest line"),
            "value": max((graph.generations[key] for key in roots), default=0),
            "unit": _("generations"),
        },
    ]


def title_of(found: dict[str, Any]) -> str:
    """A page's title: the name, and the trade in brackets."""
    trade = found["person"]["trade"]
    return found["person"]["name"] + (bracketed(trade) if trade else "")
