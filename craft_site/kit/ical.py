"""Calendar feeds (RFC 5545), as much as a timetable needs: one VEVENT a session, times in UTC; or a day.

Lines end with CRLF and are folded at 75 octets, never inside a character; text is escaped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.utils.http import content_disposition_header

CONTENT_TYPE = "text/calendar; charset=utf-8"
WIDTH = 75  # octets of a line, without its end


@dataclass(frozen=True, slots=True)
class Appointment:
    """One entry. uid: the same for ever, unique in the world; stamp: when it was last changed; all times aware.
    whole_day: the day of starts_at as it stands, which takes nobody's time."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    title: str
    place: str = ""
    words: str = ""
    cancelled: bool = False
    whole_day: bool = False


def calendar(name: str, appointments: Iterable[Appointment]) -> bytes:
    """The whole feed in UTF-8."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//craft-site//timetable//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for one in appointments:
        lines += _lines(one)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """TEXT of RFC 5545 3.3.11: backslash, semicolon, comma and line ends escaped, other control characters left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    text = text.replace("\n", "\\n")
    return "".join(char for char in text if char == "\t" or (char >= " " and char != "\x7f"))


def folded(line: str) -> bytes:
    """One content line with its CRLF; a long one goes on in lines that begin with a space."""
    out, room, piece = [], WIDTH, b""
    for char in line:
        octets = char.encode()
        if len(piece) + len(octets) > room:
            out.append(piece)
            piece, room = b"", WIDTH - 1
        piece += octets
    out.append(piece)
    return b"\r\n ".join(out) + b"\r\n"


def response(filename: str, content: bytes) -> HttpResponse:
    """A feed as a download that no cache in between keeps."""
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{filename}.ics") or ""
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _lines(one: Appointment) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{escaped(one.uid)}", f"DTSTAMP:{_utc(one.stamp)}"]
    if one.whole_day:
        after = one.starts_at.date() + timedelta(days=1)
        lines += [f"DTSTART;VALUE=DATE:{one.starts_at:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
        lines.append("TRANSP:TRANSPARENT")
    else:
        lines += [f"DTSTART:{_utc(one.starts_at)}", f"DTEND:{_utc(one.ends_at)}"]
    lines.append(f"SUMMARY:{escaped(one.title)}")
    if one.place:
        lines.append(f"LOCATION:{escaped(one.place)}")
    if one.words:
        lines.append(f"DESCRIPTION:{escaped(one.words)}")
    if one.cancelled:
        lines.append("STATUS:CANCELLED")
    return [*lines, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
