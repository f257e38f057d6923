"""What a work is searched by: its titles, alone and with words that copies are offered by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.documents import WorkKind, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.documents import Work

SUFFIXES: Final[dict[WorkKind, tuple[str, ...]]] = {
    WorkKind.LITERATURE: ("免费阅读", "txt 下载", "百度网盘", "epub"),
    WorkKind.MUSIC: ("mp3 下载", "无损 下载", "百度网盘"),
    WorkKind.VIDEO: ("在线观看", "百度网盘", "迅雷下载", "免费观看"),
    WorkKind.GAME: ("破解版 下载", "apk", "百度网盘"),
    WorkKind.COMIC: ("免费漫画", "在线观看", "百度网盘"),
    WorkKind.SOFTWARE: ("破解版 下载", "apk", "注册机", "百度网盘"),
    WorkKind.STANDARD: ("pdf 下载", "全文", "百度网盘"),
    WorkKind.IMAGE: ("图片 下载", "高清 原图"),
}
"""Words that offers of copies have beside a title, by the kind of work, the most frequent first."""
_MOST_TITLES: Final = 5
_SHORT: Final = 3


@dataclass(frozen=True, slots=True)
class Words:
    """One thing to ask for: `text` is searched, of which `title` is the work's.

    `step` is 0 for what finds most, and grows.
    """

    text: str
    title: str
    step: int


def titles_of(work: Work) -> tuple[str, ...]:
    """Return a work's title and aliases, each once however it is written."""
    distinct: dict[str, str] = {}
    for title in (work.title, *work.aliases):
        if key := folded(title):
            distinct.setdefault(key, title.strip())
    return tuple(distinct.values())[:_MOST_TITLES]


def author_of(work: Work) -> str:
    """Return the first author, "" where none is registered."""
    return next(filter(None, (one.strip() for one in work.creators)), "")


def titles_alone(work: Work) -> Iterator[Words]:
    """Yield what a site's own search is asked for: the titles."""
    for place, title in enumerate(titles_of(work)):
        yield Words(title, title, place)


def titles_with_words(work: Work) -> Iterator[Words]:
    """Yield what a search of the whole web is asked for.

    The title with its author, then with words of offers; aliases with the most frequent of these.
    Titles of a few characters mean too much by themselves: the author always stands beside them.
    """
    author, suffixes = author_of(work), SUFFIXES[work.category]
    for place, title in enumerate(titles_of(work)):
        named = f"{title} {author}".strip()
        base = named if len(folded(title)) < _SHORT else title
        if place == 0:
            yield Words(named, title, 0)
            for step, suffix in enumerate(suffixes, 1):
                yield Words(f"{base} {suffix}", title, step)
        else:
            yield Words(f"{base} {suffixes[0]}", title, len(suffixes) + place)
