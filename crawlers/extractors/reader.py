"""Has yt-dlp read a page, with nothing of a user's: no cookies, logins, files, plugins, regions.

Imported only where yt-dlp is, in a process that is shut in.
"""

from __future__ import annotations

import re
from functools import cached_property, partial, wraps
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from yt_dlp import YoutubeDL
from yt_dlp.extractor import gen_extractor_classes
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.globals import all_plugins_loaded, plugin_dirs
from yt_dlp.utils import DownloadError, GeoRestrictedError

from crawlers.extractors.errors import ExtractorFailed, ExtractorRefused
from crawlers.extractors.handler import CrawlRH
from crawlers.extractors.messages import MOST_FILMS, Told
from crawlers.extractors.refusals import LICENCE, LOGIN, REGION, refusal_of
from crawlers.extractors.telling import film_of
from index.documents import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawlers.extractors.errors import ExtractorError
    from crawlers.extractors.messages import Answer, Ask

    Make = Callable[[Ask], Answer]

_GENERIC: Final = "Generic"
_ON: Final = frozenset({"url", "url_transparent"})
_LISTS: Final = frozenset({"playlist", "multi_video"})
_MOST_TURNS: Final = 4
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_PARAMS: Final = {
    "simulate": True,
    "skip_download": True,
    "quiet": True,
    "no_warnings": True,
    "noprogress": True,
    "color": "never",
    "cachedir": False,
    "usenetrc": False,
    "proxy": "",
    "geo_bypass": False,
    "enable_file_urls": False,
    "allow_unplayable_formats": False,
    "ignore_no_formats_error": True,
    "ignoreerrors": False,
    "extract_flat": "in_playlist",
    "playlistend": MOST_FILMS,
    "extractor_retries": 0,
    "default_search": "error",
    "js_runtimes": {},
    "remote_components": (),
}
"""What the library is told; it reads no files of settings by itself."""


class _Mute:
    """Takes what would be printed."""

    def debug(self, _: str) -> None: ...

    info = warning = error = debug


class _Site(YoutubeDL):  # type: ignore[misc]  # yt-dlp has no types
    """yt-dlp for one page."""

    wants_login = False

    def __init__(self, make: Make) -> None:
        super().__init__({**_PARAMS, "logger": _Mute()}, auto_init=False)
        self._make = make

    @cached_property
    def _request_director(self) -> Any:  # noqa: ANN401
        return self.build_request_director([partial(CrawlRH, make=self._make)])


class Reader:
    """Reads pages of the sites that it knows; what it needs for that, others fetch."""

    def __init__(self) -> None:
        plugin_dirs.value = []
        all_plugins_loaded.value = True  # so that none are looked for
        _note_logins()
        self._known = {
            one.ie_key(): one for one in gen_extractor_classes() if one.ie_key() != _GENERIC
        }

    def knows(self, url: str) -> str:
        """Return the key of the extractor that an address is for, "" where there is none."""
        return next((key for key, one in self._known.items() if one.suitable(url)), "")

    def read(self, key: str, url: str, make: Make) -> Told:
        """Return what the extractor of this key says of a page; requests are made by `make`."""
        with _Site(make) as site:
            try:
                return self._told(site, key, url)
            except (ExtractorFailed, ExtractorRefused) as error:
                return Told(extractor=key, failure=_failure(error))
            except Exception as error:  # noqa: BLE001  whatever it is, of its own or of Python
                return Told(extractor=key, failure=_failure(_named(site, error)))

    def _told(self, site: _Site, key: str, url: str) -> Told:
        found = self._found(site, key, url)
        is_list = found.get("_type") in _LISTS
        whole = site.process_ie_result(found, download=False)
        entries = list(whole.get("entries") or ()) if is_list else [whole]
        films = [one for one in entries if one and one.get("_type", "video") == "video"]
        told = tuple(film_of(one, of=whole) for one in films[:MOST_FILMS])
        pages = tuple(_pages(entries))[:MOST_FILMS]
        failure = None
        if not (pages or any(one.offers for one in told)):
            failure = _failure(_without_form(site, films))
        return Told(extractor=key, films=told, pages=pages, failure=failure)

    def _found(self, site: _Site, key: str, url: str) -> dict[str, Any]:
        """Ask the extractor, and those that it sends on to, until one says what there is."""
        for _ in range(_MOST_TURNS):
            if (why := refusal_of(self._known[key])) is not None:
                raise ExtractorRefused(why)
            site.add_info_extractor(self._known[key]())
            found: dict[str, Any] = site.extract_info(
                url, download=False, ie_key=key, process=False
            )
            if not found:
                raise ExtractorFailed("it says nothing")
            if found.get("_type") not in _ON:
                return found
            url = found["url"]
            key = found["ie_key"] if found.get("ie_key") in self._known else self.knows(url)
            if not key:
                raise ExtractorFailed(f"it sends on to {url[:300]}, which none knows")
        raise ExtractorFailed("it sends on and on")


def _pages(entries: list[dict[str, Any]]) -> Iterator[str]:
    for one in entries:
        url = one.get("url") if one and one.get("_type") in _ON else None
        if isinstance(url, str) and urlsplit(url).scheme in {"http", "https"}:
            yield url


def _without_form(site: _Site, films: list[dict[str, Any]]) -> ExtractorError:
    """Return why there is nothing to be fetched of what it tells of."""
    if site.wants_login:
        return ExtractorRefused(LOGIN)
    if any(one.get("_has_drm") for one in films):
        return ExtractorRefused(LICENCE)
    return ExtractorFailed("it offers no form that can be fetched")


def _named(site: _Site, error: Exception) -> ExtractorError:
    cause = error.exc_info[1] if isinstance(error, DownloadError) and error.exc_info else error
    if isinstance(cause, GeoRestrictedError):
        return ExtractorRefused(REGION)
    if site.wants_login:
        return ExtractorRefused(LOGIN)
    said = getattr(cause, "orig_msg", "") or str(cause)  # without where to report it
    return ExtractorFailed(said or type(cause).__name__)


def _failure(error: ExtractorError) -> Failure:
    reason = " ".join(_COLOURS.sub("", error.reason).split())
    return Failure(code=error.code, reason=reason[:500])


def _note_logins() -> None:
    """Have it noted when an extractor says that one must log in: its words are many."""
    says = InfoExtractor.raise_login_required

    @wraps(says)
    def noted(extractor: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        extractor._downloader.wants_login = True  # noqa: SLF001
        return says(extractor, *args, **options)

    InfoExtractor.raise_login_required = noted
