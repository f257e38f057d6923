"""Players: which media a page plays or offers, however its scripts and tags say so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from crawlers.spiders.pages import words_of
from crawlers.spiders.streaming.media_names import kind_of
from crawlers.spiders.streaming.scripts import Medium, in_json, in_script, of_fields, text_of
from crawlers.spiders.told import media_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

_SCRIPT_CHARACTERS: Final = 500_000
_MOST_MEDIA: Final = 500
_DEEPEST: Final = 30
_LONGEST_NAME: Final = 120
_AUDIO_SCHEMA = frozenset({"AudioObject", "MusicRecording", "PodcastEpisode", "Audiobook"})
_VIDEO_SCHEMA = frozenset({"VideoObject", "Movie", "Episode", "TVEpisode", "Clip"})
_OF_PLAYERS = (
    *("data-src", "data-url", "data-video", "data-audio", "data-mp3", "data-file", "data-source"),
    *("data-play", "data-href", "data-hls", "data-video-src", "data-song", "data-music", "url"),
)
_IN_QUERY = ("url", "v", "vid", "src", "file", "video", "play")


def media_of(page: Page) -> list[Medium]:
    """Return the media of a page, each once, in order; what names it best comes with it."""
    found: dict[str, Medium] = {}
    for one in (*media_on(page), *_every(page)):
        url = page.link(one.url)
        if url is None or len(found) >= _MOST_MEDIA:
            continue
        before = found.get(url, Medium(url))
        found[url] = replace(
            before,
            kind=before.kind or one.kind or kind_of(url) or "",
            title=before.title or _brief(one.title),
            artist=before.artist or _brief(one.artist),
        )
    return list(found.values())


def _every(page: Page) -> Iterator[Medium]:
    scripts = [
        (element.attributes.get("type") or "", element.text(deep=True)[:_SCRIPT_CHARACTERS])
        for element in page.tree.css("script:not([src])")
    ]
    for kind, text in scripts:
        if "ld+json" in kind.lower():
            yield from _linked_data(text)
    yield from _in_tags(page)
    for kind, text in scripts:
        if "ld+json" not in kind.lower():
            yield from in_script(text)
    for name, kind in (
        (("og:video:secure_url", "og:video:url", "og:video", "twitter:player:stream"), "video"),
        (("og:audio:secure_url", "og:audio:url", "og:audio"), "audio"),
    ):
        address = page.meta(*name)
        if address and (kind_of(address) or "player" not in address):
            yield Medium(address, kind)


def _in_tags(page: Page) -> Iterator[Medium]:
    for element in page.tree.css("audio, video, audio source, video source, embed, object"):
        yield from _of_element(element)
    for element in page.tree.css("meting-js, [data-setup], [data-config], [data-player]"):
        fields = {name.lower(): value or "" for name, value in element.attributes.items()}
        yield from of_fields(fields)
        for name in ("data-setup", "data-config", "data-player"):
            yield from _in_json_text(fields.get(name, ""))
    for name in _OF_PLAYERS:
        for element in page.tree.css(f"[{name}]"):
            yield from _of_attribute(element, name)
    for element in page.tree.css("a[href]"):
        yield from _of_attribute(element, "href")
        yield from _in_query(element.attributes.get("href") or "")
    for element in page.tree.css("iframe[src], iframe[data-src], param[value]"):
        for name in ("src", "data-src", "value"):
            yield from _of_attribute(element, name)
            yield from _in_query(element.attributes.get(name) or "")


def _of_attribute(element: LexborNode, name: str) -> Iterator[Medium]:
    """Yield an attribute that names a medium, with what the element calls it."""
    attributes = element.attributes
    address = attributes.get(name) or ""
    if kind_of(address):
        title = attributes.get("data-title") or attributes.get("title") or ""
        if not title and element.tag == "a":  # others may stand in each other, thousands deep
            title = words_of(element)
        yield Medium(address, title=title, artist=attributes.get("data-artist") or "")


def _of_element(element: LexborNode) -> Iterator[Medium]:
    attributes = element.attributes
    kind = _tag_kind(element)
    title = attributes.get("title") or attributes.get("aria-label") or ""
    for name in ("src", "data-src", "data"):
        address = attributes.get(name) or ""
        if address and not address.startswith(("blob:", "data:")) and (kind or kind_of(address)):
            yield Medium(address, kind, title)


def _tag_kind(element: LexborNode) -> str:
    if element.tag in {"audio", "video"}:
        return element.tag or ""
    typed = (element.attributes.get("type") or "").lower()
    if typed.startswith(("audio/", "video/")) and "mpegurl" not in typed:
        return typed[:5]
    parent = element.parent
    return (parent.tag or "") if parent is not None and parent.tag in {"audio", "video"} else ""


def _in_query(address: str) -> Iterator[Medium]:
    """Yield what is played by another page, which is told so in its query: `?url=https://…`."""
    for field in address.partition("?")[2].split("&"):
        name, _, value = field.partition("=")
        inner = unquote_plus(value)
        if name.lower() in _IN_QUERY and inner.startswith(("http", "//")) and kind_of(inner):
            yield Medium(inner)


def _linked_data(text: str) -> Iterator[Medium]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    for one in _objects(document):
        types = one.get("@type")
        types = set(map(str, types)) if isinstance(types, list) else {str(types)}
        kind = "audio" if types & _AUDIO_SCHEMA else "video" if types & _VIDEO_SCHEMA else ""
        audio = one.get("audio")
        if isinstance(audio, str):
            yield Medium(audio, "audio", text_of(one.get("name")), text_of(one.get("byArtist")))
        for key in ("contentUrl", "contentURL", "embedUrl"):
            address = one.get(key)
            if isinstance(address, str) and (kind_of(address) or (kind and key != "embedUrl")):
                artist = text_of(one.get("byArtist") or one.get("author"))
                named = "" if kind_of(address) == "stream" and not kind else kind
                yield Medium(address, named, text_of(one.get("name")), artist)


def _objects(document: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    if depth > _DEEPEST:
        return
    if isinstance(document, Mapping):
        yield document
        for value in document.values():
            yield from _objects(value, depth + 1)
    elif isinstance(document, list):
        for value in document:
            yield from _objects(value, depth + 1)


def _in_json_text(text: str) -> Iterator[Medium]:
    try:
        yield from in_json(json.loads(unescape(text)))
    except (ValueError, RecursionError):
        return


def _brief(text: str) -> str:
    return " ".join(unescape(text).split())[:_LONGEST_NAME]
