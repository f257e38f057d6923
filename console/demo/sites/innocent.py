"""A blog that copies nothing: it reviews the works, names them, and quotes one short sentence."""

from __future__ import annotations

import html
import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from console.demo.disguise.pictures import opened, written
from console.demo.prose import paragraphs_of
from console.demo.sites import markup
from console.demo.sites.contract import Resource, Site
from console.demo.sites.markup import items, link
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.content import Content, Picture, Text

_QUOTED_CHARACTERS = range(16, 38)


def innocent_site(content: Content) -> Site:
    """Build the blog of innocent texts and pictures, with a review of each registered text."""
    posts = list(zip_longest(content.innocent_texts, content.innocent_pictures))
    reviews = [(f"/review/{n}.html", text) for n, text in enumerate(content.texts, 1)]
    return Site(
        name="innocent",
        title="一页书 A Page a Day",
        channel=Channel.WEB,
        resources={
            "/": _index(posts, reviews),
            "/style.css": markup.style_sheet("blog"),
            "/robots.txt": markup.robots(),
            **dict(_posts(posts)),
            **{path: _framed(_review_title(text), _review(text)) for path, text in reviews},
        },
    )


def sentence_of(words: str) -> str:
    """Choose the sentence to quote: the first one short enough to be a quotation."""
    sentences = re.findall(r"[^。！？.!?“”\s][^。！？.!?“”\n]*[。！？.!?]", words)
    short = (each for each in sentences if len(each) in _QUOTED_CHARACTERS)
    return next(short, words[: _QUOTED_CHARACTERS.start])


def _framed(title: str, body: str) -> Resource:
    nav = link("/", "首页 Home")
    return markup.page("blog", title=html.escape(title), nav=nav, body=body)


def _index(
    posts: Sequence[tuple[Text | None, Picture | None]], reviews: Sequence[tuple[str, Text]]
) -> Resource:
    named = [
        *(link(path, _review_title(text)) for path, text in reviews),
        *(link(f"/post/{n}.html", _title(*post)) for n, post in enumerate(posts, 1)),
    ]
    return _framed("全部文章 All posts", f"<ul>{items(*named)}</ul>")


def _posts(
    posts: Sequence[tuple[Text | None, Picture | None]],
) -> Iterator[tuple[str, Resource]]:
    for number, (text, picture) in enumerate(posts, 1):
        told = "".join(
            f"<p>{html.escape(p)}</p>\n" for p in paragraphs_of(text.words if text else "")
        )
        shown = f'<p><img src="/img/{number}.jpg" alt=""></p>' if picture else ""
        yield f"/post/{number}.html", _framed(_title(text, picture), shown + told)
        if picture:
            file = written(opened(picture.content), quality=85)
            yield f"/img/{number}.jpg", Resource(file.content, file.media_type)


def _title(text: Text | None, picture: Picture | None) -> str:
    return text.title if text else picture.title if picture else ""


def _review_title(text: Text) -> str:
    return f"《{text.title}》读后 On reading it"


def _review(text: Text) -> str:
    title, quoted = html.escape(text.title), html.escape(sentence_of(text.words))
    by = html.escape("、".join(text.creators) or "佚名")
    return f"""<p>周末重读了{by}的《{title}》。小时候只记得热闹，如今才觉得写人写事都有余味。</p>
<p>最喜欢的一句是：</p><blockquote>{quoted}</blockquote>
<p>一句话里有人物，有时势，也有作者的叹息。推荐大家去找正版来读。</p>
<p>I read it again over a weekend. One sentence stayed with me; the rest is in the book, which is
well worth buying.</p>"""
