"""Descriptions of MPEG-DASH (ISO/IEC 23009-1) of films that are there as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawlers.media.stream import MOST_SEGMENTS, Piece, Segment, Stream, Variant, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_FIELD = re.compile(r"\$(RepresentationID|Number|Time|Bandwidth)?(?:%0(\d{1,2})d)?\$")
_PARSER: Final = {"resolve_entities": False, "no_network": True, "huge_tree": False}
_LONGEST_S: Final = 24 * 3600.0

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rendition:
    """What is offered of one stream of pictures or sound, and its segments."""

    offered: Variant
    stream: Stream


def is_dash(body: bytes) -> bool:
    """Tell whether a body is such a description."""
    return re.search(rb"<(?:\w+:)?MPD[\s>]", body[:4096]) is not None


def read(body: bytes, base: str) -> tuple[Rendition, ...]:
    """Return what is offered, without what is protected; nothing where it can't be read."""
    try:
        root = etree.fromstring(body, etree.XMLParser(recover=True, **_PARSER))
    except etree.XMLSyntaxError:
        return ()
    if root is None or root.get("type", "static") != "static":
        return ()
    whole = _seconds(root.get("mediaPresentationDuration", ""))
    found: list[Rendition] = []
    base = _based(root, base)
    for period in _children(root, "Period"):
        seconds = _seconds(period.get("duration", "")) or whole
        for adaptation in _children(period, "AdaptationSet"):
            for representation in _children(adaptation, "Representation"):
                found += _rendition((period, adaptation, representation), base, seconds)
    return tuple(found)


def _rendition(
    levels: tuple[etree._Element, ...], base: str, seconds: float
) -> Iterator[Rendition]:
    if any(_children(level, "ContentProtection") for level in levels):
        return
    said: dict[str, str] = {}
    for level in levels:
        base = _based(level, base)
        said.update({str(name): str(value) for name, value in level.attrib.items()})
    kind = said.get("contentType") or said.get("mimeType", "").partition("/")[0]
    if kind not in {"video", "audio"}:
        return
    offered = Variant(
        base, _whole(said.get("bandwidth")), _whole(said.get("height")), kind == "audio"
    )
    stream = _stream(levels, base, said, seconds)
    if stream.segments:
        yield Rendition(offered, stream)


def _stream(
    levels: tuple[etree._Element, ...], base: str, said: Attributes, seconds: float
) -> Stream:
    for name, reading in (("SegmentTemplate", _template), ("SegmentList", _list)):
        elements = [one for level in levels for one in _children(level, name)]
        if elements:
            merged: dict[str, str] = {}
            for element in elements:
                merged.update({str(key): str(value) for key, value in element.attrib.items()})
            return Stream(tuple(reading(elements, {**said, **merged}, base, seconds)))
    return _alone(levels, base, seconds)


def _template(
    elements: list[etree._Element], said: Attributes, base: str, seconds: float
) -> Iterator[Segment]:
    media = said.get("media", "")
    scale = _whole(said.get("timescale")) or 1
    start = _whole(said.get("startNumber")) if "startNumber" in said else 1
    init = None
    if "initialization" in said:
        init_url = joined(base, _filled(said["initialization"], said, start, 0))
        init = Piece(init_url) if init_url else None
    at_s = 0.0
    for number, (time, ticks) in enumerate(_times(elements, said, scale, seconds), start):
        url = joined(base, _filled(media, said, number, time))
        if url is not None:
            yield Segment(Piece(url), ticks / scale, at_s, init)
        at_s += ticks / scale


def _times(
    elements: list[etree._Element], said: Attributes, scale: int, seconds: float
) -> Iterator[tuple[int, int]]:
    """Yield when each segment begins and how long it is, in ticks."""
    lines = [line for one in reversed(elements) for line in _children(one, "SegmentTimeline")]
    ticks = _whole(said.get("duration"))
    if not lines:
        count = min(int(-(-seconds * scale // ticks)), MOST_SEGMENTS) if ticks else 0
        yield from ((number * ticks, ticks) for number in range(count))
        return
    time, told = 0, 0
    end = seconds * scale
    for line in _children(lines[0], "S"):
        time = _whole(line.get("t")) if line.get("t") else time
        long = _whole(line.get("d"))
        repeats = int(line.get("r", "0")) if re.fullmatch(r"-?\d{1,9}", line.get("r", "0")) else 0
        if repeats < 0:
            repeats = int((end - time) // long) - 1 if long else 0
        for _ in range(max(0, repeats) + 1):
            if told >= MOST_SEGMENTS or not long:
                return
            yield time, long
            time, told = time + long, told + 1


def _list(
    elements: list[etree._Element], said: Attributes, base: str, seconds: float
) -> Iterator[Segment]:
    listed = [one for element in elements for one in _children(element, "SegmentURL")]
    scale, ticks = _whole(said.get("timescale")) or 1, _whole(said.get("duration"))
    long = ticks / scale if ticks else seconds / max(1, len(listed))
    init = _initialization(elements, base)
    for number, one in enumerate(listed[:MOST_SEGMENTS]):
        url = joined(base, one.get("media", "")) if one.get("media") else base
        if url is not None:
            piece = _ranged(url, one.get("mediaRange", ""))
            yield Segment(piece, long, number * long, init)


def _alone(levels: tuple[etree._Element, ...], base: str, seconds: float) -> Stream:
    """Read a file that is one segment, or says itself (`sidx`) which parts it has."""
    found = [one for level in levels for one in _children(level, "SegmentBase")]
    index = found[-1].get("indexRange", "") if found else ""
    segment = Segment(Piece(base), seconds, 0.0, _initialization(found, base))
    return Stream((segment,), index=_ranged(base, index) if index else None)


def _initialization(elements: list[etree._Element], base: str) -> Piece | None:
    found = [one for element in elements for one in _children(element, "Initialization")]
    if not found:
        return None
    url = joined(base, found[-1].get("sourceURL", "")) if found[-1].get("sourceURL") else base
    return _ranged(url, found[-1].get("range", "")) if url else None


def _ranged(url: str, said: str) -> Piece:
    found = re.fullmatch(r"(\d{1,15})-(\d{1,15})", said.strip())
    return Piece(url, int(found[1]), int(found[2]) + 1) if found else Piece(url)


def _filled(template: str, said: Attributes, number: int, time: int) -> str:
    """Fill in a template's fields (§5.3.9.4.4); `$$` is a dollar."""
    values = {
        "Number": number,
        "Time": time,
        "Bandwidth": _whole(said.get("bandwidth")),
    }

    def fill(found: re.Match[str]) -> str:
        name, width = found[1], found[2]
        if name is None:
            return "$"
        if name == "RepresentationID":
            return said.get("id", "")
        return str(values[name]).zfill(int(width or 1))

    return _FIELD.sub(fill, template)


def with_index(stream: Stream, index: bytes) -> Stream:
    """Return a stream with the segments that its `sidx` box names (ISO/IEC 14496-12 §8.16.3)."""
    whole, piece = stream.segments[0], stream.index
    at = index.find(b"sidx")
    if piece is None or at < 4 or len(index) < at + 28:  # noqa: PLR2004
        return replace(stream, index=None)
    size = int.from_bytes(index[at - 4 : at], "big")
    wide = index[at + 4] > 0
    scale = int.from_bytes(index[at + 12 : at + 16], "big") or 1
    width = 8 if wide else 4
    first = int.from_bytes(index[at + 16 + width : at + 16 + 2 * width], "big")
    rows = at + 16 + 2 * width + 4
    count = int.from_bytes(index[rows - 2 : rows], "big")
    place = (piece.start or 0) + at - 4 + size + first
    found, at_s = [], 0.0
    for number in range(min(count, MOST_SEGMENTS)):
        row = index[rows + 12 * number : rows + 12 * number + 8]
        if len(row) < 8:  # noqa: PLR2004
            break
        length = int.from_bytes(row[:4], "big") & 0x7FFF_FFFF
        seconds = int.from_bytes(row[4:], "big") / scale
        url = whole.piece.url
        found.append(Segment(Piece(url, place, place + length), seconds, at_s, whole.init))
        place, at_s = place + length, at_s + seconds
    return replace(stream, segments=tuple(found) or stream.segments, index=None)


def _based(element: etree._Element, base: str) -> str:
    found = next(iter(_children(element, "BaseURL")), None)
    text = (found.text or "").strip() if found is not None else ""
    return (joined(base, text) if text else None) or base


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [
        one for one in element if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name
    ]


def _seconds(said: str) -> float:
    found = _DURATION.fullmatch(said.strip())
    if found is None:
        return 0.0
    days, hours, minutes, seconds = (float(one or 0) for one in found.groups())
    return min(((days * 24 + hours) * 60 + minutes) * 60 + seconds, _LONGEST_S)


def _whole(said: str | None) -> int:
    return int(said) if said and re.fullmatch(r"\d{1,15}", said) else 0
