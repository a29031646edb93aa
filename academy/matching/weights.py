"""The weights of a round as they are kept: plain names and whole points, read into values and checked."""

from collections.abc import Mapping
from typing import Any

from academy.matching.people import Weights

MOST = 100  # points of any one thing
GAPS = (1, 2, 3)
BANDS = (5, 10, 20)  # up to so many km between two towns
NAMES = ("trade", "employer", "town", "km_5", "km_10", "km_20", "gap_1", "gap_2", "gap_3", "far")


class WeightsRefused(ValueError):
    """Some points cannot be. name: which, as in NAMES; it is missing, no whole number, or not from 0 to MOST."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the points of {name} are no whole number from 0 to {MOST}")
        self.name = name


def plain(weights: Weights | None = None) -> dict[str, Any]:
    """Weights as they are kept and as a form shows them; the usual ones for None."""
    of = weights or Weights()
    return {
        "trade": of.trade,
        "employer": of.employer,
        "town": of.town,
        **{f"km_{km}": of.of_distance(km) for km in BANDS},
        **{f"gap_{gap}": of.gaps.get(gap, of.far) for gap in GAPS},
        "far": of.far,
        "same_trade_only": of.same_trade_only,
    }


def read(kept: Mapping[str, Any]) -> Weights:
    """Weights from what was kept; nothing kept means the usual ones. Raises WeightsRefused; unknown names too."""
    values = plain() | dict(kept)
    for name in sorted(values.keys() - {*NAMES, "same_trade_only"}):
        raise WeightsRefused(name)
    for name in NAMES:
        points = values[name]
        if not isinstance(points, int) or isinstance(points, bool) or not 0 <= points <= MOST:
            raise WeightsRefused(name)
    if not isinstance(values["same_trade_only"], bool):
        raise WeightsRefused("same_trade_only")
    return Weights(
        trade=values["trade"],
        employer=values["employer"],
        town=values["town"],
        bands={km: values[f"km_{km}"] for km in BANDS},
        gaps={gap: values[f"gap_{gap}"] for gap in GAPS},
        far=values["far"],
        same_trade_only=values["same_trade_only"],
    )
