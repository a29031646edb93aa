"""A day of which a source tells the year alone. It is kept as the first of January, so that rows have an order; pages
print the year. No decree confers an honour on that day: it is a holiday."""

from datetime import date

HONOUR = "honour"  # the one kind of line whose source may tell no day


def year_alone(kind: str, on: date) -> bool:
    """Whether a line of this kind has a year and no day."""
    return kind == HONOUR and (on.month, on.day) == (1, 1)


def known(kind: str, on: date) -> str:
    """2025-05-01, or 2025 where no more is known."""
    return str(on.year) if year_alone(kind, on) else on.isoformat()
