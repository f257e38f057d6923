"""What profiles tell spiders: it comes first, and nothing that is found without them is lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crawlers.spiders.apps.spider import AppsSpider
from crawlers.spiders.literature.chapters import Pager
from crawlers.spiders.literature.spider import LiteratureSpider
from crawlers.spiders.paged.pictures import pictures_in_order
from crawlers.spiders.streaming.players import media_of
from crawlers.spiders.streaming.video import VideoSpider
from crawlers.spiders.told import chapters_on, facts_on, posts_on, ways_from
from tests.unit.crawlers.profiles.reading import page_read

if TYPE_CHECKING:
    from crawlers.spiders.web import WebSpider

BOOK = "http://a.example/book/12/"
SITE = 'name = "x"\n[site]\nhosts = "a.example"\n'
CATALOGUE = SITE + '[pages.catalogue]\nurl = "."\n[pages.catalogue.fields.chapters]\neach = "{}"\n'
CHAPTER = SITE + '[pages.chapter]\nurl = "."\n[pages.chapter.fields]\n'
NAMED = "".join(f"<a class=c href='{n}.html'>第{n}章 雪</a>" for n in range(1, 6))
UNNAMED = "".join(f"<b><a href='x{n}.html'>雪 {n} 页</a></b>" for n in range(1, 6))


def spider(kind: type[WebSpider]) -> Any:  # noqa: ANN401  of any channel
    made = kind()
    made.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    return made


def urls(selector: str, markup: str) -> list[str]:
    page = page_read(CATALOGUE.format(selector), f"<html>{markup}", BOOK)
    return [link.url.removeprefix(BOOK) for link in chapters_on(page)]


def test_chapters_that_only_a_profile_knows() -> None:
    assert urls("b a", UNNAMED) == [f"x{n}.html" for n in range(1, 6)]
    assert urls("i a", UNNAMED) == []


def test_chapters_that_a_profile_misses_are_found_all_the_same() -> None:
    found = [f"{n}.html" for n in range(1, 6)]
    assert urls("i a", NAMED) == found
    assert urls(".c:first-child", NAMED) == found
    assert urls("b a", UNNAMED + NAMED) == [*(f"x{n}.html" for n in range(1, 6)), *found]


def test_chapters_of_other_sites_are_not_believed() -> None:
    assert urls("b a", "<b><a href='http://b.example/1.html'>x</a><a href='./'>y</a></b>") == []


def test_pictures_that_only_a_profile_knows() -> None:
    read = CHAPTER + 'pictures = "i@data-x"\n'
    hidden = "".join(f"<i data-x=/p/{n}.jpg></i>" for n in (2, 1, 3))
    page = page_read(read, f"<html>{hidden}")
    assert pictures_in_order(page, is_chapter=True) == [
        f"http://a.example/p/{n}.jpg" for n in (2, 1, 3)
    ]


def test_pictures_that_a_profile_misses_are_found_all_the_same() -> None:
    shown = "".join(f"<p><img src=/p/{n}.jpg></p>" for n in (1, 2, 3))
    page = page_read(CHAPTER + 'pictures = "p:first-child img@src"\n', f"<html>{shown}")
    assert pictures_in_order(page, is_chapter=True) == [
        f"http://a.example/p/{n}.jpg" for n in (1, 2, 3)
    ]


def test_ways() -> None:
    fields = 'next_page = "#p"\nnext_chapter = "#n"\ncatalogue = "#k"\n'
    here = Pager("http://a.example/g2", "http://a.example/g3", None, goes_back=True)
    page = page_read(CHAPTER + fields, "<a id=p href=/2>x</a><a id=n href=/3>y</a>")
    assert ways_from(page, here) == Pager(
        "http://a.example/2", "http://a.example/3", None, goes_back=True
    )
    nothing = page_read(CHAPTER + fields, "<a id=p href=http://b.example/>x</a>")
    assert ways_from(nothing, here) == here
    same = page_read(CHAPTER + fields, "<a id=n href=/g2>x</a><a id=k href=/k>y</a>")
    assert ways_from(same, here) == Pager(
        "http://a.example/g2", "http://a.example/g3", "http://a.example/k", goes_back=True
    )


def test_a_page_that_only_its_profile_knows_as_a_chapter() -> None:
    fields = 'next_chapter = "#n"\nauthor = "i"\nbook = "b"\n'
    markup = "<b>书</b><i>甲</i><a id=n href=/3>雪</a><a href=/other>别处</a>"
    page = page_read(CHAPTER + fields, markup, "http://a.example/2")
    found = list(spider(LiteratureSpider).discoveries(page))
    assert [(one.role, one.url) for one in found] == [
        ("chapter", "http://a.example/3"),
        ("page", "http://a.example/3"),
        ("page", "http://a.example/other"),
    ]
    assert (found[0].context["book"], found[0].context["author"]) == ("书", "甲")


def test_media_and_what_they_are_called() -> None:
    fields = 'media = "a.m"\ntitle = "b"\nartist = "i"\n'
    markup = "<b>夜航</b><i>甲</i><a class=m href='/get?1'>x</a><video src=/2.mp4></video>"
    page = page_read(CHAPTER + fields, markup, "http://a.example/")
    assert [(one.url, one.shown) for one in media_of(page)] == [
        ("http://a.example/get?1", "夜航 - 甲"),
        ("http://a.example/2.mp4", ""),
    ]
    assert [(one.url, one.context["title"]) for one in spider(VideoSpider).media(page)] == [
        ("http://a.example/get?1", "夜航 - 甲"),
        ("http://a.example/2.mp4", "夜航 - 甲"),
    ]


def test_facts() -> None:
    fields = 'author = "b"\nviews = "i"\nqq = "u"\n'
    page = page_read(CHAPTER + fields, "<b>甲</b><i>阅读 1.2万</i><u>12345678</u>")
    generic = ("author:乙", "views:3", "qq:87654321", "icp:京ICP备1号")
    assert facts_on(page, generic) == (
        *("author:甲", "views:12000", "qq:12345678", "qq:87654321", "icp:京ICP备1号"),
    )
    assert facts_on(page_read(CHAPTER + fields, "<p>"), generic) == generic


def test_files_of_apps() -> None:
    fields = 'files = "a.f"\ntitle = "b"\nversion = "i"\n'
    markup = "<b>灯</b><i>3.2</i><a class=f href='/dl?id=1'>go</a><a href='/2.apk'>下载</a>"
    page = page_read(CHAPTER + fields, markup, "http://a.example/")
    found = list(spider(AppsSpider).media(page))
    assert [(one.url, one.context["title"]) for one in found] == [
        ("http://a.example/dl?id=1", "灯"),
        ("http://a.example/2.apk", "灯"),
    ]
    assert "version:3.2" in found[0].context["shown"]


def test_posts() -> None:
    thread = """[pages.thread]
url = "."
[pages.thread.fields.posts]
each = ".p"
item = { body = "q", author = "b", time = "i", floor = "u", author_id = "s", pictures = "img@src" }
"""
    markup = (
        "<div class=p><b>甲</b><s>7</s><i>2026-01-02</i><u>#3</u><q>text</q><img src=/1.jpg></div>"
        "<div class=p><b>乙</b></div>"
    )
    (post,) = posts_on(page_read(SITE + thread, markup))
    assert (post.text, post.author, post.author_id, post.posted_at, post.floor) == (
        *("text", "甲", "7", "2026-01-02", 3),
    )
    assert [one.url for one in post.media] == ["http://a.example/1.jpg"]
    assert posts_on(page_read(SITE + thread, "<p>")) == []
