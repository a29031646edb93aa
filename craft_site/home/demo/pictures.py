"""Plates for the demonstration: line drawings of dies and parts, drawn from a seed. No photograph, no person.

Every plate is an isometric exploded view of a die with dimension lines and a title block, on dark steel or on
paper. The same seed draws the same picture on every machine.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from craft_site.home.demo.plate import BLUE, PAPER, STEEL, Plate

GROUNDS = (STEEL, PAPER, BLUE)
GAP = 44  # how far the halves are drawn apart


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
