"""Programs: libraries, data and pictures that packages ship, packed as an app for Android.

The manifest is compiled as AOSP's public ResourceTypes.h says, so that it can be read as any is.
"""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Final = 0xFFFFFFFF
_POOL, _XML, _START = 0x0001, 0x0003, 0x0102
_UTF_8: Final = 0x100
_STRING: Final = 3
MANIFEST: Final = "AndroidManifest.xml"


def packed(package: str, label: str, version: str, members: Mapping[str, bytes]) -> bytes:
    """Pack an APK; the same bytes for the same members."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in {MANIFEST: manifest(package, label, version), **members}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
    return file.getvalue()


def unpacked(program: bytes) -> dict[str, bytes]:
    """Return what is in an APK but for its manifest."""
    with zipfile.ZipFile(BytesIO(program)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}


def manifest(package: str, label: str, version: str) -> bytes:
    """Write a compiled manifest."""
    said = {
        "manifest": {"package": package, "versionName": version},
        "application": {"label": label},
    }
    texts = sorted({text for tag, facts in said.items() for text in (tag, *facts, *facts.values())})
    number = {text: at for at, text in enumerate(texts)}
    body = _pool(texts)
    for tag, facts in said.items():
        attributes = b"".join(
            struct.pack("<3IHBBI", _NOTHING, number[name], number[value], 8, 0, _STRING,
                        number[value])
            for name, value in facts.items()
        )  # fmt: skip
        body += struct.pack("<2HI3I", _START, 16, 36 + len(attributes), 1, _NOTHING, _NOTHING)
        body += struct.pack("<I6H", number[tag], 20, 20, len(facts), 0, 0, 0) + attributes
    return struct.pack("<2HI", _XML, 8, 8 + len(body)) + body


def _pool(texts: list[str]) -> bytes:
    pieces = [bytes((len(one), len(one.encode()))) + one.encode() + b"\0" for one in texts]
    offsets = [sum(map(len, pieces[:at])) for at in range(len(pieces))]
    body = b"".join(pieces)
    body += bytes(-len(body) % 4)
    start = 28 + 4 * len(texts)
    head = struct.pack("<2HI5I", _POOL, 28, start + len(body), len(texts), 0, _UTF_8, start, 0)
    return head + struct.pack(f"<{len(texts)}I", *offsets) + body
