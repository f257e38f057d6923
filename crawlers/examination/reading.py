"""Reading: what there is in the payload of a sighting, before anyone asks whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawlers.examination.codes import said_in_codes
from fingerprints.digest import known_hashes, print_of
from fingerprints.errors import FingerprintError, NothingToPrint
from fingerprints.extraction import extract, facts_of
from fingerprints.modalities import DIGEST
from index.contract import OwnerId
from index.documents import Failure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from fingerprints.contract import Fingerprint, Limits
    from fingerprints.extraction import Extraction
    from index.blobs import Blobs
    from index.documents import Sighting


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a sighting; `hashes` is the print of those that were shown of its file."""

    sighting: Sighting
    extraction: Extraction | None
    hashes: Fingerprint | None
    facts: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def owner(self) -> OwnerId:
        """Return whose the prints of the payload itself are."""
        return OwnerId("sighting", self.sighting.id, self.sighting.payload or "")

    def prints(self) -> Iterator[tuple[OwnerId, Fingerprint]]:
        """Yield what was printed of the file and its members, and whose that is."""
        if self.extraction is not None:
            yield from ((self.owner, one) for one in self.extraction.prints)
            for member in self.extraction.members:
                owner = OwnerId("sighting", self.sighting.id, member.sha256)
                yield from ((owner, one) for one in member.prints)
        if self.hashes is not None:
            yield self.owner, self.hashes

    def outcome(self, found: Collection[object]) -> dict[str, Any]:
        """Return what the sighting is marked with when so much was found."""
        read = self.extraction.every_print() if self.extraction else ()
        modalities = dict.fromkeys(one.modality for one in read)
        if self.extraction is None and found:
            return {"modalities": (DIGEST,), "facts": (), "matches": len(found), "failure": None}
        return {
            "modalities": tuple(modalities),
            "facts": self.facts,
            "matches": len(found),
            "failure": self.failure,
        }


def read(blobs: Blobs, sighting: Sighting, limits: Limits) -> Reading:
    """Read what was captured; nothing is stored, and what can't be read has a failure."""
    try:
        extraction = _extracted(blobs, sighting, limits)
    except FingerprintError as error:
        return _unread(blobs, sighting, error)
    facts = [fact for one in extraction.every_print() for fact in facts_of(one)]
    facts += said_in_codes(blobs, sighting, extraction.media_type)
    return Reading(
        sighting.model_copy(update={"media_type": extraction.media_type}),
        extraction,
        _hashes(sighting.shown_facts),
        facts=tuple(dict.fromkeys(facts)),
    )


def _extracted(blobs: Blobs, sighting: Sighting, limits: Limits) -> Extraction:
    if sighting.payload is None:
        raise NothingToPrint("empty")
    with blobs.open(sighting.payload) as source:
        return extract(source, limits=limits, declared=sighting.media_type, filename=sighting.url)


def _unread(blobs: Blobs, sighting: Sighting, error: FingerprintError) -> Reading:
    """Return what is left where no modality could read: it may be the very file of a work."""
    own = (f"sha256:{sighting.payload}",) if sighting.payload else ()
    return Reading(
        sighting,
        None,
        _hashes((*own, *sighting.shown_facts)),
        facts=said_in_codes(blobs, sighting, sighting.media_type),
        failure=Failure(code=error.code, reason=error.reason),
    )


def _hashes(shown: Iterable[str]) -> Fingerprint | None:
    """Return the print of the hashes of files among what was shown."""
    hashes = known_hashes(shown)
    return print_of(hashes) if hashes else None
