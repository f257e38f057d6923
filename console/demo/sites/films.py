"""A site for pirated films: MacCMS's pages, whose players say in a script what they play."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from console.demo.disguise.films import PLAYLIST, announced, mirrored
from console.demo.sites.contract import NOTHING, Resource
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.productions import Production, Shelf
    from console.demo.sites.contract import Site

_TYPES: Final = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "mp4": "video/mp4"}

_PORTAL = Portal(
    name="films",
    chinese="演示影院",
    english="Demo Cinema",
    menu='<a href="/">电影</a> <span>电视剧</span> <span>综艺</span>',
    notice="本站所有影片均来自互联网收集，仅供学习交流 · Collected on the Internet",
    channel=Channel.VIDEO,
    plays=True,
)


def film_site(films: Shelf) -> Site:
    """Build the site: copies of works as a list of segments and as a file, and other films."""
    shown = [*films.works, *films.others]
    resources = {
        "/": _PORTAL.page("首页", f"<ul class='list'>{items(*_named(shown))}</ul>"),
    }
    for number, film in enumerate(shown, 1):
        resources |= dict(_copies(number, film) if film in films.works else _own(number, film))
    return _PORTAL.site(resources)


def _named(films: Sequence[Production]) -> list[str]:
    return [
        f"{link(f'/voddetail/{number}.html', film.title)} <em>HD中字</em>"
        for number, film in enumerate(films, 1)
    ]


def _copies(number: int, film: Production) -> Iterator[tuple[str, Resource]]:
    """Serve a film in two forms, each behind a source of its own."""
    carries = frozenset({film.title})
    folder, file = f"/m3u8/{number}/", f"/upload/{number}.mp4"
    yield from _pages(
        number, film, {"量子云": _maccms(f"{folder}{PLAYLIST}"), "极速": _dplayer(file)}
    )
    for name, content in announced(film.content).items():
        held = carries if name == PLAYLIST else NOTHING
        yield f"{folder}{name}", Resource(content, _TYPES[name.rpartition(".")[2]], held)
    yield file, Resource(mirrored(film.content), _TYPES["mp4"], carries)


def _own(number: int, film: Production) -> Iterator[tuple[str, Resource]]:
    file = f"/upload/{number}.mp4"
    yield from _pages(number, film, {"极速": _dplayer(file)})
    yield file, Resource(film.content, _TYPES["mp4"])


def _pages(
    number: int, film: Production, sources: dict[str, str]
) -> Iterator[tuple[str, Resource]]:
    paths = [f"/vodplay/{number}-{source}-1.html" for source in range(1, len(sources) + 1)]
    rows = [f"<h3>{name}</h3>{link(at, '正片')}" for at, name in zip(paths, sources, strict=True)]
    title = html.escape(film.title)
    told = f"<h1>{title}</h1><p>状态：HD中字 · 类型：纪录 · 更新：2024-03-01</p>"
    yield f"/voddetail/{number}.html", _PORTAL.page(film.title, f"{told}<ul>{items(*rows)}</ul>")
    for path, player in zip(paths, sources.values(), strict=True):
        back = link(f"/voddetail/{number}.html", "返回影片介绍")
        body = f"<h1>{title} 正片</h1><div class='player'>{player}</div><p>{back}</p>"
        yield path, _PORTAL.page(f"{film.title}在线观看", body)


def _maccms(path: str) -> str:
    """Say what is played as MacCMS 10 does, its address escaped and in base64."""
    told = {
        "flag": "play",
        "encrypt": 2,
        "link": "",
        "link_next": "",
        "url": base64.b64encode(quote(path, safe="").encode()).decode(),
        "from": "lzm3u8",
        "server": "no",
    }
    return f'<script type="text/javascript">var player_aaaa={json.dumps(told)}</script>'


def _dplayer(path: str) -> str:
    return (
        "<div id='dplayer'></div><script>const dp = new DPlayer({container:"
        f" document.getElementById('dplayer'), video: {{url: '{path}', type: 'auto'}}}});</script>"
    )
