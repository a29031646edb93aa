"""Static files under names that carry the hash of their content, the modules of our own scripts included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """Django writes hashed names into styles; here also into the imports of our own modules, so that a page never
    mixes modules of two versions and browsers may keep them for ever. Scripts of other makers stay as they are:
    Django's patterns would rewrite anything in them that looks like an import."""

    _module, _imports = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("site/judge/*.js", _imports),
        ("site/verify/*.js", _imports),
    )
