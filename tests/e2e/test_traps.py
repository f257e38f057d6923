"""A site of traps, without any budget: the crawl ends by itself, and what is worth it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.servers import Line, Site, page, status

if TYPE_CHECKING:
    from pathlib import Path

CHAPTERS = 120
MOST_PAGES = 1_500
"""Without limits to traps there would be millions."""
MENU = "<ul><li><a href='/'>首页</a></li><li><a href='/calendar?y=2026&m=1'>日历</a></li></ul>"
COLOURS = ("red", "green", "blue", "grey")
SIZES = ("s", "m", "l", "xl")
ORDERS = ("price", "date", "name")


def test_a_site_of_traps_ends_by_itself(tmp_path: Path) -> None:
    program = Program(tmp_path, settings={"MARQUE_DATA": str(tmp_path / "data")})
    with Site(fallback=endless) as site:
        site.routes["/robots.txt"] = status(404)
        arguments = ("--allow", site.host, "--delay", "0", "--jobs", "1", "--json")
        ended = program.run("crawl", site.url(), *arguments)
    assert ended.code == 0, ended.err
    assert ended.object["finished"]
    assert ended.object["trapped"] > 0
    assert ended.object["pages"] < MOST_PAGES
    records = open_store(StoreLocation(tmp_path / "data")).records
    seen = {urlsplit(one.record.url).path for one in scan(records, Query(Sighting))}
    assert {f"/book/{number}.html" for number in range(CHAPTERS)} <= seen


def endless(line: Line) -> None:
    """Answer every address there may be."""
    parts = urlsplit(line.asked.path)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    first = parts.path.split("/")[1]
    if first == "calendar":
        body = calendar(int(asked.get("y", "1")), int(asked.get("m", "1")))
    elif first == "shop":
        body = shop(asked)
    elif first == "list":
        body = pages(int(asked.get("page", "1")))
    elif first == "book":
        body = chapter(int(parts.path.split("/")[2].removesuffix(".html")))
    else:
        body = deeper(parts.path) if first else front()
    page(f"<html><title>{first}</title><body>{MENU}{body}</body></html>")(line)


def front() -> str:
    return "".join(
        f"<a href='{to}'>{to}</a>"
        for to in (
            "/shop?order=price",
            "/list?page=1",
            "/book/0.html",
            "/lost/a",
            "/calendar?y=1&m=1",
        )
    )


def calendar(year: int, month: int) -> str:
    links = "".join(
        f"<a href='/calendar?y={year + step // 12}&m={1 + (month + step) % 12}'>{step:+}</a>"
        for step in (-13, -1, 1, 13)
    )
    return f"<h1>{year} 年 {month} 月</h1><p>本月没有活动</p>{links}"


def shop(asked: dict[str, str]) -> str:
    """Lead to every combination of filters, in every order, and on to further pages of it."""
    links = [
        "&".join(f"{name}={value}" for name, value in {**asked, changed: to}.items())
        for changed, values in (("colour", COLOURS), ("size", SIZES), ("order", ORDERS))
        for to in values
    ]
    links.append(f"order={asked.get('order')}&offset={int(asked.get('offset', '0')) + 20}")
    goods = "".join(f"<p>{name}色杯子</p>" for name in "红绿蓝灰")
    return goods + "".join(f"<a href='/shop?{link}'>筛选</a>" for link in links)


def pages(number: int) -> str:
    """Go on with empty pages after the tenth."""
    words = f"<p>第 {chr(0x4E00 + number)} 条新闻</p>" if number <= 10 else "<p>没有了</p>"
    return f"{words}<a href='/list?page={number + 1}'>下一页</a>"


def chapter(number: int) -> str:
    ahead = f"<a href='/book/{number + 1}.html'>下一章</a>" if number + 1 < CHAPTERS else ""
    return (
        f"<h1>第 {number} 章</h1><p>话说{chr(0x5000 + number)}大人{chr(0x6000 + number)}</p>{ahead}"
    )


def deeper(path: str) -> str:
    links = "".join(f"<a href='{path.rstrip('/')}{one}'>更多</a>" for one in ("/a", "/b", "1", "x"))
    return f"<p>您访问的页面不存在</p>{links}"
