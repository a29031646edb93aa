"""Scans for the demonstration: a sheet that says SAMPLE over a woven ground. No two look alike, none is anybody's."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from craft_site.home.demo.chance import number
from craft_site.kit.uploads import SCAN, CleanUpload, clean_upload

SIZE = (900, 640)
FIELDS = (9, 8)  # of the ground: what tells one scan from another by its perceptual hash
PAPER, INK, EDGE = 246, 96, 60


def scan(*what: object) -> CleanUpload:
    """The scan of a paper, as a phone would send it; the same for the same `what`."""
    image = Image.new("L", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    width, height = (SIZE[0] - 80) // FIELDS[0], (SIZE[1] - 80) // FIELDS[1]
    for place in range(FIELDS[0] * FIELDS[1]):
        x, y = 40 + place % FIELDS[0] * width, 40 + place // FIELDS[0] * height
        draw.rectangle((x, y, x + width, y + height), fill=PAPER - number(0, 80, "weave", place, *what))
    for inset in (20, 28):
        draw.rectangle((inset, inset, SIZE[0] - inset, SIZE[1] - inset), outline=EDGE, width=2)
    draw.text((250, 240), "SAMPLE", fill=INK, font=ImageFont.load_default(110))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return clean_upload(out, name="scan.jpg", policy=SCAN)
