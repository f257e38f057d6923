"""Torrent files (BEP 3, BEP 52): infohashes, names and sizes of what they describe."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawlers.shares.bencode import decode
from crawlers.shares.hashes import magnet_url
from fingerprints.errors import TooLarge, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.shares.bencode import Value

_MOST_FILES: Final = 200_000
_V2: Final = 2


@dataclass(frozen=True, slots=True)
class TorrentFile:
    """A file of a torrent. `root`: its Merkle root (v2) in hex, "" for none."""

    path: str
    size_bytes: int
    root: str = ""


@dataclass(frozen=True, slots=True)
class Torrent:
    """What a torrent file says. `v1` (SHA-1) and `v2` (SHA-256) are infohashes in hex, "" for none.

    Files that only pad others are left out.
    """

    v1: str
    v2: str
    name: str
    files: tuple[TorrentFile, ...]
    piece_bytes: int
    trackers: tuple[str, ...] = ()
    comment: str = ""
    is_private: bool = False

    @property
    def id(self) -> str:
        """Return the hash it is known by, as in a magnet link."""
        return self.v1 or self.v2

    @property
    def url(self) -> str:
        """Return its magnet link, with its hashes only."""
        return magnet_url(self.v1, self.v2)

    @property
    def size_bytes(self) -> int:
        """Return the size of all its files."""
        return sum(file.size_bytes for file in self.files)


def read_torrent(data: bytes) -> Torrent:
    """Read a torrent file. Raises `Undecodable` where it isn't one, `TooLarge` beyond limits."""
    top, spans = decode(data)
    info = top.get(b"info") if isinstance(top, dict) else None
    if not isinstance(top, dict) or not isinstance(info, dict):
        raise Undecodable("a torrent has an info dictionary")
    charset = _text(top.get(b"encoding")) or "utf-8"
    start, end = spans[b"info"]
    is_v2 = info.get(b"meta version") == _V2 and isinstance(info.get(b"file tree"), dict)
    is_v1 = isinstance(info.get(b"pieces"), bytes)
    if not (is_v1 or is_v2):
        raise Undecodable("a torrent has pieces or a file tree")
    name = _name(info, b"name", charset)
    files = _tree_files(info[b"file tree"], charset) if is_v2 else _v1_files(info, name, charset)
    return Torrent(
        v1=hashlib.sha1(data[start:end], usedforsecurity=False).hexdigest() if is_v1 else "",
        v2=hashlib.sha256(data[start:end]).hexdigest() if is_v2 else "",
        name=name,
        files=tuple(_bounded(files)),
        piece_bytes=_size(info.get(b"piece length")),
        trackers=tuple(_trackers(top)),
        comment=_name(top, b"comment", charset),
        is_private=info.get(b"private") == 1,
    )


def _bounded(files: Iterator[TorrentFile]) -> Iterator[TorrentFile]:
    for place, file in enumerate(files):
        if place >= _MOST_FILES:
            raise TooLarge("torrent_files", _MOST_FILES)
        yield file


def _v1_files(info: dict[bytes, Value], name: str, charset: str) -> Iterator[TorrentFile]:
    listed = info.get(b"files")
    if not isinstance(listed, list):
        yield TorrentFile(name, _size(info.get(b"length")))
        return
    for file in listed:
        if not isinstance(file, dict) or b"p" in _bytes(file.get(b"attr")):
            continue
        parts = file.get(b"path.utf-8", file.get(b"path"))
        if isinstance(parts, list):
            path = "/".join(_text(part, charset) for part in parts)
            if not path.startswith("_____padding_file_"):
                yield TorrentFile(path, _size(file.get(b"length")))


def _tree_files(tree: Value, charset: str) -> Iterator[TorrentFile]:
    """Return the files of a v2 file tree, in which an empty name holds what a file is."""
    levels = [iter(tree.items())] if isinstance(tree, dict) else []
    path: list[str] = []
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
            if path:
                path.pop()
            continue
        name, value = entry
        if not isinstance(value, dict):
            continue
        if not name:
            root = _bytes(value.get(b"pieces root")).hex()
            yield TorrentFile("/".join(path), _size(value.get(b"length")), root)
        else:
            path.append(_text(name, charset))
            levels.append(iter(value.items()))


def _trackers(top: dict[bytes, Value]) -> Iterator[str]:
    seen = set()
    tiers = top.get(b"announce-list")
    listed = (
        [url for tier in tiers if isinstance(tier, list) for url in tier]
        if isinstance(tiers, list)
        else []
    )
    for url in [top.get(b"announce"), *listed]:
        text = _text(url)
        if text and text not in seen:
            seen.add(text)
            yield text


def _name(of: dict[bytes, Value], key: bytes, charset: str) -> str:
    return _text(of.get(key + b".utf-8"), "utf-8") or _text(of.get(key), charset)


def _text(value: Value | None, charset: str = "utf-8") -> str:
    """Decode a name: in utf-8 as the rule is, else as declared, else as old Chinese clients did."""
    data = _bytes(value)
    for name in ("utf-8", charset, "gb18030", "big5"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _bytes(value: Value | None) -> bytes:
    return value if isinstance(value, bytes) else b""


def _size(value: Value | None) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
