"""A forum where files are shared by links that wrap an address, or that are a file's hash."""

from __future__ import annotations

import base64
import hashlib
import html
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from console.demo.disguise.songs import compressed, hastened
from console.demo.sites.contract import NOTHING, Resource
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from console.demo.studio.encoding import sound_of
from fingerprints.digest.hashes import hashes_of
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from console.demo.productions import Production, Shelf
    from console.demo.sites.contract import Site

_ED2K = "ed2k:"
_THANKS = "<p>楼主好人一生平安 · Thanks!</p><p>下载后请于24小时内删除，支持正版。</p>"

_PORTAL = Portal(
    name="forum",
    chinese="演示资源论坛",
    english="Demo Sharing Forum",
    menu='<a href="/">资源共享区</a>',
    notice="帖子由网友发表，与本站无关 · Posts are the opinion of their authors",
    channel=Channel.CLOUDSHARE,
)


def forum_site(films: Shelf, songs: Shelf) -> Site:
    """Build the forum: posts with hashes of films as they were registered, and packed songs.

    Other films and songs are shared the same ways.
    """
    threads = [
        *(_hashed(film, frozenset({film.title})) for film in films.works),
        *(_packed(song, hastened(song.content), frozenset({song.title})) for song in songs.works),
        *(_hashed(film, NOTHING) for film in films.others),
        *(_packed(one, compressed(sound_of(one.content)), NOTHING) for one in songs.others),
    ]
    resources: dict[str, Resource] = {}
    rows = []
    for number, (title, thread) in enumerate(threads, 1):
        rows.append(link(f"/thread-{number}-1-1.html", title))
        resources |= dict(thread(number))
    resources["/"] = _PORTAL.page(
        "资源共享区 Shared files", f"<ul class='list'>{items(*rows)}</ul>"
    )
    return _PORTAL.site(resources)


_Thread = tuple[str, "Callable[[int], Iterator[tuple[str, Resource]]]"]


def ed2k_link(production: Production) -> str:
    """Return the link by which the eDonkey network names a file."""
    content = production.content
    hashes = hashes_of(BytesIO(content), len(content))
    digest = next(one.removeprefix(_ED2K) for one in hashes if one.startswith(_ED2K))
    name = production.filename.replace(" ", ".")
    return f"ed2k://|file|{name}|{len(content)}|{digest.upper()}|/"


def _hashed(film: Production, carries: frozenset[str]) -> _Thread:
    """Share a film by its hash: nobody can fetch it from here, and everybody knows which it is."""
    title = f"【电影】{film.title} 原盘 电驴 磁力"
    infohash = hashlib.sha1(film.title.encode(), usedforsecurity=False).hexdigest()

    def thread(number: int) -> Iterator[tuple[str, Resource]]:
        body = f"""<p>资源如下，复制到下载工具：</p>
<blockquote>{html.escape(ed2k_link(film))}</blockquote>
<p>备用磁力：magnet:?xt=urn:btih:{infohash}</p>"""
        yield f"/thread-{number}-1-1.html", _PORTAL.page(title, f"{body}{_THANKS}", carries)

    return title, thread


def _packed(song: Production, mp3: bytes, carries: frozenset[str]) -> _Thread:
    """Share a song in an archive, whose address a link for Xunlei wraps."""
    title = f"【音乐】{song.title} 打包下载 迅雷"

    def thread(number: int) -> Iterator[tuple[str, Resource]]:
        path = f"/attach/{number:04d}.zip"
        yield path, Resource(_archive(song.title, mp3), "application/zip", carries)

        def body_at(host: str) -> bytes:
            wrapped = base64.b64encode(f"AAhttp://{host}{path}ZZ".encode()).decode()
            button = f'<p><a href="thunder://{wrapped}">迅雷专用下载</a></p>'
            return _PORTAL.page(
                title, f"<p>{html.escape(song.title)}，320K</p>{button}{_THANKS}"
            ).body

        page = _PORTAL.page(title, _THANKS)
        yield (
            f"/thread-{number}-1-1.html",
            Resource(page.body, page.content_type, at_host=body_at),
        )

    return title, thread


def _archive(title: str, mp3: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{title}/01 {title}.mp3"), mp3)
        archive.writestr(zipfile.ZipInfo(f"{title}/下载说明.txt"), "更多资源请访问演示资源论坛。")
    return file.getvalue()
