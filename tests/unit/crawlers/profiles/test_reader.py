"""Which profile a page is read by: found by host and signs, and by what the site has been."""

from __future__ import annotations

import pytest

from crawlers.profiles.reader import Reader, fits
from tests.responses import page_of
from tests.unit.crawlers.profiles.reading import AT, shelf_of

ENGINE = 'name = "{0}"\n[site]\nmarks = ["by-{0}"]\n[pages.chapter]\nhas = "#c"\n'
BLOG = ENGINE.format("blog")
THEME = ENGINE.format("theme").replace("[site]", '[site]\nover = "blog"')
BY_URL = (
    'name = "own"\n[site]\nmarks = "by-own"\n[pages.chapter]\nurl = "^/b/\\\\d+$"\nhas = "#c"\n'
    '[pages.chapter.fields]\nbody = { from = "#c", required = true }\n'
)
CHAPTER = "<p id=c>text</p>"


@pytest.mark.parametrize(
    ("site", "url", "markup", "is_so"),
    [
        ('hosts = "a.example"', "http://a.example/", "", True),
        ('hosts = "a.example"', "http://b.a.example/", "", False),
        ('hosts = "*.a.example"', "http://b.a.example:8000/", "", True),
        ('hosts = "127.0.0.1:80*"', "http://127.0.0.1:8080/", "", True),
        ('hosts = "a.example"\nmarks = "x"', "http://b.example/", "x", False),
        ('marks = ["x", "y"]', "http://b.example/", "y", True),
        ('marks = [["x", "y"]]', "http://b.example/", "y", False),
        ('marks = [["x", "y"]]', "http://b.example/", "y x", True),
        (
            'generator = "wordpress"',
            "http://b.example/",
            '<meta name=generator content="WordPress 6">',
            True,
        ),
        (
            'generator = "Word"',
            "http://b.example/",
            '<meta name=generator content="A Word">',
            False,
        ),
    ],
)
def test_fits(site: str, url: str, markup: str, *, is_so: bool) -> None:
    (profile,) = shelf_of(f'name = "x"\n[site]\n{site}\n[pages.other]\n').profiles
    assert fits(profile, page_of(f"<html>{markup}", url)) is is_so


def read(reader: Reader, markup: str, url: str = "http://a.example/b/1") -> str:
    return reader.read(page_of(f"<html>{markup}", url), AT).name


def test_special_ones_go_before_others_also_where_the_host_is_known() -> None:
    reader = Reader(shelf_of(THEME, BLOG))
    assert read(reader, "by-blog" + CHAPTER) == "blog/chapter"
    assert read(reader, "by-blog by-theme" + CHAPTER) == "theme/chapter"
    assert read(reader, "by-blog" + CHAPTER) == "blog/chapter"


def test_a_host_may_have_several_engines() -> None:
    reader = Reader(shelf_of(BLOG, ENGINE.format("forum")))
    assert read(reader, "by-blog" + CHAPTER) == "blog/chapter"
    assert read(reader, "by-forum" + CHAPTER) == "forum/chapter"
    assert read(reader, "by-blog") == ""


def test_where_nothing_fits_all_are_tried_ever_more_rarely() -> None:
    reader = Reader(shelf_of(BLOG))
    assert {read(reader, "nothing") for _ in range(9)} == {""}
    assert read(reader, "by-blog" + CHAPTER) == ""
    assert {read(reader, "nothing") for _ in range(6)} == {""}
    assert read(reader, "by-blog" + CHAPTER) == "blog/chapter"
    assert read(reader, "by-blog" + CHAPTER) == "blog/chapter"


def test_pages_that_no_parser_should_see() -> None:
    reader = Reader(shelf_of(BLOG))
    assert read(reader, "by-blog" + CHAPTER + "<div>" * 20_000) == ""
    assert read(reader, "by-blog" + CHAPTER + "x" * 2_000_000) == ""
    plain = page_of("by-blog", headers={"Content-Type": "text/plain"})
    assert reader.read(plain, AT).name == ""


def test_pages_where_the_site_had_such_are_read_though_they_look_otherwise() -> None:
    reader = Reader(shelf_of(BY_URL))
    assert not reader.knows("a.example")
    assert read(reader, "changed") == ""
    reader.remember("a.example", frozenset({"own/chapter", "gone/chapter", "own/player"}))
    assert reader.knows("a.example")
    reading = reader.read(page_of("<html>changed", "http://a.example/b/2"), AT)
    assert (reading.name, reading.missing) == ("own/chapter", ("body",))
    assert read(reader, "changed", "http://a.example/c/2") == ""
    assert read(reader, "changed", "http://b.example/b/2") == ""


def test_where_the_site_still_has_such_pages_others_are_others() -> None:
    reader = Reader(shelf_of(BY_URL))
    reader.remember("a.example", frozenset({"own/chapter"}))
    assert read(reader, "by-own" + CHAPTER) == "own/chapter"
    assert read(reader, "a notice") == ""


def test_by_a_profile_that_is_named() -> None:
    shelf = shelf_of(BY_URL)
    reader = Reader(shelf)
    page = page_of(f"<html>{CHAPTER}", "http://other.example/b/1")
    assert reader.read_as(shelf.profiles[0], page, AT).name == "own/chapter"
    assert reader.read_as(shelf.profiles[0], page_of("<html>", "http://x.example/"), AT).name == ""
