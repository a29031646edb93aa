"""Writes a marking scheme as YAML that reads back as the very same scheme."""

from typing import Any

import yaml

from competitions.files.scheme_layout import TABLES
from competitions.scoring.numbers import NotANumber, read_number
from competitions.scoring.scheme import Scheme, content_hash, dump_scheme

# Fields that hold nothing but numbers are written without quotes. (`unit` is a text in aspects.)
_NUMBERS = frozenset(
    column.key.rpartition(".")[2] for table in TABLES for column in table.columns if column.kind == "number"
) - {"unit"} | {
    "best",
    "cap_total_points",
    "centre",
    "error_rate_full_recheck",
    "high",
    "low",
    "minimum_n",
    "sample_rest",
    "scale",
    "size",
    "window",
}
_INFORMATIVE = ("trade", "standard_level", "basis", "time", "workpiece", "blind", "time_credit", "theory")


class _Number(str):
    """A number that is written as it is spelt."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, number: _Number) -> yaml.ScalarNode:
    kind = "float" if "." in number else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", str(number))


_Dumper.add_representer(_Number, _represent)


def scheme_yaml(scheme: Scheme) -> str:
    """The YAML text of a scheme, with its check value in the first line."""
    document = dump_scheme(scheme)
    plain = {
        key: value if key in _INFORMATIVE else _numbers_bare(value, "") for key, value in document.items()
    }
    body = yaml.dump(
        plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=140
    )
    return f"# sha256 of the canonical JSON: {content_hash(scheme)}\n{body}"


def _numbers_bare(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _numbers_bare(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_numbers_bare(item, key) for item in value]
    if isinstance(value, str) and key in _NUMBERS and _is_number(value):
        return _Number(value)
    return value


def _is_number(text: str) -> bool:
    try:
        read_number(text)
    except NotANumber:
        return False
    return True
