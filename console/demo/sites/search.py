"""A search by title, and a site that nobody has named yet, which it finds."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from console.demo.prose import chapters_of
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.demo.content import Text
    from console.demo.sites.contract import Site

_FIRST_CHAPTER: Final = 60
_CHAPTERS: Final = 2

_FOUND = Portal(
    name="found",
    chinese="无名书摊",
    english="Nameless Bookstall",
    menu='<a href="/">首页</a>',
    notice="本站不存储任何内容 · Nothing is stored here",
    channel=Channel.LITERATURE,
)
_SEARCH = Portal(
    name="search",
    chinese="演示搜索",
    english="Demo Search",
    menu='<a href="/">首页</a>',
    notice="搜索结果由程序自动生成 · Results are made by a program",
    channel=Channel.LITERATURE,
)


def found_site(texts: Sequence[Text]) -> Site:
    """Build the site that is to be found: the text of a work, on few long pages."""
    resources = {}
    for number, text in enumerate(texts, 1):
        chapters = chapters_of(text.words)
        first = _FIRST_CHAPTER % len(chapters)
        told = "".join(
            f"<h2>{html.escape(chapter.title)}</h2>"
            + "".join(f"<p>{html.escape(one)}</p>\n" for one in chapter.paragraphs)
            for chapter in chapters[first : first + _CHAPTERS]
        )
        carries = frozenset({text.title})
        title = f"《{text.title}》全文免费阅读"
        body = f"<h1>{html.escape(title)}</h1>{told}"
        resources[_path(number)] = _FOUND.page(title, body, carries)
    rows = [link(_path(number), text.title) for number, text in enumerate(texts, 1)]
    resources["/"] = _FOUND.page("首页", f"<ul class='list'>{items(*rows)}</ul>")
    return _FOUND.site(resources, is_named=False)


def search_site(texts: Sequence[Text], found: str, others: Sequence[tuple[str, str]]) -> Site:
    """Build the search: its results name the site `found`, and other pages, by address and words.

    Both are addresses of sites that are served already.
    """
    copies = [
        (f"{found.rstrip('/')}{_path(number)}", f"《{text.title}》txt全文免费下载")
        for number, text in enumerate(texts, 1)
    ]
    rows = [f"<h3>{link(url, words)}</h3><p>在线阅读……</p>" for url, words in (*copies, *others)]
    results = f"<p>为您找到相关结果</p><ol>{items(*rows)}</ol>"
    resources = {
        "/": _SEARCH.page("演示搜索", "<p>输入作品名 Enter a title</p>"),
        "/s": _SEARCH.page("搜索结果 Results", results),
    }
    return _SEARCH.site(resources, search="s?wd={title}")


def _path(number: int) -> str:
    return f"/txt/{number}.html"
