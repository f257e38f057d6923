"""The hashes of a file by which cloud drives, file-sharing networks and stores name it.

Sources: RFC 1320 (MD4) and the eDonkey network's chunks of 9,728,000 bytes; BEP 52 (Merkle tree of
SHA-256 over blocks of 16 KiB); Xunlei's gcid, SHA-1 of the SHA-1 of pieces that grow with the file.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, Final

from Cryptodome.Hash import MD4

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_READ: Final = 1 << 20
_ED2K_CHUNK: Final = 9_728_000
_LEAF: Final = 16 << 10
_GCID_LEAST: Final = 256 << 10
_GCID_MOST: Final = 2 << 20
_GCID_PIECES: Final = 512


def hashes_of(source: BinaryIO, size: int) -> Iterator[str]:
    """Yield the hashes of `size` bytes read from here on, as `kind:hex`."""
    plain = {name: hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")}
    ed2k = _Pieces(_ED2K_CHUNK, _md4)
    gcid = _Pieces(_gcid_piece(size), _sha1)
    leaves = _Pieces(_LEAF, _sha256)
    while block := source.read(_READ):
        for whole in plain.values():
            whole.update(block)
        for pieces in (ed2k, gcid, leaves):
            pieces.add(block)
    yield from (f"{name}:{whole.hexdigest()}" for name, whole in plain.items())
    yield f"gcid:{_sha1(b''.join(gcid.ended())).hex()}"
    yield f"btroot:{_merkle_root(leaves.ended()).hex()}"
    yield from (f"ed2k:{one.hex()}" for one in _ed2k(ed2k.ended(), size))


class _Pieces:
    """Hashes what it is given in pieces of one size; the last may be shorter."""

    def __init__(self, size: int, digest: Callable[[bytes], bytes]) -> None:
        self._size, self._digest = size, digest
        self._held = bytearray()
        self._digests: list[bytes] = []

    def add(self, block: bytes) -> None:
        self._held += block
        whole = len(self._held) - len(self._held) % self._size
        with memoryview(self._held) as view:
            for start in range(0, whole, self._size):
                self._digests.append(self._digest(bytes(view[start : start + self._size])))
        del self._held[:whole]

    def ended(self) -> list[bytes]:
        """Return the digests of all pieces; of nothing, that of an empty one."""
        if self._held or not self._digests:
            self._digests.append(self._digest(bytes(self._held)))
            self._held.clear()
        return self._digests


def _ed2k(chunks: list[bytes], size: int) -> Iterator[bytes]:
    """Yield the hash; where the size is a whole number of chunks, programs disagree on it."""
    if len(chunks) == 1:
        yield chunks[0]
    else:
        yield _md4(b"".join(chunks))
    if size and size % _ED2K_CHUNK == 0:
        yield _md4(b"".join([*chunks, _md4(b"")]))


def _merkle_root(layer: list[bytes]) -> bytes:
    """Return the root over leaves, which zeros fill up to a power of two."""
    filler = bytes(32)
    while len(layer) > 1:
        if len(layer) % 2:
            layer = [*layer, filler]
        pairs = zip(layer[::2], layer[1::2], strict=True)
        layer = [_sha256(left + right) for left, right in pairs]
        filler = _sha256(filler + filler)
    return layer[0]


def _gcid_piece(size: int) -> int:
    piece = _GCID_LEAST
    while size > piece * _GCID_PIECES and piece < _GCID_MOST:
        piece *= 2
    return piece


def _md4(data: bytes) -> bytes:
    return MD4.new(data).digest()  # noqa: S303  what the network names files by


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
