"""The sizes in which pictures are shown, in one place: what the pages ask for is what publication has rendered."""

from collections.abc import Iterable

_WEBP = "format-webp|webpquality-78"
_JPEG = "format-jpeg|jpegquality-82"

# place on the page -> (width, filter) from small to large; the first is what an old browser takes
PLACES: dict[str, tuple[tuple[int, str], ...]] = {
    "card": ((480, f"fill-480x360|{_WEBP}"), (960, f"fill-960x720|{_WEBP}")),
    "wide": ((800, f"width-800|{_WEBP}"), (1600, f"width-1600|{_WEBP}")),
    "hero": ((800, f"fill-800x600|{_WEBP}"), (1600, f"fill-1600x1200|{_WEBP}")),
    "portrait": ((480, f"fill-480x600|{_WEBP}"), (960, f"fill-960x1200|{_WEBP}")),
    "share": ((800, f"fill-800x640|{_JPEG}"),),  # chats take JPEG and crop to 5:4
}


def specs(places: Iterable[str]) -> list[str]:
    """The filters of these places, each once."""
    return list(dict.fromkeys(spec for place in places for _width, spec in PLACES[place]))
