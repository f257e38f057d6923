"""Lists of HTTP Live Streaming (RFC 8216): which renditions there are, and their segments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawlers.media.stream import MOST_SEGMENTS, Key, Piece, Segment, Stream, Variant, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ATTRIBUTE = re.compile(r'([A-Z0-9-]{1,64})=("[^"]*"|[^",]*)')
_RANGE = re.compile(r"(\d{1,18})(?:@(\d{1,18}))?")
_SOUND_ONLY = re.compile(r"(?:mp4a|ac-3|ec-3|opus|flac|mp3)[^,]*(?:,|$)", re.IGNORECASE)
_MARK: Final = "#EXTM3U"
_IV_BYTES: Final = 16
_LONGEST_SEGMENT_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Master:
    """A list of renditions; `sounds` are lists of sound tracks that are apart from the pictures."""

    variants: tuple[Variant, ...]
    sounds: tuple[Variant, ...]


def is_hls(body: bytes) -> bool:
    """Tell whether a body is a list of HLS, not of songs: it has one of its own tags."""
    head = body[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(_MARK.encode()) and b"#EXT-X-" in head


def read(text: str, base: str) -> Master | Stream:
    """Read a list, whose address is `base`; what can't be read of it is left out."""
    lines = [line.strip() for line in text.splitlines()]
    if any(line.startswith("#EXT-X-STREAM-INF") for line in lines):
        return _master(lines, base)
    return _Reading(base).read(lines)


def _master(lines: list[str], base: str) -> Master:
    variants, sounds = [], []
    said: Mapping[str, str] | None = None
    for line in lines:
        tag, _, value = line.partition(":")
        if tag == "#EXT-X-STREAM-INF":
            said = _attributes(value)
        elif tag == "#EXT-X-MEDIA":
            sound = _attributes(value)
            url = joined(base, sound.get("URI", "")) if sound.get("URI") else None
            if url and sound.get("TYPE") == "AUDIO":
                sounds.append((sound.get("DEFAULT") != "YES", Variant(url, sound_only=True)))
        elif line and not line.startswith("#") and said is not None:
            if (url := joined(base, line)) is not None:
                variants.append(_variant(url, said))
            said = None
    ordered = sorted(sounds, key=lambda one: one[0])
    return Master(tuple(variants), tuple(one for _, one in ordered))


def _variant(url: str, said: Mapping[str, str]) -> Variant:
    height = said.get("RESOLUTION", "").lower().partition("x")[2]
    codecs = said.get("CODECS", "")
    return Variant(
        url,
        bits_s=_whole(said.get("AVERAGE-BANDWIDTH", "")) or _whole(said.get("BANDWIDTH", "")),
        height=_whole(height),
        sound_only=bool(codecs and not height and not _SOUND_ONLY.sub("", codecs)),
    )


@dataclass(slots=True)
class _Reading:
    """What holds for the segments that follow, as the tags say it."""

    base: str
    number: int = 0
    seconds: float = 0.0
    at_s: float = 0.0
    span: tuple[int, int] | None = None
    ends: dict[str, int] = field(default_factory=dict)
    init: Piece | None = None
    key: Key | None = None
    key_url: str = ""
    key_iv: bytes | None = None
    is_locked: bool = False
    locked: int = 0
    ended: bool = False
    wanted_range: str = ""

    def read(self, lines: list[str]) -> Stream:
        segments: list[Segment] = []
        for line in lines:
            if line.startswith("#"):
                self._tag(*line.partition(":")[::2])
            elif line:
                segments.extend(self._segment(line))
            if len(segments) >= MOST_SEGMENTS:
                break
        return Stream(tuple(segments), ended=self.ended, locked=self.locked)

    def _tag(self, tag: str, value: str) -> None:
        if tag == "#EXTINF":
            self.seconds = _seconds(value.partition(",")[0])
        elif tag == "#EXT-X-BYTERANGE":
            self.wanted_range = value
        elif tag == "#EXT-X-MEDIA-SEQUENCE":
            self.number = _whole(value)
        elif tag == "#EXT-X-MAP":
            self._map(_attributes(value))
        elif tag == "#EXT-X-KEY":
            self._key(_attributes(value))
        elif tag == "#EXT-X-ENDLIST" or (tag == "#EXT-X-PLAYLIST-TYPE" and value == "VOD"):
            self.ended = True

    def _map(self, said: Mapping[str, str]) -> None:
        url = joined(self.base, said.get("URI", ""))
        if url is not None:
            self.init = self._piece(url, said.get("BYTERANGE", ""))

    def _key(self, said: Mapping[str, str]) -> None:
        """Only whole segments under a plain key are opened: all else is a licence's matter."""
        method = said.get("METHOD", "NONE")
        url = joined(self.base, said["URI"]) if said.get("URI") else None
        plain = said.get("KEYFORMAT", "identity") == "identity"
        self.is_locked = method != "NONE" and not (method == "AES-128" and plain and url)
        self.key_url = url if url and method == "AES-128" and plain else ""
        self.key_iv = _vector(said.get("IV", ""))

    def _segment(self, address: str) -> Iterator[Segment]:
        url = joined(self.base, address)
        if url is not None and not self.is_locked:
            key = None
            if self.key_url:
                iv = self.key_iv or self.number.to_bytes(_IV_BYTES, "big")
                key = Key(self.key_url, iv)
            piece = self._piece(url, self.wanted_range)
            yield Segment(piece, self.seconds, self.at_s, self.init, key)
        self.locked += self.is_locked
        self.number += 1
        self.at_s += self.seconds
        self.seconds, self.wanted_range = 0.0, ""

    def _piece(self, url: str, wanted: str) -> Piece:
        """Return a sub-range; without an offset it follows the one before of the same resource."""
        found = _RANGE.match(wanted)
        if found is None:
            return Piece(url)
        start = int(found[2]) if found[2] else self.ends.get(url, 0)
        self.ends[url] = start + int(found[1])
        return Piece(url, start, start + int(found[1]))


def _attributes(value: str) -> dict[str, str]:
    return {name: said.strip('"') for name, said in _ATTRIBUTE.findall(value)}


def _whole(text: str) -> int:
    found = re.match(r"\s*(\d{1,15})", text)
    return int(found[1]) if found else 0


def _seconds(text: str) -> float:
    found = re.match(r"\s*(\d{1,6}(?:\.\d{1,9})?)", text)
    return min(float(found[1]), _LONGEST_SEGMENT_S) if found else 0.0


def _vector(text: str) -> bytes | None:
    found = re.fullmatch(r"0[xX]([0-9a-fA-F]{1,32})", text)
    return int(found[1], 16).to_bytes(_IV_BYTES, "big") if found else None
