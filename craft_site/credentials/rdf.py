"""The RDF form of a credential (RDFC-1.0), which its signature covers. The contexts lie beside this file.

Only documents that this site made are brought into it (domain.checking compares what strangers hand in as JSON): a
graph made by somebody else can cost factorial time here.
"""

import json
import threading
from pathlib import Path
from typing import Any

from pyld import jsonld

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FOLDER = Path(__file__).parent / "contexts"
CONTEXTS: dict[str, Any] = {
    CREDENTIALS: json.loads((_FOLDER / "credentials-v2.json").read_text(encoding="utf-8")),
    OPEN_BADGES: json.loads((_FOLDER / "ob-v3p0-context-3.0.3.json").read_text(encoding="utf-8")),
}
_one_at_a_time = threading.Lock()  # the library keeps contexts in a cache that takes one thread


class ContextUnknown(ValueError):
    """The document names a context that is not bundled; nothing is ever fetched."""


NotLinkedData = jsonld.JsonLdError


def _bundled(url: str, options: Any = None) -> dict[str, Any]:
    if url not in CONTEXTS:
        raise ContextUnknown(url)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": CONTEXTS[url],
    }


def canonical(document: dict[str, Any]) -> bytes:
    """The canonical N-Quads. Raises ContextUnknown, or NotLinkedData for what is no JSON-LD.

    URDNA2015 is the library's name for what RDFC-1.0 computes with SHA-256.
    """
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _bundled}
    with _one_at_a_time:
        try:
            return str(jsonld.normalize(document, options)).encode()
        except jsonld.JsonLdError as error:
            below: BaseException | None = error
            while below is not None:  # the library wraps what its loader raised
                if isinstance(below, ContextUnknown):
                    raise below from None
                below = below.__cause__ or below.__context__
            raise
