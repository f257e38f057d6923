from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, Any

import pytest
import yt_dlp.extractor
from pydantic import ValidationError
from yt_dlp.extractor import gen_extractor_classes, get_info_extractor

from crawlers.extractors.messages import Answer, Ask, Film, Offer, Told
from crawlers.extractors.reader import Reader
from crawlers.extractors.refusals import BROKEN, CIPHER, LICENCE, LOGIN, POSING, named, refusal_of
from crawlers.extractors.telling import film_of
from crawlers.spiders.streaming.extracted import called, facts_of, facts_of_page, media_of_film
from tests.extractor_sites import ARCHIVE, FILM_API, FILM_FILE, FILM_PAGE, archive, peertube

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM = f"{ARCHIVE}/details/songs"
ORIGINAL = f"{ARCHIVE}/download/songs/"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def answering(answers: dict[str, bytes], asked: list[Ask]) -> Callable[[Ask], Answer]:
    def make(ask: Ask) -> Answer:
        asked.append(ask)
        body = answers.get(ask.url)
        status = 404 if body is None else 200
        return Answer.model_construct(
            status=status, url=ask.url, headers={}, body=body or b"", failure=""
        )

    return make


def read(reader: Reader, url: str, answers: dict[str, bytes]) -> Told:
    asked: list[Ask] = []
    key = reader.knows(url)
    told = reader.read(key, url, answering(answers, asked))
    assert {name.lower() for ask in asked for name in ask.headers} <= {"referer", "content-type"}
    return told


def test_a_film_is_told_of_with_all_that_its_site_says(reader: Reader) -> None:
    told = read(reader, FILM_PAGE, peertube())
    assert (told.extractor, told.failure, told.pages) == ("PeerTube", None, ())
    (film,) = told.films
    offers, rest = film.offers, film.model_dump(exclude={"offers"})
    assert rest == {
        "title": "某片",
        "artist": "",
        "uploader": "Framasoft",
        "uploader_id": "3",
        "uploader_url": "https://framatube.org/accounts/framasoft",
        "uploaded": "2018-10-01",
        "seconds": 19,
        "views": 4321,
        "likes": 12,
        "comments": None,
    }
    assert {one.height: one.url for one in offers} == {
        360: FILM_FILE,
        1080: FILM_FILE.replace("360", "1080"),
    }
    assert list(media_of_film(film, sound=False)) == [FILM_FILE]
    assert facts_of_page(told) == (
        "extractor:PeerTube",
        "author:Framasoft",
        "author_id:3",
        "author_url:https://framatube.org/accounts/framasoft",
        "published:2018-10-01",
        "seconds:19",
        "views:4321",
        "likes:12",
    )


def test_the_songs_of_an_album_are_told_of_one_by_one(reader: Reader) -> None:
    told = read(reader, ITEM, archive("songs", ["雪.mp3", "月.mp3"]))
    assert [called(one) for one in told.films] == ["雪 - 某人", "月 - 某人"]
    addresses = [list(media_of_film(one, sound=True)) for one in told.films]
    assert addresses == [[f"{ORIGINAL}%E9%9B%AA.mp3"], [f"{ORIGINAL}%E6%9C%88.mp3"]]
    assert facts_of_page(told) == ("extractor:ArchiveOrg",)
    assert facts_of(told.films[0])[:2] == ("author:pirate@archive.example", "published:2021-03-04")


def test_what_is_withheld_is_said_to_be(reader: Reader) -> None:
    told = read(reader, ITEM, archive("songs", ["雪.mp3"], private="true"))
    assert told.failure is not None
    assert told.failure.code == "extractor_failed"
    assert "no form" in told.failure.reason
    assert [one.title for one in told.films] == ["雪"]


def test_an_interface_that_answers_otherwise_costs_the_extractor_only(reader: Reader) -> None:
    for answers in (
        {},
        {FILM_API: b"<html>moved"},
        {FILM_API: b'{"name": null}'},
        peertube(name=1),
    ):
        told = read(reader, FILM_PAGE, answers)
        assert told.extractor == "PeerTube"
        assert told.failure is None or told.failure.code == "extractor_failed"
    assert read(reader, FILM_PAGE, {}).failure is not None


def test_a_login_is_never_made(reader: Reader) -> None:
    url = "https://app.itpro.tv/course/guided-tour/introductionitprotv"
    told = read(reader, url, {url: b"{ member : null }"})
    assert told.failure is not None
    assert (told.failure.code, told.failure.reason) == ("extractor_refused", LOGIN)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://www.youtube.com/watch?v=BaW_jenozKc", CIPHER),
        ("https://v.qq.com/x/page/q326831cny0.html", CIPHER),
        ("https://www.iqiyi.com/v_19rrojlavg.html", CIPHER),
        ("https://www.bilibili.com/video/BV13x41117TL", CIPHER),
        ("https://vimeo.com/56015672", POSING),
        ("https://www.tiktok.com/@a/video/6748451240264420610", POSING),
        ("https://v.youku.com/v_show/id_XNDgyMDQ2NTQw.html", POSING),
        ("http://www.kuwo.cn/yinyue/635632/", BROKEN),
    ],
)
def test_measures_of_sites_are_not_passed(reader: Reader, url: str, why: str) -> None:
    told = read(reader, url, {})
    assert told.failure is not None
    assert (told.failure.code, told.failure.reason) == ("extractor_refused", why)
    assert " · " in why


def test_pages_of_other_sites_are_known_to_none(reader: Reader) -> None:
    for url in ("https://example.org/film.mp4", "https://a.example/play/1.html", "http://x.cn/"):
        assert reader.knows(url) == ""


def test_what_is_refused_by_name_is_there_by_name() -> None:
    there = {one.name for one in pkgutil.iter_modules(yt_dlp.extractor.__path__)}
    assert named() <= there


def test_most_extractors_may_be_asked() -> None:
    classes = gen_extractor_classes()
    open_to_us = [one for one in classes if refusal_of(one) is None]
    assert len(open_to_us) > len(classes) / 2
    assert get_info_extractor("PeerTube") in open_to_us


def test_what_needs_a_licence_is_no_offer() -> None:
    told: dict[str, Any] = {
        "formats": [
            {"url": "https://a.example/1.mp4", "protocol": "https", "has_drm": True},
            {"url": "https://a.example/2.f4m", "protocol": "f4m"},
            {"url": "rtmp://a.example/3", "protocol": "rtmp"},
            {"url": "https://a.example/4", "protocol": "https", "vcodec": "none", "tbr": 96.0},
            {
                "url": "https://a.example/5/",
                "manifest_url": "https://a.example/5.mpd",
                "protocol": "http_dash_segments",
                "height": 720,
            },
        ]
    }
    offers = film_of(told, of={}).offers
    assert offers == (
        Offer(url="https://a.example/4", bits_s=96_000, has_pictures=False),
        Offer(url="https://a.example/5.mpd", is_list=True, height=720),
    )
    assert " · " in LICENCE


def test_pictures_and_sound_that_are_apart_are_both_fetched() -> None:
    sound = Offer(url="https://a.example/s", has_pictures=False, bits_s=64_000)
    loud = Offer(url="https://a.example/l", has_pictures=False, bits_s=256_000)
    film = Offer(url="https://a.example/p", has_sound=False, height=480)
    both = Offer(url="https://a.example/b", height=1080)
    apart = Film(offers=(loud, sound, film))
    assert list(media_of_film(apart, sound=False)) == [film.url, sound.url]
    assert list(media_of_film(apart, sound=True)) == [sound.url]
    assert list(media_of_film(Film(offers=(loud, film, both)), sound=False)) == [both.url]
    assert list(media_of_film(Film(offers=(both,)), sound=True)) == [both.url]
    assert list(media_of_film(Film(offers=(sound,)), sound=False)) == []


def test_what_a_process_says_is_bounded() -> None:
    film = Film(title="a\n b" + "x" * 999, views=True, seconds=-1, likes=1e30)
    assert (len(film.title), film.views, film.seconds, film.likes) == (300, None, None, None)
    with pytest.raises(ValidationError):
        Told(films=(Film(),) * 51)
    with pytest.raises(ValidationError):
        Film(uploaded="<script>")
    with pytest.raises(ValidationError):
        Ask.model_validate({"url": "https://a.example/", "method": "DELETE", "headers": {}})
