"""Links that name no server but the file itself: magnet, ed2k, and what thunder:// wraps."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote

LONGEST: Final = 4096
MAGNET_LINK: Final = re.compile(r"magnet:\?[^\s\"'<>\x1f]{10,4096}", re.IGNORECASE)
ED2K_LINK: Final = re.compile(
    r"ed2k://(?:\||%7c)file(?:\||%7c)([^|\n\x1f]{1,600}?)(?:\||%7c)(\d{1,16})(?:\||%7c)"
    r"([0-9a-f]{32})(?:\||%7c)",
    re.IGNORECASE,
)
WRAPPED: Final = re.compile(
    r"(thunder|flashget|qqdl)://([A-Za-z0-9+/_-]{12,4096}={0,2})", re.IGNORECASE
)
_BTIH: Final = re.compile(r"urn:btih:([0-9a-f]{40}|[a-z2-7]{32})", re.IGNORECASE)
_BTMH: Final = re.compile(r"urn:btmh:1220([0-9a-f]{64})", re.IGNORECASE)
_EXACT_SOURCE: Final = re.compile(r"(?:xt|xt\.\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Magnet:
    """A magnet link (BEP 9, BEP 52): infohashes in lower-case hex, "" where it has none.

    `name` and `size_bytes` as the link says (`dn`, `xl`).
    """

    v1: str
    v2: str
    name: str = ""
    size_bytes: int | None = None

    @property
    def id(self) -> str:
        """Return the hash the torrent is known by: that of v1 where there is one."""
        return self.v1 or self.v2

    @property
    def url(self) -> str:
        """Return the link with its hashes only."""
        return magnet_url(self.v1, self.v2)


@dataclass(frozen=True, slots=True)
class Ed2k:
    """An eDonkey link: `hash` is the MD4-based file hash in lower-case hex."""

    hash: str
    size_bytes: int
    name: str

    @property
    def url(self) -> str:
        """Return the link with its hash in place of the name, which isn't part of what it is."""
        return f"ed2k://|file|{self.hash}|{self.size_bytes}|{self.hash.upper()}|/"


def magnet_url(v1: str, v2: str = "") -> str:
    """Return the one spelling of a magnet link."""
    topics = [f"urn:btih:{v1}"] if v1 else []
    topics += [f"urn:btmh:1220{v2}"] if v2 else []
    return "magnet:?" + "&".join(f"xt={topic}" for topic in topics)


def magnet(link: str) -> Magnet | None:
    """Read a magnet link; None where it names no torrent."""
    fields = parse_qsl(link.partition("?")[2].replace("&amp;", "&"), max_num_fields=None)
    topics = [value for name, value in fields if _EXACT_SOURCE.fullmatch(name)]
    v1 = next((found[1] for topic in topics if (found := _BTIH.match(topic))), "")
    v2 = next((found[1] for topic in topics if (found := _BTMH.match(topic))), "")
    if not (v1 or v2):
        return None
    said = dict(reversed(fields))
    size = said.get("xl", "")
    return Magnet(
        v1=infohash(v1) if v1 else "",
        v2=v2.lower(),
        name=said.get("dn", ""),
        size_bytes=int(size) if re.fullmatch(r"[0-9]{1,16}", size) else None,
    )


def infohash(written: str) -> str:
    """Return a v1 infohash in hex, however it is written (40 hex or 32 base32 characters)."""
    if len(written) == 40:  # noqa: PLR2004  SHA-1 in hex
        return written.lower()
    return base64.b32decode(written.upper()).hex()


def ed2k(link: str) -> Ed2k | None:
    """Read an ed2k file link; None where it isn't one."""
    found = ED2K_LINK.match(link)
    if found is None:
        return None
    return Ed2k(hash=found[3].lower(), size_bytes=int(found[2]), name=unquote(found[1]).strip())


def unwrapped(link: str) -> str:
    """Return the address within a thunder, flashget or qqdl link, "" where there is none."""
    found = WRAPPED.match(link)
    if found is None:
        return ""
    inner = plain(found[2].partition("&")[0])
    if found[1].lower() == "thunder":
        return inner[2:-2] if inner.startswith("AA") and inner.endswith("ZZ") else ""
    return inner.removeprefix("[FLASHGET]").removesuffix("[FLASHGET]")


def plain(encoded: str) -> str:
    """Decode base64 of either alphabet to text in utf-8 or gb18030; "" where it is none."""
    padded = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    for charset in ("utf-8", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return ""
