"""A picture that carries its credential: an iTXt chunk of the PNG with the keyword of Open Badges 3.0 (5.3.2.1)."""

import struct
import zlib
from collections.abc import Iterator

KEYWORD = b"openbadgecredential"
MAX_TEXT = 256 * 1024  # bytes, unpacked
_MAGIC = b"\x89PNG\r\n\x1a\n"


def is_png(content: bytes) -> bool:
    return content.startswith(_MAGIC)


def bake(png: bytes, text: str) -> bytes:
    """The picture with the text behind its header. png: a picture that carries none yet."""
    body = KEYWORD + b"\0\0\0\0\0" + text.encode()  # not packed; no language, no translated keyword
    end = len(_MAGIC) + 12 + 13  # IHDR has thirteen bytes
    return png[:end] + _chunk(b"iTXt", body) + png[end:]


def baked(png: bytes) -> str | None:
    """The text that a picture carries; None when it carries none, more than one, or is damaged."""
    try:
        found = [body for kind, body in _chunks(png) if kind == b"iTXt" and body.startswith(KEYWORD + b"\0")]
        return _text(found[0][len(KEYWORD) + 1 :]) if len(found) == 1 else None
    except (ValueError, IndexError, struct.error, zlib.error):
        return None


def _text(body: bytes) -> str:
    packed, method = body[0], body[1]
    _language, _keyword, text = body[2:].split(b"\0", 2)
    if packed:
        if method:
            raise ValueError("packed in an unknown way")
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(text, MAX_TEXT)
        if unpacker.unconsumed_tail:
            raise ValueError("too long")
    return text.decode()


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_MAGIC)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        [check] = struct.unpack_from(">I", png, at + 8 + length)
        if len(body) != length or zlib.crc32(kind + body) != check:
            raise ValueError("damaged")
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length
    raise ValueError("cut off")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
