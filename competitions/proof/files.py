"""The proof of a release as a file that is never made again: nginx serves it, or the view in front of it."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.urls import reverse

from competitions.models import Release
from competitions.proof.build import build_proof
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.published import download_file, publish_download

log = logging.getLogger(__name__)
VERIFIER = Path(__file__).with_name("verify_contest.py")


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What the page of a result says of its proof. size: in bytes."""

    url: str
    size: int
    sha256: str


def proof_path(release: Release) -> Path:
    return download_file(_address(release))


def _address(release: Release) -> str:
    return reverse("contest:release_proof", args=(release.slug,))


def write_proof(release: Release) -> Path:
    """The file of the proof, written unless it is there: a release never changes. Raises ProofRefused."""
    path = proof_path(release)
    if path.exists():
        return path
    built = build_proof(release)
    if built.named:
        # The proof then says of itself that it is not whole: better than publishing a name.
        log.warning("%s: lines %s hold a name and are withheld", release.slug, built.named)
    return publish_download(_address(release), built.content)


def proof_of(release: Release) -> ProofFile | None:
    """The proof that stands as a file; None when the release has none (yet). No query."""
    path = proof_path(release)
    try:
        stamp = path.stat()
    except OSError:
        return None
    return ProofFile(_address(release), stamp.st_size, _digest(str(path), stamp.st_mtime_ns))


@lru_cache(maxsize=64)
def _digest(path: str, stamp: int) -> str:
    return sha256_hex(Path(path).read_bytes())
