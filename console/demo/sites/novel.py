"""A site for pirated novels: catalogue, chapters over several pages, a download, much noise."""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

from console.demo.disguise import TEXT_DISGUISES
from console.demo.disguise.pictures import thumbnail
from console.demo.disguise.text import HIDDEN_CLASS
from console.demo.prose import Chapter, chapters_of, runs
from console.demo.sites import markup
from console.demo.sites.contract import NOTHING, Resource, Site
from console.demo.sites.markup import Encoding, items, link
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.content import Text

_SHOWN_CHAPTERS = 16
_DOWNLOADED_CHAPTERS = 20
_PAGE_CHARACTERS = 2_600
_ENCODINGS = (markup.UTF_8, markup.GBK_IN_META, markup.UNDECLARED, markup.GB2312_IN_HEADER)
_CATEGORIES = {
    "/lishi/": "历史小说 History",
    "/keji/": "科技读物 Technology",
    "/xuanhuan/": "玄幻小说 Fantasy",
    "/quanben/": "全本小说 Complete",
}
_HIDING = f"<style>.{HIDDEN_CLASS}{{display:none}}</style>"
_ASIDE = (
    "<p>手机用户请浏览阅读，更优质的阅读体验。</p><p>（本章未完，请点击下一页继续阅读）</p>",
    "<p>(本章完)</p><p>喜欢本书的朋友请收藏：演示书屋更新速度全网最快。</p>",
)


@dataclass(frozen=True, slots=True)
class _Book:
    """A book on the site; `carries` is empty for one that is nobody's."""

    text: Text
    path: str
    chapters: tuple[Chapter, ...]
    category: str
    carries: frozenset[str]

    @property
    def shown(self) -> tuple[Chapter, ...]:
        return self.chapters[:_SHOWN_CHAPTERS]

    @property
    def author(self) -> str:
        return self.text.creators[0] if self.text.creators else "佚名"


def novel_site(works: Sequence[Text], others: Sequence[Text], cover: bytes | None) -> Site:
    """Build the site: disguised chapters of the works, and books that nobody registered."""
    books = [
        *(_book(n, text, "/lishi/", frozenset({text.title})) for n, text in enumerate(works, 1)),
        *(_book(n, text, "/keji/", NOTHING) for n, text in enumerate(others, len(works) + 1)),
    ]
    pages = chain(
        _front(books),
        chain.from_iterable(_book_pages(book, books) for book in books),
        _noise(books, cover),
    )
    return Site(
        name="novel",
        title="演示书屋 Demo Book House",
        channel=Channel.LITERATURE,
        resources=dict(pages),
        forbidden=("/member/", "/search"),
        broken=frozenset(chain.from_iterable(_bad(book) for book in books)),
    )


def _book(number: int, text: Text, category: str, carries: frozenset[str]) -> _Book:
    return _Book(text, f"/book/{number}/", chapters_of(text.words), category, carries)


def _bad(book: _Book) -> tuple[str, ...]:
    """Name what is linked and bad: an absent chapter, an empty one, a wrongly declared one."""
    if not book.carries:
        return ()
    return (f"{book.path}998.html", f"{book.path}999.html", _wrong(book))


def _wrong(book: _Book) -> str:
    return f"{book.path}{len(book.shown)}.html"


def _framed(
    title: str,
    body: str,
    books: Sequence[_Book],
    *,
    up: str = "/",
    encoding: Encoding = markup.UTF_8,
    carries: frozenset[str] = NOTHING,
) -> Resource:
    named = [link(book.path, book.text.title) for book in books]
    nav = [link("/", "首页 Home"), *(link(path, name) for path, name in _CATEGORIES.items())]
    tags = [link(f"/tag/{quote(book.author)}", book.author) for book in books]
    return markup.page(
        "novel",
        encoding=encoding,
        carries=carries,
        title=html.escape(title),
        style=_HIDING,
        up=up,
        nav=items(*nav),
        body=body,
        tags=" ".join(dict.fromkeys(tags)),
        recommended="、".join(named),
    )


def _front(books: Sequence[_Book]) -> Iterator[tuple[str, Resource]]:
    newest = [
        f"[{_CATEGORIES[book.category]}] {link(book.path, book.text.title)} "
        f"{link(_chapter_path(book, len(book.shown)), book.shown[-1].title)} "
        f"{html.escape(book.author)}"
        for book in books
    ]
    body = f'<div class="box_con r"><h2>最近更新小说列表 Newest</h2><ul>{items(*newest)}</ul></div>'
    yield "/", _framed("首页", body, books, encoding=markup.GBK_IN_META)
    for path, name in _CATEGORIES.items():
        listed = [book for book in books if path in (book.category, "/quanben/")]
        yield path, _framed(name, _listing(name, listed), books)
    for author in {book.author for book in books}:
        listed = [book for book in books if book.author == author]
        yield f"/tag/{quote(author)}", _framed(author, _listing(author, listed), books)


def _listing(name: str, books: Sequence[_Book]) -> str:
    rows = [f"{link(book.path, book.text.title)} / {html.escape(book.author)}" for book in books]
    shown = items(*rows) if rows else "<li>暂无 Nothing yet</li>"
    return f'<div class="box_con r"><h2>{html.escape(name)}</h2><ul>{shown}</ul></div>'


def _noise(books: Sequence[_Book], cover: bytes | None) -> Iterator[tuple[str, Resource]]:
    if cover:
        small = thumbnail(cover, 150)
        yield "/files/cover.jpg", Resource(small.content, small.media_type)
    yield "/css/novel.css", markup.style_sheet("novel")
    yield "/robots.txt", markup.robots("/member/", "/search")
    yield "/search", _framed("搜索", "<p>没有找到 Nothing found</p>", books)


def _book_pages(book: _Book, books: Sequence[_Book]) -> Iterator[tuple[str, Resource]]:
    yield book.path, _framed(book.text.title, _catalogue(book), books)
    for number, chapter in enumerate(book.shown, 1):
        yield from _chapter_pages(book, number, chapter, books)
    if book.carries:
        yield from _extras(book, books)


def _catalogue(book: _Book) -> str:
    rows = [
        f"<dd>{link(_chapter_path(book, number), chapter.title)}</dd>"
        for number, chapter in enumerate(book.shown, 1)
    ]
    if book.carries:
        rows += [
            f"<dd>{link(f'{book.path}998.html', '公告 Notice')}</dd>",
            f"<dd>{link(f'{book.path}999.html', '上架感言 Thanks')}</dd>",
            f"<dd>{link(_member_path(book), 'VIP章节 Members only')}</dd>",
        ]
    title, author = html.escape(book.text.title), html.escape(book.author)
    download = f"，{link(_download_path(book), 'TXT下载 Download')}" if book.carries else ""
    return f"""<div class="box_con"><div class="con_top">{link("/", "演示书屋")} &gt;
{link(book.category, _CATEGORIES[book.category])} &gt; {title}</div>
<div id="fmimg"><img src="/files/cover.jpg" alt="{title}" width="120" height="150" /></div>
<div id="info"><h1>{title}</h1><p>作&nbsp;&nbsp;&nbsp;&nbsp;者：{author}</p>
<p>动&nbsp;&nbsp;&nbsp;&nbsp;作：<a href="#footer">直达底部</a>{download}</p></div>
<div id="intro"><p>各位书友要是觉得《{title}》还不错的话请不要忘记向您的朋友推荐哦！</p></div></div>
<div class="box_con"><div id="list"><dl><dt>《{title}》正文</dt>
{"".join(rows)}</dl></div></div>"""


def _chapter_pages(
    book: _Book, number: int, chapter: Chapter, books: Sequence[_Book]
) -> Iterator[tuple[str, Resource]]:
    """Serve a chapter over its pages, with the trick and the encoding that are its turn."""
    trick = TEXT_DISGUISES[(number - 1) % len(TEXT_DISGUISES)]
    encoding = _ENCODINGS[(number - 1) % len(_ENCODINGS)]
    stretches = runs(chapter.paragraphs, most=_PAGE_CHARACTERS)
    paths = [_chapter_path(book, number, page) for page in range(1, len(stretches) + 1)]
    before = _chapter_path(book, number - 1) if number > 1 else book.path
    after = _chapter_path(book, number + 1) if number < len(book.shown) else book.path
    ways = list(pairwise([before, *paths, after]))
    for page, stretch in enumerate(stretches):
        heading = f"{chapter.title}({page + 1}/{len(stretches)})"
        back, onward = ways[page][0], ways[page + 1][1]
        nav = _steps(book, back, onward, first=page == 0, last=page == len(stretches) - 1)
        told = trick.apply(stretch, seed=f"{book.text.title} {number} {page}")
        yield (
            paths[page],
            _framed(
                f"{heading}_{book.text.title}",
                _reading(book, heading, nav, told, _ASIDE[page == len(stretches) - 1]),
                books,
                up=book.path,
                encoding=markup.WRONG if paths[page] in _bad(book) else encoding,
                carries=book.carries,
            ),
        )


def _reading(book: _Book, heading: str, nav: str, told: Sequence[str], aside: str) -> str:
    body = "<br />\n<br />\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{paragraph}" for paragraph in told)
    return f"""<div class="content_read"><div class="box_con"><div class="con_top">
{link("/", "演示书屋")} &gt; {link(book.path, book.text.title)} &gt; {html.escape(heading)}</div>
<div class="bookname"><h1>{html.escape(heading)}</h1><div class="bottem1">{nav}</div></div>
<div id="content" name="content">{body}
{aside}</div><div class="bottem2">{nav}</div></div></div>"""


def _steps(book: _Book, back: str, onward: str, *, first: bool, last: bool) -> str:
    previous = link(back, "上一章" if first else "上一页")
    following = link(onward, "下一章" if last else "下一页")
    return f"{previous} &larr; {link(book.path, '章节目录')} &rarr; {following}"


def _extras(book: _Book, books: Sequence[_Book]) -> Iterator[tuple[str, Resource]]:
    """Serve the download, the forbidden chapter and the empty one."""
    yield f"{book.path}999.html", Resource(b"", "text/html")
    member = book.chapters[len(book.shown) % len(book.chapters)]
    nav = _steps(book, book.path, book.path, first=True, last=True)
    told = [html.escape(paragraph) for paragraph in member.paragraphs]
    body = _reading(book, member.title, nav, told, _ASIDE[1])
    yield _member_path(book), _framed(member.title, body, books, carries=book.carries)
    first = len(book.shown) + 1
    rest = book.chapters[first : first + _DOWNLOADED_CHAPTERS] or book.chapters
    parts = [f"{chapter.title}\r\n\r\n" + "\r\n".join(chapter.paragraphs) for chapter in rest]
    words = "\r\n\r\n".join(["☆演示书屋整理，仅供试读，请于24小时内删除☆", *parts])
    yield _download_path(book), Resource(words.encode("gb18030"), "text/plain", book.carries)


def _chapter_path(book: _Book, number: int, page: int = 1) -> str:
    return f"{book.path}{number}.html" if page == 1 else f"{book.path}{number}_{page}.html"


def _member_path(book: _Book) -> str:
    return f"/member{book.path}{len(book.shown) + 1}.html"


def _download_path(book: _Book) -> str:
    return f"/txt{book.path.removesuffix('/')}.txt"
