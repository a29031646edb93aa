"""Is this certificate real? The answer is given from the record alone: a file is compared with what was signed here.

Nothing that a stranger hands in is canonicalised: a graph can be made that would take for ever.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from craft_site.credentials import baking, document, jwt, keys, numbers, proof
from craft_site.credentials.models import Certificate
from craft_site.kit.identity import IdentityError
from craft_site.kit.names import comparable_title, normalise_name

MAX_FILE = 512 * 1024  # bytes; a baked picture of ours has a tenth of it


class State(StrEnum):
    VALID = "valid"
    REVOKED = "revoked"
    ALTERED = "altered"  # it names a certificate of ours and says something else
    UNKNOWN = "unknown"  # no certificate of this site
    BROKEN = "broken"  # ours, but the record here no longer fits its own signature


class NotReadable(Exception):
    """The file is no certificate of any kind."""


@dataclass(frozen=True, slots=True)
class Answer:
    """certificate: None when unknown. altered: parts by the names of document.PARTS. named: whether the name given is
    the holder's; None when no name was given."""

    state: State
    certificate: Certificate | None = None
    altered: Sequence[str] = ()
    named: bool | None = None

    @property
    def shows(self) -> bool:
        """Whether the certificate's own words may be shown: not to whoever gave a wrong name."""
        return self.certificate is not None and self.named is not False


def by_number(text: str, *, name: str | None = None) -> Answer:
    """The answer on a number, and on the name that somebody claims it belongs to. One or two queries."""
    number = numbers.read(text)
    found = _find(number) if number else None
    if found is None:
        return Answer(State.UNKNOWN)
    named = None if not name else _same_name(found, name)
    return Answer(_state(found), found, altered=broken_parts(found), named=named)


def by_document(given: Mapping[str, Any], *, with_proof: bool = True) -> Answer:
    """The answer on a document that somebody handed in. with_proof: False for one out of a JWT, whose signature was
    checked by itself."""
    found = _find(_number_in(given))
    if found is None:
        return Answer(State.UNKNOWN)
    if found.is_erased:
        return Answer(State.REVOKED, found)
    kept = dict(found.credential)
    if not with_proof:
        kept.pop("proof")
    if altered := document.differences(kept, given):
        return Answer(State.ALTERED, found, altered=altered)
    return Answer(_state(found), found, altered=broken_parts(found))


def by_file(content: bytes) -> Answer:
    """The answer on a file: the JSON document, its JWT, or a picture that carries one of them. Raises NotReadable."""
    if len(content) > MAX_FILE:
        raise NotReadable
    if baking.is_png(content):
        found = baking.baked(content)
        if found is None:
            raise NotReadable
        content = found.encode()
    return _by_text(content)


def _by_text(content: bytes) -> Answer:
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise NotReadable from error
    if text.count(".") == 2 and "{" not in text:
        return _by_jwt(text)
    return by_document(parsed(text))


def _by_jwt(token: str) -> Answer:
    """A token is ours word for word, or it is not: what a false one claims is compared to say where it differs."""
    said = jwt.claimed(token)
    if said is None:
        raise NotReadable
    answer = by_document(said, with_proof=False)
    if answer.certificate is None or answer.state is State.ALTERED:
        return answer
    if jwt.document_of(token, ring=keys.rsa_ring()) is None:
        return Answer(State.ALTERED, answer.certificate, altered=["proof"])
    return answer


def parsed(text: str) -> dict[str, Any]:
    """A JSON object in which no name stands twice: two readers could read two things out of it. Raises NotReadable."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotReadable from error
    if not isinstance(found, dict):
        raise NotReadable
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _number_in(given: Mapping[str, Any]) -> str | None:
    """The number that a document names: by its address, or where that was altered by its licence number."""
    places = [given.get("id")]
    subject = given.get("credentialSubject")
    if isinstance(subject, Mapping):
        places.append(subject.get("licenseNumber"))
    for place in places:
        if isinstance(place, str) and (number := numbers.read(place.rstrip("/").rpartition("/")[2])):
            return number
    return None


def _find(number: str | None) -> Certificate | None:
    if number is None:
        return None
    rows = Certificate.objects.filter(number=number)
    return rows.select_related("status_list").prefetch_related("revocations").first()


def _state(found: Certificate) -> State:
    if broken_parts(found):
        return State.BROKEN
    return State.REVOKED if found.revoked_at is not None else State.VALID


def _same_name(found: Certificate, name: str) -> bool:
    if found.is_collective:
        return comparable_title(name) == comparable_title(found.holder_name)
    try:
        return normalise_name(name) == normalise_name(found.holder_name)
    except IdentityError:
        return False


def broken_parts(found: Certificate) -> list[str]:
    """What in the record contradicts the signed document: somebody has changed rows behind the program's back."""
    kept = found.credential
    if found.is_erased:
        return []
    if not proof.holds(kept, ring=keys.ring()):
        return ["proof"]
    subject = kept["credentialSubject"]
    on = datetime.strptime(kept["awardedDate"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    facts = {
        "number": subject["licenseNumber"] == found.shown_number,
        "holder": subject["identifier"] == [document.identity(found)],
        "title": kept["name"] == found.title,
        "date": on == document.midnight(found.on),
        "status": kept["credentialStatus"]["id"].endswith(
            f"/{found.status_list.number}#{found.status_index}"
        ),
    }
    return [name for name, holds in facts.items() if not holds]
