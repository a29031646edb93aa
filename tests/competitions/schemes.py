"""The schemes that come with the program, parsed, for tests."""

from functools import cache
from pathlib import Path

from competitions.files.scheme_yaml import read_scheme
from competitions.scoring.scheme import Scheme

FOLDER = Path(__file__).resolve().parents[2] / "competitions" / "schemes"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def library_scheme(name: str) -> Scheme:
    return read_scheme((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def stamping() -> Scheme:
    return library_scheme("stamping-compound-die")
