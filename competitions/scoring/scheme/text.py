"""A name in the two languages of the interface."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The Chinese words for zh, zh-hans, zh-Hans-CN ..., else the English ones."""
        return self.zh if language.lower().startswith("zh") else self.en
