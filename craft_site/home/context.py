"""What every template knows of the site: its navigation, its footer, how the reader wants it shown."""

from typing import Any

from django.http import HttpRequest

DISPLAY_MODES = ("normal", "elder")
DISPLAY_THEMES = ("auto", "light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    mode = request.COOKIES.get("display_mode", "")
    theme = request.COOKIES.get("display_theme", "")
    return {
        "display_mode": mode if mode in DISPLAY_MODES else "normal",
        "display_theme": theme if theme in DISPLAY_THEMES else "auto",
    }
