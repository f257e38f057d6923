"""Answers of the servers that media lie on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers import content

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.servers import Line

_TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "mpd": "application/dash+xml",
    "ts": "video/mp2t",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "json": "application/json",
    "apk": "application/vnd.android.package-archive",
}


def ranged(body: bytes, media_type: str) -> Callable[[Line], None]:
    """Answer with a part where one is asked for (RFC 9110 §14)."""

    def answer(line: Line) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", line.asked.headers.get("range", ""))
        if asked is None:
            content(body, media_type, headers={"Accept-Ranges": "bytes"})(line)
            return
        start, end = int(asked[1]), int(asked[2] or len(body) - 1) + 1
        part = body[start:end]
        if not part:
            content(b"", media_type, code=416)(line)
            return
        span = f"bytes {start}-{start + len(part) - 1}/{len(body)}"
        content(part, media_type, code=206, headers={"Content-Range": span})(line)

    return answer


def folder(path: str, files: Mapping[str, bytes]) -> dict[str, Callable[[Line], None]]:
    """Return the routes of files below a path."""
    return {
        f"{path}{name}": ranged(
            body, _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        )
        for name, body in files.items()
    }
