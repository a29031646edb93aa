"""Initials of the pinyin: 永康工匠 is found by ykgj. A name has the initials of its reading as a name as well:
单 is read shàn as a surname and dān elsewhere, so 单师傅 is found by ssf and by dsf. Pure."""

from pypinyin import Style, lazy_pinyin

from craft_site.search.words import is_run, words

# Surnames whose first letter is another than the one of the common reading.
SURNAMES = {
    "单于": "cy",
    "单": "s",
    "曾": "z",
    "解": "x",
    "查": "z",
    "仇": "q",
    "区": "o",
    "翟": "z",
    "种": "c",
    "召": "s",
    "乜": "n",
    "覃": "q",
    "繁": "p",
    "秘": "b",
    "祭": "z",
    "句": "g",
    "乐": "y",
    "隗": "w",
    "郇": "x",
    "佴": "n",
    "阚": "k",
}
LONGEST = 60  # characters of a title that have initials
ENOUGH = 12  # letters from which on nobody types further
MARK = "\u00b7"  # before a token of initials, so that it is no word


def of_text(text: str) -> str:
    """The initials of all characters of a text that have a pinyin, as they are read in words."""
    runs = [word for word in words(text) if is_run(word)]
    return "".join(_letters(run) for run in runs)[:LONGEST]


def of_name(name: str) -> str:
    """The initials of somebody's name, the surname as it is read in names."""
    known = "".join(word for word in words(name) if is_run(word))
    for length in (2, 1):
        if (surname := SURNAMES.get(known[:length])) is not None and len(known) > length:
            return (surname + _letters(known[length:]))[:LONGEST]
    return _letters(known)[:LONGEST]


def of_title(title: str, *, is_name: bool = False) -> tuple[str, ...]:
    """Each way of reading a title once, the common one first; empty without Chinese characters."""
    both = (of_text(title), of_name(title)) if is_name else (of_text(title),)
    return tuple(dict.fromkeys(reading for reading in both if reading))


def title_tokens(reading: str) -> set[str]:
    """A title is found from any of its characters on: 永康工匠 by ykgj, kgj, gj."""
    return {MARK + reading[n : n + ENOUGH] for n in range(len(reading) - 1)} | (
        {MARK + reading} if reading else set()
    )


def name_tokens(name: str) -> set[str]:
    """Somebody within a text is found by the initials of the whole name."""
    return {MARK + reading[:ENOUGH] for reading in of_title(name, is_name=True)}


def _letters(run: str) -> str:
    found = lazy_pinyin(run, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(letter for letter in found if letter.isascii() and letter.isalpha())
