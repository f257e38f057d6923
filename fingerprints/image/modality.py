"""Pictures and books of pictures as the contract wants them.

A part is a view of a page. A page's first view is the whole of it, with its local features. Where
there are any, the border-trimmed view follows, then panels (pictures on a page) with local features
of their own, and for pictures with few features the ladder's crops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

from fingerprints import document
from fingerprints.contract import Aligned, Comparison, Fingerprint, Part, Probe
from fingerprints.errors import NothingToPrint
from fingerprints.image import evidence, hashes, signature, terms, verdict, viewing
from fingerprints.image.decode import FORMATS, decode
from fingerprints.image.views import ViewKind
from fingerprints.media_type import essence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fingerprints.contract import Limits
    from fingerprints.image.decode import Picture
    from fingerprints.image.plain import PlainHashes
    from fingerprints.image.signature import View

UNIT: Final = "bits of 256"

_MATCH: Final = 0.5


class ImageModality:
    """Recognises pictures through re-encoding, flips, turns, crops, borders, pages, watermarks."""

    name: ClassVar[str] = verdict.NAME
    version: ClassVar[int] = 5
    span_unit: ClassVar[str] = "pages"
    media_types: ClassVar[frozenset[str]] = frozenset(FORMATS.values()) | document.PAGE_TYPES

    def extract(
        self, source: BinaryIO, *, limits: Limits, media_type: str | None = None
    ) -> Fingerprint:
        """Fingerprint a picture, or the pages of a document.

        A long picture is pages, too: the whole of it, and its pieces. Of an animation it is the
        first frame with something in it. Blank pages of a document, and those with nothing but
        running text, count as pages and have no parts.
        """
        if essence(media_type) in document.PAGE_TYPES:
            return self._of_pages(document.pages(source, limits, media_type))
        picture = decode(source, limits, faint=True)
        if picture.pieces:
            return self._of_pages((picture, *picture.pieces))
        parts = tuple(_parts(0, viewing.views_of(picture)))
        return Fingerprint(modality=self.name, version=self.version, parts=parts, extent=1.0)

    def _of_pages(self, pictures: Iterable[Picture]) -> Fingerprint:
        parts: list[Part] = []
        count = 0
        for number, picture in enumerate(pictures):
            parts += _parts(number, viewing.views_of_page(picture))
            count = number + 1
        if not parts:
            raise NothingToPrint(f"no picture on {count} pages")
        return Fingerprint(self.name, self.version, tuple(parts), extent=float(count))

    def probe(self, fingerprint: Fingerprint) -> Probe:
        """Ask for every view, upright with its neighbours and turned without, and its details."""
        views = (signature.unpacked(part.signature) for part in fingerprint.parts)
        return Probe(self.name, tuple(one for one in terms.lookups(views) if one.terms.size))

    def verify(self, query: Fingerprint, reference: Fingerprint) -> Comparison:
        """Compare all pages with all pages; the score is that of the pages that match in order."""
        judged = verdict.verdict(query, reference)
        if not judged.matches:
            return Comparison(score=0.0, distance=float(evidence.STRANGERS), unit=UNIT)
        best = max(judged.matches, key=lambda one: one.score)
        spans = tuple(
            Aligned(
                (one.ours, one.ours + 1),
                (one.theirs, one.theirs + 1),
                one.found.ours,
                one.found.theirs,
            )
            for one in judged.matches
        )
        found = spans if judged.score >= _MATCH else ()
        return Comparison(judged.score, float(best.found.distance), UNIT, found)

    def facts(self, fingerprint: Fingerprint) -> dict[str, str]:
        """Return the hashes in exchange, of the first page, in hexadecimal as others print them."""
        pdq, plain = self.pdq(fingerprint), self.plain_hashes(fingerprint)
        if pdq is None or plain is None:
            return {}
        names = ("phash", "dhash", "average_hash", "whash")
        plain_facts = {name: bits.hex() for name, bits in zip(names, plain, strict=True)}
        return {"pdq": pdq, **plain_facts}

    def pdq(self, fingerprint: Fingerprint) -> str | None:
        """64 hex digits of the first page, as ThreatExchange's PDQ; None where it isn't here."""
        whole = _whole(fingerprint)
        return hashes.hexadecimal(whole.hashed[0]) if whole else None

    def plain_hashes(self, fingerprint: Fingerprint) -> PlainHashes | None:
        """Return imagehash's hashes of the first page; None where it isn't here."""
        whole = _whole(fingerprint)
        return whole.detail.plain if whole and whole.detail else None

    def phash(self, fingerprint: Fingerprint) -> str | None:
        """16 hex digits of the first page's plain perceptual hash; None where it isn't here."""
        plain = self.plain_hashes(fingerprint)
        return plain.perceptual.hex() if plain else None


def _whole(fingerprint: Fingerprint) -> View | None:
    views = (signature.unpacked(part.signature) for part in fingerprint.parts)
    return next((view for view in views if view.kind is ViewKind.WHOLE), None)


def _parts(page: int, views: Iterator[View]) -> Iterator[Part]:
    for view in views:
        yield Part(float(page), terms.terms(view), signature.packed(view))
