"""The URL table, read whole: every address with its name, its view and how to fill its parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from craft_site.kit.access import SELF_GUARDED_NAMES, SELF_GUARDED_ROUTES, access_of

# Nothing in any database answers to these.
NOBODY = {
    "int": [987_654],
    "slug": ["nowhere"],
    "str": ["987654"],
    "uuid": [UUID("00000000-0000-4000-8000-00000000dead")],
}
PATTERN_ROUTES = {r"^media/(?P<path>images/.+)$": "/media/images/nothing.png"}


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the URL table. name: with its namespace; parts: converter class names by part."""

    name: str
    route: str
    view: Callable[..., Any]
    parts: Mapping[str, str]

    @property
    def access(self) -> frozenset[str] | None:
        return access_of(self.view)

    @property
    def guards_itself(self) -> bool:
        """Whether Wagtail decides who comes in."""
        return self.route.startswith(SELF_GUARDED_ROUTES) or self.name in SELF_GUARDED_NAMES

    def addresses(self, known: Mapping[str, Sequence[Any]] | None = None) -> Iterator[str]:
        """The addresses of this route with the known values of its parts, with made-up ones where none are known."""
        if self.route in PATTERN_ROUTES:
            yield PATTERN_ROUTES[self.route]
            return
        known = known or {}
        choices = [known.get(part) or NOBODY[converter] for part, converter in self.parts.items()]
        for values in product(*choices):
            yield reverse(self.name, kwargs=dict(zip(self.parts, values, strict=True)))


def all_routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ()))


def own_routes() -> list[Route]:
    """The routes that this site guards: everything but Wagtail's own rooms."""
    return [route for route in all_routes() if not route.guards_itself]


def _walk(resolver: URLResolver, before: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            parts = {
                name: type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                for name, converter in getattr(pattern.pattern, "converters", {}).items()
            }
            yield Route(":".join((*spaces, pattern.name or route)), route, pattern.callback, parts)
