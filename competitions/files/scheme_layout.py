"""How a marking scheme lies in a workbook: which sheet holds which list, which column which field.

The first row of a sheet holds the field names of the scheme document, the second the same in the reader's words, the
lists begin in the third. What is no list stands in the sheet Contest, one field a row.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.scoring.scheme.composition import SCOPES, SOURCES
from competitions.scoring.scheme.errors import Path
from competitions.scoring.scheme.model import DECISION_RULES, EFFECTS, MEASURED_RULES, STAGES
from competitions.scoring.scheme.panel import COMBINATIONS, RESULTS

CONTEST, GUIDE = "Contest", "Guide"
KEY_ROW, LABEL_ROW, FIRST_ROW = 1, 2, 3
Kind = Literal["text", "number", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a list's items. key: dotted below the item (name.zh)."""

    key: str
    label: Promise
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    width: int = 12


@dataclass(frozen=True, slots=True)
class Table:
    """One list of the scheme document.

    path: where the list stands. parent, parent_column, child: instead of a path, the sheet of the items that hold
    this list under `child`, and the column that names the item by its code. paths: several lists in one sheet, told
    apart by the first column. scalar: the items are texts, not groups. mapping: the list is a mapping by `code`.
    """

    sheet: str
    columns: tuple[Column, ...]
    path: Path = ()
    parent: str = ""
    parent_column: str = ""
    child: str = ""
    paths: tuple[tuple[str, Path], ...] = ()
    scalar: bool = False
    mapping: bool = False

    @property
    def first_column(self) -> str:
        """The column that leads to the list a row belongs to, or nothing."""
        return self.parent_column or ("list" if self.paths else "")


CODE = Column("code", _("code"))
ZH, EN = (
    Column("zh", _("Chinese words"), width=36),
    Column("en", _("English words"), width=36),
)
NAMES = (
    Column("name.zh", _("Chinese name"), width=28),
    Column("name.en", _("English name"), width=34),
)
MAX_MARK = Column("max_mark", _("marks"), "number")

TABLES: tuple[Table, ...] = (
    Table(
        "Components",
        path=("composition", "components"),
        columns=(
            CODE,
            *NAMES,
            Column("full", _("full mark"), "number"),
            Column("weight", _("weight"), "number"),
            Column("source", _("comes from"), choices=SOURCES),
            Column("scope", _("marked for"), choices=SCOPES),
            Column("pass_mark", _("pass mark"), "number"),
            Column("gate", _("gate"), "number"),
            Column("round", _("round")),
        ),
    ),
    Table(
        "Rounds",
        path=("composition", "rounds"),
        columns=(
            CODE,
            *NAMES,
            Column("cut.by", _("who goes on: by"), choices=("count", "share", "score")),
            Column("cut.value", _("value"), "number"),
            Column("cut.ties", _("equals at the cut"), choices=("include", "exclude")),
            Column("carry", _("marks carry over"), "flag"),
        ),
    ),
    Table(
        "Criteria", path=("criteria",), columns=(CODE, *NAMES, MAX_MARK, Column("component", _("component")))
    ),
    Table(
        "SubCriteria",
        parent="Criteria",
        parent_column="criterion",
        child="sub_criteria",
        columns=(Column("criterion", _("criterion")), CODE, *NAMES, MAX_MARK),
    ),
    Table(
        "Aspects",
        parent="SubCriteria",
        parent_column="sub_criterion",
        child="aspects",
        columns=(
            Column("sub_criterion", _("sub-criterion")),
            CODE,
            *NAMES,
            Column("method", _("method"), choices=("measured", "judged", "allotment")),
            Column("stage", _("stage"), choices=STAGES),
            MAX_MARK,
            Column("rule", _("rule"), choices=MEASURED_RULES),
            Column("points", _("readings"), "number"),
            Column("mark_per_point", _("marks a reading"), "number"),
            Column("nominal", _("nominal"), "number"),
            Column("upper", _("upper deviation"), "number"),
            Column("lower", _("lower deviation"), "number"),
            Column("limit", _("limit"), "number"),
            Column("next_grade", _("next grade"), "number"),
            Column("grace", _("grace"), "number"),
            Column("partial_ratio", _("share within the grace"), "number"),
            Column("derived_from", _("computed from")),
            Column("unit", _("unit")),
            Column("decision_rule", _("decision rule"), choices=DECISION_RULES),
            Column("uncertainty", _("uncertainty"), "number"),
            Column("second_look", _("second look from tolerances"), "number"),
            Column("minimum", _("least reading"), "number"),
            Column("maximum", _("greatest reading"), "number"),
            Column("instrument.zh", _("instrument, Chinese"), width=20),
            Column("instrument.en", _("instrument, English"), width=24),
            Column("panel", _("panel")),
            Column("factor", _("factor"), "number"),
            Column("difficulty.min", _("least difficulty"), "number"),
            Column("difficulty.max", _("greatest difficulty"), "number"),
            Column("note", _("note"), width=30),
        ),
    ),
    Table(
        "Benchmarks",
        parent="Aspects",
        parent_column="aspect",
        child="benchmarks",
        columns=(Column("aspect", _("aspect")), Column("value", _("value"), "number"), ZH, EN),
    ),
    Table(
        "Bands",
        parent="Aspects",
        parent_column="aspect",
        child="bands",
        columns=(
            Column("aspect", _("aspect")),
            Column("max", _("reading at most"), "number"),
            Column("ratio", _("share of the marks"), "number"),
        ),
    ),
    Table(
        "Events",
        parent="Aspects",
        parent_column="aspect",
        child="events",
        columns=(
            Column("aspect", _("aspect")),
            Column("code", _("code"), width=22),
            ZH,
            EN,
            Column("unit", _("marks each time"), "number"),
        ),
    ),
    Table(
        "Panels",
        path=("methods", "judged"),
        mapping=True,
        columns=(
            CODE,
            Column("judges", _("judges"), "number"),
            Column("judges_min", _("judges at least"), "number"),
            Column("scale.values", _("values of the scale"), width=18),
            Column("scale.min", _("scale from"), "number"),
            Column("scale.max", _("scale to"), "number"),
            Column("scale.step", _("step"), "number"),
            Column("result", _("what the marks are"), choices=RESULTS),
            Column("combine", _("combined by"), choices=COMBINATIONS),
            Column("drop_high", _("highest dropped"), "number"),
            Column("drop_low", _("lowest dropped"), "number"),
            Column("max_spread", _("greatest spread"), "number"),
            Column("round.places", _("rounded to places"), "number"),
            Column("round.mode", _("rounding"), width=18),
            Column("on_spread", _("when the spread is too great"), width=30),
            ZH,
            EN,
        ),
    ),
    Table(
        "PanelAlarms",
        parent="Panels",
        parent_column="panel",
        child="alarm",
        columns=(
            Column("panel", _("panel")),
            Column("at_least", _("from a mark of"), "number"),
            Column("spread", _("spread"), "number"),
        ),
    ),
    Table(
        "Penalties",
        path=("penalties", "rules"),
        columns=(
            CODE,
            ZH,
            EN,
            Column("effect", _("effect"), choices=EFFECTS, width=16),
            Column("points", _("points"), "number"),
            Column("each", _("each time"), "flag"),
            Column("second_time", _("second time"), choices=("stop", "disqualify", "zero_all")),
            Column("aspects", _("aspects"), width=30),
            Column("component", _("component")),
        ),
    ),
    Table(
        "Ties",
        scalar=True,
        paths=(
            ("individual", ("composition", "tie_break")),
            ("team", ("composition", "teams", "tie_break")),
            ("individual_edge", ("composition", "awards", "next_tie_break")),
            ("team_edge", ("composition", "teams", "awards", "next_tie_break")),
        ),
        columns=(
            Column(
                "list", _("list"), choices=("individual", "team", "individual_edge", "team_edge"), width=18
            ),
            Column("key", _("compared"), width=30),
        ),
    ),
    Table(
        "Awards",
        paths=(
            ("individual", ("composition", "awards", "tiers")),
            ("team", ("composition", "teams", "awards", "tiers")),
        ),
        columns=(
            Column("list", _("list"), choices=("individual", "team")),
            CODE,
            *NAMES,
            Column("by", _("by"), choices=("share", "count", "score", "medal")),
            Column("value", _("value"), "number"),
            Column("minimum_entrants", _("entrants at least"), "number"),
        ),
    ),
)
BY_SHEET = {table.sheet: table for table in TABLES}
# Fields of methods.judged that are no panel.
JUDGED_FIELDS = frozenset({"default", "rules", "zh"})
CONTEST_COLUMNS = (
    Column("field", _("field"), width=44),
    Column("value", _("value"), width=60),
    Column("form", _("form"), choices=("json",)),
)
EMPTY_TEXT = '""'  # a cell that holds two quotes: the text is empty, not absent
