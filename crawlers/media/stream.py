"""Streams: a film or song that a site hands out in segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

GATHERED: Final = "marque_gathered"
"""Where a request's meta has the digest of the record of the parts that its body is made of."""
MOST_SEGMENTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A resource, or the bytes [start, end) of it.

    `start` None is the whole, `end` None the rest.
    """

    url: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What a segment is encrypted with: 16 bytes at an address, for AES-128 in CBC mode."""

    url: str
    iv: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """`seconds` of a stream from `at_s` on; `init` is what a decoder needs before it."""

    piece: Piece
    seconds: float
    at_s: float
    init: Piece | None = None
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """All segments of one rendition, in order.

    `ended`: there will be no more; a broadcast's list holds its last minute only. `index`: where
    the segments' places are said, when the list doesn't; then there is one segment, of all.
    `locked`: how many segments were left out, since only a licence opens them.
    """

    segments: tuple[Segment, ...]
    ended: bool = True
    index: Piece | None = None
    locked: int = 0

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return sum(one.seconds for one in self.segments)


@dataclass(frozen=True, slots=True)
class Variant:
    """One rendition that a master list offers. `bits_s`: bits a second; 0 where it isn't said."""

    url: str
    bits_s: int = 0
    height: int = 0
    sound_only: bool = False


def joined(base: str, address: str) -> str | None:
    """Return an address of a list as one of the web, spelled as it is: signatures must hold."""
    try:
        url = urljoin(base, address.strip())
        return url if urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def chosen(variants: tuple[Variant, ...], *, sound: bool, least_height: int = 240) -> Variant:
    """Return the cheapest rendition that is good enough to be recognised by."""
    fitting = [one for one in variants if one.sound_only == sound] or list(variants)
    if sound:
        return min(fitting, key=lambda one: one.bits_s)
    enough = [one for one in fitting if not one.height or one.height >= least_height]
    if enough:
        return min(enough, key=lambda one: (one.bits_s, one.height))
    return max(fitting, key=lambda one: one.height)
