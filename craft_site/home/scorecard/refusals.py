"""How a verb of the scorecard says no."""

from typing import Any


class ScorecardRefused(Exception):
    """The change cannot be made; the message tells the person why and what to do. field: of the form, "" for none."""

    def __init__(self, message: Any, *, field: str = "") -> None:
        super().__init__(str(message))
        self.field = field
