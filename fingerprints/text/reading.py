"""From bytes to the text that fingerprints are made of and spans refer to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from fingerprints import document
from fingerprints.errors import TooLarge, Undecodable
from fingerprints.media_type import CARRIERS, MARKUP, essence
from fingerprints.sizes import read_whole
from fingerprints.text.carried import carried_text
from fingerprints.text.charset import decoded
from fingerprints.text.page import has_markup, page_text
from fingerprints.text.timed import untimed

if TYPE_CHECKING:
    from fingerprints.contract import Limits

_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)

_REVERSED: Final = re.compile("\u202e([^\u202c\u202e\n]*)\u202c?")
_OTHER_FORMATS: Final = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "ELF"),
)
# Controls that no text has, and what stands for what could not be read.
_BROKEN: Final = np.zeros(1 << 16, np.bool_)
_BROKEN[[*range(0x20), *range(0x7F, 0xA0), 0xFFFD]] = True
_BROKEN[[ord(one) for one in "\t\n\f\r\x1a\x85"]] = False
_BROKEN_SHARE: Final = 0.03
_BLOCK: Final = 1 << 15


def read_text(source: BinaryIO, *, limits: Limits, media_type: str | None = None) -> str:
    """Decode a text file, or a page, feed or answer in JSON to what its reader sees.

    Of subtitles and lyrics it is what they say, without its times.
    Raises `Undecodable` and `TooLarge`. A span of a text fingerprint counts code points of this.
    """
    if is_document(media_type):
        return document.text(source, limits, media_type)
    text = read_markup(source, limits=limits, media_type=media_type)
    if is_carrier(media_type):
        text = carried_text(text, essence(media_type), limits)
    elif is_page(text, media_type):
        text = page_text(text, depth_limit=limits.markup_depth)
    else:
        text = plain_text(text)
    refuse_long(text, limits)
    return forwards(text)


def plain_text(text: str) -> str:
    """Return what a text that is no page says: of subtitles and lyrics, without their times."""
    said = untimed(text)
    return text if said is None else said


def read_markup(source: BinaryIO, *, limits: Limits, media_type: str | None = None) -> str:
    """Decode a text file or a page as it is; raises `Undecodable` and `TooLarge`."""
    data = read_whole(source, limits)
    for magic, name in _OTHER_FORMATS:
        if data.startswith(magic):
            raise Undecodable(f"not a text but {name}")
    text = decoded(data, media_type)
    _refuse_broken(text)
    return text


def refuse_long(text: str, limits: Limits) -> None:
    """Raise `TooLarge` where a text is longer than may be."""
    if len(text) > limits.text_characters:
        raise TooLarge("text_characters", limits.text_characters, len(text))


def forwards(text: str) -> str:
    """Return a text with what is written backwards turned round."""
    return _REVERSED.sub(lambda found: found[1][::-1], text) if "\u202e" in text else text


def is_document(media_type: str | None) -> bool:
    """Whether a file is a document: its text is read by other means."""
    return essence(media_type) in document.TEXT_TYPES


def is_carrier(media_type: str | None) -> bool:
    """Whether a file is a feed or an answer in JSON."""
    return essence(media_type) in CARRIERS


def is_page(text: str, media_type: str | None) -> bool:
    """Whether a text is the markup of a page."""
    if essence(media_type) in MARKUP:
        return has_markup(text)
    return _PAGE.match(text[:4096]) is not None


def _refuse_broken(text: str) -> None:
    """Raise `Undecodable` where too much could not be read, or is no text."""
    broken = 0
    for start in range(0, len(text), _BLOCK):
        some = text[start : start + _BLOCK].encode("utf-32-le", "surrogatepass")
        broken += int(np.count_nonzero(_BROKEN.take(np.frombuffer(some, np.uint32), mode="clip")))
    if broken > _BROKEN_SHARE * len(text):
        raise Undecodable(f"{broken} of {len(text)} characters can't be read")
