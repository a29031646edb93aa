"""The editors' search (WAGTAILSEARCH_BACKENDS): whatever stands inside a title is found, and nothing that is typed is a
fault.

Wagtail's own backends hand words to FTS5 and tsquery: 工匠 inside a longer title is not found, and a quotation mark
that nobody closes is an error of the database. What editors look through are thousands of rows, which a plain
comparison answers in milliseconds and without an index; readers have the search of this app.
"""

from collections.abc import Iterator
from typing import Any

from modelsearch.backends.database.fallback import DatabaseSearchBackend, DatabaseSearchQueryCompiler
from modelsearch.index import RelatedFields, SearchField

from craft_site.search.index import clean


class Compiler(DatabaseSearchQueryCompiler):
    """With the fields of related rows, so that pictures are found by their tags too."""

    def get_fields_names(self) -> Iterator[str]:
        yield from super().get_fields_names()
        if self.fields:
            return
        for related in self.queryset.model.get_search_fields():
            if isinstance(related, RelatedFields):
                own = (field for field in related.fields if isinstance(field, SearchField))
                yield from (f"{related.field_name}__{field.field_name}" for field in own)


class SearchBackend(DatabaseSearchBackend):
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = Compiler

    def _search(self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        asked = clean(query) if isinstance(query, str) else query
        return super()._search(query_compiler_class, asked, model_or_queryset, **kwargs)
