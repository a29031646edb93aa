"""Programmes as YAML: the templates that come with the site, and what an officer writes or sends."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

FOLDER = Path(__file__).parent.parent / "programmes"
MOST_SIGNS = 40_000


class YamlFault(ValueError):
    """The text is no mapping in YAML; the message says at which line."""


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Every template by its code, in the order of codes; dates as ISO text."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        data = read(path.read_text(encoding="utf-8"))
        found[data["code"]] = data
    return found


def read(text: str) -> dict[str, Any]:
    """The mapping that the text describes; dates stay text. Raises YamlFault."""
    if len(text) > MOST_SIGNS:
        raise YamlFault(_("The text is far too long for a programme."))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_PlainDates)):
            raise YamlFault(_("References (& and *) are not read here: write every value out."))
        data = yaml.load(text, Loader=_PlainDates)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlFault(
            _(
                "The text cannot be read from line %(line)d, sign %(column)d on: compare indents and colons there."
            )
            % {"line": line, "column": column}
        ) from error
    except YamlFault:
        raise
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise YamlFault(_("The text holds signs that cannot be read.")) from error
    if _has_fraction(data):
        raise YamlFault(_("A programme has whole numbers only."))
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise YamlFault(_("A programme is a list of names with values, e.g. “budget: 100000”."))
    return data


def _has_fraction(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_fraction, value.values()))
    return any(map(_has_fraction, value)) if isinstance(value, list) else isinstance(value, float)


def written(data: Mapping[str, Any]) -> str:
    """The data as YAML for reading and editing; `read` gives the same data back."""
    return yaml.dump(dict(data), Dumper=_Readable, allow_unicode=True, sort_keys=False, width=1000)


def line_of(text: str, place: str) -> int | None:
    """The line, from 1, on which a place such as "items[0].amount" stands in a text that can be read, or the nearest
    place around it; None when there is none."""
    node = yaml.compose(text, Loader=_PlainDates)
    if node is None:
        return None
    line = None
    for step in re.findall(r"[^.\[\]]+", place):
        found = _below(node, step)
        if found is None:
            break
        line, node = found
    return line


def _below(node: yaml.Node, step: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        entry = node.value[int(step)]
        return entry.start_mark.line + 1, entry
    return None


class _Readable(yaml.SafeDumper):
    """One name a line; a list of single values stays on its line."""


def _list_node(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    short = not any(isinstance(value, dict | list) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


_Readable.add_representer(list, _list_node)


class _PlainDates(yaml.SafeLoader):
    """Leaves dates as the text they are: programmes rest as JSON."""


_PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
