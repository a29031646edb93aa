"""The page that checks a proof: which Python it runs, and what that may do."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from competitions.web.public import verify
from craft_site.kit.canonical import sha256_hex

pytestmark = pytest.mark.django_db


def test_only_the_worker_of_the_program_may_compile_webassembly_and_it_reaches_this_site_alone(client):
    policy = client.get(reverse("verify:engine")).headers["Content-Security-Policy"]
    wanted = {"default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"}
    assert wanted <= set(policy.split("; "))
    assert "unsafe" not in client.get(reverse("verify:contest")).headers["Content-Security-Policy"]


def test_the_worker_names_files_that_are_there(client):
    answer = client.get(reverse("verify:engine"))
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    text = answer.content.decode()
    for name in re.findall(r'"(/static/[^"]+)"', text):
        assert finders.find(name.removeprefix("/static/")), name
    assert reverse("verify:program") in text


def test_the_python_of_the_page_is_byte_for_byte_the_published_one():
    folder = Path(str(finders.find(verify.ENGINE)))
    told = dict(
        re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", (folder / "README.md").read_text(), re.M)
    )
    assert {name: sha256_hex((folder / name).read_bytes()) for name in told} == told
    assert set(told) == {*verify.LARGE, "pyodide.mjs", "pyodide.asm.mjs"}
    assert {name: (folder / name).stat().st_size for name in verify.LARGE} == verify.LARGE
