from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from craft_site.pictures.models import SiteImage
from craft_site.pictures.sizes import PLACES

register = template.Library()

# how wide a place is drawn, for the browser's choice; the styles hold the widths themselves
_DRAWN = {
    "card": "(min-width: 60rem) 22rem, (min-width: 40rem) 45vw, 92vw",
    "wide": "(min-width: 60rem) 46rem, 94vw",
    "hero": "(min-width: 60rem) 40rem, 94vw",
    "portrait": "(min-width: 60rem) 22rem, (min-width: 40rem) 45vw, 92vw",
    "share": "50rem",
}


@register.simple_tag
def picture(
    image: SiteImage | None, place: str, alt: str | None = None, eager: bool = False
) -> SafeString | str:
    """<img> in the sizes of a place (see pictures.sizes). alt="" for a picture that only decorates."""
    if image is None:
        return ""
    sizes = PLACES[place]
    made = image.get_renditions(*(spec for _width, spec in sizes))
    renditions = [made[spec] for _width, spec in sizes]
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="{}" decoding="async">',
        renditions[0].url,
        ", ".join(f"{rendition.url} {rendition.width}w" for rendition in renditions),
        _DRAWN[place],
        renditions[-1].width,
        renditions[-1].height,
        image.default_alt_text if alt is None else alt,
        "eager" if eager else "lazy",
    )


@register.simple_tag
def picture_address(image: SiteImage, place: str) -> str:
    """The address of a picture in the smallest size of a place, where no <img> can stand: the poster of a video."""
    (_width, spec), *_rest = PLACES[place]
    return str(image.get_rendition(spec).url)
