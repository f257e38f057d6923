"""Who signed an app: the certificates in the signing block (v2, v3) or beside the manifest (v1).

"APK Signature Scheme v2" and "v3" (Android Open Source Project); PKCS #7 (RFC 2315) for v1. Nothing
is verified: a certificate says whose the file claims to be, and is shown, not believed.
"""

from __future__ import annotations

import hashlib
import re
import struct
import warnings
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

V1: Final = re.compile(r"META-INF/[^/]+\.(?:RSA|DSA|EC)", re.IGNORECASE)
"""Names of members that hold a certificate of the oldest scheme."""

_MAGIC: Final = b"APK Sig Block 42"
_SCHEMES: Final = (0x7109871A, 0xF05368C0, 0x1B93AD61)
_END: Final = b"PK\x05\x06"
_TAIL: Final = 65_557
_LARGEST: Final = 4 << 20
_MOST: Final = 8


def of_block(source: BinaryIO) -> tuple[str, ...]:
    """SHA-256 (hex) of the certificates in an APK's signing block; empty without one."""
    block = _block(source)
    found: list[str] = []
    for kind, content in _pairs(block):
        if kind in _SCHEMES:
            found += [_digest(one) for one in _certificates(content)]
    return tuple(dict.fromkeys(found))[:_MOST]


def of_file(content: bytes) -> tuple[str, ...]:
    """SHA-256 (hex) of the certificates in a v1 signature file; empty where it can't be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old and odd certificates
            found = load_der_pkcs7_certificates(content)
            return tuple(_digest(one.public_bytes(Encoding.DER)) for one in found)[:_MOST]
    except Exception:  # noqa: BLE001 (parsers raise anything on hostile bytes)
        return ()


def _digest(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()


def _block(source: BinaryIO) -> bytes:
    """Return the pairs of the block that ends where the central directory begins."""
    length = source.seek(0, 2)
    source.seek(max(0, length - _TAIL))
    tail = source.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or at + 20 > len(tail):
        return b""
    directory = int(struct.unpack_from("<I", tail, at + 16)[0])
    if directory < 32:  # noqa: PLR2004 (two sizes and the magic)
        return b""
    source.seek(directory - 24)
    footer = source.read(24)
    if not footer.endswith(_MAGIC):
        return b""
    size = int.from_bytes(footer[:8], "little")
    if not 32 <= size <= min(_LARGEST, directory - 8):  # noqa: PLR2004
        return b""
    source.seek(directory - size)
    return source.read(size - 24)


def _pairs(block: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 12 <= len(block):
        size, kind = struct.unpack_from("<QI", block, at)
        if size < 4 or size > len(block):  # noqa: PLR2004 (the kind itself)
            return
        yield kind, block[at + 12 : at + 8 + size]
        at += 8 + size


def _certificates(scheme: bytes) -> Iterator[bytes]:
    """Yield each signer's, out of signers → signed data → digests, certificates and more."""
    for signer in _sequence(_first(scheme)):
        data = _first(signer)
        certificates = _first(data[4 + len(_first(data)) :])
        yield from _sequence(certificates)


def _first(content: bytes) -> bytes:
    size = int.from_bytes(content[:4], "little")
    return content[4 : 4 + size] if size + 4 <= len(content) else b""


def _sequence(content: bytes) -> Iterator[bytes]:
    for _ in range(_MOST):
        one = _first(content)
        if not one:
            return
        yield one
        content = content[4 + len(one) :]
