"""Uploaded pictures: decoded and drawn anew, so that nothing but the picture is kept.

What hides in a file (scripts after the last byte, text chunks, EXIF places and owners, colour profiles) does not
survive: the stored file is made from the pixels alone. Sizes are checked on the header, before anything is decoded.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from craft_site.kit.upload_errors import UploadError

try:  # phones send HEIC; the decoder is optional
    from pillow_heif import register_heif_opener
except ImportError:
    READS_HEIC = False
else:
    register_heif_opener()
    READS_HEIC = True

ImageFormat = Literal["JPEG", "WEBP"]
READ_FORMATS = ("JPEG", "PNG", "WEBP", *(["HEIF"] if READS_HEIC else []))
CONTENT_TYPES: dict[ImageFormat, tuple[str, str]] = {
    "JPEG": ("image/jpeg", ".jpg"),
    "WEBP": ("image/webp", ".webp"),
}
QUALITY = 86
PAPER = (255, 255, 255)  # what shows through a transparent picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew. width, height in pixels; difference_hash: 16 hex digits."""

    content: bytes
    width: int
    height: int
    difference_hash: str


def redraw(content: bytes, *, max_pixels: int, max_edge: int, image_format: ImageFormat) -> Picture:
    """The first frame of a JPEG, PNG, WebP or HEIC: upright, RGB, at most `max_edge` pixels long, no metadata.

    max_pixels: width x height that are decoded at all. Raises UploadError: not_an_image, too_many_pixels.
    """
    with _opened(content, max_pixels=max_pixels) as image:
        image.draft("RGB", (max_edge, max_edge))  # JPEG alone: decodes large photos at a fraction
        try:
            image.load()
            upright = ImageOps.exif_transpose(image)
            picture = _on_paper(_standard_colours(upright))
        except (OSError, SyntaxError, ValueError, ArithmeticError, Image.DecompressionBombError) as error:
            raise _not_an_image() from error
    picture.thumbnail((max_edge, max_edge), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(
        out, format=image_format, quality=QUALITY, **({"optimize": True} if image_format == "JPEG" else {})
    )
    return Picture(out.getvalue(), picture.width, picture.height, difference_hash(picture))


def difference_hash(image: Image.Image) -> str:
    """64 bits as 16 hex digits: is each of 9 x 8 grey fields brighter than its right neighbour?

    The same scan in another size, quality or format differs in a few bits; see hash_distance.
    """
    grey = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[9 * row + column] > grey[9 * row + column + 1])
    return f"{bits:016x}"


def hash_distance(one: str, other: str) -> int:
    """Bits in which two difference hashes differ, 0 to 64; up to about 6 is worth a second look by a person."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _opened(content: bytes, *, max_pixels: int) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(content), formats=READ_FORMATS) as probe:
                _check_pixels(probe.width, probe.height, max_pixels=max_pixels)
                probe.verify()  # reads to the end; the image is unusable afterwards, hence the second opening
            return Image.open(BytesIO(content), formats=READ_FORMATS)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels(max_pixels) from error
        except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError) as error:
            raise _not_an_image() from error


def _check_pixels(width: int, height: int, *, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise _too_many_pixels(max_pixels)


def _standard_colours(image: Image.Image) -> Image.Image:
    """sRGB. Phones photograph in wider spaces: dropping their profile unconverted would turn the colours pale."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile is no reason to refuse the picture
    return converted or image


def _on_paper(image: Image.Image) -> Image.Image:
    """A new RGB image with the pixels and nothing else: `info` and its comments do not travel along."""
    paper = Image.new("RGB", image.size, PAPER)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper.paste(layer, mask=layer.getchannel("A"))
    elif image.mode.startswith("I"):  # 16-bit scans: scale, or everything above 255 turns white
        paper.paste(image.convert("I").point(lambda level: level / 256).convert("L"))
    else:
        paper.paste(image.convert("RGB"))
    return paper


def _not_an_image() -> UploadError:
    return UploadError(
        _(
            "The picture cannot be read: it is damaged or no JPEG, PNG, WebP or HEIC. Save it again and retry."
        ),
        "not_an_image",
    )


def _too_many_pixels(limit: int) -> UploadError:
    return UploadError(
        _("The picture is too large: at most %(limit)d million pixels. Make it smaller and retry."),
        "too_many_pixels",
        {"limit": limit // 1_000_000},
    )
