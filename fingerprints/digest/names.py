"""Hashes as they are written: `name:hex`, of a kind that tells a file for certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS: Final = {
    "md5": (32,),
    "sha1": (40,),
    "sha256": (64,),
    "sha512": (128,),
    "ed2k": (32,),
    "gcid": (40,),
    "btih": (40, 64),
    "btroot": (64,),
}
"""Kinds of hashes, and of how many hexadecimal digits each is."""
_ALSO: Final = {"magnet": "btih", "btmh": "btih", "sha-1": "sha1", "sha-256": "sha256"}
_WRITTEN: Final = re.compile(r"([a-z0-9-]{3,8}):([0-9a-f]{32,128})", re.IGNORECASE)
KINDS: Final = frozenset(_DIGITS)


def known_hashes(written: Iterable[str]) -> tuple[str, ...]:
    """Return those of these words that are hashes, in one spelling, sorted, each once.

    Kinds: md5, sha1, sha256, sha512 of the file; ed2k; gcid (Xunlei); btih, the infohash of a
    torrent (v1 or v2); btroot, the Merkle root of a file (BEP 52).
    """
    return tuple(sorted({one for word in written if (one := known_hash(word))}))


def known_hash(written: str) -> str:
    """Return a hash in one spelling, "" for what is none."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return ""
    kind = _ALSO.get(found[1].lower(), found[1].lower())
    return f"{kind}:{found[2].lower()}" if len(found[2]) in _DIGITS.get(kind, ()) else ""
