"""Refusals in one line, for crawls: most of what they meet is refused, and the page that says so is always the same."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from craft_site import urls


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    """403 and 404 answer with what the page would tell of the refusal, and nothing around it."""
    for status in (403, 404):
        monkeypatch.setattr(urls, f"handler{status}", _handler(status), raising=False)


def _handler(status: int) -> Any:
    def answer(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse(f"{exception} {exception.args}", status=status)

    return answer
