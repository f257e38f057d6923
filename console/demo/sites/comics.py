"""A site for pirated comics: chapters whose pages are loaded late, or are named in a script."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, Final

from console.demo.disguise.pictures import written
from console.demo.sites import markup
from console.demo.sites.contract import NOTHING, Resource
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from console.demo.studio.comics import pages_of
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.productions import Production, Shelf
    from console.demo.sites.contract import Site

_ON_A_CHAPTER: Final = 3
_SMALLER: Final = 5 / 6
_QUALITY: Final = 60

_PORTAL = Portal(
    name="comics",
    chinese="演示漫画",
    english="Demo Comics",
    menu='<a href="/">漫画大全</a>',
    notice="漫画版权归原作者所有，本站仅作展示 · Comics belong to their authors",
    channel=Channel.COMICS,
    plays=True,
)


def comic_site(comics: Shelf) -> Site:
    """Build the site: works, smaller and compressed once more, and other comics."""
    shown = [*comics.works, *comics.others]
    rows = [link(f"/manga/{number}/", comic.title) for number, comic in enumerate(shown, 1)]
    resources = {
        "/": _PORTAL.page("漫画大全 All comics", f"<ul class='list'>{items(*rows)}</ul>"),
    }
    for number, comic in enumerate(shown, 1):
        carries = frozenset({comic.title}) if comic in comics.works else NOTHING
        resources |= dict(_comic(number, comic, carries))
    return _PORTAL.site(resources)


def _comic(
    number: int, comic: Production, carries: frozenset[str]
) -> Iterator[tuple[str, Resource]]:
    pages = pages_of(comic.content)
    stretches = [pages[at : at + _ON_A_CHAPTER] for at in range(0, len(pages), _ON_A_CHAPTER)]
    paths = [f"/manga/{number}/{chapter}.html" for chapter in range(1, len(stretches) + 1)]
    listed = [link(path, f"第{chapter}话") for chapter, path in enumerate(paths, 1)]
    title = html.escape(comic.title)
    told = f"<h1>{title}</h1><p>作者：佚名 · 状态：已完结</p>"
    yield (
        f"/manga/{number}/",
        _PORTAL.page(comic.title, f"{told}<ul class='list'>{items(*listed)}</ul>"),
    )
    for chapter, (path, stretch) in enumerate(zip(paths, stretches, strict=True), 1):
        files = [f"/images/{number}/{chapter}/{page:03}.jpg" for page in range(1, len(stretch) + 1)]
        for file, page in zip(files, stretch, strict=True):
            smaller = page.resize((round(page.width * _SMALLER), round(page.height * _SMALLER)))
            yield file, Resource(written(smaller, "JPEG", _QUALITY).content, "image/jpeg", carries)
        reader = _lazy(files) if chapter % 2 else _scripted(files)
        ways = _ways(paths, chapter, f"/manga/{number}/")
        name = f"{comic.title} 第{chapter}话"
        yield path, _PORTAL.page(name, f"<h1>{html.escape(name)}</h1>{reader}{ways}", carries)


def _lazy(files: Sequence[str]) -> str:
    """Show pages by their place holders, until they are scrolled to."""
    shown = "\n".join(
        f'<img class="lazy" src="{markup.BLANK}" data-original="{file}" alt="">' for file in files
    )
    return f'<div class="reading">{shown}</div>'


def _scripted(files: Sequence[str]) -> str:
    """Name the pages in a script, in base64, as readers of comics do."""
    told = base64.b64encode(json.dumps(list(files)).encode()).decode()
    return (
        '<div id="images" class="reading"></div><script>var qTcms_S_m_murl_e="'
        f'{told}";var qTcms_Cur=1;</script>'
    )


def _ways(paths: Sequence[str], chapter: int, catalogue: str) -> str:
    before = link(paths[chapter - 2], "上一话") if chapter > 1 else ""
    after = link(paths[chapter], "下一话") if chapter < len(paths) else ""
    return f"<p>{before} {link(catalogue, '目录')} {after}</p>"
