"""Money in templates."""

from decimal import Decimal

from django import template

from craft_site.kit import money

register = template.Library()


@register.filter
def yuan(value: int | Decimal | None) -> str:
    """Thousands apart; nothing for nothing."""
    return "" if value is None else money.yuan(value)
