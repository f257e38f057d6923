"""Pictures of pages of running text as the contract wants them.

A part is a page as its lines lie, or one of the ways that they may lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

from fingerprints import document
from fingerprints.contract import Comparison, Fingerprint, Lookup, Part, Probe
from fingerprints.errors import NothingToPrint
from fingerprints.image.decode import FORMATS, decode
from fingerprints.layout import signature, terms, verdict
from fingerprints.layout.letters import letters
from fingerprints.layout.pose import poses
from fingerprints.media_type import essence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.contract import Limits
    from fingerprints.image.decode import Picture

UNIT: Final = "share of places not found again"

_LEAST: Final = 32  # places: a title, a caption or a menu has fewer
_SHARED: Final = 2
_MATCH: Final = 0.5


class LayoutModality:
    """Recognises pages of text in pictures by how its lines are filled, in any script, unread."""

    name: ClassVar[str] = verdict.NAME
    version: ClassVar[int] = 2
    span_unit: ClassVar[str] = "pages"
    media_types: ClassVar[frozenset[str]] = frozenset(FORMATS.values()) | document.PAGE_TYPES

    def extract(
        self, source: BinaryIO, *, limits: Limits, media_type: str | None = None
    ) -> Fingerprint:
        """Fingerprint the running text on a picture, or on the pages of a document.

        A long picture is pages, too: the whole of it, and its pieces. Pages without running text
        count as pages and have no parts.
        """
        is_document = essence(media_type) in document.PAGE_TYPES
        pictures = (
            document.pages(source, limits, media_type)
            if is_document
            else iter(_looked_at(decode(source, limits)))
        )
        parts: list[Part] = []
        count = 0
        for number, picture in enumerate(pictures):
            count = number + 1
            parts += _parts(number, picture)
        if not parts:
            raise NothingToPrint(f"no page of running text among {count}")
        return Fingerprint(self.name, self.version, tuple(parts), extent=float(count))

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for every place of every page, also with the bits flipped that change first."""
        pages = (signature.unpacked(part.signature) for part in fingerprint.parts)
        return Probe(self.name, tuple(Lookup(terms.asked(page), _SHARED) for page in pages))

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:  # noqa: ARG002 (the contract's)
        """Return nothing: no other program knows pages so."""
        return {}

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Compare the pages that share terms; the score is that of those that match in order."""
        judged = verdict.verdict(query, reference)
        distance = 1 - max((one.found.share for one in judged.matches), default=0.0)
        spans = verdict.spans(judged) if judged.score >= _MATCH else ()
        return Comparison(judged.score, distance, UNIT, spans)


def _looked_at(picture: Picture) -> tuple[Picture, ...]:
    """Of a long picture, the whole and its pieces."""
    return (picture, *picture.pieces)


def _parts(number: int, picture: Picture) -> Iterator[Part]:
    for way in poses(picture.luminance):
        page = letters(picture.luminance, way)
        if len(page) >= _LEAST:
            yield Part(float(number), terms.registered(page), signature.packed(page))
