"""Reads one group of named fields of a scheme document and refuses what it does not know."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..numbers import NotANumber, plain_text, read_number
from .errors import ErrorLog, Path
from .text import Text

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_ZERO = Decimal(0)


class Fields:
    """A cursor over one mapping. Every read notes its faults in the log and returns a harmless value."""

    def __init__(self, document: object, path: Path, log: ErrorLog) -> None:
        self.path = path
        self.log = log
        self._unread: dict[str, object] = {}
        if isinstance(document, dict):
            self._unread = {str(key): value for key, value in document.items()}
        else:
            log.add(path, "not_a_mapping")
        self.keys = frozenset(self._unread)

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def at(self, key: str | int) -> Path:
        """The path of a field of this group."""
        return (*self.path, key)

    def take(self, key: str) -> object:
        """The value as it stands, None when absent."""
        return self._unread.pop(key, None)

    def need(self, key: str) -> object:
        """The value as it stands; its absence is a fault."""
        if key not in self.keys:
            self.log.add(self.path, "missing", key=key)
        return self._unread.pop(key, None)

    def number(
        self,
        key: str,
        *,
        default: Decimal | None = None,
        least: Decimal | None = None,
        most: Decimal | None = None,
    ) -> Decimal:
        """An exact number within [least, most]; required unless a default is given."""
        if default is not None and key not in self.keys:
            return default
        value = self.need(key)
        return self._number(key, value, least, most) if value is not None else _ZERO

    def optional_number(
        self, key: str, *, least: Decimal | None = None, most: Decimal | None = None
    ) -> Decimal | None:
        """An exact number or None."""
        value = self.take(key)
        return None if value is None else self._number(key, value, least, most)

    def whole(self, key: str, *, default: int | None = None, least: int = 0, most: int = 10_000) -> int:
        """A whole number within [least, most]."""
        start = None if default is None else Decimal(default)
        value = self.number(key, default=start, least=Decimal(least), most=Decimal(most))
        if value != int(value):
            self.log.add(self.at(key), "not_whole", value=plain_text(value))
        return int(value)

    def _number(self, key: str, value: object, least: Decimal | None, most: Decimal | None) -> Decimal:
        try:
            if isinstance(value, bool):
                raise NotANumber("not_a_number")
            number = read_number(value)
        except NotANumber as error:
            self.log.add(self.at(key), error.code, value=str(value)[:40])
            return _ZERO if least is None else least
        if least is not None and number < least:
            self.log.add(self.at(key), "too_small", value=plain_text(number), minimum=plain_text(least))
        if most is not None and number > most:
            self.log.add(self.at(key), "too_large", value=plain_text(number), maximum=plain_text(most))
        return number

    def words(self, key: str, *, default: str | None = None) -> str:
        """A text in one language."""
        if default is not None and key not in self.keys:
            return default
        value = self.need(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.log.add(self.at(key), "not_a_text")
            return ""
        return value

    def code(self, key: str = "code") -> str:
        """A code by which other parts refer to this one."""
        value = self.words(key)
        if value and not _CODE.fullmatch(value):
            self.log.add(self.at(key), "bad_code", value=value[:40])
        return value

    def optional_code(self, key: str) -> str | None:
        """A code or None."""
        return self.code(key) if key in self.keys else None

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """One of a closed list of words."""
        value = self.words(key, default=default)
        if value and value not in choices:
            self.log.add(self.at(key), "not_a_choice", value=value[:40], choices=", ".join(choices))
            return choices[0]
        return value or choices[0]

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self._unread.pop(key, default)
        if not isinstance(value, bool):
            self.log.add(self.at(key), "not_a_flag")
            return default
        return value

    def text(self, key: str) -> Text:
        """A bilingual text: {zh: ..., en: ...}, or one plain text for both in a scheme without English."""
        value = self.need(key)
        if value is None:
            return Text("", "")
        if isinstance(value, str):
            return self._bilingual(self.at(key), value, None)
        group = Fields(value, self.at(key), self.log)
        text = group.bilingual()
        group.done()
        return text

    def optional_text(self, key: str) -> Text | None:
        """A bilingual text or None."""
        return self.text(key) if key in self.keys else None

    def bilingual(self) -> Text:
        """The zh and en fields of this very group, as benchmarks, events and penalties write them."""
        return self._bilingual(self.path, self.words("zh"), self.words("en", default="") or None)

    def _bilingual(self, path: Path, zh: str, en: str | None) -> Text:
        if en is None and self.log.needs_english and zh:
            self.log.add(path, "text_untranslated", language="en")
        return Text(zh, zh if en is None else en)

    def items(self, key: str, *, needed: bool = False) -> list[object]:
        """The items of a list; an absent list is empty, a needed one may not be."""
        value = self.need(key) if needed else self.take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.log.add(self.at(key), "not_a_list")
            return []
        if needed and not value:
            self.log.add(self.at(key), "empty_list")
        return value

    def groups(self, key: str, *, needed: bool = False) -> Iterator["Fields"]:
        """Each item of a list as a group of its own."""
        for index, item in enumerate(self.items(key, needed=needed)):
            yield Fields(item, (*self.path, key, index), self.log)

    def group(self, key: str) -> "Fields | None":
        """A nested group or None."""
        value = self.take(key)
        return None if value is None else Fields(value, self.at(key), self.log)

    def done(self) -> None:
        """Refuse every field that nobody asked for: a misspelt rule must not be ignored."""
        for key in self._unread:
            self.log.add(self.at(key), "unknown_key", key=key[:40])
