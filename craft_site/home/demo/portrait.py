"""The portrait of somebody who does not exist: a figure with a helmet, drawn in the lines of the other plates, and said
to be drawn. The same seed draws the same figure on every machine."""

import random
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from craft_site.home.demo.plate import BLUE, PAPER, STEEL, Ground
from craft_site.kit import glyphs

WIDTH, HEIGHT, FINE = 960, 1200, 2
GROUNDS = (BLUE, STEEL, PAPER)
Points = Sequence[tuple[float, float]]


def draw_portrait(seed: int, sign: str) -> bytes:
    """JPEG, 960 by 1200. sign: what stands on the drawing's label."""
    chance = random.Random(f"portrait-{seed}")
    ground = GROUNDS[seed % len(GROUNDS)]
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), ground.back)
    pen = ImageDraw.Draw(image)
    _grid(pen, ground)
    _figure(pen, ground, broad=chance.choice((0.96, 1.0, 1.05)), long=chance.choice((0.97, 1.0, 1.03)))
    _label(pen, ground, sign)
    out = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=90, optimize=True)
    return out.getvalue()


def _grid(pen: ImageDraw.ImageDraw, ground: Ground) -> None:
    for at in range(0, WIDTH, 40):
        pen.line((at * FINE, 0, at * FINE, HEIGHT * FINE), fill=ground.grid, width=FINE)
    for at in range(0, HEIGHT, 40):
        pen.line((0, at * FINE, WIDTH * FINE, at * FINE), fill=ground.grid, width=FINE)


def _figure(pen: ImageDraw.ImageDraw, ground: Ground, *, broad: float, long: float) -> None:
    """Shoulders, collar, head, helmet; around the middle of the sheet. broad, long: against the usual measure."""

    def at(x: float, y: float) -> tuple[float, float]:
        return ((480 + x * broad) * FINE, (600 + (y - 600) * long) * FINE)

    def shape(points: Points, fill: str) -> None:
        placed = [at(*point) for point in points]
        pen.polygon(placed, fill=fill)
        pen.line([*placed, placed[0]], fill=ground.line, width=4 * FINE, joint="curve")

    def oval(x0: float, y0: float, x1: float, y1: float, fill: str) -> None:
        pen.ellipse((*at(x0, y0), *at(x1, y1)), fill=fill, outline=ground.line, width=4 * FINE)

    shape(
        [
            (-400, 1230),
            (-372, 980),
            (-290, 868),
            (-120, 800),
            (120, 800),
            (290, 868),
            (372, 980),
            (400, 1230),
        ],
        ground.left,
    )
    shape([(-120, 800), (-64, 770), (0, 905), (-76, 940)], ground.top)
    shape([(120, 800), (64, 770), (0, 905), (76, 940)], ground.top)
    pen.line([at(0, 905), at(0, 1230)], fill=ground.soft, width=3 * FINE)
    shape([(150, 980), (270, 980), (270, 1090), (150, 1090)], ground.right)
    pen.line([at(178, 972), at(178, 1048)], fill=ground.part, width=7 * FINE)
    pen.line([at(206, 972), at(206, 1058)], fill=ground.mark, width=7 * FINE)
    shape([(-62, 700), (62, 700), (66, 778), (0, 905), (-66, 778)], ground.right)
    oval(-140, 420, 140, 765, ground.top)
    pen.pieslice(
        (*at(-188, 300), *at(188, 700)), 180, 360, fill=ground.part, outline=ground.line, width=4 * FINE
    )
    shape([(-214, 494), (214, 494), (206, 528), (-206, 528)], ground.part)
    shape([(-26, 302), (26, 302), (30, 494), (-30, 494)], ground.part)


def _label(pen: ImageDraw.ImageDraw, ground: Ground, sign: str) -> None:
    face = glyphs.font(24 * FINE)
    if face is None:
        return
    long = face.getlength(sign)
    pen.rectangle(
        (48 * FINE, 48 * FINE, 80 * FINE + long, 104 * FINE),
        fill=ground.back,
        outline=ground.soft,
        width=FINE,
    )
    pen.text((64 * FINE, 58 * FINE), sign, font=face, fill=ground.line)
