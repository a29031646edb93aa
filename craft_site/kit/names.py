"""People's names in one spelling.

After the rule for names with separators (民委发〔2016〕33号): up to 50 characters, parts joined by `·` U+00B7 alone.
Rare characters are kept whatever plane they stand on: who is called 𬱖 is called 𬱖.
"""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from craft_site.kit.identity import IdentityError

MAX_NAME = 50
SEPARATOR = "\u00b7"

# The look-alikes that keyboards produce for the separator.
_LOOKALIKES = dict.fromkeys(
    map(ord, "\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e\ufe52\u0387\u25cf"), SEPARATOR
)
_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF07, 0xFF0D)
}
_PUNCTUATION = frozenset(f"{SEPARATOR} -'\u2019.")
_LETTER_LIKE = frozenset("\u3007")  # 〇 is a numeral to Unicode and a character to those who bear it
# Blank to the eye although Unicode calls them letters, marks or symbols: selectors, fillers, joiners.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_CJK = "[\u2e80-\ufaff\U00020000-\U0003ffff]"
_SPACE_BESIDE_CJK = re.compile(rf"(?<={_CJK}) | (?={_CJK})| *{SEPARATOR} *")


def normalise_name(text: str) -> str:
    """The name as it is stored and compared: NFC, `·` for every look-alike, no spaces between Chinese characters.

    The spaces that lists put into two-character names to line them up go; those of Latin names stay, one each.
    Raises IdentityError: name_required, name_invisible, name_private, name_characters, name_separator, name_length.
    """
    name = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).translate(_LOOKALIKES)
    name = " ".join(re.split(r"[ \t\r\n\u00a0\u2000-\u200a\u202f\u205f\u3000]+", name)).strip()
    name = _SPACE_BESIDE_CJK.sub(lambda match: match[0].strip(), name)
    if not name:
        raise IdentityError(_("Enter the name."), "name_required")
    _refuse_strangers(name)
    if re.search(f"^{SEPARATOR}|{SEPARATOR}{SEPARATOR}|{SEPARATOR}$", name):
        raise IdentityError(_("The separator · stands between two parts of a name, once."), "name_separator")
    if len(name) > MAX_NAME:
        raise IdentityError(
            _("A name has at most %(limit)d characters, this one has %(length)d."),
            "name_length",
            {"limit": MAX_NAME, "length": len(name)},
        )
    return name


def check_title(text: str) -> None:
    """That what something is called can be printed and read aloud: letters, digits and punctuation, no pictures and
    nothing invisible. Raises IdentityError: title_characters."""
    for place, char in enumerate(text, start=1):
        category = unicodedata.category(char)
        is_new_han = category == "Cn" and 0x20000 <= ord(char) <= 0x3FFFD
        if not is_new_han and (
            category in ("So", "Sk", "Cn") or category[0] == "C" or _INVISIBLE.match(char)
        ):
            raise IdentityError(
                _(
                    "Character %(place)d does not belong into a name (%(code)s): use letters, digits and punctuation."
                ),
                "title_characters",
                {"place": place, "code": f"U+{ord(char):04X}"},
            )


def comparable_title(text: str) -> str:
    """What a unit or a team is called, as two spellings of it are compared: brackets of either width, capitals and
    spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _refuse_strangers(name: str) -> None:
    for place, char in enumerate(name, start=1):
        where: dict[str, object] = {"place": place, "code": f"U+{ord(char):04X}"}
        category = unicodedata.category(char)
        if category in ("Cc", "Cf", "Zl", "Zp") or _INVISIBLE.match(char):
            raise IdentityError(
                _(
                    "The name holds an invisible character (%(code)s, position %(place)d): type it again by hand."
                ),
                "name_invisible",
                where,
            )
        if category in ("Co", "Cs"):
            raise IdentityError(
                _(
                    "Character %(place)d of the name (%(code)s) exists on some computers only: enter the standard one."
                ),
                "name_private",
                where,
            )
        # Newer Han extensions are unassigned to an older Unicode table; planes 2 and 3 hold nothing but Han.
        is_new_han = category == "Cn" and 0x20000 <= ord(char) <= 0x3FFFD
        if not (category[0] in "LM" or is_new_han or char in _PUNCTUATION or char in _LETTER_LIKE):
            raise IdentityError(
                _("“%(char)s”, character %(place)d, does not belong into a name: use letters and · only."),
                "name_characters",
                where | {"char": char},
            )
