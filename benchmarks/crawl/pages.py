"""Sites of pages of realistic size: a tree of links, the usual noise around a real text.

Chinese prose from the second half of a novel, its sentences shuffled into paragraphs, so that each
page says something new; some pages hold a passage of the first half, which is what a registry may
protect.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random

from console.demo.content import shipped_content
from console.demo.prose import Chapter, chapters_of

_CHILDREN = 8
_NEIGHBOURS = 24
_COPIES = 0.05
_SENTENCES = 150
_PARAGRAPH = 3
_WORK_CHAPTERS = 60


@cache
def book() -> tuple[Chapter, ...]:
    return chapters_of(shipped_content().texts[0].words)


def protected() -> str:
    """The text that a registry may protect: the first half of the book."""
    return "\n\n".join("\n".join(chapter.paragraphs) for chapter in book()[:_WORK_CHAPTERS])


@cache
def _sentences() -> tuple[str, ...]:
    words = "".join(p for chapter in book()[_WORK_CHAPTERS:] for p in chapter.paragraphs)
    return tuple(re.findall(r"[^。！？]{6,60}[。！？]”?", words))


def site(host: int, count: int) -> dict[str, bytes]:
    """The pages of one host, by path; page n links to pages 8n + 1 … 8n + 8 and to neighbours."""
    dice = Random(host)  # noqa: S311 - no secret
    pages = {_path(number): _page(number, count, dice) for number in range(count)}
    pages["/robots.txt"] = b"User-agent: *\nDisallow: /private/\n"
    return pages


def _path(number: int) -> str:
    return f"/news/{number}.html" if number else "/"


def _page(number: int, count: int, dice: Random) -> bytes:
    children = range(_CHILDREN * number + 1, min(_CHILDREN * (number + 1) + 1, count))
    # Only to pages before this one, which every crawler has met: the tree alone leads on.
    neighbours = {dice.randint(0, number) for _ in range(_NEIGHBOURS)}
    links = "\n".join(
        f'<li class="item"><a href="{_path(to)}" title="{dice.choice(_sentences())}">'
        f"<span>{dice.choice(_sentences())}</span></a></li>"
        for to in (*children, *sorted(neighbours))
    )
    words = dice.choices(_sentences(), k=_SENTENCES)
    if dice.random() < _COPIES:
        words.insert(
            _SENTENCES // 2, "".join(dice.choice(book()[:_WORK_CHAPTERS]).paragraphs)[:900]
        )
    starts = range(0, len(words), _PARAGRAPH)
    paragraphs = ("".join(words[start : start + _PARAGRAPH]) for start in starts)
    body = "\n".join(f'<p class="text">{paragraph}</p>' for paragraph in paragraphs)
    menu = "".join(f'<li><a class="nav" href="/">栏目{n}</a></li>' for n in range(20))
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>页面 {number}</title>
<style>{".item{color:#333;margin:0 4px}" * 90}</style>
<script>{"window.counter=(window.counter||0)+1;" * 180}</script></head>
<body><ul class="menu">{menu}</ul>
<article><h1>页面 {number}</h1>
{body}
</article><ul class="more">{links}</ul><footer>版权所有</footer></body></html>""".encode()
