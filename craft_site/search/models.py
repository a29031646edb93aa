from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.language import in_language


class Kind(models.TextChoices):
    """What a reader looks for; the chips above the results."""

    PAGE = "page", pgettext_lazy("search", "Pages")
    CONTEST = "contest", _("Contests")
    RESULT = "result", _("Results")
    PERSON = "person", pgettext_lazy("search", "People and honours")
    COURSE = "course", pgettext_lazy("search", "Training")
    SUBSIDY = "subsidy", _("Subsidies")


class TokensField(models.Field):  # type: ignore[type-arg]  # it is written and asked in SQL, never read
    """The tokens of a document: a tsvector on PostgreSQL, words between spaces on SQLite. Tokens hold letters, digits
    and the mark of initials alone, so neither form needs an escape beyond its quotes."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        words = sorted(value or ())
        return " ".join(f"'{word}'" if connection.vendor == "postgresql" else word for word in words)

    def from_db_value(self, value: str, expression: Any, connection: Any) -> frozenset[str]:
        return frozenset(word.strip("'") for word in value.split())


class Entry(models.Model):
    """One line of the index: what is shown and ranked. Narrow, because a broad question walks through all of them."""

    key = models.CharField(max_length=120, unique=True)  # source:key of the fact
    kind = models.CharField(max_length=8, choices=Kind.choices)
    day = models.DateField(null=True)
    until = models.DateField(null=True)
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=400, blank=True)
    url = models.TextField()  # a Chinese character is nine of an address
    url_en = models.TextField(blank=True)
    # Folded titles, one a line, a space around each word: where a question stands in them is asked by position alone.
    folded = models.TextField()
    initials = models.TextField(blank=True)  # one reading of a title a line
    digest = models.CharField(
        max_length=64
    )  # of the whole document: what did not change is not written again

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")

    def __str__(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def address(self) -> str:
        return in_language(self.url, self.url_en)


class Passage(models.Model):
    """The words of an entry and the tokens that it is found by."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="passage")
    body = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    tokens = TokensField()

    class Meta:
        verbose_name = _("words of the search")
        verbose_name_plural = _("words of the search")

    def __str__(self) -> str:
        return f"{self.entry_id}"
