"""What an address is by the ending of its path: sound, film, a list of segments, an app."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal["audio", "video", "stream"]

_ENDINGS: Final[dict[Kind, str]] = {
    "audio": "mp3|m4a|aac|flac|wav|ogg|oga|opus|ape|wma|aif|aiff|amr|wv|mka|m4b",
    "video": "mp4|m4v|mkv|webm|flv|f4v|avi|mov|wmv|asf|rm|rmvb|mpe?g|mpe|vob|ts|m2ts|3gp|ogv|divx",
    "stream": "m3u8|mpd",
}
_BY_NAME: Final = {
    kind: re.compile(rf"\.(?:{endings})$", re.IGNORECASE) for kind, endings in _ENDINGS.items()
}
LISTS: Final = re.compile(r"\.(?:m3u|pls|xspf|asx|wpl|rss|atom)$", re.IGNORECASE)
"""Lists of songs and films, which are no pages."""


def kind_of(url: str) -> Kind | None:
    """Return what an address names, by its path or a file's name in its query, or None."""
    path, _, query = url.partition("#")[0].partition("?")
    for kind, pattern in _BY_NAME.items():
        if pattern.search(path):
            return kind
    # `get.php?file=song.mp3`: what a script hands out is named in its query.
    for value in query.split("&"):
        name = value.partition("=")[2]
        for kind, pattern in _BY_NAME.items():
            if "://" not in name and "%3a%2f" not in name.lower() and pattern.search(name):
                return kind
    return None
