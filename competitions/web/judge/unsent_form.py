"""Reads unsent marks back: the file that judge/export.js saves, or the texts of its QR codes. Both carry a digest."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain.marking import NewMark
from competitions.web.judge.marks_form import FIELDS, BadBody, read_mark, read_uuid

MOST_BYTES = 2 * 1024 * 1024
MOST = 2000  # marks of one file
FRAME = re.compile(r"MARKS1/([0-9a-f]{12})/([0-9]{1,3})/([0-9]{1,3})/([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Unsent:
    """What a device kept. works: work numbers by sheet, as the device knew them; aside: marks that the judge had set
    aside, which are not handed in."""

    judge: UUID
    device: UUID
    marks: tuple[NewMark, ...]
    works: dict[UUID, str]
    aside: int
    digest: str


class UnsentForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of unsent marks"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or the texts of the QR codes"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Read each code with a scanner and paste all texts here, in any order."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), (cleaned.get("text") or "").strip()
        if file is None and not text and not self.errors:
            raise forms.ValidationError(_("Choose the file, or paste the texts of the codes."))
        if self.errors:
            return cleaned
        field = "file" if file is not None else "text"
        try:
            if file is not None:
                if file.size > MOST_BYTES:
                    raise BadBody(_("The file is too large for unsent marks."))
                text = file.read().decode("utf-8-sig").strip()
            cleaned["unsent"] = read_unsent(text)
        except UnicodeDecodeError:
            self.add_error(field, _("This is not a file of unsent marks."))
        except BadBody as error:
            self.add_error(field, str(error))
        return cleaned


def read_unsent(text: str) -> Unsent:
    """Raises BadBody with words for the person who loads it."""
    content, digest = _from_frames(text) if FRAME.search(text) else _from_file(text)
    try:
        body = json.loads(content)
        if not isinstance(body, dict) or not isinstance(body.get("marks"), list):
            raise BadBody(_("This is not a file of unsent marks."))
        if len(body["marks"]) > MOST:
            raise BadBody(_("The file is too large for unsent marks."))
        marks = tuple(read_mark(_known(item), at) for at, item in enumerate(body["marks"]))
        judge, device = read_uuid(body.get("judge"), "judge"), read_uuid(body.get("device"), "device")
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadBody) and str(error):
            raise
        raise BadBody(_("This is not a file of unsent marks.")) from error
    works = {
        mark.sheet: str(item.get("work", ""))[:20]
        for mark, item in zip(marks, body["marks"], strict=True)
        if mark.sheet is not None
    }
    aside = body.get("set_aside")
    return Unsent(judge, device, marks, works, len(aside) if isinstance(aside, list) else 0, digest)


def _known(item: Any) -> Any:
    """A record without what only the device needs: the work number, the answer that it has had."""
    if not isinstance(item, dict):
        return item
    return {name: value for name, value in item.items() if name in FIELDS}


def _from_file(text: str) -> tuple[str, str]:
    try:
        outer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBody(_("This is not a file of unsent marks.")) from error
    if not isinstance(outer, dict) or not isinstance(outer.get("content"), str):
        raise BadBody(_("This is not a file of unsent marks."))
    content = outer["content"]
    digest = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    if digest != outer.get("sha256"):
        raise BadBody(_("The file was changed or damaged: its check value does not fit."))
    return content, digest


def _from_frames(text: str) -> tuple[str, str]:
    found = {(m[1], int(m[3]), int(m[2])): m[4] for m in FRAME.finditer(text)}
    whole = {(mark, total) for mark, total, _at in found}
    if len(whole) != 1:
        raise BadBody(_("These codes belong to more than one export. Read those of one screen."))
    mark, total = whole.pop()
    missing = [at for at in range(1, total + 1) if (mark, total, at) not in found]
    if missing:
        text = _("Codes are missing: %(numbers)s of %(total)d.")
        raise BadBody(text % {"numbers": ", ".join(map(str, missing)), "total": total})
    content = _unpacked(found[mark, total, at] for at in range(1, total + 1))
    digest = sha256(content).hexdigest()
    if not digest.startswith(mark):
        raise BadBody(_("The codes were not read right: their check value does not fit."))
    return content.decode("utf-8", "replace"), digest


def _unpacked(parts: Iterable[str]) -> bytes:
    letters = "".join(parts)
    try:
        packed = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        opened = zlib.decompressobj()
        content = opened.decompress(packed, MOST_BYTES)
        if opened.unconsumed_tail:
            raise BadBody(_("The file is too large for unsent marks."))
    except (binascii.Error, zlib.error) as error:
        raise BadBody(_("The codes were not read right: their check value does not fit.")) from error
    return content
