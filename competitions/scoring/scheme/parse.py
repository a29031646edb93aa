"""A plain document (from YAML, JSON or a workbook) becomes a Scheme, or all its faults at once."""

from decimal import Decimal

from ..numbers import plain_text
from .checks import check_scheme
from .errors import ErrorLog
from .fields import Fields
from .model import Scheme
from .read_composition import read_components, read_composition
from .read_criteria import AspectReader, read_criteria
from .read_panels import read_methods
from .read_penalties import SelectorReader, read_penalties, read_recheck
from .tie_keys import TieKeyReader

SCHEMA = "skills-marking-scheme/1"
# Part of the scheme and of its hash, but not of the arithmetic.
INFORMATIVE = ("trade", "standard_level", "basis", "time", "workpiece", "blind", "time_credit", "theory")
# Worked examples by which a scorer is tested. They are no part of the scheme and not hashed.
EXAMPLES = ("golden_case", "must_refuse", "ranking_cases", "award_cases", "recheck_cases")


def parse_scheme(document: object) -> Scheme:
    """Read a whole scheme. Numbers may be int, Decimal or decimal text, never float.

    Raises SchemeErrors with every fault found; a path leads to each.
    """
    log = ErrorLog()
    fields = Fields(document, (), log)
    locale = tuple(str(item) for item in fields.items("locale"))
    log.needs_english = not locale or any(language.startswith("en") for language in locale)
    schema = fields.words("schema")
    if schema and schema != SCHEMA:
        log.add(("schema",), "schema_unknown", value=schema[:60])
    scheme_id, version, title = fields.code("id"), fields.words("version"), fields.text("title")
    measuring, judging = read_methods(fields.group("methods"))

    raw_composition = fields.need("composition")
    default_component = _default_component(raw_composition)
    criteria = read_criteria(
        fields, AspectReader(measuring, judging, log), default_component=default_component
    )
    composition_fields = Fields(raw_composition if raw_composition is not None else {}, ("composition",), log)
    combine = composition_fields.choice("combine", ("weighted", "sum"), default="weighted")
    components = read_components(
        composition_fields,
        with_criteria=frozenset(criterion.component for criterion in criteria),
        combine=combine,
    )
    composition = read_composition(
        composition_fields,
        components=components,
        combine=combine,
        tie_keys=TieKeyReader(components, criteria),
    )
    penalties = read_penalties(
        fields.group("penalties"),
        selectors=SelectorReader(criteria),
        components=[component.code for component in components],
        default_component=default_component or next((c.component for c in criteria), None),
    )
    scheme = Scheme(
        schema=schema,
        id=scheme_id,
        version=version,
        title=title,
        locale=locale,
        composition=composition,
        criteria=criteria,
        measuring=measuring,
        judging=judging,
        penalties=penalties,
        recheck=read_recheck(fields.group("recheck")),
        informative={key: texts_of(fields.take(key)) for key in INFORMATIVE if key in fields},
    )
    for key in EXAMPLES:
        fields.take(key)
    fields.done()
    check_scheme(scheme, log)
    log.raise_if_any()
    return scheme


def _default_component(composition: object) -> str | None:
    """Where a criterion belongs that does not say: P, or the only component there is."""
    components = composition.get("components") if isinstance(composition, dict) else None
    if not isinstance(components, list):
        return None
    codes = [component.get("code") for component in components if isinstance(component, dict)]
    if "P" in codes:
        return "P"
    return codes[0] if len(codes) == 1 and isinstance(codes[0], str) else None


def texts_of(value: object) -> object:
    """The same structure with every number as its shortest plain text, as canonical JSON holds it."""
    if isinstance(value, dict):
        return {str(key): texts_of(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [texts_of(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return plain_text(value)
    return str(value)
