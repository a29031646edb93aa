"""How a text becomes words and tokens. Pure, the same for what is kept and for what is asked.

No dictionary: of a run of Chinese characters all neighbours are tokens (永康工匠: 永康 康工 工匠), and its last
character once more alone, so that each single character begins some token. Whatever stands inside a longer word is
found by it. Words of other scripts and numbers are tokens whole and are found by their beginnings.
"""

import re
import unicodedata
from collections.abc import Iterator

# Characters written without spaces between words: Han with its repetition mark and its zero, kana, hangul.
RUN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
LONGEST_WORD = 40  # letters of a word in another script that tell it from others
_WORD = re.compile(f"[{RUN}]+|[^\\W_{RUN}]+")
_IS_RUN = re.compile(f"[{RUN}]")


def fold(text: str) -> str:
    """Full width becomes plain, capital becomes small: ＣＮＣ and CNC are cnc."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def words(text: str) -> list[str]:
    """The runs and words of a text in their order: 第4届CNC加工 is 第 4 届 cnc 加工. Punctuation, controls, emoji
    and broken characters only separate."""
    return [word if is_run(word) else word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def is_run(word: str) -> bool:
    return _IS_RUN.match(word) is not None


def pairs(run: str) -> Iterator[str]:
    return (run[n : n + 2] for n in range(len(run) - 1))


def tokens(text: str) -> set[str]:
    """What a text is found by."""
    found: set[str] = set()
    for word in words(text):
        if is_run(word):
            found.update(pairs(word))
            found.add(word[-1])
        else:
            found.add(word)
    return found
