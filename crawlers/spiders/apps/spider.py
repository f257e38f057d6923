"""Apps: from the pages of stores and forums through whatever leads to their files."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from crawlers.links import is_trap, same_site
from crawlers.spiders.apps import fdroid
from crawlers.spiders.base import LONGEST_TITLE, SHOWN_FACTS, TITLE
from crawlers.spiders.pages import words_of
from crawlers.spiders.told import facts_on
from crawlers.spiders.tracing import shown_on
from crawlers.spiders.web import WebSpider
from fingerprints.digest import known_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic import JsonValue

    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.pages import Page

_FILE = re.compile(
    r"\.(?:apk|xapk|apks|apkm|apk\.1|aab|ipa|hap|app|wxapkg|exe|msi|dmg)$", re.IGNORECASE
)
_ARCHIVE = re.compile(r"\.(?:zip|rar|7z|obb)$", re.IGNORECASE)
_DOWNLOAD_WORDS = re.compile(
    r"(?:立即|本地|高速|普通|安全|免费|免費|官方|安卓版?|苹果版?|电信|联通|移动|网盘|备用|直接|点击|點擊"
    r"|手机|破解版?|最新版?|APK|IPA|XAPK)\s?下[载載]"
    r"|下[载載](?:地址|链接|链結|APK|IPA|XAPK|安装|安卓|到手机|此版本|最新|游戏|应用)|^\W{0,3}下[载載]\W{0,3}$"
    r"|(?:安卓|Android|iOS)版?$|^\W{0,3}download\b"
    r"|download\s(?:apk|xapk|ipa|now|file|latest|for android)"
    r"|(?:click here|here)\sto\sdownload|direct\sdownload",
    re.IGNORECASE,
)
_DOWNLOAD_PATH = re.compile(
    r"(?:^|[/_.?&=-])(?:down(?:load|s|file)?|dl|xiazai|getapk|get_?file|attachment|apk)(?:[/_.?&=-]|$|\d)",
    re.IGNORECASE,
)
_BUTTON = re.compile(r"down|dl[-_]|apk|xiazai|btn", re.IGNORECASE)
_SCRIPT_MOVE = re.compile(
    r"""(?:location(?:\.href|\.replace\(|\.assign\()?\s{0,3}=?\s{0,3}|window\.open\(\s{0,3})["']([^"'\n]{4,2000})["']"""
)
_IN_SCRIPT = re.compile(
    r"""["']([^"'\s]{4,2000}\.(?:apk|xapk|apks|apkm|aab|ipa|hap)(?:\?[^"'\s]{0,1000})?)["']"""
)
_PACKAGE = re.compile(
    r"(?:包名|应用包名|Package(?:\s?name)?)\s{0,3}[:：]\s{0,3}([A-Za-z]\w{0,40}(?:\.\w{1,60}){1,8})",
    re.IGNORECASE,
)
_PACKAGE_IN_PATH = re.compile(
    r"(?:^|[/=])((?:com|cn|net|org|io|me|tv|air|jp|kr|de|app)(?:\.[A-Za-z_]\w{0,40}){1,6})(?=$|[/&?])"
)
_VERSION = re.compile(
    r"(?:(?:软件|当前|最新|应用|游戏)?版本(?:号)?|Version)\s{0,3}[:：]\s{0,3}[vV]?(\d[\w.\-]{0,30})",
    re.IGNORECASE,
)
_CHECKSUM = re.compile(
    r"(?<![A-Za-z0-9])(MD5|SHA-?1|SHA-?256)[^0-9a-fA-F]{1,12}([0-9a-fA-F]{32,64})\b", re.IGNORECASE
)
_APP_SCHEMA: Final = frozenset(
    {"SoftwareApplication", "MobileApplication", "VideoGame", "WebApplication"}
)
_HOPS: Final = "steps"
_MOST_HOPS: Final = 3
_MOST_CHECKSUMS: Final = 4
_TEXT_CHARACTERS: Final = 60_000
_MOST_OF_PAGE: Final = 60


class AppsSpider(WebSpider):
    """Follows a site to the files of apps, also through pages between, on whichever host."""

    name = "apps"

    def media(self, page: Page) -> Iterator[Discovery]:
        """Return what a page offers as files of apps, or as ways there."""
        yield from self._offered(page, steps=0)

    def links(self, page: Page) -> Iterator[Discovery]:
        """Return the site's pages, and the indexes of repositories."""
        for path in fdroid.indexes_of(urlsplit(page.url).path):
            yield self.found(page, urljoin(page.url, path), role="media")
        yield from super().links(page)

    def listed(self, page: Page) -> Iterable[Discovery]:
        """Return what an index leads to, or a page that stands between a button and its file."""
        yield from super().listed(page)
        here = page.lease.discovery
        if fdroid.is_index(urlsplit(page.url).path):
            yield from self._indexed(page)
        elif here.role != "media" and (paths := fdroid.indexes_of(urlsplit(page.url).path)):
            yield from (self.found(page, urljoin(page.url, path), role="media") for path in paths)
        elif page.is_markup and not page.is_tangled:
            steps = here.context.get(_HOPS)
            if isinstance(steps, int) and 0 < steps < _MOST_HOPS:
                yield from self._offered(page, steps=steps)

    def _indexed(self, page: Page) -> Iterator[Discovery]:
        for offer in fdroid.offers(page.body):
            url = page.link_of_body(offer.address)
            if url is not None and same_site(url, page.url):
                context: dict[str, JsonValue] = {SHOWN_FACTS: list(offer.facts)}
                if offer.title:
                    context[TITLE] = offer.title
                yield self.found(page, url, role="media", context=context)

    def _offered(self, page: Page, *, steps: int) -> Iterator[Discovery]:
        context = {**_told(page), _HOPS: steps + 1}
        urls = dict.fromkeys(_ways(page, between=steps > 0))
        for url in list(urls)[:_MOST_OF_PAGE]:
            if url != page.url and not is_trap(url):
                yield self.found(page, url, role="media", context=context)


def _ways(page: Page, *, between: bool) -> Iterator[str]:
    """Yield the addresses of files first, then those of buttons that promise one."""
    promises: list[str] = []
    yield from page.reading.every("files")
    for element, url in page.anchors:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if _FILE.search(parts.path) or _FILE.search(parts.query):
            yield url
        elif _promises(words_of(element)[:60], path, dict(element.attributes), between=between):
            promises.append(url)
    yield from filter(None, map(page.link, _in_attributes(page)))
    for script in page.tree.css("script:not([src])"):
        text = script.text(deep=True)[:200_000]
        found = [one.replace("\\/", "/") for one in _IN_SCRIPT.findall(text)]
        moves = _SCRIPT_MOVE.findall(text) if between else []
        yield from filter(None, map(page.link, (*found, *moves)))
    if between:
        for element in page.tree.css('meta[http-equiv="refresh" i][content]'):
            said = (element.attributes.get("content") or "").partition("=")[2]
            yield from filter(None, [page.link(said.strip().strip("'\""))])
    yield from promises


def _promises(
    words: str, path: str, attributes: Mapping[str, str | None], *, between: bool
) -> bool:
    """Tell whether a link leads to a file, by its words, and by its address or look besides."""
    if _ARCHIVE.search(path.partition("?")[0]):
        return _DOWNLOAD_WORDS.search(words) is not None
    said = _DOWNLOAD_WORDS.search(words) is not None or "download" in attributes
    looks = attributes.get("class") or attributes.get("id") or ""
    leads = _DOWNLOAD_PATH.search(path) is not None or _BUTTON.search(looks) is not None
    return said and (leads or between or "download" in attributes)


def _in_attributes(page: Page) -> Iterator[str]:
    for name in ("data-url", "data-href", "data-apk", "data-download", "data-link", "data-src"):
        for element in page.tree.css(f"[{name}]"):
            address = element.attributes.get(name) or ""
            if _FILE.search(address.partition("?")[0]):
                yield address


def _told(page: Page) -> dict[str, Any]:
    """Return what goes along to a file: what the way here told, else what the page shows."""
    before = page.lease.discovery.context
    if before.get(TITLE) or before.get(SHOWN_FACTS):
        return {key: before[key] for key in (TITLE, SHOWN_FACTS) if key in before}
    heading = page.tree.css_first("h1")
    title = page.reading.one("title") or (words_of(heading) if heading else "")
    title = title or page.meta("og:title") or page.title
    facts = list(facts_on(page, (*facts_of_app(page), *shown_on(page))))[:20]
    return {TITLE: title[:LONGEST_TITLE], SHOWN_FACTS: facts}


def facts_of_app(page: Page) -> Iterator[str]:
    """Yield what a page says of its app: package, version, checksum, developer, downloads."""
    for said in _linked_data(page):
        author = said.get("author") or said.get("publisher")
        names = {
            "developer": author.get("name") if isinstance(author, dict) else author,
            "version": said.get("softwareVersion"),
        }
        yield from (f"{name}:{value}" for name, value in names.items() if isinstance(value, str))
    body = page.tree.body
    text = " ".join(body.text(deep=True, separator=" ").split())[:_TEXT_CHARACTERS] if body else ""
    for name, pattern in (("package", _PACKAGE), ("version", _VERSION)):
        if (found := pattern.search(text)) is not None:
            yield f"{name}:{found[1]}"
    checksums = (known_hash(f"{found[1]}:{found[2]}") for found in _CHECKSUM.finditer(text))
    yield from filter(None, dict.fromkeys(islice(checksums, _MOST_CHECKSUMS)))
    if not _PACKAGE.search(text) and (found := _PACKAGE_IN_PATH.search(page.url)) is not None:
        yield f"package:{found[1]}"


def _linked_data(page: Page) -> Iterator[dict[str, Any]]:
    for script in page.tree.css('script[type="application/ld+json" i]'):
        try:
            document = json.loads(script.text(deep=True)[:200_000])
        except (ValueError, RecursionError):
            continue
        listed = document if isinstance(document, list) else [document]
        graphs = [one.get("@graph", [one]) for one in listed if isinstance(one, dict)]
        for one in (entry for graph in graphs if isinstance(graph, list) for entry in graph):
            if isinstance(one, dict) and str(one.get("@type")) in _APP_SCHEMA:
                yield one
