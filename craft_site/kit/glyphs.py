"""Rare characters in names: which of them can be shown, and a picture of a name for readers whose computer has no
glyph.

Every computer that shows Chinese has the characters of GBK. Beyond them a name is drawn here, with a font of this
machine (Debian: fonts-noto-cjk), so that nobody reads a box instead of a name. What that font lacks is told to
whoever issues.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

_NOWHERE = "\U0010ffff"  # no font has it: what is drawn for it is what is drawn for every missing glyph
_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)


def is_everywhere(char: str) -> bool:
    """Whether every computer with Chinese has this character: GBK's, Latin letters, the dot of names, and the brackets
    and quotation marks in what units are called."""
    if "\u4e00" <= char <= "\u9fa5" or char < "\u0250" or char == "\u3007":
        return True
    return "\u2010" <= char <= "\u2027" or "\u3001" <= char <= "\u3017" or "\uff01" <= char <= "\uff5e"


def is_plain(text: str) -> bool:
    """Whether the text can be left to the reader's own fonts."""
    return all(map(is_everywhere, text))


def missing(text: str) -> list[str]:
    """The characters that neither every computer has nor this machine's font can draw, each once, in their order."""
    return [char for char in dict.fromkeys(text) if not is_everywhere(char) and not _has(char)]


def font(size: int) -> ImageFont.FreeTypeFont | None:
    """The font for certificates, in pixels; None on a machine without one."""
    return _font(str(getattr(settings, "CERTIFICATE_FONT", "")), size)


def drawn(text: str, *, size: int) -> bytes | None:
    """The text in black on nothing, as PNG; None where a glyph or the font itself is missing. size: in pixels."""
    face = font(size)
    if face is None or missing(text):
        return None
    left, top, right, bottom = face.getbbox(text)
    picture = Image.new("LA", (int(right - left), int(bottom - top)), (0, 0))
    ImageDraw.Draw(picture).text((-left, -top), text, font=face, fill=(0, 255))
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=8)
def _font(chosen: str, size: int) -> ImageFont.FreeTypeFont | None:
    for place in [chosen] if chosen else _PLACES:
        if Path(place).is_file():
            return _of_the_mainland(place, size)
    return None


def _of_the_mainland(place: str, size: int) -> ImageFont.FreeTypeFont:
    """A collection holds one face for each region; theirs differ in many strokes."""
    first = ImageFont.truetype(place, size, layout_engine=ImageFont.Layout.BASIC)
    for index in range(1, 10):
        try:
            face = ImageFont.truetype(place, size, index=index, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            break
        if str(face.getname()[0]).endswith(" SC"):
            return face
    return first


def _has(char: str) -> bool:
    face = font(32)
    return face is not None and _shape(face, char) != _shape(face, _NOWHERE)


def _shape(face: ImageFont.FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(char)
    return mask.size, bytes(mask)
