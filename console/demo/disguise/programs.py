"""How pirates disguise a program: renamed, other pictures, with advertising added, signed anew."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from console.demo.studio.programs import packed, unpacked

_ADVERTISING: Final = (
    b'{"banner": "bottom", "interval_s": 30, "sponsor": "download station"}\n' * 40
)


def repackaged(program: bytes, package: str, label: str, version: str) -> bytes:
    """Give it another name and package, move its files, take a picture out, and add advertising."""
    kept = {_renamed(name): content for name, content in sorted(unpacked(program).items())[:-1]}
    added = {"assets/ads/config.json": _ADVERTISING, "META-INF/STATION.SF": _ADVERTISING[:200]}
    return packed(package, label, version, {**kept, **added})


def _renamed(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"x_{path.name}")) if path.suffix != ".so" else name
