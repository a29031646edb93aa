"""The text of a sheet's alarm: which aspects the panel judges again, each with the ledger line that raised it."""

from collections.abc import Mapping


def alarms_of(alarm: str) -> dict[str, int]:
    """Aspects of a sheet's alarm, each with the number of the ledger line that raised it."""
    found = {}
    for part in alarm.split():
        aspect, _at, seq = part.rpartition("@")
        found[aspect] = int(seq)
    return found


def alarm_text(alarms: Mapping[str, int]) -> str:
    return " ".join(f"{aspect}@{seq}" for aspect, seq in sorted(alarms.items()))
