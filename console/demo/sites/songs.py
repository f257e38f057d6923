"""A site for pirated music: a page a song, whose player is told in JSON what it plays."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

from console.demo.disguise.songs import compressed, hastened
from console.demo.sites.contract import NOTHING, Resource
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from console.demo.studio.encoding import sound_of
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.demo.productions import Production, Shelf
    from console.demo.sites.contract import Site

_PORTAL = Portal(
    name="songs",
    chinese="演示音乐网",
    english="Demo Music",
    menu='<a href="/">新歌榜</a> <span>歌手</span>',
    notice="歌曲均由网友上传 · Songs are uploaded by users",
    channel=Channel.MUSIC,
    plays=True,
)


def song_site(songs: Shelf) -> Site:
    """Build the site: works played a little faster, and other songs."""
    shown = [*songs.works, *songs.others]
    rows = [link(f"/song/{number}.html", song.title) for number, song in enumerate(shown, 1)]
    resources = {
        "/": _PORTAL.page("新歌榜 New songs", f"<ol class='list'>{items(*rows)}</ol>"),
    }
    for number, song in enumerate(shown, 1):
        resources |= dict(_song(number, song, is_work=song in songs.works))
    return _PORTAL.site(resources)


def _song(number: int, song: Production, *, is_work: bool) -> Iterator[tuple[str, Resource]]:
    path = f"/mp3/{number:04d}.mp3"
    told = [{"name": song.title, "artist": "民乐合奏", "url": path, "cover": "", "lrc": ""}]
    player = json.dumps(told, ensure_ascii=False)
    body = f"""<h1>{html.escape(song.title)}</h1><p>歌手：民乐合奏 · 音质：320K</p>
<div id="aplayer"></div><script>const ap = new APlayer({{container:
document.getElementById('aplayer'), audio: {player}}});</script><p>{link("/", "返回榜单")}</p>"""
    yield f"/song/{number}.html", _PORTAL.page(f"{song.title} mp3在线试听", body)
    if is_work:
        yield path, Resource(hastened(song.content), "audio/mpeg", frozenset({song.title}))
    else:
        yield path, Resource(compressed(sound_of(song.content)), "audio/mpeg", NOTHING)
