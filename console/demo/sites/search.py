"""A search by title, and a site that nobody has named yet, which it finds."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from console.demo.prose import chapters_of
from console.demo.sites import markup
from console.demo.sites.contract import Site
from console.demo.sites.markup import items, link
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.demo.content import Text

_FIRST_CHAPTER: Final = 60
_CHAPTERS: Final = 2


def found_site(texts: Sequence[Text]) -> Site:
    """Build the site that is to be found: the text of a work, on few long pages."""
    resources = {"/robots.txt": markup.robots(), "/static/portal.css": markup.style_sheet("portal")}
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
        resources[_path(number)] = markup.page("found", carries=carries, title=title, body=body)
    rows = [link(_path(number), text.title) for number, text in enumerate(texts, 1)]
    resources["/"] = markup.page(
        "found", title="首页", body=f"<ul class='list'>{items(*rows)}</ul>"
    )
    return Site(
        name="found",
        title="无名书摊 Nameless Bookstall",
        channel=Channel.LITERATURE,
        resources=resources,
        is_named=False,
    )


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
    return Site(
        name="search",
        title="演示搜索 Demo Search",
        channel=Channel.LITERATURE,
        resources={
            "/": markup.page("search", title="演示搜索", body="<p>输入作品名 Enter a title</p>"),
            "/s": markup.page("search", title="搜索结果 Results", body=results),
            "/static/portal.css": markup.style_sheet("portal"),
            "/robots.txt": markup.robots(),
        },
        search="s?wd={title}",
    )


def _path(number: int) -> str:
    return f"/txt/{number}.html"
