"""Archives of texts, pictures and documents: what is in them, in natural order of the names."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Final

from fingerprints.archive import natural_order
from fingerprints.archive.kind import is_picture
from fingerprints.document import pictures
from fingerprints.errors import FingerprintError, TooLarge
from fingerprints.media_type import MARKUP, PLAIN, sniff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from fingerprints.archive import Member
    from fingerprints.document.parts import Costs, Parts
    from fingerprints.image.decode import Picture

    Read = Callable[[BinaryIO, Costs], str]
    Look = Callable[[BinaryIO, Costs], Iterator[Picture]]

_HEAD_BYTES: Final = 4096
_TEXTS: Final = frozenset(
    {
        *(".txt", ".text", ".htm", ".html", ".xhtml", ".md", ""),
        *(".srt", ".vtt", ".ass", ".ssa", ".sbv", ".lrc"),
    }
)
_DOCUMENTS: Final = frozenset(
    {
        *(".pdf", ".epub", ".docx", ".pptx", ".odt", ".odp", ".fb2"),
        *(".doc", ".ppt", ".wps", ".dps", ".rtf"),
        *(".mobi", ".azw", ".azw3", ".prc", ".pdb"),
        *(".zip", ".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst"),
        *(".cbz", ".cbr", ".cb7", ".cbt"),
    }
)
_TEXT_TYPES: Final = MARKUP | PLAIN


def texts(parts: Parts, read: Read) -> Iterator[str]:
    """Yield the text of every text and document in the archive, as many as the limits allow.

    Raises the first error where there is nothing but errors.
    """
    left = parts.allowed.limits.text_characters
    first_error: FingerprintError | None = None
    found = False
    for member in _ordered(parts):
        try:
            text = _text(member, parts.allowed, read)
        except FingerprintError as error:
            first_error = first_error or error
            if _ends_all(error):
                break
            continue
        if text and len(text) + 1 <= left:
            left -= len(text) + 1
            found = True
            yield text
    if first_error is not None and not found:
        raise first_error


def pages(parts: Parts, look: Look) -> Iterator[Picture]:
    """Yield every picture in the archive, and the pages of documents in it; raises likewise."""
    first_error: FingerprintError | None = None
    found = False
    for member in _ordered(parts):
        try:
            for picture in _pages(member, parts.allowed, look):
                found = True
                yield picture
        except FingerprintError as error:
            first_error = first_error or error
            if _ends_all(error):
                break
    if first_error is not None and not found:
        raise first_error


def _ordered(parts: Parts) -> list[Member]:
    return sorted(
        (one for one in parts.members if not one.is_junk),
        key=lambda one: natural_order(one.path),
    )


def _text(member: Member, allowed: Costs, read: Read) -> str:
    from fingerprints.text.reading import read_text  # noqa: PLC0415 - it reads documents by us

    if is_picture(member) or not (member.suffix in _TEXTS or _may_be_document(member)):
        return ""
    source = member.open()
    media_type = sniff(source.read(_HEAD_BYTES))
    source.seek(0)
    if media_type in _TEXT_TYPES and member.suffix != ".fb2":
        return read_text(source, limits=allowed.limits, media_type=media_type)
    return read(source, allowed.nested()) if _may_be_document(member) else ""


def _pages(member: Member, allowed: Costs, look: Look) -> Iterator[Picture]:
    if is_picture(member):
        yield pictures.page(member.open(), allowed.limits)
    elif _may_be_document(member):
        source = member.open()
        if sniff(source.read(_HEAD_BYTES)) not in _TEXT_TYPES or member.suffix == ".fb2":
            source.seek(0)
            yield from look(source, allowed.nested())


def _may_be_document(member: Member) -> bool:
    """Whether the name is a document's, or tells nothing."""
    return member.suffix in _DOCUMENTS or mimetypes.guess_type(f"a{member.suffix}")[0] is None


def _ends_all(error: FingerprintError) -> bool:
    """Whether no other member can be read either."""
    return isinstance(error, TooLarge) and error.limit.startswith("archive_")
