"""The reader of a crawl: which profile a page is read by, found with as little looking as can be.

A host's pages are mostly of one engine. So what has been fitting is tried first, by a text that
must stand in the markup; all profiles are gone through only where nothing fits, and ever more
rarely where nothing ever does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy.utils.datatypes import LocalCache

from crawlers.profiles.patterns import Patience
from crawlers.profiles.reading import NOTHING, Reading
from index.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawlers.profiles.form import PageKind, Pages, Profile
    from crawlers.profiles.shelf import Shelf
    from crawlers.spiders.pages import Page

_MOST_HOSTS: Final = 2_000
_MARKUP_CHARACTERS: Final = 2_000_000
"""Of larger pages nothing is read by profiles: no engine's template makes any."""
_ALWAYS: Final = 8
"""How many pages of a host in a row may fit nothing before most are no longer tried."""


@dataclass(slots=True)
class _Host:
    fitting: list[str] = field(default_factory=list)
    fruitless: int = 0

    @property
    def is_due(self) -> bool:
        """Whether all profiles are to be tried: always at first, then after 8, 16, 32 … pages."""
        return self.fruitless < _ALWAYS or self.fruitless.bit_count() == 1

    def learn(self, found: tuple[Profile, PageKind] | None) -> None:
        """Remember what a page was read by."""
        self.fruitless = 0 if found else self.fruitless + 1
        if found and found[0].name not in self.fitting:
            self.fitting.append(found[0].name)


@dataclass(slots=True)
class _Past:
    """Pages that a site has been known to have, and those of them that it still shows."""

    known: frozenset[str] = frozenset()
    shown: set[str] = field(default_factory=set)


class Reader:
    """Reads the pages of one crawl by the profiles of a shelf.

    `zone` is the clock of the sites, which "yesterday" is said by.
    """

    def __init__(self, shelf: Shelf, zone: tzinfo = UTC) -> None:
        self._shelf = shelf
        self._zone = zone
        self._hosts = LocalCache[str, _Host](_MOST_HOSTS)
        self._past = LocalCache[str, _Past](_MOST_HOSTS)

    def knows(self, site: str) -> bool:
        """Whether it was told of a site's past."""
        return site in self._past

    def remember(self, site: str, known: frozenset[str]) -> None:
        """Tell which pages (`profile/kind`) a site has been known to have."""
        self._past[site] = _Past(known)

    def read(self, page: Page, at: datetime | None = None) -> Reading:
        """Return the reading of a page; of one that no profile is for, one that says nothing.

        `at` is when the page said it, now if not said.
        """
        if not page.is_markup or len(page.text) > _MARKUP_CHARACTERS or page.is_tangled:
            return NOTHING
        at = at or datetime.now(self._zone)
        address = _address(page.url)
        past = self._past.get(site_of(page.url)) or _Past()
        host = self._host(page.url)
        found = self._among(self._likely(host), page, address)
        if found is None and host.is_due:
            found = self._among(self._shelf.profiles, page, address)
        host.learn(found)
        if found is not None:
            past.shown.add(f"{found[0].name}/{found[1]}")
            return Reading(page, *found, at)
        return self._as_ever(page, address, past, at)

    def read_as(self, profile: Profile, page: Page, at: datetime) -> Reading:
        """Read a page by a profile, whatever its site is; by none where no kind of page fits."""
        if not page.is_markup or len(page.text) > _MARKUP_CHARACTERS or page.is_tangled:
            return NOTHING
        kind = _kind(profile, page, _address(page.url))
        return Reading(page, profile, kind, at) if kind is not None else NOTHING

    def _likely(self, host: _Host) -> tuple[Profile, ...]:
        """Return what pages of a host have been read by, and what goes before these."""
        names = set(host.fitting)
        return tuple(
            one
            for one in (self._shelf.profiles if names else ())
            if one.name in names or not names.isdisjoint(one.site.over)
        )

    @staticmethod
    def _among(
        profiles: tuple[Profile, ...], page: Page, address: str
    ) -> tuple[Profile, PageKind] | None:
        """Return the first profile that fits and knows such pages."""
        for profile in profiles:
            if fits(profile, page) and (kind := _kind(profile, page, address)) is not None:
                return profile, kind
        return None

    def _host(self, url: str) -> _Host:
        name = urlsplit(url).netloc
        found = self._hosts.get(name)
        if found is None:
            found = self._hosts[name] = _Host()
        return found

    def _as_ever(self, page: Page, address: str, past: _Past, at: datetime) -> Reading:
        """Read a page that looks like none of a profile's, but lies where the site had such pages.

        So it is noticed what it lacks. Not where the site still shows other pages of the kind:
        then this one is of another.
        """
        for name in sorted(past.known - past.shown):
            found = self._shelf.kind(name)
            if found is not None and _is_there(found[0].pages[found[1]], address):
                return Reading(page, *found, at)
        return NOTHING


def fits(profile: Profile, page: Page) -> bool:
    """Tell whether a page is of a profile's sites: by its host, else by its signs."""
    site = profile.site
    if site.hosts:
        return is_host(page.url, site.hosts)
    if site.generator:
        said = page.meta("generator").casefold()
        if said and any(said.startswith(one.casefold()) for one in site.generator):
            return True
    return any(all(mark in page.text for mark in marks) for marks in site.marks)


def is_host(url: str, hosts: Iterable[str]) -> bool:
    """Tell whether an address is on one of the hosts, each a name or a pattern (`*.a.example`)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return any(fnmatchcase(host, one) or fnmatchcase(parts.netloc, one) for one in hosts)


def _kind(profile: Profile, page: Page, address: str) -> PageKind | None:
    kinds = profile.pages.items()
    return next((kind for kind, pages in kinds if _is_of(pages, page, address)), None)


def _is_of(pages: Pages, page: Page, address: str) -> bool:
    if pages.url and not _is_there(pages, address):
        return False
    return not pages.has or any(one.find(page.tree) for one in pages.has)


def _is_there(pages: Pages, address: str) -> bool:
    patience = Patience()
    return any(patience.fits(pattern, address) for pattern in pages.url)


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
