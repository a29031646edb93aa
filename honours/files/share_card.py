"""The picture that a chat shows beside the link of a story: title, honour and name, 1200 by 630, and the portrait where
there is one."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

from craft_site.kit import glyphs
from honours.models import StoryCard

WIDTH, HEIGHT, EDGE = StoryCard.WIDTH, StoryCard.HEIGHT, 44  # pixels
PHOTO = 504  # its width: 4 to 5 of the height
PAPER, INK, GREY, BRASS, LINE = "#faf8f4", "#16191d", "#5f676f", "#7a5c22", "#c3bdaf"
Face = ImageFont.FreeTypeFont


def draw(*, site: str, title: str, name: str, role: str, honour: str, photo: Any = None) -> bytes | None:
    """A JPEG. site: its name, above; photo: a SiteImage at the right edge, None for words alone. None on a machine
    without a Chinese font."""
    if glyphs.font(40) is None:
        return None
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    room = WIDTH - 2 * EDGE
    if photo is not None:
        image.paste(_fitted(photo), (WIDTH - PHOTO, 0))
        room -= PHOTO
    _rule(pen, room + 2 * EDGE)
    pen.text((EDGE, EDGE), site, font=_face(30), fill=GREY)
    _words(pen, title, name, role, honour, room)
    out = BytesIO()
    image.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    return out.getvalue()


def _fitted(photo: Any) -> Image.Image:
    """Cut to the room of the photo, a little above the middle: faces are there."""
    with photo.file.open("rb") as file:
        whole = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
    return ImageOps.fit(whole, (PHOTO, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.35))


def _rule(pen: ImageDraw.ImageDraw, right: int) -> None:
    """The graduations of a steel rule along the foot: the ornament of the house."""
    for step, at in enumerate(range(EDGE, right - EDGE + 1, 10)):
        pen.line((at, HEIGHT - EDGE, at, HEIGHT - EDGE - (20 if step % 5 == 0 else 10)), fill=LINE, width=2)


def _words(pen: ImageDraw.ImageDraw, title: str, name: str, role: str, honour: str, room: int) -> None:
    small, middle = _face(30), _face(36)
    size, rows = _title(title, room)
    at = 150 if len(rows) < 3 else 128
    for row in rows:
        pen.text((EDGE, at), row, font=_face(size), fill=INK)
        at += int(size * 1.32)
    at += 22
    if honour:
        pen.polygon(
            ((EDGE + 10, at + 14), (EDGE + 20, at + 24), (EDGE + 10, at + 34), (EDGE, at + 24)), fill=BRASS
        )
        pen.text((EDGE + 34, at), _cut(honour, middle, room - 34), font=middle, fill=BRASS)
        at += 58
    below = "  ".join(part for part in (name, role) if part)
    if below and at < HEIGHT - 130:
        pen.text((EDGE, at), _cut(below, small, room), font=small, fill=GREY)


def _title(title: str, room: int) -> tuple[int, list[str]]:
    """The largest letters in which the title stands in three rows at most, and the rows."""
    for size in (84, 72, 62, 54):
        rows = _rows(title, _face(size), room)
        if len(rows) <= 3:
            return size, rows
    return 54, [*rows[:2], _cut("".join(rows[2:]), _face(54), room)]


def _rows(text: str, face: Face, room: int) -> list[str]:
    """Broken where the room ends; Latin words stay whole, no row begins with a full stop or comma."""
    rows, row = [], ""
    for word in _words_of(text):
        if row and face.getlength(row + word) > room and word not in "，。、：；！？”）》":
            rows.append(row.strip())
            row = ""
        row += word
    return [*rows, row.strip()] if row.strip() else rows


def _words_of(text: str) -> list[str]:
    found: list[str] = []
    for sign in text:
        if (
            found
            and sign.isascii()
            and not sign.isspace()
            and found[-1][-1].isascii()
            and not found[-1][-1].isspace()
        ):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _cut(text: str, face: Face, room: int) -> str:
    if face.getlength(text) <= room:
        return text
    while text and face.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"


def _face(size: int) -> Face:
    face = glyphs.font(size)
    assert face is not None  # asked for before anything is drawn
    return face
