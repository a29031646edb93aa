"""The font of the PDF: one of this machine with Chinese, never one from the network."""

from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont

_FOLDER = "/usr/share/fonts/opentype/noto"
REGULAR = (f"{_FOLDER}/NotoSansCJK-Regular.ttc", f"{_FOLDER}/NotoSerifCJK-Regular.ttc")
BOLD = (f"{_FOLDER}/NotoSansCJK-Bold.ttc", f"{_FOLDER}/NotoSerifCJK-Bold.ttc")


def find(*, bold: bool) -> tuple[str, int] | None:
    """Path and number of the face within its file; None on a machine without a font with Chinese."""
    chosen = str(getattr(settings, "CERTIFICATE_FONT", ""))
    for place in [chosen] if chosen else BOLD if bold else REGULAR:
        if Path(place).is_file():
            return place, _of_the_mainland(place)
    return None


@cache
def glyphs(place: str, face: int) -> frozenset[int]:
    """The characters that a face has."""
    if not place.endswith((".ttc", ".otc")):
        with TTFont(place, lazy=True) as font:
            return frozenset(font.getBestCmap())
    with TTCollection(place, lazy=True) as collection:
        return frozenset(collection.fonts[face].getBestCmap())


@cache
def _of_the_mainland(place: str) -> int:
    """A collection holds one face for each region; theirs differ in many strokes."""
    if not place.endswith((".ttc", ".otc")):
        return 0
    with TTCollection(place, lazy=True) as collection:
        names = [str(font["name"].getDebugName(1)) for font in collection.fonts]
    return next((n for n, name in enumerate(names) if name.endswith(" SC")), 0)
