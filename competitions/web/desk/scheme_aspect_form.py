"""One aspect of a scheme as a form: the fields that its method and rule know, and no others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme.model import DECISION_RULES, MEASURED_RULES
from competitions.scoring.scheme.read_criteria import NEEDS, RULE_FIELDS
from competitions.web.desk.scheme_forms import Document, SchemeForm, _number, put_or_drop, set_mark
from competitions.web.scheme_words import METHODS, RULES, STAGES, field_label
from craft_site.kit.language import bracketed

PARTIAL = frozenset({"step", "ra"})  # rules with a part of the mark for a near miss
COMMON = ("points", "mark_per_point", "decision_rule", "uncertainty", "second_look", "minimum", "maximum")
DECISIONS = {
    "simple_acceptance": _("the limit itself decides"),
    "guard_band": _("the uncertainty is taken off the tolerance"),
}


class AspectForm(SchemeForm):
    """Edits an aspect, or makes a new one in a sub-criterion. The marks may be taken from a neighbour."""

    def __init__(
        self, *args: Any, sub: str, code: str | None, chosen: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        self.sub_code, self.code, self.chosen = sub, code, chosen or {}
        super().__init__(*args, **kwargs)

    def lay_out(self) -> None:
        self.path, self.sub = self._sub(self.source)
        self.aspect: Document = next((a for a in self.sub["aspects"] if a["code"] == self.code), {})
        index = self.sub["aspects"].index(self.aspect) if self.aspect else len(self.sub["aspects"])
        self.at_path = (*self.path, "aspects", index)
        self.method = self.aspect.get("method") or self._asked("method") or "measured"
        self.rule = self._asked("rule") or self.aspect.get("rule") or "within"
        if self.method not in METHODS:
            self.method = "measured"
        if self.rule not in NEEDS:
            self.rule = "within"
        self._lay_out_names()
        if self.method == "measured":
            self._lay_out_measured()
        elif self.method == "judged":
            self._lay_out_judged()
        else:
            self._lay_out_lines(
                "events", _("Deductions, one per line: code | Chinese | English | marks each time")
            )
        self.text(
            "note",
            field_label("Aspects", "note"),
            self.aspect.get("note"),
            path=(*self.at_path, "note"),
            max_length=500,
        )
        # What is wrong with the aspect as a whole is mended where its rule, panel or events are chosen.
        self.at[self.at_path] = {"measured": "rule", "judged": "panel"}.get(self.method, "events")

    def _asked(self, name: str) -> str:
        """What was posted or chosen by address: it decides which fields there are."""
        return str(self.data.get(name) or self.chosen.get(name) or "")

    def _sub(self, document: Document) -> tuple[Any, Document]:
        for i, criterion in enumerate(document["criteria"]):
            for j, sub in enumerate(criterion["sub_criteria"]):
                if sub["code"] == self.sub_code:
                    return ("criteria", i, "sub_criteria", j), sub
        raise KeyError(self.sub_code)

    def _lay_out_names(self) -> None:
        if not self.aspect:
            self.text("code", _("Code"), None, path=(*self.at_path, "code"), required=True, max_length=20)
            self.choice("method", _("Method"), self.method, tuple(METHODS.items()))
        name = self.aspect.get("name", {})
        self.text("name_zh", _("Chinese name"), name.get("zh"), path=(*self.at_path, "name"), required=True)
        self.text("name_en", _("English name"), name.get("en"))
        stage = self.aspect.get("stage") or ("process" if self.method == "allotment" else "result")
        self.choice(
            "stage", _("When it is marked"), stage, tuple(STAGES.items()), path=(*self.at_path, "stage")
        )
        self.text(
            "max_mark",
            _("Marks"),
            self.aspect.get("max_mark", "0"),
            path=(*self.at_path, "max_mark"),
            number=True,
            required=True,
        )
        others = [a for a in self.sub["aspects"] if a["code"] != self.code]
        self.choice(
            "balance",
            _("Balance the marks with"),
            "",
            (("", "–"), *((a["code"], f"{a['code']}{bracketed(a['max_mark'])}") for a in others)),
            help_text=_("The sub-criterion keeps its total: the other aspect gives or takes the difference."),
        )
        self.at[(*self.path, "max_mark")] = "balance"

    def _lay_out_measured(self) -> None:
        self.choice(
            "rule",
            _("Rule"),
            self.rule,
            tuple((r, RULES[r]) for r in MEASURED_RULES),
            path=(*self.at_path, "rule"),
        )
        wanted = [key for key in NEEDS[self.rule] if key != "bands"]
        wanted += ["partial_ratio"] if self.rule in PARTIAL else []
        wanted += [
            key for key in COMMON if not (self.rule == "range" and key in {"points", "mark_per_point"})
        ]
        for key in wanted:
            value, path = self.aspect.get(key), (*self.at_path, key)
            if key == "decision_rule":
                choices = tuple((rule, DECISIONS[rule]) for rule in DECISION_RULES)
                self.choice(key, field_label("Aspects", key), value, choices, path=path)
            else:
                self.text(key, field_label("Aspects", key), value, path=path, number=key != "derived_from")
        if self.rule == "bands":
            self._lay_out_lines("bands", _("Bands, one per line: reading at most | share of the marks"))
        self.text(
            "unit",
            field_label("Aspects", "unit"),
            self.aspect.get("unit", "mm"),
            path=(*self.at_path, "unit"),
            max_length=20,
        )
        instrument = self.aspect.get("instrument", {})
        self.text("instrument_zh", _("Instrument, Chinese"), instrument.get("zh"))
        self.text("instrument_en", _("Instrument, English"), instrument.get("en"))

    def _lay_out_judged(self) -> None:
        judged = self.source["methods"]["judged"]
        panels = [key for key, panel in judged.items() if isinstance(panel, dict)]
        present = self.aspect.get("panel") or judged.get("default")
        self.choice(
            "panel",
            field_label("Aspects", "panel"),
            present,
            [(p, p) for p in panels],
            path=(*self.at_path, "panel"),
        )
        self._lay_out_lines("benchmarks", _("Benchmarks, one per line: value | Chinese | English"))

    def _lay_out_lines(self, key: str, label: Any) -> None:
        lines = [" | ".join(item.get(c, "") for c in _LINES[key]) for item in self.aspect.get(key, ())]
        self.text(
            key,
            label,
            "\n".join(lines),
            path=(*self.at_path, key),
            widget=forms.Textarea(attrs={"rows": 5}),
            max_length=4000,
        )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        for key, columns in _LINES.items():
            for number, line in enumerate(
                self.given(key).splitlines() if key in self.fields else (), start=1
            ):
                if line.strip() and line.count("|") != len(columns) - 1:
                    message = _("Line %(number)d: %(columns)d parts are needed, divided by |.")
                    params = {"number": number, "columns": len(columns)}
                    self.add_error(key, forms.ValidationError(message, params=params))
        return fields

    def edit(self, document: Document) -> None:
        _path, sub = self._sub(document)
        aspect = next((a for a in sub["aspects"] if a["code"] == self.code), None)
        if aspect is None:
            aspect = {"code": self.given("code"), "method": self.method, "max_mark": "0"}
            sub["aspects"].append(aspect)
        self._balance(sub, aspect)
        aspect["name"] = _text(self.given("name_zh"), self.given("name_en"))
        put_or_drop(aspect, "stage", self.given("stage"))
        put_or_drop(aspect, "note", self.given("note"))
        if self.method == "measured":
            self._edit_measured(aspect)
        elif self.method == "judged":
            put_or_drop(aspect, "panel", self.given("panel"))
            put_or_drop(aspect, "benchmarks", self._lines("benchmarks") or None)
        else:
            aspect["events"] = self._lines("events")

    def _balance(self, sub: Document, aspect: Document) -> None:
        """The new mark, and the difference out of the neighbour named."""
        difference = _number(self.given("max_mark")) - _number(aspect["max_mark"])
        set_mark(aspect, self.given("max_mark"))
        for neighbour in sub["aspects"]:
            if neighbour["code"] == self.given("balance") and neighbour is not aspect:
                set_mark(neighbour, plain_text(_number(neighbour["max_mark"]) - difference))

    def _edit_measured(self, aspect: Document) -> None:
        before = aspect.get("rule")
        aspect["rule"] = self.rule
        for key in RULE_FIELDS:
            if key not in NEEDS[self.rule]:
                aspect.pop(key, None)
        if self.rule not in PARTIAL:
            aspect.pop("partial_ratio", None)
        if self.rule == "range":
            aspect["points"] = "0"
            aspect.pop("mark_per_point", None)
        for key in ("decision_rule", "partial_ratio", *NEEDS[self.rule], *COMMON):
            if key in self.fields and key != "bands":
                put_or_drop(
                    aspect, key, self._share(aspect, key) if key == "mark_per_point" else self.given(key)
                )
        if self.rule == "bands":
            put_or_drop(aspect, "bands", self._lines("bands") or None)
        if before != self.rule and self.rule in {"gauge", "checklist"} and self.given("unit") == "mm":
            aspect["unit"] = ""
        else:
            aspect["unit"] = self.given("unit")
        if self.given("instrument_zh"):
            aspect["instrument"] = _text(self.given("instrument_zh"), self.given("instrument_en"))
        else:
            aspect.pop("instrument", None)

    def _share(self, aspect: Document, key: str) -> str:
        """What a point is worth: as typed, else as it follows from the new mark."""
        typed = self.given(key)
        return aspect.get(key, "") if typed == self.initials.get(key, "") else typed

    def _lines(self, key: str) -> list[Document]:
        columns = _LINES[key]
        return [
            dict(zip(columns, (part.strip() for part in line.split("|")), strict=False))
            for line in self.given(key).splitlines()
            if line.strip()
        ]


_LINES = {
    "bands": ("max", "ratio"),
    "benchmarks": ("value", "zh", "en"),
    "events": ("code", "zh", "en", "unit"),
}


def _text(zh: str, en: str) -> Any:
    """Both languages; without English words the scheme's own rule decides whether that is a fault."""
    return {"zh": zh, "en": en} if en else {"zh": zh}


class RemoveAspectForm(SchemeForm):
    """Takes an aspect out; its marks go to a neighbour."""

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        self.code = code
        super().__init__(*args, **kwargs)

    def lay_out(self) -> None:
        self.sub_code = next(
            sub["code"]
            for criterion in self.source["criteria"]
            for sub in criterion["sub_criteria"]
            if any(aspect["code"] == self.code for aspect in sub["aspects"])
        )
        others = [a["code"] for a in self._sub(self.source)["aspects"] if a["code"] != self.code]
        self.choice("heir", _("Give its marks to"), None, [(code, code) for code in others])

    def _sub(self, document: Document) -> Document:
        subs = [sub for criterion in document["criteria"] for sub in criterion["sub_criteria"]]
        found: Document = next(sub for sub in subs if sub["code"] == self.sub_code)
        return found

    def edit(self, document: Document) -> None:
        sub = self._sub(document)
        gone = next(aspect for aspect in sub["aspects"] if aspect["code"] == self.code)
        sub["aspects"].remove(gone)
        for aspect in sub["aspects"]:
            if aspect["code"] == self.given("heir"):
                set_mark(aspect, plain_text(_number(aspect["max_mark"]) + _number(gone["max_mark"])))
