"""Schemes for tests: those that come with the program, parsed, and the version that an event keeps."""

from functools import cache
from pathlib import Path
from typing import Any

from competitions.files.scheme_yaml import read_scheme
from competitions.models import Event, SchemeVersion
from competitions.scoring.scheme import Scheme, canonical_json, content_hash

FOLDER = Path(__file__).resolve().parents[2] / "competitions" / "schemes"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def library_scheme(name: str) -> Scheme:
    return read_scheme((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def stamping() -> Scheme:
    return library_scheme("stamping-compound-die")


def keep_scheme(event: Event, scheme: Scheme, **fields: Any) -> SchemeVersion:
    """The scheme as the first version of the event, not frozen unless `frozen_at` says so."""
    return SchemeVersion.objects.create(
        event=event,
        number=1,
        title=scheme.title.zh,
        body=canonical_json(scheme),
        content_hash=content_hash(scheme),
        **fields,
    )
