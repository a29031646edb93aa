"""The picture of a certificate to hand on: what it is for, who grants it, number and QR code. A person's name is not on
it, as it is not in the document inside; a unit's or team's is."""

from collections.abc import Sequence
from io import BytesIO

import segno
from PIL import Image, ImageDraw, ImageFont

from craft_site.credentials import wording
from craft_site.credentials.models import Certificate
from craft_site.credentials.web.paper import chinese_day
from craft_site.kit import glyphs

SIDE, EDGE, CODE_AT = 1200, 60, 775  # pixels; where the QR code begins
SCALES = (1.0, 0.9, 0.8, 0.7, 0.6)  # of the letters, until the words end above the code
PAPER, INK, GREY = "#fdfcf8", "#16191d", "#454c53"
COLOURS = {
    Certificate.Kind.PRIZE: "#9c1f19",
    Certificate.Kind.COMPLETION: "#3c434a",
    Certificate.Kind.PAIR: "#3c434a",
    Certificate.Kind.MENTOR: "#3c434a",
    Certificate.Kind.HONOUR: "#7a5c22",
}
Face = ImageFont.FreeTypeFont | ImageFont.ImageFont
Laid = tuple[int, str, ImageFont.FreeTypeFont, str]  # top, line, font, colour
Part = tuple[str, int, str, int]  # text, size, colour, gap below


def badge(certificate: Certificate) -> bytes:
    """A PNG of SIDE by SIDE. On a machine without a Chinese font it shows the number and the QR code alone."""
    colour = COLOURS[Certificate.Kind(certificate.kind)]
    image = Image.new("RGB", (SIDE, SIDE), PAPER)
    draw = ImageDraw.Draw(image)
    _frame(draw, colour)
    for top, line, face, fill in laid_out(certificate):
        _centred(draw, top, line, face, fill)
    code = _qr(certificate.verify_url, 300)
    image.paste(code, ((SIDE - code.width) // 2, CODE_AT))
    _centred(draw, 1078, certificate.shown_number, _latin(34), INK)
    out = BytesIO()
    image.quantize(64, method=Image.Quantize.MEDIANCUT).save(out, "PNG", optimize=True)
    return out.getvalue()


def _frame(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """The line, and inside it the graduations of a steel rule."""
    near, far = EDGE, SIDE - EDGE
    draw.rectangle((near, near, far, far), outline=colour, width=5)
    for step, at in enumerate(range(near, far + 1, 10)):
        long = 22 if step % 5 == 0 else 11
        draw.line((at, near, at, near + long), fill=colour, width=2)
        draw.line((at, far - long, at, far), fill=colour, width=2)


def laid_out(certificate: Certificate) -> list[Laid]:
    """The words, in letters so big that they end above the code; none on a machine without a Chinese font."""
    colour = COLOURS[Certificate.Kind(certificate.kind)]
    said = {name: words["zh"] for name, words in certificate.facts.items()}
    unit = said.pop("unit", "")
    facts = "  ".join(said[name] for name in wording.FACTS if name in said)
    parts: list[Part] = [
        (wording.HEADINGS[certificate.kind], 84, colour, 50),
        (certificate.title, 52, INK, 30),
        (facts, 44, INK, 40),
        ("、".join(one["zh"] for one in certificate.issuers), 34, GREY, 14),
        (chinese_day(certificate), 34, GREY, 0),
    ]
    if certificate.is_collective:
        parts[1:1] = [(certificate.holder_name, 52, INK, 10), (unit, 34, GREY, 30)]
    laid: list[Laid] = []
    for scale in SCALES:
        laid = _laid(parts, scale)
        if laid and laid[-1][0] <= CODE_AT - 50:
            break
    return laid


def _laid(parts: Sequence[Part], scale: float) -> list[Laid]:
    """Every line, three a part at most; nothing without a font."""
    at, laid = 150, []
    for text, size, fill, gap in parts:
        face = glyphs.font(round(size * scale))
        if face is None:
            return []
        for line in _lines(text, face, SIDE - 2 * EDGE - 120)[:3]:
            laid.append((at, line, face, fill))
            at += round(size * scale * 1.35)
        at += round(gap * scale)
    return laid


def _lines(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Broken anywhere: Chinese has no spaces, and a title is short."""
    lines, line = [], ""
    for char in text:
        if line and face.getlength(line + char) > width:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line] if line else lines


def _centred(draw: ImageDraw.ImageDraw, top: int, text: str, face: Face, fill: str) -> None:
    draw.text(((SIDE - draw.textlength(text, font=face)) / 2, top), text, font=face, fill=fill)


def _latin(size: int) -> Face:
    return ImageFont.load_default(size)


def _qr(text: str, side: int) -> Image.Image:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=1, border=2)
    small = Image.open(out).convert("L")
    scale = side // small.width
    return small.resize((small.width * scale, small.height * scale), Image.Resampling.NEAREST)
