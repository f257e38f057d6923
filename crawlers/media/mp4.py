"""MP4 and QuickTime in part: the tables of samples rewritten for those that were fetched.

ISO/IEC 14496-12. Samples keep their times, so that places in the part are places in the film; where
samples are missing the one before lasts until the next that is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from crawlers.media.portions import windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from crawlers.media.portions import Portion, Read

_MOST_MOOV: Final = 48 * 2**20
_MOST_BOXES: Final = 64
_MOST_SAMPLES: Final = 8_000_000
_HEADER: Final = 16
_CONTAINERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_REWRITTEN: Final = frozenset(
    {b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64"}
)
_DROPPED: Final = frozenset(
    {b"sdtp", b"sbgp", b"sgpd", b"saio", b"saiz", b"subs", b"stps", b"udta"}
)
_FIRST: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


@dataclass(slots=True)
class _Samples:
    """A track's samples, (n,) each; `compositions` and `sync` are None without such a table."""

    offsets: NDArray[np.int64]
    sizes: NDArray[np.int64]
    times: NDArray[np.int64]
    total: int
    compositions: NDArray[np.int64] | None
    signed: bool
    sync: NDArray[np.bool_] | None

    def kept(self, stretches: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
        """Return which samples lie in what was fetched, from a key picture on in each stretch."""
        chosen = []
        for begin, end in stretches:
            inside = np.flatnonzero((self.offsets >= begin) & (self.offsets + self.sizes <= end))
            if self.sync is not None and inside.size:
                keys = np.flatnonzero(self.sync[inside])
                inside = inside[keys[0] :] if keys.size else inside[:0]
            chosen.append(inside)
        return np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, np.int64)


def is_one(head: bytes) -> bool:
    """Tell whether a file begins as these do."""
    return head[4:8] in _FIRST


async def taken(read: Read, whole_bytes: int, head: bytes, portion: Portion) -> list[bytes] | None:
    """Return a file of those samples that lie in some stretches; None where it has no table.

    One in fragments is taken from the beginning: it has no table to go by.
    """
    found = await _boxes(read, whole_bytes, head)
    moov_at, mdat = found.get(b"moov"), found.get(b"mdat")
    if b"moof" in found:
        return [await read(0, portion.size_bytes)]
    if moov_at is None or mdat is None or moov_at.end - moov_at.start > _MOST_MOOV:
        return None
    moov = await read(moov_at.start, moov_at.end)
    stretches = windows(mdat.body, mdat.end, portion)
    bodies = [await read(begin, end) for begin, end in stretches]
    fetched = [
        (begin, begin + len(body)) for (begin, _), body in zip(stretches, bodies, strict=True)
    ]
    first = found.get(b"ftyp")
    brand = await read(first.start, first.end) if first else b""
    data_at = len(brand) + 8 + (8 if sum(map(len, bodies)) >= 2**32 - 8 else 0)
    places = np.cumsum([data_at, *[len(body) for body in bodies[:-1]]])
    moved = [
        (begin, end, int(place) - begin)
        for (begin, end), place in zip(fetched, places, strict=True)
    ]
    size = 8 + sum(map(len, bodies))
    return [brand, size.to_bytes(4, "big") + b"mdat", *bodies, _rewritten(moov, moved)]


async def _boxes(read: Read, whole_bytes: int, head: bytes) -> dict[bytes, _Box]:
    """Walk over the outermost boxes; of each kind the first, of `mdat` the largest."""
    found: dict[bytes, _Box] = {}
    at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > whole_bytes:
            break
        inside = at + _HEADER <= len(head)
        header = head[at : at + _HEADER] if inside else await read(at, at + _HEADER)
        box = _box(header, at, whole_bytes)
        if box is None:
            break
        before = found.get(box.kind)
        if before is None or (
            box.kind == b"mdat" and box.end - box.start > before.end - before.start
        ):
            found[box.kind] = box
        if b"moof" in found or {b"moov", b"mdat"} <= found.keys():
            break
        at = box.end
    return found


def _box(header: bytes, at: int, limit: int) -> _Box | None:
    if len(header) < 8:  # noqa: PLR2004 (size and kind)
        return None
    size, width = int.from_bytes(header[:4], "big"), 8
    if size == 1 and len(header) >= _HEADER:
        size, width = int.from_bytes(header[8:16], "big"), 16
    end = limit if size == 0 else at + size
    if end < at + width:
        return None
    return _Box(header[4:8], at, at + width, min(end, limit))


def _inner(data: bytes, begin: int, end: int) -> Iterator[_Box]:
    while begin + 8 <= end:
        box = _box(data[begin : begin + _HEADER], begin, end)
        if box is None:
            return
        yield box
        begin = box.end


def _rewritten(moov: bytes, moved: Sequence[tuple[int, int, int]]) -> bytes:
    """Return the table with each track's samples where they are now."""
    (root,) = list(_inner(moov, 0, len(moov)))[:1]
    return _copied(moov, root, moved)


def _copied(data: bytes, box: _Box, moved: Sequence[tuple[int, int, int]]) -> bytes:
    if box.kind == b"stbl":
        return _made(b"stbl", _tables(data, box, moved))
    if box.kind not in _CONTAINERS:
        return data[box.start : box.end]
    inner = [
        _copied(data, one, moved)
        for one in _inner(data, box.body, box.end)
        if one.kind not in _DROPPED
    ]
    return _made(box.kind, b"".join(inner))


def _tables(data: bytes, stbl: _Box, moved: Sequence[tuple[int, int, int]]) -> bytes:
    boxes = {one.kind: one for one in _inner(data, stbl.body, stbl.end)}
    said = {kind: data[one.body : one.end] for kind, one in boxes.items()}
    samples = _samples(said)
    kept = samples.kept([(begin, end) for begin, end, _ in moved])
    offsets = samples.offsets[kept]
    for begin, end, shift in moved:
        inside = (samples.offsets[kept] >= begin) & (samples.offsets[kept] < end)
        offsets[inside] += shift
    ends = np.append(samples.times[kept][1:], samples.total)
    lasts = np.maximum(ends - samples.times[kept], 0) if kept.size else ends[:0]
    lead = samples.times[kept][0] if kept.size else 0
    rest = b"".join(
        data[one.start : one.end] for one in boxes.values() if one.kind not in _REWRITTEN | _DROPPED
    )
    tables = [
        _full(b"stts", _runs(lasts, lead=int(lead))),
        _full(
            b"stsc",
            _table(np.array([[1, 1, 1]]), ">u4") if kept.size else _table(np.zeros((0, 3)), ">u4"),
        ),
        _full(b"stsz", bytes(4) + _table(samples.sizes[kept], ">u4")),
        _full(b"co64", _table(offsets, ">u8")),
    ]
    if samples.compositions is not None:
        kind = ">i4" if samples.signed else ">u4"
        pairs = np.stack([np.ones(kept.size, np.int64), samples.compositions[kept]], axis=1)
        tables.append(_full(b"ctts", _table(pairs, kind), version=int(samples.signed)))
    if samples.sync is not None:
        tables.append(_full(b"stss", _table(np.flatnonzero(samples.sync[kept]) + 1, ">u4")))
    return rest + b"".join(tables)


def _samples(said: dict[bytes, bytes]) -> _Samples:
    sizes = _sizes(said)
    count = len(sizes)
    durations = _unrolled(said.get(b"stts", b""), count)
    times = np.cumsum(durations) - durations
    compositions = _unrolled(said[b"ctts"], count) if b"ctts" in said else None
    signed = b"ctts" in said and said[b"ctts"][:1] == b"\1"
    if signed and compositions is not None:
        compositions = compositions.astype(np.uint32).astype(np.int32).astype(np.int64)
    sync = None
    if b"stss" in said:
        sync = np.zeros(count, np.bool_)
        numbers = np.frombuffer(said[b"stss"], ">u4", offset=8).astype(np.int64) - 1
        sync[numbers[(numbers >= 0) & (numbers < count)]] = True
    total = int(durations.sum())
    return _Samples(_offsets(said, sizes), sizes, times, total, compositions, signed, sync)


def _sizes(said: dict[bytes, bytes]) -> NDArray[np.int64]:
    table = said.get(b"stsz", b"")
    if len(table) < 12:  # noqa: PLR2004
        return np.zeros(0, np.int64)
    same, count = np.frombuffer(table, ">u4", 2, offset=4).tolist()
    count = min(count, _MOST_SAMPLES)
    if same:
        return np.full(count, same, np.int64)
    stored = (len(table) - 12) // 4
    return np.frombuffer(table, ">u4", min(count, stored), offset=12).astype(np.int64)


def _offsets(said: dict[bytes, bytes], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each sample lies: its chunk's place, and what comes before it there."""
    kind, width = (b"co64", ">u8") if b"co64" in said else (b"stco", ">u4")
    chunks = np.frombuffer(said.get(kind, bytes(8)), width, offset=8).astype(np.int64)
    runs = np.frombuffer(said.get(b"stsc", bytes(8)), ">u4", offset=8).reshape(-1, 3)
    runs = runs.astype(np.int64)
    if not (len(chunks) and len(runs) and len(sizes)):
        return np.full(len(sizes), -1, np.int64)
    lengths = np.diff(np.append(runs[:, 0] - 1, len(chunks)))
    of_chunk = np.repeat(runs[:, 1], np.maximum(lengths, 0))[: len(chunks)]
    owner = np.repeat(np.arange(len(of_chunk)), np.minimum(of_chunk, len(sizes)))[: len(sizes)]
    before = np.cumsum(sizes) - sizes
    firsts = np.searchsorted(owner, np.arange(len(of_chunk)))
    within = before[: len(owner)] - before[np.minimum(firsts[owner], len(sizes) - 1)]
    offsets = np.full(len(sizes), -1, np.int64)
    offsets[: len(owner)] = chunks[owner] + within
    return offsets


def _unrolled(table: bytes, count: int) -> NDArray[np.int64]:
    """Return one value a sample of a table of runs, as unsigned; 0 for what it leaves out."""
    rows = np.frombuffer(table[8 : len(table) // 8 * 8], ">u4")
    pairs = rows.astype(np.int64).reshape(-1, 2)
    values = np.repeat(pairs[:, 1], np.minimum(pairs[:, 0], count))[:count]
    return np.concatenate([values, np.zeros(count - len(values), np.int64)])


def _runs(durations: NDArray[np.int64], *, lead: int) -> bytes:
    """Write durations; the first sample lasts from the film's beginning on."""
    lasting = durations.copy()
    if lasting.size:
        lasting[0] += lead
    return _table(np.stack([np.ones(lasting.size, np.int64), lasting], axis=1), ">u4")


def _table(rows: NDArray[np.int64] | NDArray[np.float64], kind: str) -> bytes:
    return len(rows).to_bytes(4, "big") + rows.astype(kind).tobytes()


def _full(kind: bytes, body: bytes, *, version: int = 0) -> bytes:
    return _made(kind, bytes([version, 0, 0, 0]) + body)


def _made(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body
