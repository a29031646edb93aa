"""Plates for the demonstration: line drawings of dies and parts, drawn from a seed. No photograph, no person.

Every plate is an isometric exploded view of a die with dimension lines and a title block, on dark steel or on
paper. The same seed draws the same picture on every machine.
"""

import math
import random
from collections.abc import Callable, Sequence
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
GROUNDS = (STEEL, PAPER, BLUE)
GAP = 44  # how far the halves are drawn apart

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


@dataclass(frozen=True)
class Die:
    """The measures of one drawn die, in mm."""

    length: float
    width: float
    base: float
    lift: float
    pillar: float


def _measures(chance: random.Random, *, long: bool = False) -> Die:
    length = chance.choice((240, 260, 280, 300) if long else (180, 200, 220))
    width = chance.choice((130, 140) if long else (150, 160, 170))
    return Die(
        length, width, chance.choice((26, 30, 34)), chance.choice((128, 136, 146)), chance.choice((9, 10, 11))
    )


def _posts(die: Die) -> list[tuple[float, float]]:
    x, y = die.length / 2 - 22, die.width / 2 - 22
    return [(-x, -y), (x, -y), (-x, y), (x, y)]


def _lower(plate: Plate, die: Die, draw_die: Callable[[float], None]) -> None:
    plate.box((0, 0, 0), (die.length, die.width, die.base))
    for x, y in _posts(die)[:2]:
        plate.pillar((x, y, die.base), die.pillar, die.lift + 24)
    draw_die(die.base)
    for x, y in _posts(die)[2:]:
        plate.pillar((x, y, die.base), die.pillar, die.lift + 24)


def _upper(plate: Plate, die: Die, z: float) -> None:
    """The upper shoe with its shank. z: the height of its lower face."""
    plate.box((0, 0, z), (die.length, die.width, die.base))
    top = z + die.base
    for x, y in _posts(die):
        plate.hole((x, y, top), die.pillar + 4)
        plate.hole((x, y, top), die.pillar)
    plate.pillar((0, 0, top), 22, 40)
    plate.hole((0, 0, top + 40), 9)


def _compound(plate: Plate, die: Die, chance: random.Random) -> list[str]:
    """Blanking and piercing in one stroke: a punch-die below, the strip passing over it."""
    radius = chance.choice((34, 38, 42))

    def body(z: float) -> None:
        plate.box((0, 0, z), (118, 104, 22))
        plate.hole((0, 0, z + 22), radius)
        plate.pillar((0, 0, z + 16), radius - 10, 20)
        plate.hole((0, 0, z + 36), radius - 24, fill=plate.ground.part)
        for x, y in ((-46, -40), (46, -40), (-46, 40), (46, 40)):
            plate.hole((x, y, z + 22), 4.5)
        strip = z + 66
        plate.box((0, 0, strip), (die.length + 84, 62, 2), fills=(plate.ground.part,) * 3)
        for n in (-1, 0, 1):
            plate.hole((n * 92, 0, strip + 2), 24 if n < 1 else 0.1, fill=plate.ground.back if n < 1 else "")

    _lower(plate, die, body)
    return [f"φ{radius * 2 - 20}H7", "±0.01"]


def _single(plate: Plate, die: Die, chance: random.Random) -> list[str]:
    """One operation a stroke: a bending block with a channel."""
    gap = chance.choice((40, 46, 52))

    def body(z: float) -> None:
        block = (die.length - 84) / 2 - gap / 4
        for side in (-1, 1):
            plate.box((side * (gap / 2 + block / 2), 0, z), (block, die.width - 54, 46))
            plate.hole((side * (gap / 2 + block / 2), 0, z + 46), 7)
        part = z + 74
        plate.box((0, 0, part), (gap + 92, 70, 2.5), fills=(plate.ground.part,) * 3)
        plate.box((0, 0, part + 2.5), (gap - 6, 64, 26))

    _lower(plate, die, body)
    return [f"R{chance.choice((2, 3, 4))}", "±0.02"]


def _progressive(plate: Plate, die: Die, chance: random.Random) -> list[str]:
    """A strip walks through five stations, and at each of them a little more of the part is there."""
    stations = chance.choice((5, 6))
    pitch = (die.length - 70) / stations

    def body(z: float) -> None:
        plate.box((0, 0, z), (die.length - 34, 92, 24))
        strip = z + 40
        for n in range(stations):
            x = -pitch * (stations - 1) / 2 + n * pitch
            plate.hole((x, 0, z + 24), 9)
            plate.dashes((x, 0, z + 24), (x, 0, strip))
        plate.box((0, 0, strip), (die.length + 76, 56, 2), fills=(plate.ground.part,) * 3)
        for n in range(stations):
            x = -pitch * (stations - 1) / 2 + n * pitch
            for y in (-22, 22):
                plate.hole((x + pitch / 2, y, strip + 2), 3, fill=plate.ground.back)
            if n >= 1:
                plate.hole((x, 0, strip + 2), 5, fill=plate.ground.back)
            if n >= 2:
                for y in (-13, 13):
                    w = pitch * 0.34
                    plate.face(
                        [
                            (x - w, y - 3, strip + 2),
                            (x + w, y - 3, strip + 2),
                            (x + w, y + 3, strip + 2),
                            (x - w, y + 3, strip + 2),
                        ],
                        plate.ground.back,
                        width=1.1,
                    )
            if n >= 3:
                plate.box(
                    (x, 0, strip + 2), (pitch * 0.5, 12, 3 + 3 * (n - 2)), fills=(plate.ground.part,) * 3
                )

    _lower(plate, die, body)
    return [f"{pitch:.1f}±0.005", f"{stations} 工位"]


def _drawing(plate: Plate, die: Die, chance: random.Random) -> list[str]:
    """A cup is drawn from a round blank; the cup stands beside its die."""
    cup, depth = chance.choice((34, 38, 42)), chance.choice((34, 40, 46))

    def body(z: float) -> None:
        plate.pillar((0, 0, z), cup + 24, 34)
        plate.hole((0, 0, z + 34), cup + 6)
        plate.hole((0, 0, z + 34), cup)
        plate.dashes((0, 0, z + 34), (0, 0, z + 76))
        plate.pillar((0, 0, z + 60), cup, depth, fill=plate.ground.part)
        plate.hole((0, 0, z + 60 + depth), cup, fill=plate.ground.part)
        plate.hole((0, 0, z + 60 + depth), cup - 4)

    _lower(plate, die, body)
    return [f"φ{cup * 2}", f"h {depth}"]


_KINDS: dict[str, tuple[str, Callable[[Plate, Die, random.Random], list[str]], bool]] = {
    "single": ("单工序模", _single, False),
    "compound": ("复合模", _compound, False),
    "progressive": ("级进模", _progressive, True),
    "drawing": ("拉深模", _drawing, False),
}


def _draw_die(plate: Plate, kind: str, chance: random.Random) -> tuple[Die, list[str]]:
    _name, build, long = _KINDS[kind]
    die = _measures(chance, long=long)
    notes = build(plate, die, chance)
    shoe = die.base + die.lift + GAP
    for x, y in _posts(die):
        plate.dashes((x, y, die.base + die.lift + 24), (x, y, shoe))
    _upper(plate, die, shoe)
    half_x, half_y = die.length / 2, die.width / 2
    plate.dimension((-half_x, half_y, 0), (half_x, half_y, 0), (0, 34, 0), f"{die.length:.0f}")
    plate.dimension((half_x, half_y, 0), (half_x, -half_y, 0), (34, 0, 0), f"{die.width:.0f}")
    return die, notes


def draw_exhibit(seed: int, kind: str) -> bytes:
    """JPEG, 1200 x 900: the exploded view of a die. kind: single, compound, progressive or drawing."""
    chance = random.Random(f"exhibit-{seed}-{kind}")
    ground = GROUNDS[seed % len(GROUNDS)]
    plate = Plate(ground, scale=1.55 if kind == "progressive" else 1.6, centre=(545, 590))
    plate.grid()
    die, notes = _draw_die(plate, kind, chance)
    plate.frame(
        [
            ("名称", _KINDS[kind][0]),
            ("闭合高度", f"{die.base * 2 + die.lift:.0f} mm"),
            ("要求", "  ".join(notes)),
            ("图号", f"YK-{seed % 900 + 100}-{chance.randrange(10, 99)}"),
        ]
    )
    return plate.jpeg()


def draw_banner(seed: int, title: str = "", subtitle: str = "", *, subject: str = "mould") -> bytes:
    """JPEG, 1600 x 1200, with room to be cropped to 5:4, with the title in its block. subject: mould or power."""
    chance = random.Random(f"banner-{seed}")
    if subject == "power":
        return _power_line(seed, title, subtitle, chance)
    plate = Plate(GROUNDS[seed % len(GROUNDS)], scale=1.6, centre=(560, 585))
    plate.grid()
    kind = ("compound", "progressive", "drawing", "single")[seed % 4]
    _die, notes = _draw_die(plate, kind, chance)
    rows = [(label, text) for label, text in (("竞赛", title), ("项目", subtitle)) if text]
    plate.frame([*rows, ("要求", "  ".join(notes)), ("比例", "1 : 2")])
    return plate.jpeg((1600, 1200))


def _power_line(seed: int, title: str, subtitle: str, chance: random.Random) -> bytes:
    """Poles of a distribution line with cross-arms, insulators, sagging wires and a switch box."""
    plate = Plate(GROUNDS[seed % len(GROUNDS)], scale=1.22, centre=(480, 560))
    plate.grid()
    height, span, arm = 300.0, chance.choice((190.0, 200.0, 210.0)), 74.0
    wires = [(-arm / 2 + 6, height - 22), (0.0, height - 22), (arm / 2 - 6, height - 22)]
    plate.box((0, 0, -14), (span * 2 + 110, 120, 14))

    def insulator(x: float, y: float, z: float) -> None:
        for n in range(3):
            plate.pillar((x, y, z + n * 6), 6.5 - n, 4, fill=plate.ground.part)

    for n in (-1, 0, 1):
        x = n * span
        plate.pillar((x, 0, 0), 7, height - 34)
        plate.box((x, 0, height - 46), (9, arm, 9))
        for y, z in wires:
            insulator(x, y, z - 16)
    for n in (-1, 0):
        for y, z in wires:
            steps = [i / 24 for i in range(25)]
            plate.path(
                [(n * span + span * t, y, z + 4 - 26 * 4 * t * (1 - t)) for t in steps],
                fill=plate.ground.line,
                width=1.5,
            )
    plate.box((0, 26, 96), (46, 24, 58))
    plate.hole((0, 38, 125), 0.1)
    plate.path(
        [(-14, 38, 140), (14, 38, 140), (14, 38, 116), (-14, 38, 116), (-14, 38, 140)], fill=plate.ground.mark
    )
    plate.dimension((-span, 60, -14), (0, 60, -14), (0, 42, 0), "50 m")
    plate.dimension((span + 55, 0, 0), (span + 55, 0, height - 34), (34, 0, 0), "12 m")
    rows = [(label, text) for label, text in (("竞赛", title), ("项目", subtitle)) if text]
    plate.frame([*rows, ("电压", "10 kV"), ("比例", "1 : 100")])
    return plate.jpeg((1600, 1200))
