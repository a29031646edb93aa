"""Punctuation of the reader's language for templates."""

from collections.abc import Iterable

from django import template

from craft_site.kit import language

register = template.Library()


@register.simple_tag
def colon() -> str:
    """： or a colon and a space, between a name and what is said of it."""
    return language.colon()


@register.simple_tag
def comma() -> str:
    """、 or a comma and a space, between the items of a list."""
    return language.comma()


@register.simple_tag
def semicolon() -> str:
    """； or a semicolon and a space, between the clauses of a sentence."""
    return language.semicolon()


@register.filter
def introducing(text: object) -> str:
    """A name before what is said of it."""
    return language.introducing(text)


@register.filter
def listed(items: Iterable[object]) -> str:
    """Items joined as a list."""
    return language.listed(items)


@register.filter
def bracketed(text: object) -> str:
    """Text in brackets, to stand right behind a word."""
    return language.bracketed(text)
