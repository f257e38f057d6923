"""A wallpaper site: thumbnails, pages of one picture, lazy loading; copies among strangers."""

from __future__ import annotations

import html
from dataclasses import dataclass
from mimetypes import guess_type
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote

from console.demo.disguise import PICTURE_DISGUISES
from console.demo.disguise.pictures import PictureFile, opened, thumbnail, written
from console.demo.sites import markup
from console.demo.sites.contract import NOTHING, Resource, Site
from console.demo.sites.markup import items, link
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.content import Picture

_COPIES_EACH = 3
_ON_A_PAGE = 12
_CUT_SHORT = "/uploads/cut-short.jpg"
_ABSENT = "/uploads/absent.jpg"


@dataclass(frozen=True, slots=True)
class _Item:
    """A picture on the site; `carries` is empty for one that is nobody's.

    `offered`: the original is there too, where robots.txt lets nobody go.
    """

    number: int
    shown: PictureFile
    original: Picture
    carries: frozenset[str]
    offered: bool

    @property
    def name(self) -> str:
        return f"壁纸 Wallpaper {self.number:02d}"

    @property
    def page(self) -> str:
        return f"/photo/{self.number}.html"

    @property
    def file(self) -> str:
        return f"/uploads/{self.number:04d}.{self.shown.suffix}"

    @property
    def thumb(self) -> str:
        return f"/thumbs/{self.number:04d}.jpg"

    @property
    def verbatim(self) -> str:
        return f"/original/{self.number:04d}/{quote(self.original.filename)}"


def gallery_site(works: Sequence[Picture], others: Sequence[Picture]) -> Site:
    """Build the site: several disguised copies of every work, and the innocent pictures."""
    shown = _items(works, others)
    resources = dict(_listings(shown))
    for item in shown:
        resources |= dict(_item_resources(item))
    resources |= dict(_broken(works))
    resources["/static/gallery.css"] = markup.style_sheet("gallery")
    resources["/robots.txt"] = markup.robots("/original/")
    return Site(
        name="gallery",
        title="演示壁纸网 Demo Wallpapers",
        channel=Channel.WEB,
        resources=resources,
        forbidden=("/original/",),
        broken=frozenset({_CUT_SHORT, _ABSENT}),
    )


def _items(works: Sequence[Picture], others: Sequence[Picture]) -> list[_Item]:
    """Mix copies and strangers, the same way each time."""
    copies = [
        (picture, PICTURE_DISGUISES[(n * _COPIES_EACH + copy) % len(PICTURE_DISGUISES)], copy == 0)
        for n, picture in enumerate(works)
        for copy in range(_COPIES_EACH)
    ]
    hung = [
        *(
            (p, trick.apply(p.content, seed=p.title), frozenset({p.title}), offered)
            for p, trick, offered in copies
        ),
        *((p, written(opened(p.content)), NOTHING, False) for p in others),
    ]
    Random(len(hung)).shuffle(hung)  # noqa: S311 - no secret
    return [
        _Item(number, shown, picture, carries, offered)
        for number, (picture, shown, carries, offered) in enumerate(hung, start=1)
    ]


def _framed(title: str, body: str, head: str = "") -> Resource:
    nav = link("/", "最新 Newest") + link("/about.html", "关于 About")
    return markup.page("gallery", title=html.escape(title), head=head, nav=nav, body=body)


def _listings(shown: Sequence[_Item]) -> Iterator[tuple[str, Resource]]:
    starts = range(0, len(shown), _ON_A_PAGE)
    paths = ["/", *(f"/page/{number}.html" for number in range(2, len(starts) + 1))]
    for number, start in enumerate(starts):
        cells = [_cell(item) for item in shown[start : start + _ON_A_PAGE]]
        pager = " ".join(link(path, str(n)) for n, path in enumerate(paths, 1))
        body = f'<ul class="grid">{items(*cells)}</ul><div class="pager">{pager}</div>'
        yield paths[number], _framed(f"第{number + 1}页 Page {number + 1}", body)
    yield "/about.html", _framed("关于 About", _about())


def _about() -> str:
    return (
        "<p>人人都可以上传 · Everyone may upload.</p>"
        f'<p><img src="{_CUT_SHORT}" alt=""><img src="{_ABSENT}" alt=""></p>'
    )


def _cell(item: _Item) -> str:
    image = (
        f'<img src="{markup.BLANK}" data-src="{item.thumb}" alt="{item.name}" loading="lazy"'
        f' srcset="{item.thumb} 240w, {item.file} 1200w" sizes="260px">'
    )
    return f'<a href="{item.page}">{image}<span>{item.name}</span></a>'


def _item_resources(item: _Item) -> Iterator[tuple[str, Resource]]:
    small = thumbnail(item.shown.content)
    yield item.page, _framed(item.name, _detail(item), _preview(item))
    yield item.file, Resource(item.shown.content, item.shown.media_type, item.carries)
    yield item.thumb, Resource(small.content, small.media_type, item.carries)
    if item.offered:
        media_type = guess_type(item.original.filename)[0] or "application/octet-stream"
        yield item.verbatim, Resource(item.original.content, media_type, item.carries)


def _preview(item: _Item) -> str:
    return (
        f'<meta property="og:title" content="{item.name}">'
        f'<meta property="og:image" content="{item.file}">'
    )


def _detail(item: _Item) -> str:
    download = (
        f'<a class="button" href="{item.verbatim}">下载原图 Original</a>' if item.offered else ""
    )
    kilobytes = len(item.shown.content) // 1024
    return f"""<h1>{item.name}</h1>
<div class="photo"><img src="{markup.BLANK}" data-src="{item.file}" alt="{item.name}"></div>
<div class="facts"><span>{kilobytes} KB</span><span>{item.shown.media_type}</span>
{download}</div>"""


def _broken(works: Sequence[Picture]) -> Iterator[tuple[str, Resource]]:
    """Serve a picture of which only the head arrived."""
    if works:
        whole = written(opened(works[0].content), quality=85).content
        yield _CUT_SHORT, Resource(whole[: len(whole) // 50], "image/jpeg")
