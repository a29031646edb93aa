"""The sheet of a year as PDF on A4, with its own glyphs inside. A character that the font lacks stops it: no blank is
printed where a name should stand."""

import re
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from craft_site.home.scorecard.files import fonts
from craft_site.home.scorecard.files.workbook import heading
from craft_site.home.scorecard.plan import Standing
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.home.scorecard.sheet import Line, Number, Sheet, basis_words
from craft_site.kit.language import introducing, reads_english

FACE = "chinese"
LEFT, TOP, RIGHT, BOTTOM, WIDTH = 16, 16, 16, 18, 178  # mm; the width between the margins of A4
NAME, GUTTER, ACROSS = 38, 4, 4  # the indicator's name; between columns; numbers beside each other
GREY, LIGHT, DARK, RED = (95, 103, 111), (221, 217, 208), (43, 48, 54), (179, 38, 30)
_OPENING, _CLOSING = "“‘（《〈「【(", "”’）》〉」】)，。、；：？！"
#: What is not torn apart: a word or a number, or one sign of Chinese, each with the marks that belong to it.
_PIECES = re.compile(rf"\s*[{_OPENING}]*(?:[!-~\u00a1-\u02ff]+|.)[{_CLOSING}]*\s*", re.DOTALL)
MARKS = {Standing.BEHIND: "▼", Standing.AT: "●", Standing.AHEAD: "▲"}


def pdf(sheet: Sheet, *, at: datetime, note: str = "") -> bytes:
    """at: the moment that the file tells as its making. note: printed at the end.

    Raises ScorecardRefused: no font here, or one that lacks a character.
    """
    paper = _Paper(sheet, at)
    paper.head()
    for group, lines in sheet.told_groups:
        paper.group(group, lines)
    paper.foot_note(note)
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, sheet: Sheet, at: datetime) -> None:
        super().__init__(format="A4")
        self.sheet = sheet
        self.known: frozenset[int] = frozenset()
        for style in ("", "B"):
            found = fonts.find(bold=bool(style))
            if found is None:
                raise ScorecardRefused(
                    _(
                        "This machine has no font with Chinese for the PDF. Debian: apt install fonts-noto-cjk."
                    )
                )
            place, face = found
            self.add_font(FACE, style, place, collection_font_number=face)
            have = fonts.glyphs(place, face)
            self.known = have if not style else self.known & have
        self.title_words = heading(sheet)
        self.set_title(self.title_words)
        self.set_lang("en" if reads_english() else "zh-CN")
        self.set_creation_date(at)
        self.set_margins(LEFT, TOP, RIGHT)
        self.c_margin = 0  # text begins where bars and rules do
        self.set_auto_page_break(False)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-12)
        self.ink(GREY)
        self.set_font(FACE, "", 8)
        self.cell(WIDTH, 5, self.sound(f"{self.title_words} · {self.page_no()}"), align="C")

    def head(self) -> None:
        self.put(self.title_words, size=20, style="B", height=10)
        if self.sheet.leading:
            self.ln(3)
            self._leading()

    def _leading(self) -> None:
        lines, width = self.sheet.leading, WIDTH / len(self.sheet.leading)
        top = self.get_y()
        for n, line in enumerate(lines):
            self.set_xy(LEFT + n * width, top)
            said = [one.said if one.shown else one.target_said for one in line.told]
            for words in said[:2]:
                self.set_x(LEFT + n * width)
                self.put(words, size=13, style="B", height=6.5, width=width - 2)
            self.set_x(LEFT + n * width)
            self.put(line.name, size=8, height=4, width=width - 2, colour=GREY)
        self.set_xy(LEFT, top + 20)

    def group(self, name: str, lines: list[Line]) -> None:
        self.room(16 + self.height_of(lines[0]))
        self.ln(2)
        self.put(name, size=13, style="B", height=7)
        self.rule(DARK, 0.5)
        for line in lines:
            self.line_of(line)

    def line_of(self, line: Line) -> None:
        self.room(self.height_of(line))
        top = self.get_y() + 2
        self.set_xy(LEFT, top)
        self.put(line.name, size=9.5, style="B", height=4.6, width=NAME - 2)
        lowest, y = self.get_y(), top
        width = (WIDTH - NAME) / ACROSS
        for begin in range(0, len(line.told), ACROSS):
            bottoms = [
                self.number(one, LEFT + NAME + n * width, y, width - GUTTER)
                for n, one in enumerate(line.told[begin : begin + ACROSS])
            ]
            y = max(bottoms) + 1.5
        for quote in dict.fromkeys(one.quote for one in line.told if one.quote):
            self.set_xy(LEFT + NAME, y)
            self.put(f"“{quote}”", size=7.5, height=3.8, width=WIDTH - NAME, colour=GREY)
            y = self.get_y() + 0.8
        self.set_xy(LEFT, max(lowest, y) + 1)
        self.rule(LIGHT, 0.2)

    def number(self, one: Number, x: float, y: float, width: float) -> float:
        """Draws a number at a place and says where it ends."""
        self.set_xy(x, y)
        if one.label:
            self.put(one.label, size=7.5, height=3.8, width=width, colour=GREY)
            self.set_x(x)
        self.put(one.said, size=11.5, style="B", height=5.4, width=width)
        if one.bar is not None:
            self.bar_of(one, x, self.get_y() + 0.5, width)
            self.set_y(self.get_y() + 3.6)
        for words in _below(one):
            self.set_x(x)
            self.put(words, size=7.5, height=3.8, width=width, colour=GREY)
        return float(self.get_y())

    def bar_of(self, one: Number, x: float, y: float, width: float) -> None:
        assert one.bar is not None
        self.set_fill_color(*LIGHT)
        self.rect(x, y, width, 2, style="F")
        self.set_fill_color(*DARK)
        if one.bar.fill:
            self.rect(x, y, width * float(one.bar.fill) / 100, 2, style="F")
        if one.bar.goal is not None:
            self.set_fill_color(*RED)
            at = x + min(width * float(one.bar.goal) / 100, width - 0.5)
            self.rect(at, y - 0.6, 0.5, 3.2, style="F")

    def foot_note(self, note: str) -> None:
        if self.sheet.sources:
            self.room(12 + 5 * len(self.sheet.sources))
            self.ln(4)
            self.put(_("Sources"), size=9.5, style="B", height=5)
            for source in self.sheet.sources:
                self.put(source, size=8, height=4, colour=GREY)
        if note:
            self.room(20)
            self.ln(4)
            self.put(note, size=8, height=4, colour=GREY)

    # --- the hand ----------------------------------------------------------------------------------------------------

    def put(
        self,
        text: str,
        *,
        size: float,
        height: float,
        style: str = "",
        width: float = WIDTH,
        colour: tuple[int, int, int] = DARK,
    ) -> None:
        """Text that wraps, at the place where the pen stands; the pen moves below it."""
        self.ink(colour)
        x = self.get_x()
        for line in self.lines_of(text, size, width, style):
            self.set_x(x)
            self.cell(width, height, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def lines_of(self, text: str, size: float, width: float, style: str = "") -> list[str]:
        """The lines that a text takes, broken as Chinese and English are."""
        self.set_font(FACE, style, size)
        return broken(self.sound(text), width, self.get_string_width)

    def lines_in(self, text: str, size: float, width: float, style: str = "") -> int:
        return len(self.lines_of(text, size, width, style))

    def height_of(self, line: Line) -> float:
        """How high a line will be, never too low."""
        width = (WIDTH - NAME) / ACROSS - GUTTER
        total = 5.0
        for begin in range(0, len(line.told), ACROSS):
            total += 1.5 + max(self._number_height(one, width) for one in line.told[begin : begin + ACROSS])
        for quote in dict.fromkeys(one.quote for one in line.told if one.quote):
            total += 0.8 + 3.8 * self.lines_in(f"“{quote}”", 7.5, WIDTH - NAME)
        return max(total, 5 + 4.6 * self.lines_in(line.name, 9.5, NAME - 2, "B"))

    def _number_height(self, one: Number, width: float) -> float:
        total = 5.4 * self.lines_in(one.said, 11.5, width, "B") + (3.6 if one.bar else 0)
        small = ([one.label] if one.label else []) + _below(one)
        return total + sum(3.8 * self.lines_in(words, 7.5, width) for words in small)

    def room(self, height: float) -> None:
        """A new page where less is left."""
        if self.get_y() + height > 297 - BOTTOM:
            self.add_page()
            self.set_xy(LEFT, TOP)

    def rule(self, colour: tuple[int, int, int], thickness: float) -> None:
        self.set_draw_color(*colour)
        self.set_line_width(thickness)
        self.line(LEFT, self.get_y(), LEFT + WIDTH, self.get_y())

    def ink(self, colour: tuple[int, int, int]) -> None:
        self.set_text_color(*colour)

    def sound(self, text: str) -> str:
        """The text, if the font has all of it. Raises ScorecardRefused."""
        lacking = "".join(
            dict.fromkeys(char for char in text if ord(char) not in self.known and char != "\n")
        )
        if lacking:
            raise ScorecardRefused(
                _("The font of this machine lacks %(characters)s: write them otherwise, or print the page.")
                % {"characters": lacking}
            )
        return text


def _below(one: Number) -> list[str]:
    """The small lines under a number: target, standing, period, where from."""
    said = [introducing(_("Target")) + one.target_said] if one.target_said else []
    if one.icon:
        said.append(f"{MARKS[one.standing]} {one.standing.label}")
    if one.next_target:
        said.append(_("Next year: %(target)s") % {"target": one.next_target})
    said += [words for words in (one.period, one.days) if words]
    if one.is_counted:
        said.append(basis_words(one))  # what is entered has its sentence below
    return said


def broken(text: str, width: float, wide: Callable[[str], float]) -> list[str]:
    """A text in lines of at most a width: English between words, Chinese anywhere but before a closing mark and behind
    an opening one. wide: how wide a piece is. A piece that alone is too wide has a line of its own."""
    lines, line, taken = [], "", 0.0
    for piece in _PIECES.findall(text):
        if line and taken + wide(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, taken = piece.lstrip(), wide(piece.lstrip())
        else:
            line, taken = line + piece, taken + wide(piece)
    return [*lines, line.rstrip()]
