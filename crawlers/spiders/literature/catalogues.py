"""Catalogues: which links of a page are a book's chapters, and in what order they are read.

Layouts differ (dl, ul, table, div; newest first; the newest again on top; volumes); the links
themselves are alike: addresses of one shape, most of them named as chapters are.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.links import same_site
from crawlers.numerals import number_in
from crawlers.spiders.pages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page

_FEWEST = 3
_NAMED_SHARE = 0.5
_LONGEST_NAME = 80
_NUMERAL = "[0-9０-９零〇一二三四五六七八九十百千两兩万]"
_CHAPTER_NAME = re.compile(
    rf"(?:正文|vip)?\W{{0,3}}第\W?{_NUMERAL}{{1,9}}\W?[章节節回集卷部篇话話折幕]"
    rf"|卷\W?{_NUMERAL}{{1,9}}|{_NUMERAL}{{1,7}}(?:[、.．:：,，\s-]|$)"
    r"|(?:chapter|episode|part|ch\.)\s?[0-9ivxlc]{1,7}\b"
    r"|(?:楔子|序[章言幕篇]?|引[子言]|前言|番外|尾[声聲]|[终終][章回]|[后後][记記]|大[结結]局|外[传傳])"
    r"|prologue|epilogue|preface|afterword",
    re.IGNORECASE,
)
_NEWEST = re.compile(r"最新|最近|newest|latest|lastest|recent", re.IGNORECASE)
_CONTAINERS = frozenset({"dl", "ul", "ol", "table", "section", "article", "div", "body"})
_HEADINGS = frozenset({"dt", "h1", "h2", "h3", "h4", "h5", "caption"})
_HEADING_AWAY = 3
_MOST_LEVELS = 50
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


@dataclass(frozen=True, slots=True)
class ChapterLink:
    """A chapter in a catalogue."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    title: str
    element: LexborNode

    @property
    def is_named(self) -> bool:
        return _CHAPTER_NAME.match(self.title) is not None


@dataclass(slots=True)
class _Block:
    """Links that stand together, under one heading."""

    links: list[_Link]
    newest: bool


def chapters_of(page: Page) -> list[ChapterLink]:
    """Return the chapters of a catalogue page in reading order; none when it isn't one."""
    links = _likeliest(_links(page))
    blocks = _blocks(links)
    kept = [link for block in _without_repeats(blocks) for link in block.links]
    chapters = list({link.url: ChapterLink(link.url, link.title) for link in kept}.values())
    return chapters[::-1] if _is_descending(chapters) else chapters


def _links(page: Page) -> Iterator[_Link]:
    for element, url in page.anchors:
        title = words_of(element) or (element.attributes.get("title") or "").strip()
        if title and len(title) <= _LONGEST_NAME and url != page.url and same_site(url, page.url):
            yield _Link(url, title, element)


def _likeliest(links: Iterable[_Link]) -> list[_Link]:
    """Return the links of that shape of address under which most are named as chapters."""
    by_shape: defaultdict[str, list[_Link]] = defaultdict(list)
    for link in links:
        by_shape[_shape(link.url)].append(link)
    best = max(by_shape.values(), key=_named, default=[])
    everything = len({link.url for link in best})
    return best if _named(best) >= max(_FEWEST, _NAMED_SHARE * everything) else []


def _named(links: list[_Link]) -> int:
    return len({link.url for link in links if link.is_named})


def _shape(url: str) -> str:
    """Return an address without what tells the chapters of one book apart."""
    parts = urlsplit(url)
    if parts.query:
        return f"{parts.netloc}{parts.path}?{_LAST_NUMBER.sub('#', parts.query)}"
    folder, _, name = parts.path.rstrip("/").rpartition("/")
    extension = _EXTENSION.search(name)
    return f"{parts.netloc}{folder}/#{extension[0] if extension else ''}"


def _blocks(links: list[_Link]) -> list[_Block]:
    inside = Counter(node.mem_id for link in links for node, _ in _ancestors(link.element))
    headings: dict[int, dict[int, LexborNode | None]] = {}
    blocks: dict[tuple[int, int], _Block] = {}
    for link in links:
        container, branch = next(
            (
                (node, branch)
                for node, branch in _ancestors(link.element)
                if node.tag in _CONTAINERS and inside[node.mem_id] > 1
            ),
            (link.element, link.element),
        )
        if container.mem_id not in headings:
            headings[container.mem_id] = _headings(container)
        heading = headings[container.mem_id].get(branch.mem_id)
        key = (container.mem_id, heading.mem_id if heading else 0)
        if key not in blocks:
            blocks[key] = _Block([], _says_newest(container, heading))
        blocks[key].links.append(link)
    return list(blocks.values())


def _ancestors(element: LexborNode) -> Iterator[tuple[LexborNode, LexborNode]]:
    """Return what an element stands in, inmost first, each with the child that leads there."""
    child, node = element, element.parent
    for _ in range(_MOST_LEVELS):
        if node is None or node.tag == "html":
            return
        yield node, child
        child, node = node, node.parent


def _headings(container: LexborNode) -> dict[int, LexborNode | None]:
    """Return, for each child of a container, the heading before it: inside (dt), or just before."""
    last = _heading_before(container)
    found = {}
    for child in container.iter():
        if child.tag in _HEADINGS:
            last = child
        found[child.mem_id] = last
    return found


def _heading_before(container: LexborNode) -> LexborNode | None:
    node = container.prev
    for _ in range(_HEADING_AWAY):
        if node is None:
            return None
        if node.tag in _HEADINGS or node.tag in {"p", "div", "span"}:
            return node if len(node.text(deep=True)) <= _LONGEST_NAME else None
        node = node.prev
    return None


def _says_newest(container: LexborNode, heading: LexborNode | None) -> bool:
    attributes = container.attributes
    signs = [attributes.get("class") or "", attributes.get("id") or ""]
    if heading is not None:
        signs.append(heading.text(deep=True))
    return _NEWEST.search(" ".join(signs)) is not None


def _without_repeats(blocks: list[_Block]) -> list[_Block]:
    """Drop blocks that only repeat others: those that say they are the newest, then the first."""
    urls = [{link.url for link in block.links} for block in blocks]
    standing = Counter(url for here in urls for url in here)
    kept = set(range(len(blocks)))
    for number in sorted(kept, key=lambda number: not blocks[number].newest):
        if all(standing[url] > 1 for url in urls[number]):
            kept.remove(number)
            standing.subtract(urls[number])
    return [blocks[number] for number in sorted(kept)]


def _is_descending(chapters: list[ChapterLink]) -> bool:
    numbers = [n for n in (number_in(chapter.title) for chapter in chapters) if n is not None]
    steps = [later - sooner for sooner, later in pairwise(numbers)]
    return sum(step < 0 for step in steps) > sum(step > 0 for step in steps)
