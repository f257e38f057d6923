"""What yt-dlp says of a film or song, as we say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from crawlers.extractors.messages import MOST_OFFERS, Film, Offer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Said = Mapping[str, Any]

_FILES: Final = frozenset({"http", "https"})
_LISTS: Final = frozenset({"m3u8", "m3u8_native", "http_dash_segments"})
_DASH: Final = "http_dash_segments"
_BITS: Final = 1_000  # yt-dlp counts in kbit/s
_DAY_DIGITS: Final = 8


def film_of(said: Said, *, of: Said) -> Film:
    """Return a film as its site tells of it; what only its list says, the list is believed."""
    told = {**{name: value for name, value in of.items() if value}, **_said(said)}
    artist = _first(told, "artists", "artist", "creators", "creator", "album_artist")
    return Film(
        title=_first(told, "track", "title"),
        artist=artist,
        uploader=_first(told, "uploader", "channel", "creator", "creators"),
        uploader_id=_first(told, "uploader_id", "channel_id"),
        uploader_url=_first(told, "uploader_url", "channel_url"),
        uploaded=_day(_first(told, "upload_date", "release_date")),
        seconds=said.get("duration"),
        views=told.get("view_count"),
        likes=told.get("like_count"),
        comments=told.get("comment_count"),
        offers=tuple(_offers(said))[:MOST_OFFERS],
    )


def _said(said: Said) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _offers(said: Said) -> Iterator[Offer]:
    """Yield the forms in which it is offered; what needs a licence yt-dlp has left out before."""
    for one in said.get("formats") or [said]:
        protocol = one.get("protocol") or ""
        url = one.get("manifest_url") if protocol == _DASH else one.get("url")
        if not isinstance(url, str) or urlsplit(url).scheme not in _FILES or one.get("has_drm"):
            continue
        if protocol in _FILES | _LISTS:
            yield Offer(
                url=url,
                is_list=protocol in _LISTS,
                height=_whole(one.get("height")),
                bits_s=_whole((one.get("tbr") or 0) * _BITS),
                has_pictures=one.get("vcodec") != "none",
                has_sound=one.get("acodec") != "none",
            )


def _first(told: Said, *names: str) -> str:
    """Return the first that is said; several people are joined."""
    for name in names:
        value = told.get(name)
        if isinstance(value, list):
            value = " / ".join(one for one in value if isinstance(one, str))
        if isinstance(value, str) and value:
            return value
    return ""


def _day(said: str) -> str:
    is_day = len(said) == _DAY_DIGITS and said.isascii() and said.isdigit()
    return f"{said[:4]}-{said[4:6]}-{said[6:]}" if is_day else ""


def _whole(said: object) -> int:
    return int(said) if isinstance(said, int | float) and 0 < said < 2**53 else 0
