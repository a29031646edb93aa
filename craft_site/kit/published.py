"""Pages that never change again: rendered once at publication, then answered before Django is entered.

A released result keeps its address for ever, so its page is a file below PUBLISHED_ROOT, named like the address:
/contests/results/mould-2024-v1/ is contests/results/mould-2024-v1.html (and .html.gz). nginx serves the same files
with try_files; where no nginx stands in front, `wrap` does it in the WSGI server: one stat a request, no queries.

Plain texts below /ledger/ are published in the same way: /ledger/event.mould-2024/1207 is the file of that very name,
and an address that ends with a slash is the file `index` there.
"""

import gzip
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

PREFIX = "/contests/results/"
TEXTS = "/ledger/"
_ADDRESS = re.compile(r"/[a-z0-9][a-z0-9/-]*/")
_TEXT = re.compile(r"/ledger/[A-Za-z0-9_-][A-Za-z0-9_.-]*/(?:[a-z0-9-]{1,40})?")
_DOWNLOAD = re.compile(r"/contests/results/[A-Za-z0-9][A-Za-z0-9_-]*/[a-z-]{1,40}\.zip")
HEADERS = [
    # Revalidated each time (a 304 costs 20 µs), so that a page withdrawn by law is gone at once.
    ("Cache-Control", "public, max-age=60"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Vary", "Accept-Encoding"),
    (
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'",
    ),
]


class _Page(NamedTuple):
    kind: str
    stamp: int
    etag: str
    plain: bytes
    packed: bytes


_seen: dict[str, _Page] = {}


def file_for(address: str) -> Path:
    """The file of an address such as /contests/results/mould-2024-v1/. Raises ValueError for any other shape."""
    if not _ADDRESS.fullmatch(address) or "//" in address:
        raise ValueError(f"not an address that can be published: {address}")
    return Path(settings.PUBLISHED_ROOT) / f"{address.strip('/')}.html"


def publish(address: str, body: bytes) -> Path:
    """Writes the page of an address; readers see the old file or the new one, never half of it."""
    file = file_for(address)
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file.with_suffix(".html.gz"), gzip.compress(body, 9, mtime=0))
    _replace(file, body)
    return file


def text_file(address: str) -> Path:
    """The file of a text such as /ledger/event.mould-2024/1207. Raises ValueError for any other shape."""
    if not _TEXT.fullmatch(address):
        raise ValueError(f"not an address that can be published: {address}")
    return Path(settings.PUBLISHED_ROOT) / f"{address.lstrip('/')}{'index' if address.endswith('/') else ''}"


def publish_text(address: str, body: bytes) -> Path:
    """Writes the text of an address; readers see the old file or the new one, never half of it."""
    file = text_file(address)
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, body)
    return file


def download_file(address: str) -> Path:
    """The file of a download such as /contests/results/mould-2024-v1/proof.zip. Raises ValueError for other shapes."""
    if not _DOWNLOAD.fullmatch(address):
        raise ValueError(f"not an address that can be published: {address}")
    return Path(settings.PUBLISHED_ROOT) / address.lstrip("/")


def publish_download(address: str, body: bytes) -> Path:
    """Writes the file of a download; readers get the old one or the new one, never half of it."""
    file = download_file(address)
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, body)
    return file


def _replace(file: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.chmod(name, 0o644)
    os.replace(name, file)


def _page(address: str) -> _Page | None:
    is_text = address.startswith(TEXTS)
    try:
        name = str(text_file(address) if is_text else file_for(address))
        stamp = os.stat(name).st_mtime_ns
    except (ValueError, OSError):
        return None
    page = _seen.get(name)
    if page is None or page.stamp != stamp:
        plain = Path(name).read_bytes()
        kind = "text/plain; charset=utf-8" if is_text else "text/html; charset=utf-8"
        page = _seen[name] = _Page(kind, stamp, f'"{stamp:x}"', plain, gzip.compress(plain, 6, mtime=0))
    return page


StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def wrap(app: Application) -> Application:
    """The WSGI application with published pages in front of it."""

    def front(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        address = environ.get("PATH_INFO", "")
        if not address.startswith((PREFIX, TEXTS)) or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return app(environ, start_response)
        page = _page(address)
        if page is None:
            return app(environ, start_response)
        if environ.get("HTTP_IF_NONE_MATCH") == page.etag:
            start_response("304 Not Modified", [("ETag", page.etag), ("Vary", "Accept-Encoding")])
            return [b""]
        body, extra = page.plain, [("Content-Type", page.kind)]
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body, extra = page.packed, [*extra, ("Content-Encoding", "gzip")]
        start_response("200 OK", [*HEADERS, *extra, ("ETag", page.etag), ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return front
