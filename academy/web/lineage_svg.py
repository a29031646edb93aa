"""The picture of a lineage as SVG, in the manner of the hanging-line charts of Chinese family books: name plates that
hang from the master's line, one generation a row, a graduated rule at the left.

Sizes are in em of the picture's own text, so that it grows with the reader's; colours and strokes stand in
lineage.css. Nothing goes in unescaped.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from academy.matching.lineage import Branch, rest_of
from academy.matching.tree import Spot

EM = 16  # units of the picture for one em
COLUMN, ROW = 66, 170
WIDE, HIGH, REST_HIGH = 54, 112, 46  # a plate; the plate of those left out
LEFT, TOP, EDGE = 96, 14, 10  # the rule stands at the left; a seal's shadow needs an edge
RULE = 74
DROP = 20  # from a plate down to the line from which the apprentices hang
NAME, SMALL = 21, 14
MOST_UPRIGHT = 5  # characters that stand one below the other at full size
MOST_TRADE = 7


@dataclass(frozen=True, slots=True)
class Plate:
    """What is shown of one person. url: "" for whoever is not named; label: the whole in words; note: the year."""

    name: str
    label: str
    url: str = ""
    trade: str = ""
    note: str = ""
    honour: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """Apprentices who are left out: how many, where they are, in words."""

    count: int
    url: str
    label: str


def picture(
    part: Branch,
    spots: Mapping[str, Spot],
    plates: Mapping[str, Plate],
    rests: Mapping[str, Rest],
    *,
    title: str,
    rows: Sequence[str],
) -> SafeString:
    """One <svg>. plates, rests: by key; rows: a word for each generation from above, as many as are drawn or more."""
    at = {
        key: (LEFT + WIDE / 2 + spot.across * COLUMN, TOP + spot.depth * ROW) for key, spot in spots.items()
    }
    width = max(x for x, _y in at.values()) + WIDE / 2 + EDGE
    depth = 1 + max(spots[key].depth for key in part.people)
    height = max(
        TOP + (depth - 1) * ROW + HIGH, *(at[rest_of(key)][1] + REST_HIGH for key in rests), 0
    ) + EDGE  # fmt: skip
    return format_html(
        '<svg class="lineage-picture" viewBox="0 0 {w} {h}" width="{w_em}em" height="{h_em}em" role="group" '
        'aria-label="{title}" xmlns="http://www.w3.org/2000/svg"><title>{title}</title>{rule}{lines}{people}{rests}</svg>',
        w=_n(width),
        h=_n(height),
        w_em=_n(width / EM),
        h_em=_n(height / EM),
        title=title,
        rule=_rule(rows[:depth], height),
        lines=_lines(part, at, plates),
        people=_joined(_person(plates[key], *at[key], root=key == part.root) for key in part.people),
        rests=_joined(_rest(rest, *at[rest_of(key)]) for key, rest in rests.items()),
    )


def _rule(rows: Sequence[str], height: float) -> SafeString:
    """The steel rule: a short line every eighth, a longer one every fortieth, a generation at its row."""
    ticks = "".join(
        f"M{RULE} {y}h-{9 if n % 5 == 0 else 4}" for n, y in enumerate(range(TOP, int(height - EDGE) + 1, 8))
    )
    words = format_html_join(
        "",
        '<text class="generation" x="{}" y="{}" text-anchor="end">{}</text>',
        ((RULE - 16, _n(TOP + n * ROW + HIGH / 2 + 5), word) for n, word in enumerate(rows)),
    )
    end = _n(height - EDGE)
    return format_html(
        '<path class="rule" d="M{x} {top}V{end}{ticks}"/>{words}',
        x=RULE,
        top=TOP,
        end=end,
        ticks=ticks,
        words=words,
    )


def _lines(part: Branch, at: Mapping[str, tuple[float, float]], plates: Mapping[str, Plate]) -> SafeString:
    drawn = []
    for key in part.people:
        below = [*part.children.get(key, ()), *([rest_of(key)] if key in part.more else [])]
        if below:
            drawn.append(_hanging(at[key], [at[kid] for kid in below]))
    hung = format_html('<path class="line" d="{}"/>', "".join(drawn)) if drawn else ""
    beside = "".join(_beside(at[link.master], at[link.apprentice]) for link in part.beside)
    other = format_html('<path class="line second" d="{}"/>', beside) if beside else ""
    years = format_html_join(
        "",
        '<text class="year" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_n(at[key][0]), _n(at[key][1] - 11), plates[key].note)
            for key in part.people
            if key != part.root and plates[key].note
        ),
    )
    return format_html("{}{}{}", other, hung, years)


def _hanging(master: tuple[float, float], below: Sequence[tuple[float, float]]) -> str:
    """Down from the master, along, and down to each apprentice."""
    x, y = master[0], master[1] + HIGH
    bar = y + DROP
    drops = "".join(f"M{_n(kid_x)} {_n(bar)}V{_n(kid_y)}" for kid_x, kid_y in below)
    first, last = min(x, below[0][0]), max(x, below[-1][0])
    return f"M{_n(x)} {_n(y)}V{_n(bar)}M{_n(first)} {_n(bar)}H{_n(last)}{drops}"


def _beside(master: tuple[float, float], apprentice: tuple[float, float]) -> str:
    """A second master: a curve from plate to plate."""
    x, y = master[0], master[1] + HIGH
    to_x, to_y = apprentice
    middle = (y + to_y) / 2
    return f"M{_n(x)} {_n(y)}C{_n(x)} {_n(middle)} {_n(to_x)} {_n(middle)} {_n(to_x)} {_n(to_y)}"


def _person(plate: Plate, x: float, y: float, *, root: bool) -> SafeString:
    kind = "root" if root else "plain" if plate.url else "unnamed"
    box = format_html('<rect x="{}" y="{}" width="{}" height="{}"/>', _n(x - WIDE / 2), _n(y), WIDE, HIGH)
    aside = 8 if plate.trade else 0
    name = _upright("name", plate.name, x + aside, y, size=NAME)
    trade = _upright("trade", _cut(plate.trade), x - 16, y, size=SMALL) if plate.trade else ""
    honour = (
        format_html('<circle class="honour" cx="{}" cy="{}" r="5"/>', _n(x + WIDE / 2 - 1), _n(y + 1))
        if plate.honour
        else ""
    )
    inside = format_html("<title>{}</title>{}{}{}{}", plate.label, box, trade, name, honour)
    if not plate.url or root:
        return format_html(
            '<g class="name-plate {}" role="img" aria-label="{}">{}</g>', kind, plate.label, inside
        )
    return format_html(
        '<a class="name-plate {}" href="{}" aria-label="{}">{}</a>', kind, plate.url, plate.label, inside
    )


def _rest(rest: Rest, x: float, y: float) -> SafeString:
    inside = format_html(
        '<title>{}</title><rect x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="count" x="{}" y="{}" text-anchor="middle">+{}</text>',
        rest.label,
        _n(x - WIDE / 2),
        _n(y),
        WIDE,
        REST_HIGH,
        _n(x),
        _n(y + REST_HIGH / 2 + 6),
        rest.count,
    )
    if not rest.url:
        return format_html('<g class="name-plate rest" role="img" aria-label="{}">{}</g>', rest.label, inside)
    return format_html(
        '<a class="name-plate rest" href="{}" aria-label="{}">{}</a>', rest.url, rest.label, inside
    )


def _upright(kind: str, text: str, x: float, y: float, *, size: int) -> SafeString:
    """Chinese one character below the other; other scripts turned, from above to below."""
    middle = y + HIGH / 2
    if _latin(text) or len(text) > 2 * MOST_UPRIGHT:
        turned, room = (size - 5 if size == NAME else size - 1), HIGH - 12
        too_long = len(text) * turned * 0.55 > room
        return format_html(
            '<text class="{} turned" font-size="{}" text-anchor="middle" dy=".35em" '
            'transform="translate({} {}) rotate(90)"{}>{}</text>',
            kind,
            turned,
            _n(x),
            _n(middle),
            format_html(' textLength="{}" lengthAdjust="spacingAndGlyphs"', room) if too_long else "",
            text,
        )
    step = min(size * 1.16, (HIGH - 8) / max(1, len(text)))
    glyph = min(size, step / 1.02)
    first = middle - step * len(text) / 2 + step * 0.5 + glyph * 0.36
    return format_html(
        '<text class="{}" font-size="{}" text-anchor="middle">{}</text>',
        kind,
        _n(glyph),
        format_html_join(
            "",
            '<tspan x="{}" y="{}">{}</tspan>',
            ((_n(x), _n(first + n * step), char) for n, char in enumerate(text)),
        ),
    )


def _cut(text: str) -> str:
    most = 2 * MOST_TRADE if _latin(text) else MOST_TRADE
    return text if len(text) <= most else text[: most - 1] + "…"


def _latin(text: str) -> bool:
    return any(char.isascii() and char.isalpha() for char in text)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _n(value: float) -> str:
    """A number as short as it can be."""
    return f"{value:.1f}".removesuffix(".0")
