"""A sheet to draw on in isometric axes: blocks, rings, posts, dimension lines, a frame with a title block."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1200, 900
FINE = 2  # drawn at twice the size and reduced, for clean lines

Point = tuple[float, float]
Solid = tuple[float, float, float]


@dataclass(frozen=True)
class Ground:
    """Colours of one plate."""

    back: str
    grid: str
    line: str
    soft: str
    top: str
    left: str
    right: str
    mark: str
    part: str


STEEL = Ground(
    "#1c2126", "#242b31", "#e9e5dc", "#7d878f", "#3c454d", "#2c343b", "#232a30", "#e2574c", "#c9a15a"
)
BLUE = Ground(
    "#16232f", "#1d2d3b", "#e4ecf2", "#7590a6", "#2f4a60", "#233a4d", "#1b2f40", "#ef6a5c", "#d0a75e"
)
PAPER = Ground(
    "#f4f0e6", "#e6e0d1", "#23282d", "#8a8577", "#fdfbf6", "#e3dccb", "#d2c9b4", "#b3261e", "#a8803a"
)
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for file in _FONTS:
        if Path(file).exists():
            return ImageFont.truetype(file, int(size * FINE))
    return ImageFont.load_default(int(size * FINE))


def moved(point: Solid, way: Solid, *, by: float = 1) -> Solid:
    """The point that lies `by` times `way` further."""
    return (point[0] + way[0] * by, point[1] + way[1] * by, point[2] + way[2] * by)


class Plate:
    """A sheet to draw on, in isometric axes: x to the lower right, y to the lower left, z up; units are mm."""

    def __init__(self, ground: Ground, *, scale: float, centre: Point) -> None:
        self.ground = ground
        self.scale = scale
        self.centre = centre
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), ground.back)
        self.draw = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float, z: float) -> Point:
        across = (x - y) * math.cos(math.pi / 6)
        down = (x + y) * 0.5 - z
        return (
            (self.centre[0] + across * self.scale) * FINE,
            (self.centre[1] + down * self.scale) * FINE,
        )

    def grid(self, step: int = 30) -> None:
        for x in range(0, WIDTH, step):
            self.draw.line((x * FINE, 0, x * FINE, HEIGHT * FINE), fill=self.ground.grid, width=FINE)
        for y in range(0, HEIGHT, step):
            self.draw.line((0, y * FINE, WIDTH * FINE, y * FINE), fill=self.ground.grid, width=FINE)

    def face(self, corners: Sequence[Solid], fill: str, width: float = 1.6) -> None:
        points = [self.at(*corner) for corner in corners]
        self.draw.polygon(points, fill=fill)
        self.path([*corners, corners[0]], width=width)

    def path(self, points: Sequence[Solid], *, fill: str = "", width: float = 1.6) -> None:
        self.draw.line(
            [self.at(*point) for point in points],
            fill=fill or self.ground.line,
            width=round(width * FINE),
            joint="curve",
        )

    def dashes(self, start: Solid, end: Solid, *, dash: float = 9, gap: float = 6) -> None:
        """A centre line between two points in space."""
        (x1, y1), (x2, y2) = self.at(*start), self.at(*end)
        length = math.hypot(x2 - x1, y2 - y1) / FINE
        if not length:
            return
        way, long = 0.0, True
        while way < length:
            stretch = dash if long else 2.5
            a, b = way / length, min(1.0, (way + stretch) / length)
            self.draw.line(
                (x1 + (x2 - x1) * a, y1 + (y2 - y1) * a, x1 + (x2 - x1) * b, y1 + (y2 - y1) * b),
                fill=self.ground.soft,
                width=round(1.1 * FINE),
            )
            way, long = way + stretch + gap * 0.6, not long

    def box(self, origin: Solid, size: Solid, *, fills: tuple[str, str, str] | None = None) -> None:
        """A block seen from above front. origin: its centre below; size: x, y, z in mm."""
        (ox, oy, oz), (sx, sy, sz) = origin, size
        x0, x1, y0, y1, z0, z1 = ox - sx / 2, ox + sx / 2, oy - sy / 2, oy + sy / 2, oz, oz + sz
        top, left, right = fills or (self.ground.top, self.ground.left, self.ground.right)
        self.face([(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)], left)
        self.face([(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)], right)
        self.face([(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)], top)

    def ring(self, centre: Solid, radius: float) -> list[Solid]:
        x, y, z = centre
        turns = [i * math.tau / 72 for i in range(73)]
        return [(x + radius * math.cos(a), y + radius * math.sin(a), z) for a in turns]

    def hole(self, centre: Solid, radius: float, *, fill: str = "") -> None:
        ring = self.ring(centre, radius)
        self.draw.polygon([self.at(*point) for point in ring], fill=fill or self.ground.right)
        self.path(ring, width=1.2)

    def pillar(self, foot: Solid, radius: float, height: float, *, fill: str = "") -> None:
        """A round post standing on its foot."""
        x, y, z = foot
        reach = radius * math.sqrt(0.5)
        a, b = (x - reach, y + reach), (x + reach, y - reach)
        body = [(*a, z), (*b, z), (*b, z + height), (*a, z + height)]
        self.draw.polygon([self.at(*point) for point in body], fill=fill or self.ground.left)
        self.draw.polygon([self.at(*p) for p in self.ring(foot, radius)], fill=fill or self.ground.left)
        for side in (a, b):
            self.path([(*side, z), (*side, z + height)], width=1.3)
        low = [p for p in self.ring(foot, radius) if p[0] + p[1] >= x + y - 1e-6]
        self.path(sorted(low, key=lambda p: p[0] - p[1]), width=1.3)
        self.hole((x, y, z + height), radius, fill=self.ground.top)

    def dimension(self, start: Solid, end: Solid, off: Solid, text: str) -> None:
        """A dimension line beside an edge. off: how far it stands away from it."""
        a, b = moved(start, off), moved(end, off)
        for foot in (start, end):
            self.path([foot, moved(foot, off, by=1.12)], fill=self.ground.soft, width=0.9)
        self.path([a, b], fill=self.ground.mark, width=1.3)
        (x1, y1), (x2, y2) = self.at(*a), self.at(*b)
        turn = math.atan2(y2 - y1, x2 - x1)
        for x, y, way in ((x1, y1, turn), (x2, y2, turn + math.pi)):
            wing = 11 * FINE
            self.draw.polygon(
                [
                    (x, y),
                    (x + wing * math.cos(way + 0.2), y + wing * math.sin(way + 0.2)),
                    (x + wing * math.cos(way - 0.2), y + wing * math.sin(way - 0.2)),
                ],
                fill=self.ground.mark,
            )
        self.word(text, ((x1 + x2) / 2, (y1 + y2) / 2), 20, fill=self.ground.line, boxed=True)

    def word(
        self, text: str, at: Point, size: float, *, fill: str, anchor: str = "mm", boxed: bool = False
    ) -> None:
        font = _font(size)
        if boxed:
            x0, y0, x1, y1 = self.draw.textbbox(at, text, font=font, anchor=anchor)
            pad = 5 * FINE
            self.draw.rectangle((x0 - pad, y0 - pad, x1 + pad, y1 + pad), fill=self.ground.back)
        self.draw.text(at, text, font=font, fill=fill, anchor=anchor)

    def cut(self, text: str, size: float, room: float) -> str:
        """The text, or as much of its beginning as fits, with an ellipsis."""
        font = _font(size)
        if self.draw.textlength(text, font=font) <= room:
            return text
        while text and self.draw.textlength(f"{text}…", font=font) > room:
            text = text[:-1]
        return f"{text}…"

    def frame(self, rows: Sequence[tuple[str, str]]) -> None:
        """The border of a drawing sheet with its title block."""
        edge = 26 * FINE
        right, bottom = WIDTH * FINE - edge, HEIGHT * FINE - edge
        self.draw.rectangle((edge, edge, right, bottom), outline=self.ground.soft, width=FINE)
        for n in range(1, 8):  # the marks of the sheet's fields
            x = edge + (right - edge) * n / 8
            self.draw.line((x, edge, x, edge - 9 * FINE), fill=self.ground.soft, width=FINE)
            self.draw.line((x, bottom, x, bottom + 9 * FINE), fill=self.ground.soft, width=FINE)
        height, label, value = 38 * FINE, 96 * FINE, 214 * FINE
        top, left = bottom - height * len(rows), right - label - value
        self.draw.rectangle(
            (left, top, right, bottom), fill=self.ground.back, outline=self.ground.soft, width=FINE
        )
        self.draw.line((left + label, top, left + label, bottom), fill=self.ground.soft, width=FINE)
        room = value - 20 * FINE
        for n, (name, words) in enumerate(rows):
            text = self.cut(words, 19, room)
            y = top + height * n
            self.draw.line((left, y, right, y), fill=self.ground.soft, width=FINE)
            self.word(name, (left + 12 * FINE, y + height / 2), 16, fill=self.ground.soft, anchor="lm")
            self.word(
                text, (left + label + 12 * FINE, y + height / 2), 19, fill=self.ground.line, anchor="lm"
            )

    def jpeg(self, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
        shade = Image.linear_gradient("L").resize(self.image.size).point(lambda level: level // 9)
        dark = Image.new("RGB", self.image.size, "#000000")
        self.image.paste(dark, mask=shade.filter(ImageFilter.GaussianBlur(8)))
        out = BytesIO()
        self.image.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=90, optimize=True)
        return out.getvalue()
