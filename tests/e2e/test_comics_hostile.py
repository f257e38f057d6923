"""Chapters that are too long, broken, bombs or without end cost what they may, and no more."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from crawlers.media.binding import MOST_PAGES, chosen
from tests.e2e.channels.books import cbz, comic_pages, copied, jpeg, reader
from tests.e2e.test_channels import Crawled, crawled
from tests.e2e.test_comics import of_pictures
from tests.servers import Site, content, lying_length, page, status

if TYPE_CHECKING:
    from tests.servers import Line

PAGES = comic_pages()
COPIES = [copied(one) for one in PAGES]
MANY = 10_000
FORMS = ("many", "broken", "bomb", "endless", "gone")


def bomb() -> bytes:
    made = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(made, "png")
    return made.getvalue()


def images(folder: str, count: int) -> str:
    return "".join(f"<img src=/{folder}/{number}.jpg>" for number in range(count))


def anything(line: Line) -> None:
    """Answer for the very many, and for the pages of a chapter without end."""
    path = line.asked.path
    if path.startswith("/many/"):
        number = int(re.sub(r"\D", "", path))
        known = {0: COPIES[3], MANY - 1: COPIES[7]}
        content(known.get(number, BLANK), "image/jpeg")(line)
    elif path.startswith("/endless/") and path.endswith(".jpg"):
        number = int(re.sub(r"\D", "", path))
        content(jpeg(Image.new("RGB", (300, 300), (number % 256, 0, 0))), "image/jpeg")(line)
    elif found := re.fullmatch(r"/c/4_(\d+)\.html", path):
        turning(int(found[1]))(line)
    else:
        status(404)(line)


def turning(number: int) -> Any:  # noqa: ANN401
    following = f"/c/4_{number + 1}.html"
    return reader(f"<img id=pic src=/endless/{number}.jpg><a href={following}>下一页</a>")


def listing(ways: str) -> Any:  # noqa: ANN401
    return page(f"<title>书库</title><div class=content><img src=/one.jpg></div>{ways}")


BLANK = jpeg(Image.new("RGB", (160, 160), "white"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawled, Site]:
    with Site(fallback=anything) as site:
        site.routes.update(
            {
                "/": page(
                    "<a href=/list/1.html>全部</a>"
                    + "".join(f"<a href=/c/{at}.html>第{at}话</a>" for at in range(1, 6))
                ),
                "/list/1.html": listing("<a href=/list/2.html>下一页</a>"),
                "/list/2.html": listing(
                    "<a href=/list/1.html>上一页</a><a href=/b/9.html>新书</a>"
                ),
                "/b/9.html": page("<p>新书"),
                "/one.jpg": content(COPIES[0], "image/jpeg"),
                "/c/1.html": reader(images("many", MANY)),
                "/c/2.html": reader(images("broken", 4)),
                "/broken/0.jpg": content(COPIES[5], "image/jpeg"),
                "/broken/1.jpg": content(COPIES[6][: len(COPIES[6]) // 3], "image/jpeg"),
                "/broken/2.jpg": lying_length(COPIES[7][:5000], len(COPIES[7])),
                "/broken/3.jpg": content(COPIES[8], "image/jpeg"),
                "/c/3.html": reader(images("bomb", 3)),
                "/bomb/0.jpg": content(COPIES[9], "image/jpeg"),
                "/bomb/1.jpg": content(bomb(), "image/png"),
                "/bomb/2.jpg": content(COPIES[11], "image/jpeg"),
                "/c/4.html": turning(1),
                "/c/5.html": reader(images("gone", 3)),
            }
        )
        at = tmp_path_factory.mktemp("hostile")
        # Nothing is photographed: what was asked for is what was read.
        settings = {"MARQUE_BROWSER__MATCHES": "0"}
        works = {"星海.cbz": cbz(PAGES)}
        return crawled(at, works, "comic", "comics", site, settings=settings), site


def record(found: tuple[Crawled, Site], number: int) -> dict[str, Any]:
    return record_at(found, f"/c/{number}.html")


def record_at(found: tuple[Crawled, Site], path: str) -> dict[str, Any]:
    crawl, site = found
    gathered = crawl.sightings[site.host, path].gathered
    assert gathered is not None
    told: dict[str, Any] = json.loads(crawl.store.blobs.path(gathered).read_bytes())
    return told


def pages_matched(found: tuple[Crawled, Site], number: int) -> list[tuple[float, float]]:
    crawl, site = found
    match = of_pictures(crawl, site.url(f"/c/{number}.html"))
    return [(span.copy_span[0], span.work_span[0]) for span in match.spans]


def test_of_very_many_pages_some_are_taken(found: tuple[Crawled, Site]) -> None:
    told = record(found, 1)
    assert (told["pages"], len(told["taken"])) == (MANY, MOST_PAGES)
    assert [one["page"] for one in told["taken"]] == [one + 1 for one in chosen(MANY, MOST_PAGES)]
    asked = [path for path in found[1].paths() if path.startswith("/many/")]
    assert len(asked) == MOST_PAGES
    assert pages_matched(found, 1) == [(0.0, 3.0), (MOST_PAGES - 1.0, 7.0)]


def test_broken_pictures_leave_the_others(found: tuple[Crawled, Site]) -> None:
    told = record(found, 2)
    assert [one["page"] for one in told["taken"]] == [1, 2, 4]
    assert [one["code"] for one in told["failed"]] == ["parts_unreachable"]
    matched = pages_matched(found, 2)
    assert (matched[0], matched[-1]) == ((0.0, 5.0), (2.0, 8.0))


def test_a_bomb_is_a_blank_page(found: tuple[Crawled, Site]) -> None:
    assert pages_matched(found, 3) == [(0.0, 9.0), (2.0, 11.0)]


def test_a_chapter_without_end_is_cut(found: tuple[Crawled, Site]) -> None:
    told = record(found, 4)
    assert told["pages"] == MOST_PAGES
    turned = [path for path in found[1].paths() if path.startswith("/c/4_")]
    assert len(turned) == len(told["turned"]) == MOST_PAGES - 1


def test_pages_that_show_nothing_new_are_visited_by_themselves(found: tuple[Crawled, Site]) -> None:
    crawl, site = found
    assert {(site.host, "/list/2.html"), (site.host, "/b/9.html")} <= crawl.sightings.keys()
    assert len(record_at(found, "/list/1.html")["taken"]) == 1


def test_a_chapter_of_which_nothing_is_there_is_a_page(found: tuple[Crawled, Site]) -> None:
    crawl, site = found
    told = record(found, 5)
    assert (told["taken"], len(told["failed"])) == ([], 3)
    assert crawl.sightings[site.host, "/c/5.html"].media_type == "text/html"
