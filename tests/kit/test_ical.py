from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from craft_site.kit.ical import Appointment, calendar, escaped, folded

AT = datetime(2025, 4, 8, 8, 30, tzinfo=timezone(timedelta(hours=8)))


def feed(**fields):
    given = {"uid": "a@b", "starts_at": AT, "ends_at": AT + timedelta(hours=2), "stamp": AT, "title": "T"}
    return calendar("课表", [Appointment(**(given | fields))])


def unfolded(content):
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_times_are_utc_and_lines_end_with_crlf():
    content = feed(place="实训楼, 2; A", words="一\n二\\")
    lines = unfolded(content)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20250408T003000Z" in lines
    assert "DTEND:20250408T023000Z" in lines
    assert "LOCATION:实训楼\\, 2\\; A" in lines
    assert "DESCRIPTION:一\\n二\\\\" in lines
    assert content.count(b"\n") == content.count(b"\r\n")


def test_a_session_that_is_not_held_says_so():
    assert "STATUS:CANCELLED" in unfolded(feed(cancelled=True))
    assert "STATUS:CANCELLED" not in unfolded(feed())


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(text):
    parts = folded(text).split(b"\r\n")
    assert parts.pop() == b""
    assert all(len(part) <= 75 for part in parts)
    assert all(part.decode() is not None for part in parts)
    assert parts[0].decode() + "".join(part.decode()[1:] for part in parts[1:]) == text
    assert all(part.startswith(b" ") for part in parts[1:])


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_escaped_text_stays_on_its_line_and_can_be_read_back(text):
    out = escaped(text)
    assert "\n" not in out
    assert "\r" not in out
    plain = out.replace("\\\\", "\0").replace("\\n", "\n").replace("\\;", ";").replace("\\,", ",")
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in kept if c in "\t\n" or (c >= " " and c != "\x7f"))
    assert plain.replace("\0", "\\") == kept


def test_a_title_cannot_add_a_line_of_its_own():
    assert "ATTENDEE:x" not in unfolded(feed(title="A\r\nATTENDEE:x"))
