"""Sums of money as people read them."""

from decimal import Decimal


def yuan(value: int | Decimal) -> str:
    """220,000 or 3,860.50: thousands apart in either language, cents only where there are any."""
    whole = value == int(value)
    return f"{int(value):,}" if whole else f"{value:,.2f}"
