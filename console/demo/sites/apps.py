"""A store of apps that other people made: facts and checksums, and a page before each download."""

from __future__ import annotations

import hashlib
import html
from typing import TYPE_CHECKING

from console.demo.disguise.programs import repackaged
from console.demo.sites.contract import NOTHING, Resource
from console.demo.sites.markup import items, link
from console.demo.sites.portals import Portal
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.demo.productions import Production, Shelf
    from console.demo.sites.contract import Site

_APK = "application/vnd.android.package-archive"

_PORTAL = Portal(
    name="apps",
    chinese="演示应用商店",
    english="Demo App Store",
    menu='<a href="/">应用</a> <span>游戏</span>',
    notice="本站应用均由第三方提供 · Apps come from third parties",
    channel=Channel.APPS,
)


def app_site(programs: Shelf) -> Site:
    """Build the store: works packed anew under other names, and other apps as they are."""
    shown = [*programs.works, *programs.others]
    rows = [link(f"/app/{number}.html", _title(one)) for number, one in enumerate(shown, 1)]
    resources = {
        "/": _PORTAL.page("热门下载 Most wanted", f"<ul class='list'>{items(*rows)}</ul>"),
    }
    for number, one in enumerate(shown, 1):
        resources |= dict(_app(number, one, is_work=one in programs.works))
    return _PORTAL.site(resources)


def _title(program: Production) -> str:
    return f"{program.title} 破解版 v1.2.1"


def _app(number: int, program: Production, *, is_work: bool) -> Iterator[tuple[str, Resource]]:
    package = f"net.station.app{number}" if is_work else "com.demo.notebook"
    content = (
        repackaged(program.content, package, f"{program.title} 破解版", "1.2.1")
        if is_work
        else program.content
    )
    file = f"/files/{package}.apk"
    facts = {
        "包名": package,
        "版本": "1.2.1",
        "大小": f"{len(content) / 2**20:.1f} MB",
        "开发者": "演示下载站",
        "下载量": "3.2万",
        "MD5": hashlib.md5(content, usedforsecurity=False).hexdigest().upper(),
    }
    told = items(*(f"{name}：{html.escape(value)}" for name, value in facts.items()))
    button = f'<a class="down_btn" href="/down/{number}.html">立即下载</a>'
    body = f"<h1>{html.escape(_title(program))}</h1><ul>{told}</ul><p>{button}</p>"
    yield f"/app/{number}.html", _PORTAL.page(_title(program), body)
    ways = f'<p>请选择下载地址：</p><p><a class="down_btn" href="{file}">本地下载</a></p>'
    yield f"/down/{number}.html", _PORTAL.page(f"下载{_title(program)}", ways)
    yield file, Resource(content, _APK, frozenset({program.title}) if is_work else NOTHING)
