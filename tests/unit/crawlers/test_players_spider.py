"""Which media a page plays, in the forms that its scripts and tags have."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from crawlers.spiders.streaming.media_names import kind_of
from crawlers.spiders.streaming.music import MusicSpider
from crawlers.spiders.streaming.players import media_of
from crawlers.spiders.streaming.scripts import decoded_url, in_json
from crawlers.spiders.streaming.video import VideoSpider
from tests.responses import page_of

if TYPE_CHECKING:
    from crawlers.frontier.contract import Discovery
    from crawlers.spiders.streaming.spider import StreamingSpider

FILM = "https://cdn.example/20240101/abc/index.m3u8"
SLASHED, ESCAPED = FILM.replace("/", "\\/"), FILM.replace("/", "\\u002F")


def found(markup: str) -> list[str]:
    return [one.url for one in media_of(page_of(markup, "https://a.example/play/1.html"))]


def script(text: str) -> str:
    return f"<html><body><script>{text}</script>"


def maccms(url: str, encoding: int) -> str:
    told = {"flag": "play", "encrypt": encoding, "link": "/p/1-1-1.html", "url": url, "from": "x"}
    return script(f"var player_aaaa={json.dumps(told)}")


FORMS = {
    "maccms plain": maccms(FILM, 0),
    "maccms escape": maccms(quote(FILM, safe=""), 1),
    "maccms base64": maccms(base64.b64encode(quote(FILM, safe="").encode()).decode(), 2),
    "maccms slashes": script(f'var player_data={{"encrypt":0,"url":"{SLASHED}"}}'),
    "dplayer": script(f"new DPlayer({{container:x, video:{{url:'{FILM}', type:'hls'}}}})"),
    "artplayer": script(f'const art = new Artplayer({{ container: ".a", url: "{FILM}" }})'),
    "ckplayer": script(f"var videoObject = {{container:'#v',variable:'player',video:'{FILM}'}};"),
    "ckplayer list": script(f"new ckplayer({{video:[['{FILM}','video/m3u8','高清',0]]}})"),
    "hls.js": script(f'if(Hls.isSupported()){{hls.loadSource("{FILM}")}}'),
    "jwplayer": script(f'jwplayer("p").setup({{sources: [{{file: "{FILM}", label: "HD"}}]}})'),
    "playerjs": script(f'new Playerjs({{id:"player", file:"{FILM}"}})'),
    "backquotes": script(f"const src = `{FILM}`"),
    "unicode escapes": script(f'var u="{ESCAPED}"'),
    "atob": script(f"player.src(atob('{base64.b64encode(FILM.encode()).decode()}'))"),
    "base64 alone": script(f'var v = "{base64.b64encode(FILM.encode()).decode()}";'),
    "unescape": script(f"play(unescape('{quote(FILM, safe='')}'))"),
    "video": f"<video src='{FILM}'></video>",
    "source": f"<video><source src='{FILM}' type='application/x-mpegURL'></video>",
    "video.js setup": f'<video data-setup=\'{{"sources":[{{"src":"{FILM}"}}]}}\'></video>',
    "data attribute": f"<div class=player data-url='{FILM}'></div>",
    "parser": f"<iframe src='https://jx.example/?url={quote(FILM, safe='')}'></iframe>",
    "parser unquoted": f"<iframe src='/m3u8/?url={FILM}'></iframe>",
    "open graph": f"<meta property='og:video' content='{FILM}'>",
    "twitter": f"<meta name='twitter:player:stream' content='{FILM}'>",
    "linked data": "<script type='application/ld+json'>"
    + json.dumps({"@graph": [{"@type": "VideoObject", "contentUrl": FILM}]})
    + "</script>",
    "link": f"<a href='{FILM}'>线路一</a>",
    "state": script("window.__INITIAL_STATE__ = " + json.dumps({"a": [{"play": {"src": FILM}}]})),
    "play list": script(f'var urls = "第01集${FILM}#第02集$https://cdn.example/2.m3u8"'),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_leads_to_the_film(form: str) -> None:
    assert FILM in found(FORMS[form])


@pytest.mark.parametrize(
    "markup",
    [
        "<p>https://a.example/about</p><a href=/b.html>b</a><img src=/c.jpg>",
        script("var a = {url: '/api/list', name: 'x'}; var b = 'jquery.min.js'"),
        script("location.href='/login'; var key='aGVsbG8gd29ybGQ='"),
        "<video src='blob:https://a.example/1-2'></video>",
        "<meta property='og:video' content='https://a.example/player.html'>",
        script("var player_aaaa={broken"),
        maccms("a1b2c3d4e5", 0),
        script("$('#p').jPlayer('setMedia', {title: 'x', mp3: 'true'})"),
        '<script type=\'application/ld+json\'>{"@type": "VideoObject"</script>',
        f"<script>{'[' * 3000}</script>",
    ],
)
def test_pages_that_play_nothing(markup: str) -> None:
    assert found(markup) == []


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            script("new APlayer({audio:[{name:'雪',artist:'某人',url:'/a.mp3',cover:'c.jpg'}]})"),
            ("https://a.example/a.mp3", "雪 - 某人"),
        ),
        (
            script("$('#p').jPlayer('setMedia', {title: '月', m4a: '/play.php?id=7'})"),
            ("https://a.example/play.php?id=7", "月"),
        ),
        (
            "<meting-js name='风' artist='某人' url='https://c.example/get?id=1'></meting-js>",
            ("https://c.example/get?id=1", "风 - 某人"),
        ),
        (
            "<script type='application/ld+json'>"
            + json.dumps(
                {
                    "@type": "MusicRecording",
                    "name": "花",
                    "byArtist": [{"name": "甲"}, {"name": "乙"}],
                    "audio": {"@type": "AudioObject", "contentUrl": "/f/1.m4a"},
                }
            )
            + "</script><audio src=/f/1.m4a title=花></audio>",
            ("https://a.example/f/1.m4a", "花"),
        ),
        ("<a href='/d/月.flac'>月光 无损</a>", ("https://a.example/d/%E6%9C%88.flac", "月光 无损")),
    ],
)
def test_songs_have_their_names(markup: str, expected: tuple[str, str]) -> None:
    media = media_of(page_of(markup, "https://a.example/play/1.html"))
    assert expected in [(one.url, one.shown) for one in media]


def test_interfaces_of_film_sites() -> None:
    answer = {
        "list": [
            {"vod_name": "某片", "vod_play_url": f"HD${FILM}$$$第1集$https://b.example/1.mp4"},
            {"title": "月", "author": "某人", "url": "https://c.example/api?id=1"},
            {"title": "no singer", "url": "https://c.example/page"},
        ]
    }
    media = [(one.url, one.shown) for one in in_json(answer)]
    assert media == [
        (FILM, "某片 HD"),
        ("https://b.example/1.mp4", "某片 第1集"),
        ("https://c.example/api?id=1", "月 - 某人"),
    ]


def test_javascripts_escape() -> None:
    assert decoded_url("https%3A//a.example/%u7247.mp4", 1) == "https://a.example/片.mp4"
    assert decoded_url("not base64!", 2) == ""
    assert decoded_url("https://a.example/a.mp4", 0) == "https://a.example/a.mp4"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/a.MP3?x=1", "audio"),
        ("/get.php?file=a.flac", "audio"),
        ("//a.example/b.m3u8#t=1", "stream"),
        ("https://a.example/v.mpd", "stream"),
        ("/jx/?url=https://b.example/c.mp4", None),
        ("/jx/?url=https%3A%2F%2Fb.example%2Fc.mp4", None),
        ("https://a.example/mp3/", None),
        ("https://a.example/x.html?n=mp4", None),
    ],
)
def test_kinds_by_name(url: str, expected: str | None) -> None:
    assert kind_of(url) == expected


def visit(spider: StreamingSpider, body: str | bytes, **options: str) -> list[Discovery]:
    spider.plan = SimpleNamespace(ignore_robots_because="")  # type: ignore[assignment]
    page = page_of(body, **options)  # type: ignore[arg-type]
    if spider._is_followed(page):
        return list(spider.discoveries(page))
    return list(spider.listed(page))


def test_channels_take_their_own() -> None:
    markup = (
        "<html><h1>某曲</h1><p>歌手：某人 专辑：x</p><audio src=/a.mp3></audio>"
        "<video src=/v.mp4></video><video src=/s.m3u8></video><img src=/p.jpg><a href=/b.html>b</a>"
    )
    songs = {(one.role, one.url.rpartition("/")[2]) for one in visit(MusicSpider(), markup)}
    films = {(one.role, one.url.rpartition("/")[2]) for one in visit(VideoSpider(), markup)}
    assert songs == {("media", "a.mp3"), ("media", "s.m3u8"), ("page", "b.html")}
    assert films == {("media", "v.mp4"), ("media", "s.m3u8"), ("page", "b.html")}
    (song, *_) = visit(MusicSpider(), markup)
    assert song.context["title"] == "某曲 - 某人"


@pytest.mark.parametrize(
    "body",
    [
        "#EXTM3U\n#EXTINF:200,某人 - 雪\nsongs/1.mp3\n",
        "[playlist]\nFile1=songs/1.mp3\nTitle1=雪 - 某人\nNumberOfEntries=1\n",
        (
            "<?xml version='1.0'?><playlist version='1' xmlns='http://xspf.org/ns/0/'><trackList><track>"
            "<location>songs/1.mp3</location><title>雪</title><creator>某人</creator></track>"
            "</trackList></playlist>"
        ),
        (
            "<?xml version='1.0'?>\n<!-- a feed --><rss version='2.0'><channel><item>"
            "<title>雪 - 某人</title><enclosure url='songs/1.mp3' type='audio/mpeg'/></item>"
            "</channel></rss>"
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>雪 - 某人</title>"
            "<link rel='enclosure' href='songs/1.mp3' type='audio/mpeg'/></entry></feed>"
        ),
    ],
)
def test_lists_of_songs(body: str) -> None:
    (one,) = visit(MusicSpider(), body, url="http://a.example/l/list")
    assert (one.role, one.url) == ("media", "http://a.example/l/songs/1.mp3")
    assert one.context["title"] == "雪 - 某人"


def test_feeds_lead_to_their_pages() -> None:
    body = (
        "<rss><channel><item><title>a</title><link>/p/1</link></item>"
        "<item><link>https://other.example/</link></item></channel></rss>"
    )
    assert [one.url for one in visit(VideoSpider(), body)] == ["http://a.example/p/1"]


def test_an_entity_of_a_feed_reads_no_file() -> None:
    body = (
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
        "<rss><channel><item><title>&x;</title><enclosure url='/a.mp3'/></item></channel></rss>"
    )
    found = visit(MusicSpider(), body)
    assert all("root" not in str(one.context) for one in found)
