"""Which of a page's pictures are the pages of a comic or document, and in what order."""

from __future__ import annotations

import base64

import pytest

from crawlers.spiders.paged.pictures import address_of, pictures_in_order
from tests.responses import page_of

HERE = "http://a.example/c/12.html"
PATHS = [f"/img/7/{number:03}.jpg" for number in range(1, 5)]
URLS = [f"http://a.example{path}" for path in PATHS]
FURNITURE = (
    "<header><img src=/img/7/900.jpg></header><img src=/static/logo.png><nav><img src=/n.jpg></nav>"
    "<a href=/b/3/><img src=/covers/3.jpg></a><a href=/b/4/><img src=/covers/4.jpg></a>"
    "<a href=/b/5/><img src=/covers/5.jpg></a><a href=/b/6/><img src=/covers/6.jpg></a>"
    "<a href=/b/7/><img src=/covers/7.jpg></a><img width=60 src=/img/7/901.jpg>"
)


def shown(markup: str, *, is_chapter: bool = False, role: str = "page") -> list[str]:
    page = page_of(f"<html><body>{markup}", HERE, role=role)
    return pictures_in_order(page, is_chapter=is_chapter)


def each(form: str) -> str:
    return "".join(f"<div>{form.replace('URL', path)}</div>" for path in PATHS)


FORMS = {
    "plain": "<img src=URL>",
    "data-src": "<img src=/loading.gif data-src=URL>",
    "data-original": "<img class=lazy src='data:image/gif;base64,R0lGOD' data-original=' URL '>",
    "data-lazy-src with noscript": "<img data-lazy-src=URL><noscript><img src=URL></noscript>",
    "other data": "<img src=/blank.png data-photo-page=URL>",
    "srcset": "<img src=/placeholder.png srcset='/img/7/s.jpg 300w, URL 1200w'>",
    "picture": "<picture><source srcset=URL><img loading=lazy src=URL></picture>",
    "amp": "<amp-img src=URL></amp-img>",
    "larger behind a smaller": "<a href=URL><img src=/thumb/x.jpg></a>",
    "data of a shop": "<img src=URL data-url=/goods/12>",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_the_pages(form: str) -> None:
    assert shown(FURNITURE + each(FORMS[form])) == URLS


def test_pictures_in_base64_are_opened() -> None:
    hidden = "".join(
        f"<img src=/loading.gif data-src={base64.b64encode(url.encode()).decode()}>" for url in URLS
    )
    assert shown(hidden) == URLS
    assert shown("<img src=/loading.gif data-src=aHR0cAAAAAAAAAAAAAAAA>", is_chapter=True) == []


def test_what_leads_elsewhere_or_is_little_is_no_sequence() -> None:
    assert shown(FURNITURE) == []
    assert shown("<img src=/a/1.jpg><img src=/a/2.jpg>") == []


def test_numbered_hosts_are_one() -> None:
    urls = [f"https://img{n % 2}.cdn.example/7/{n}.webp" for n in range(4)]
    assert shown("".join(f"<img src={url}>" for url in urls)) == urls


def test_a_chapter_may_be_of_one_picture() -> None:
    one = "<a href=/c/12_2.html><img id=mangaFile src=/p/1.jpg></a>"
    assert shown(FURNITURE + one, is_chapter=True) == ["http://a.example/p/1.jpg"]
    assert shown(FURNITURE + one) == []
    alone = "<div><img src=/p/1.jpg></div>"
    assert shown(alone, is_chapter=True) == []
    assert shown(alone, is_chapter=True, role="chapter") == ["http://a.example/p/1.jpg"]


def test_scripts_are_believed_of_chapters_only() -> None:
    listed = f"<img id=pic src={PATHS[0]}><script>var files={PATHS}</script>"
    assert shown(FURNITURE + listed, is_chapter=True) == URLS
    assert shown(FURNITURE + listed) == []
    covers = "<script>var covers=" + str([f"/covers/{n}.jpg" for n in range(9)]) + "</script>"
    assert shown(covers + listed, is_chapter=True) == URLS


def test_scripts_that_an_address_carries() -> None:
    packed = base64.b64encode(f"ts_reader.run({PATHS})".encode()).decode()
    for src in (f"data:text/javascript;base64,{packed}", f"data:text/javascript,x({PATHS})"):
        assert shown(f'<script src="{src}"></script>', is_chapter=True) == URLS
    assert shown('<script src="data:text/javascript;base64,Zg%%%"></script>', is_chapter=True) == []


def test_lists_in_attributes() -> None:
    said = "|".join(PATHS)
    assert shown(f"<input id=all type=hidden value='{said}'>", is_chapter=True) == URLS


def test_placeholders_are_no_address() -> None:
    assert address_of({"src": "/static/loading.gif"}) == ""
    assert address_of({"src": "data:image/png;base64,AAAA"}) == ""
