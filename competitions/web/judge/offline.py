"""The judge's pages without network: the worker that keeps the shell, and the shell itself. Neither knows anybody."""

import json
from hashlib import sha256
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from competitions.web.judge.documents import face
from craft_site.kit.access import public

STYLES = ("site/site.css", "site/judge.css", "site/marking.css", "site/print.css", "site/favicon.svg")
MODULES = (
    *(
        "cards",
        "cells",
        "device",
        "dom",
        "drawing",
        "export",
        "filter",
        "follow",
        "home",
        "keeping",
        "keypad",
        "outbox",
        "questions",
    ),
    *("sender", "sheet", "shell", "store", "unsent", "watch", "vendor/lean-qr"),
)


def shell_files() -> list[str]:
    """The addresses of all that the shell needs, modules that are loaded on demand included."""
    scripts = ("site/site.js", *(f"site/judge/{name}.js" for name in MODULES))
    return [staticfiles_storage.url(name) for name in (*STYLES, *scripts)]


@public
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of /judge/. It is new whenever a file of the shell is: its text names their hashed names."""
    context: dict[str, Any] = {
        "page": reverse("judge:shell"),
        "home": reverse("judge:home"),
        "files": shell_files(),
    }
    context["version"] = sha256(repr(context).encode()).hexdigest()[:12]
    text = f"const SHELL = {json.dumps(context)};\n{render_to_string('competitions/judge/worker.js')}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@public
@never_cache
def shell(request: HttpRequest) -> HttpResponse:
    """The page that stands in for a sheet or the list when there is no network."""
    return render(request, "competitions/judge/shell.html", {"face": face()})


urlpatterns = [path("worker.js", worker, name="worker"), path("shell/", shell, name="shell")]
