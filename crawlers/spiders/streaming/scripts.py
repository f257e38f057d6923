"""Scripts and answers in JSON: which media they name. They are read, never run."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from crawlers.spiders.streaming.media_names import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEEPEST_JSON: Final = 30
_LONGEST_ADDRESS: Final = 2_083
_MOST_VARIABLES: Final = 20
# MacCMS and its relatives leave what is played in one variable before the player's script.
_PLAYER_OBJECT = re.compile(
    r"(?:player_\w{1,20}|player_data|MacPlayerConfig|playerConfig|__NEXT_DATA__|__INITIAL_STATE__"
    r"|playinfo|videoInfo)\s{0,4}=\s{0,4}(?=\{)"
)
_LITERAL = re.compile(r"""(["'`])((?:\\.|(?!\1)[^\\\n]){4,4096})\1""")
_ATOB = re.compile(r"""(?:atob|base64decode|Base64\.decode)\(\s{0,4}["']([\w+/=-]{16,4096})["']""")
_UNESCAPE = re.compile(r"""(?:unescape|decodeURIComponent)\(\s{0,4}["']([^"'\n]{8,4096})["']""")
_BASE64_OF_HTTP = re.compile(r"aHR0c[\w+/=-]{12,4096}")
_OBJECT = re.compile(r"\{[^{}]{8,4000}\}")
_KEY_VALUE = re.compile(
    r"""(?:^|[{,\s])["']?(\w{2,12})["']?\s{0,3}:\s{0,3}(["'`])((?:\\.|(?!\2)[^\\\n]){1,2048})\2"""
)
_ADDRESSES = (
    "url",
    "src",
    "file",
    "mp3",
    "m4a",
    "source",
    "play_url",
    "video",
    "audio",
    "hls",
    "link",
)
_OF_SONGS = frozenset({"mp3", "m4a"})
_NAMES = ("name", "title", "song", "songname", "song_name", "music", "vod_name", "text")
_ARTISTS = ("artist", "author", "singer", "artist_name", "byartist", "auther")
_PARTS = re.compile(r"[#\n]|\$\$\$")


@dataclass(frozen=True, slots=True)
class Medium:
    """An address of a film or song. `kind`: what the page says it is, "" where it doesn't."""

    url: str
    kind: str = ""
    title: str = ""
    artist: str = ""

    @property
    def shown(self) -> str:
        """Return what it is called: `title - artist`."""
        return " - ".join(one for one in (self.title, self.artist) if one)


def in_script(text: str) -> Iterator[Medium]:
    """Yield the media that a script names: in a player's variables, in objects, in any string."""
    for begin in islice(_PLAYER_OBJECT.finditer(text), _MOST_VARIABLES):
        yield from _in_variable(text, begin.end())
    for found in _OBJECT.finditer(text):
        yield from _in_object(found[0])
    for pattern, decoder in ((_ATOB, _from_base64), (_UNESCAPE, unescaped)):
        for found in pattern.finditer(text):
            yield from _named(decoder(found[1]))
    for found in _LITERAL.finditer(text):
        yield from _named(_plain(found[2]))
    for found in _BASE64_OF_HTTP.finditer(text):
        yield from _named(_from_base64(found[0]))


def in_json(document: Any, *, depth: int = 0) -> Iterator[Medium]:  # noqa: ANN401 (any JSON)
    """Yield the media that a document of an interface names, with what their objects call them."""
    if depth > _DEEPEST_JSON:
        return
    if isinstance(document, Mapping):
        said = {str(key).lower(): value for key, value in document.items()}
        yield from of_fields(said)
        for value in document.values():
            if isinstance(value, (Mapping, list)):
                yield from in_json(value, depth=depth + 1)
            elif isinstance(value, str):
                yield from _of_playlist(value, _first(said, _NAMES))
    elif isinstance(document, list):
        for value in document:
            yield from in_json(value, depth=depth + 1)


def of_fields(said: Mapping[str, Any]) -> Iterator[Medium]:
    """Yield the media of an object, or of an element's attributes, by the names of its fields."""
    title, artist = _first(said, _NAMES), _first(said, _ARTISTS)
    typed = f"{said.get('type', '')} {said.get('mimetype', '')}".lower()
    for key in _ADDRESSES:
        address = said.get(key)
        if not isinstance(address, str) or len(address) > _LONGEST_ADDRESS:
            continue
        address = _whole_address(address)
        named = kind_of(address)
        told = "video" if "video" in typed or "mpegurl" in typed else ""
        told = "audio" if "audio" in typed and not told else told
        # An address without an ending is believed where its key, or a singer beside it, says so.
        is_song = key in _OF_SONGS or (title and artist)
        if named or told or (is_song and address.startswith(("http", "/"))):
            kind = named or told or "audio"
            yield Medium(address, "" if kind == "stream" else kind, title, artist)


def decoded_url(url: str, encoding: object) -> str:
    """Undo what MacCMS does to a player's address: 1 is JavaScript's escape, 2 that in base64."""
    if str(encoding) == "1":
        return unescaped(url)
    if str(encoding) == "2":
        return unescaped(_from_base64(url))
    return url


def unescaped(text: str) -> str:
    """Undo JavaScript's `escape` and `encodeURIComponent`."""
    text = re.sub(r"%u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return unquote(text)


def text_of(value: object) -> str:
    """Return words for people of what may be a name, an object with one, or a list of such."""
    if isinstance(value, Mapping):
        return text_of(value.get("name"))
    if isinstance(value, list):
        return " / ".join(filter(None, map(text_of, value)))
    return value if isinstance(value, str) else ""


def _in_variable(text: str, at: int) -> Iterator[Medium]:
    try:
        said, _ = json.JSONDecoder().raw_decode(text, at)
    except (ValueError, RecursionError):
        return
    if not isinstance(said, Mapping):
        return
    if isinstance(url := said.get("url"), str) and "encrypt" in said:
        data = said.get("vod_data")
        name = data.get("vod_name", "") if isinstance(data, Mapping) else ""
        address = decoded_url(url, said.get("encrypt"))
        if "/" in address or kind_of(address):  # else it is the number of a film somewhere
            yield Medium(address, title=str(name))
    else:
        yield from in_json(said)


def _in_object(text: str) -> Iterator[Medium]:
    said = {name.lower(): _plain(value) for name, _, value in _KEY_VALUE.findall(text)}
    yield from of_fields(said)


def _of_playlist(text: str, title: str) -> Iterator[Medium]:
    """Read `第1集$https://…#第2集$https://…`, as the interfaces of film sites write it."""
    if "$" not in text or "http" not in text:
        return
    for part in _PARTS.split(text):
        name, _, address = part.rpartition("$")
        if kind_of(address):
            yield Medium(address, title=f"{title} {name}".strip())


def _named(text: str) -> Iterator[Medium]:
    """Yield a string that is an address with the ending of a medium, or a list of such."""
    text = _whole_address(text.strip())
    if " " not in text and kind_of(text) and re.match(r"https?://|/|\.{0,2}[\w%-]", text):
        yield Medium(text)
    yield from _of_playlist(text, "")


def _whole_address(text: str) -> str:
    """Undo the encoding of an address as a whole: `http%3A%2F%2F…`."""
    return unquote(text) if "%3a%2f%2f" in text[:32].lower() else text


def _plain(literal: str) -> str:
    """Undo the escapes of a JavaScript string."""
    literal = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), literal)
    literal = re.sub(r"\\x([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), literal)
    return literal.replace("\\/", "/").replace("\\", "")


def _from_base64(text: str) -> str:
    padded = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4)).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return ""


def _first(said: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((text_of(said[name]) for name in names if said.get(name)), "")
