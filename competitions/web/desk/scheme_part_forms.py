"""Components, rounding and ties, awards and penalties of a scheme as forms."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.scoring.numbers import ROUNDING_MODES
from competitions.scoring.scheme.composition import AWARD_BASES, AWARD_ROUNDING, EDGE_TIES, PASSED_OVER
from competitions.scoring.scheme.model import EFFECTS
from competitions.web.desk.scheme_forms import Document, SchemeForm, put_or_drop
from competitions.web.scheme_words import field_label

STEPS: dict[str, Promise] = {
    "aspect": _("Aspect"),
    "sub_criterion": _("Sub-criterion"),
    "criterion": _("Criterion"),
    "component": _("Component"),
    "weighted": _("Weighted component"),
    "total": _("Total"),
}
MODES: dict[str, Promise] = {
    "ROUND_HALF_UP": _("half up"),
    "ROUND_HALF_EVEN": _("half to even"),
    "ROUND_HALF_DOWN": _("half down"),
    "ROUND_UP": _("away from zero"),
    "ROUND_DOWN": _("cut off"),
    "ROUND_CEILING": _("upwards"),
    "ROUND_FLOOR": _("downwards"),
    "ROUND_05UP": _("up after 0 and 5"),
}
BASES = {
    "contestants_who_started_practical": _("everybody who started"),
    "all": _("everybody entered"),
}
ROUNDINGS = {
    "floor_min_1": _("down, at least one"),
    "floor": _("down"),
    "ceil": _("up"),
    "half_up": _("half up"),
}
EDGES = {
    "ask": _("the chief judge decides"),
    "widen": _("all equals get the award"),
    "next_tie_break": _("further keys decide"),
}
OVERS = {"next": _("goes to the next"), "left_empty": _("stays empty")}
BYS = {
    "share": _("share of the contestants"),
    "count": _("number of places"),
    "score": _("from a mark on"),
    "medal": _("medal"),
}
EFFECT_WORDS = {
    "total_points": _("takes points off"),
    "zero_aspects": _("zeroes aspects"),
    "zero_all": _("zeroes everything"),
    "stop": _("stops the contestant"),
    "disqualify": _("disqualifies"),
}
SECOND = {"stop": _("stops"), "disqualify": _("disqualifies"), "zero_all": _("zeroes everything")}


class RowsForm(SchemeForm):
    """A form whose part is a list: one row an item, a few empty rows at the end. A row without a code is left out."""

    columns: tuple[str, ...] = ()
    sheet = ""  # whose words the columns take
    extra = 2

    def items(self, document: Document) -> list[Document]:
        raise NotImplementedError

    def lay_out_rows(self, path: Any) -> None:
        items = self.items(self.source)
        self.row_count = len(items) + self.extra
        for index in range(self.row_count):
            item = items[index] if index < len(items) else {}
            for column in self.columns:
                self.lay_out_cell(
                    f"r{index}-{column}", column, item, (*path, index, column.partition(".")[0])
                )
            self.at[(*path, index)] = f"r{index}-{self.columns[0]}"

    def lay_out_cell(self, name: str, column: str, item: Document, path: Any) -> None:
        """A text or number cell; subclasses take over the cells that are choices."""
        key, _dash, language = column.partition(".")
        value = item.get(key, {}).get(language) if language else item.get(key)
        self.text(name, field_label(self.sheet, column), value, path=(*path[:-1], key))

    def read_row(self, index: int, item: Document) -> None:
        for column in self.columns:
            value: Any = self.cleaned_data.get(f"r{index}-{column}", "")
            value = value.strip() if isinstance(value, str) else value
            key, _dash, language = column.partition(".")
            if language:
                put_or_drop(item.setdefault(key, {}), language, value)
            elif isinstance(value, bool):
                put_or_drop(item, key, value or None)
            else:
                put_or_drop(item, key, value)

    def read_rows(self) -> list[Document]:
        """The rows that have a code, each on top of the item that it was."""
        before = self.items(self.source)
        rows = []
        for index in range(self.row_count):
            if self.given(f"r{index}-{self.columns[0]}"):
                item = dict(before[index]) if index < len(before) else {}
                item = {key: dict(v) if isinstance(v, dict) else v for key, v in item.items()}
                self.read_row(index, item)
                rows.append(item)
        return rows

    def heads(self) -> list[Any]:
        return [self.fields[f"r0-{column}"].label for column in self.columns]

    def rows(self) -> list[list[Any]]:
        """For the template: the bound fields, row by row."""
        return [[self[f"r{i}-{column}"] for column in self.columns] for i in range(self.row_count)]

    def singles(self) -> list[Any]:
        """The bound fields that stand in no row."""
        return [
            field
            for field in self.visible_fields()
            if not field.name.startswith("r") or "-" not in field.name
        ]


class ComponentsForm(RowsForm):
    """Names, weights, full and pass marks. Components are added and removed by file, their sheets depend on them."""

    title = _("Components")
    sheet = "Components"
    columns = ("code", "name.zh", "name.en", "full", "weight", "pass_mark", "gate")
    extra = 0

    def items(self, document: Document) -> list[Document]:
        found: list[Document] = document["composition"]["components"]
        return found

    def lay_out(self) -> None:
        self.lay_out_rows(("composition", "components"))
        for index in range(self.row_count):
            self.fields[f"r{index}-code"].disabled = True

    def edit(self, document: Document) -> None:
        document["composition"]["components"] = self.read_rows()


class RankingForm(SchemeForm):
    """Where marks are rounded and in which order equals are told apart."""

    title = _("Rounding and ties")

    def lay_out(self) -> None:
        composition = self.source["composition"]
        rounding = composition.get("rounding", {})
        for step, label in STEPS.items():
            path = ("composition", "rounding", step)
            now = rounding.get(step, {})
            self.text(
                f"places_{step}",
                _("%(step)s: places") % {"step": label},
                now.get("places"),
                path=path,
                number=True,
            )
        modes = {step["mode"] for step in rounding.values()}
        self.choice(
            "mode",
            _("Rounded"),
            modes.pop() if len(modes) == 1 else "ROUND_HALF_UP",
            [(mode, MODES[mode]) for mode in ROUNDING_MODES],
        )
        self.text(
            "ties",
            _("Order of equal totals, one key per line"),
            "\n".join(composition.get("tie_break", ())),
            path=("composition", "tie_break"),
            widget=forms.Textarea(attrs={"rows": 6}),
            max_length=2000,
            help_text=_(
                "For example: P.total desc, P.criterion[C] desc, P.aspect[C1.1] desc, P.elapsed_seconds asc, "
                "shared_rank."
            ),
        )
        self.choice(
            "rank_style",
            _("After a shared rank"),
            composition.get("rank_style", "standard"),
            [
                ("standard", _("ranks are left out: 1, 2, 2, 4")),
                ("dense", _("no rank is left out: 1, 2, 2, 3")),
            ],
        )

    def edit(self, document: Document) -> None:
        composition = document["composition"]
        rounding = {
            step: {"places": self.given(f"places_{step}"), "mode": self._mode(composition, step)}
            for step in STEPS
            if self.given(f"places_{step}")
        }
        put_or_drop(composition, "rounding", rounding or None)
        ties = [line.strip() for line in self.given("ties").splitlines() if line.strip()]
        put_or_drop(composition, "tie_break", ties or None)
        composition["rank_style"] = self.given("rank_style") or "standard"

    def _mode(self, composition: Document, step: str) -> str:
        """The mode chosen; a step that had one of its own keeps it while the common choice is left as it was."""
        if self.given("mode") == self.initials.get("mode"):
            own: str = composition.get("rounding", {}).get(step, {}).get("mode", self.given("mode"))
            return own
        return self.given("mode")


class AwardsForm(RowsForm):
    """The tiers of awards, best first, and how places become awards."""

    title = _("Awards")
    sheet = "Awards"
    columns = ("code", "name.zh", "name.en", "by", "value", "minimum_entrants")

    def items(self, document: Document) -> list[Document]:
        found: list[Document] = document["composition"].get("awards", {}).get("tiers", [])
        return found

    def lay_out(self) -> None:
        path = ("composition", "awards")
        rule = self.source["composition"].get("awards", {})
        self.lay_out_rows((*path, "tiers"))
        for name, label, choices in (
            ("base", _("A share is taken of"), [(base, BASES[base]) for base in AWARD_BASES]),
            ("round", _("A share is rounded"), [(how, ROUNDINGS[how]) for how in AWARD_ROUNDING]),
            ("edge_tie", _("Equals at the edge of a tier"), [(how, EDGES[how]) for how in EDGE_TIES]),
            (
                "passed_over",
                _("Award place of somebody who has not passed"),
                [(how, OVERS[how]) for how in PASSED_OVER],
            ),
        ):
            self.choice(name, label, rule.get(name, choices[0][0]), choices, path=(*path, name))
        self.flag(
            "needs_pass",
            _("Only who has passed every component gets an award"),
            rule.get("needs_pass", False),
        )

    def lay_out_cell(self, name: str, column: str, item: Document, path: Any) -> None:
        if column == "by":
            self.choice(
                name, field_label(self.sheet, "by"), item.get("by"), [("", "–"), *BYS.items()], path=path
            )
        else:
            super().lay_out_cell(name, column, item, path)

    def edit(self, document: Document) -> None:
        rows = self.read_rows()
        if not rows:
            document["composition"].pop("awards", None)
            return
        rule = document["composition"].setdefault("awards", {})
        rule["tiers"] = rows
        rule["needs_pass"] = bool(self.cleaned_data["needs_pass"])
        for name in ("base", "round", "edge_tie", "passed_over"):
            put_or_drop(rule, name, self.given(name))


class PenaltiesForm(RowsForm):
    """Breaches outside the allotted marks."""

    title = _("Penalties")
    sheet = "Penalties"
    columns = ("code", "zh", "en", "effect", "points", "each", "second_time", "aspects", "component")

    def items(self, document: Document) -> list[Document]:
        found: list[Document] = document.get("penalties", {}).get("rules", [])
        return found

    def lay_out(self) -> None:
        penalties = self.source.get("penalties", {})
        self.lay_out_rows(("penalties", "rules"))
        self.text(
            "cap_total_points",
            _("Most marks that penalties can take from one component"),
            penalties.get("cap_total_points"),
            path=("penalties", "cap_total_points"),
            number=True,
        )
        self.flag(
            "never_negative", _("A component never falls below zero"), penalties.get("never_negative", True)
        )

    def lay_out_cell(self, name: str, column: str, item: Document, path: Any) -> None:
        if column == "effect":
            choices = [("", "–"), *((effect, EFFECT_WORDS[effect]) for effect in EFFECTS)]
            self.choice(name, field_label(self.sheet, "effect"), item.get("effect"), choices, path=path)
        elif column == "second_time":
            choices = [("", "–"), *SECOND.items()]
            self.choice(
                name, field_label(self.sheet, "second_time"), item.get("second_time"), choices, path=path
            )
        elif column == "each":
            self.flag(name, field_label(self.sheet, "each"), bool(item.get("each")), path=path)
        else:
            super().lay_out_cell(name, column, item, path)

    def edit(self, document: Document) -> None:
        penalties: Document = {"never_negative": bool(self.cleaned_data["never_negative"])}
        put_or_drop(penalties, "cap_total_points", self.given("cap_total_points"))
        if rows := self.read_rows():
            penalties["rules"] = rows
        document["penalties"] = penalties


PARTS: dict[str, type[SchemeForm]] = {
    "components": ComponentsForm,
    "ranking": RankingForm,
    "awards": AwardsForm,
    "penalties": PenaltiesForm,
}
