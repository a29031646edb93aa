"""File names that go out with an answer: readable for people, harmless for systems."""

import re
import unicodedata

MAX_STEM = 80
_RESERVED = re.compile(
    r'[\\/:*?"<>|%]+'
)  # refused by Windows, or read as an escape by one browser or another


def safe_filename(name: str, *, suffix: str) -> str:
    """`name` without paths, control and direction characters, ending in `suffix` (".xlsx") whatever it ended in.

    Chinese stays Chinese: the header encodes it (RFC 5987). An empty rest becomes "file".
    """
    stem = "".join(
        char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C"
    )
    stem = " ".join(_RESERVED.sub(" ", stem).split()).strip(". ")
    if stem.lower().endswith(suffix.lower()):
        stem = stem[: -len(suffix)].rstrip(". ")
    return (stem[:MAX_STEM].rstrip(". ") or "file") + suffix
