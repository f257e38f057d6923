"""A site that shows works verbatim, as grants of their holders allow: never to be accused."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from console.demo.disguise.pictures import opened, thumbnail, written
from console.demo.prose import chapters_of
from console.demo.sites import markup
from console.demo.sites.contract import NOTHING, Resource, Site
from console.demo.sites.markup import items, link
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.content import Picture, Text

_SHOWN_CHAPTERS = 4


def licensed_site(texts: Sequence[Text], pictures: Sequence[Picture]) -> Site:
    """Build the site: chapters and pictures as they are."""
    books = [(f"/read/{n}/", text) for n, text in enumerate(texts, 1)]
    shown = [(f"/art/{n}", picture) for n, picture in enumerate(pictures, 1)]
    named = [
        *(link(path, text.title) for path, text in books),
        *(link(f"{path}.html", picture.title) for path, picture in shown),
    ]
    resources = {
        "/": _framed("首页 Home", f"<ul>{items(*named)}</ul>"),
        "/style.css": markup.style_sheet("blog"),
        "/robots.txt": markup.robots(),
    }
    for path, text in books:
        resources |= dict(_book(path, text))
    for path, picture in shown:
        resources |= dict(_art(path, picture))
    return Site(
        name="licensed",
        title="授权文库 Licensed Library",
        channel=Channel.WEB,
        resources=resources,
    )


def _framed(title: str, body: str, carries: frozenset[str] = NOTHING) -> Resource:
    nav = link("/", "首页 Home")
    return markup.page("licensed", carries=carries, title=html.escape(title), nav=nav, body=body)


def _book(path: str, text: Text) -> Iterator[tuple[str, Resource]]:
    chapters = chapters_of(text.words)[:_SHOWN_CHAPTERS]
    paths = [f"{path}{number}.html" for number in range(1, len(chapters) + 1)]
    rows = [link(at, chapter.title) for at, chapter in zip(paths, chapters, strict=True)]
    yield path, _framed(text.title, f"<ol>{items(*rows)}</ol>")
    for at, chapter in zip(paths, chapters, strict=True):
        told = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in chapter.paragraphs)
        body = f"{told}<p>{link(path, '目录 Contents')}</p>"
        yield at, _framed(chapter.title, body, frozenset({text.title}))


def _art(path: str, picture: Picture) -> Iterator[tuple[str, Resource]]:
    carries = frozenset({picture.title})
    whole, small = written(opened(picture.content), quality=90), thumbnail(picture.content, 400)
    body = f'<p><a href="{path}.jpg"><img src="{path}-small.jpg" alt=""></a></p>'
    yield f"{path}.html", _framed(picture.title, body)
    yield f"{path}.jpg", Resource(whole.content, whole.media_type, carries)
    yield f"{path}-small.jpg", Resource(small.content, small.media_type, carries)
