from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from competitions.files.scheme_yaml import read_scheme, read_yaml
from competitions.scoring.penalties import PenaltyInput
from competitions.scoring.results import EntryInput
from competitions.scoring.scheme import Aspect, Scheme
from tests.competitions.proof.twins import score_both

FIXTURES = Path(__file__).parents[2] / "fixtures" / "schemes"
SHIPPED = Path(__file__).parents[3] / "competitions" / "schemes"


@pytest.fixture(autouse=True)
def _second_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every contest that a test scores is scored by the program that checks proofs too, and must come out the same."""
    if hasattr(request.module, "score_event"):
        monkeypatch.setattr(request.module, "score_event", score_both)


@pytest.fixture(scope="session")
def load_scheme() -> Callable[[str], Scheme]:
    """A scheme by file name, from the fixtures or the shipped ones."""

    def load(name: str) -> Scheme:
        path = FIXTURES / name
        return read_scheme((path if path.exists() else SHIPPED / name).read_text("utf-8"))

    return load


@pytest.fixture(scope="session")
def stamping(load_scheme: Callable[[str], Scheme]) -> Scheme:
    return load_scheme("stamping-compound-die.yaml")


@pytest.fixture(scope="session")
def stamping_document() -> dict[str, Any]:
    """The stamping scheme as plain data, worked examples included."""
    text = (FIXTURES / "stamping-compound-die.yaml").read_text("utf-8")
    return read_yaml(text, max_bytes=10**6).content


@pytest.fixture(scope="session")
def aspects(stamping: Scheme) -> dict[str, Aspect]:
    return {aspect.code: aspect for aspect in stamping.aspects()}


@pytest.fixture(scope="session")
def golden_raw(stamping_document: dict[str, Any]) -> dict[str, Any]:
    return {code: item["raw"] for code, item in stamping_document["golden_case"]["entries"].items()}


@pytest.fixture
def golden_entry(golden_raw: dict[str, Any]) -> EntryInput:
    """The worked example: one contestant with every reading, theory 86, one early start."""
    return EntryInput(
        entry="W-53",
        raw=golden_raw,
        components={"T": Decimal("86.00")},
        penalties=(PenaltyInput("P2", times=1, points=Decimal(5)),),
        elapsed_seconds=14_000,
    )
