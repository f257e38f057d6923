"""Music, films and apps: from a target to a case, with real media behind real pages."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from index.contract import Query
from index.documents import Match, Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels.serving import folder, ranged
from tests.e2e.channels.streams import SECRET, files_of
from tests.e2e.program import Program
from tests.servers import Site, content, page, redirect
from tests.unit.fingerprints.app.programs import apk, dex, made, resources
from tests.unit.fingerprints.audio.sound import cut, encoded, music, wav
from tests.unit.fingerprints.video.films import each, film, letterboxed, shot, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tests.servers import Line

    Routes = dict[str, Callable[[Line], None]]

SCENES = ("coffee.png", "china.jpg", "rocket.jpg", "chelsea.png")
FILM, SOUND = film(*SCENES), music(41, 24)
COPY, STOLEN = each(FILM[12:240], letterboxed), cut(SOUND, 1, 19)
OTHER_FILM, OTHER_SOUND = film("retina.jpg", "brick.png", "astronaut.png"), music(42, 18)
SONG, OTHER_SONG = music(51, 40), music(52, 30)
SAGA_SCENES = ("flower.jpg", "motorcycle_left.png", "hubble_deep_field.jpg", "coins.png", "ihc.png")
SAGA = [
    frame
    for number in range(40)
    for frame in shot(SAGA_SCENES[number % len(SAGA_SCENES)], 9.0, seed=100 + number, rate=4)
]
GAME, FILES = made(61), resources(61)
STOLEN_APK = apk({"classes.dex": dex(GAME, "a/b", 5), **FILES}, "net.pirate.game")
HONEST_APK = apk({"classes.dex": dex(made(62)), **resources(62)}, "org.honest")
ICP = "<p>京ICP备12345678号-1 京公网安备11010502030143号</p>"
MOST_BYTES = 1_600_000
HLS = {"hls_time": "2", "hls_list_size": "0"}


def stream(name: str, form: str = "hls", **options: str) -> dict[str, bytes]:
    wanted = {**(HLS if form == "hls" else {"seg_duration": "3"}), **options}
    return files_of(name, form, wanted, frames=COPY, sound=STOLEN)


def player(url: str, encoding: int) -> str:
    written = {
        0: url,
        1: quote(url, safe=""),
        2: base64.b64encode(quote(url, safe="").encode()).decode(),
    }[encoding]
    told = {"flag": "play", "encrypt": encoding, "link_next": "", "url": written}
    return f"<script>var player_aaaa={json.dumps(told)}</script><script src=/p.js></script>"


def films(at: str) -> Routes:
    """Return a pirate's site of films, one page a form."""
    clear = stream("clear.m3u8")
    one = stream("one.m3u8", hls_flags="single_file")
    master = (
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=4000000,RESOLUTION=1920x1080\nabsent.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=640x360\n/hls/clear.m3u8\n"
    )
    apart = (
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="/sound/track.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="a"\n/hls/clear.m3u8\n'
    )
    live = clear["clear.m3u8"].replace(b"#EXT-X-ENDLIST\n", b"")
    saga = files_of("saga.m3u8", "hls", HLS, frames=SAGA, rate=4)
    linked = {"@type": "VideoObject", "name": "片", "contentUrl": f"{at}/files/clip.mp4"}
    return {
        "/": page("".join(f"<a href=/play/{name}>{name}</a>" for name in FILM_PAGES) + ICP),
        **folder("/hls/", clear),
        "/hls/master.m3u8": ranged(master.encode(), "application/x-mpegurl"),
        "/hls/apart.m3u8": ranged(apart.encode(), "application/x-mpegurl"),
        **folder("/sound/", files_of("track.m3u8", "hls", HLS, sound=STOLEN)),
        "/hls/live.m3u8": ranged(live, "application/x-mpegurl"),
        **folder("/aes/", stream("locked.m3u8", key="/aes/secret.key")),
        "/aes/secret.key": content(SECRET),
        **folder("/fmp4/", stream("parts.m3u8", hls_segment_type="fmp4")),
        **folder("/range/", one),
        **folder("/dash/", stream("film.mpd", "dash")),
        **folder("/single/", stream("film.mpd", "dash", single_file="1", use_template="0")),
        **folder("/saga/", saga),
        "/whole/one.m3u8": ranged(one["one.m3u8"], "application/x-mpegurl"),
        "/whole/one.ts": content(one["one.ts"], "video/mp2t"),
        "/hls/clear4.ts": redirect("/moved/clear4.ts"),
        "/moved/clear4.ts": ranged(clear["clear4.ts"], "video/mp2t"),
        "/files/clip.mp4": ranged(written(COPY), "video/mp4"),
        "/play/plain": page(f"<h1>某片 第1集</h1>{player(at + '/hls/master.m3u8', 0)}"),
        "/play/escaped": page(f"<h1>某片</h1>{player(at + '/aes/locked.m3u8', 1)}"),
        "/play/base64": page(f"<h1>某片</h1>{player(at + '/fmp4/parts.m3u8', 2)}"),
        "/play/dplayer": page(
            "<div id=dplayer></div><script>const dp = new DPlayer({container: 1, video:"
            " {url: '/range/one.m3u8', type: 'hls', pic: '/p.png'}});</script>"
        ),
        "/play/frame": page(f"<iframe src='/jx/?url={quote(at + '/dash/film.mpd', safe='')}'>"),
        "/play/videojs": page(
            '<video-js data-setup=\'{"sources": [{"src": "/single/film.mpd"}]}\'></video-js>'
        ),
        "/play/whole": page("<div data-video=/whole/one.m3u8></div>"),
        "/play/apart": page("<video src=/hls/apart.m3u8></video>"),
        "/play/live": page("<video><source src=/hls/live.m3u8></video>"),
        "/play/saga": page(
            "<script>var hls=new Hls();hls.loadSource('\\/saga\\/saga.m3u8')</script>"
        ),
        "/play/linked": page(
            f"<script type='application/ld+json'>{json.dumps(linked)}</script><h1>某片</h1>"
        ),
        "/jx/": page("<p>parser"),
    }


FILM_PAGES = (
    "plain",
    "escaped",
    "base64",
    "dplayer",
    "frame",
    "videojs",
    "live",
    "apart",
    "whole",
    "saga",
    "linked",
)
FILM_COPIES = {
    "/hls/master.m3u8", "/hls/live.m3u8", "/hls/apart.m3u8", "/sound/track.m3u8",
    "/aes/locked.m3u8", "/fmp4/parts.m3u8", "/range/one.m3u8", "/whole/one.m3u8", "/dash/film.mpd",
    "/single/film.mpd", "/saga/saga.m3u8", "/files/clip.mp4",
}  # fmt: skip


def innocent_films() -> Routes:
    other = files_of("other.m3u8", "hls", HLS, frames=OTHER_FILM, sound=OTHER_SOUND)
    return {
        "/": page("<video src=/v/other.m3u8></video><video src=/other.mp4></video>"),
        **folder("/v/", other),
        "/other.mp4": ranged(written(OTHER_FILM), "video/mp4"),
    }


def songs(at: str) -> Routes:
    """Return a pirate's site of songs."""
    copy = cut(SONG, 3, 25)
    aplayer = (
        "<script>new APlayer({audio: [{name: '雪', artist: '某人', url: '/s/a.mp3', cover: 'c'}]})"
    )
    feed = (
        f"<?xml version='1.0'?><rss><channel><item><title>Ep</title><enclosure type='audio/ogg'"
        f" url='{at}/s/e.ogg'/></item></channel></rss>"
    )
    answer = [{"title": "月", "author": "某人", "url": f"{at}/get?id=7", "pic": "x.jpg"}]
    return {
        "/": page(
            "<a href=/1>1</a><a href=/2>2</a><a href=/3>3</a><a href=/4>4</a>"
            "<a href=/list.m3u>all</a><link rel=alternate type=application/rss+xml href=/feed.xml>"
            + ICP
        ),
        "/1": page(f"<h1>歌</h1>{aplayer}</script>"),
        "/2": page("<h1>月光</h1><p>歌手：某人</p><audio controls src=/s/b.m4a></audio>"),
        "/3": page("<meting-js server=netease type=song id=7 api='/api?s=:server&id=:id'>"),
        "/4": page("<h1>流</h1><audio><source src=/live/song.m3u8 type=audio/mpegurl></audio>"),
        "/list.m3u": ranged(
            "#EXTM3U\n#EXTINF:25,某人 - 风\ns/d.flac\n".encode(), "audio/x-mpegurl"
        ),
        "/feed.xml": content(feed.encode(), "application/rss+xml"),
        "/api?id=7&s=netease": content(json.dumps(answer).encode(), "application/json"),
        "/get?id=7": redirect("/s/c.wav"),
        "/s/a.mp3": ranged(encoded(copy, "mp3", "libmp3lame"), "audio/mpeg"),
        "/s/b.m4a": ranged(encoded(copy, "mp4", "aac"), "audio/mp4"),
        "/s/c.wav": ranged(wav(copy), "audio/wav"),
        "/s/d.flac": ranged(encoded(copy, "flac", "flac"), "audio/flac"),
        "/s/e.ogg": ranged(encoded(copy, "ogg", "libopus"), "audio/ogg"),
        **folder("/live/", files_of("song.m3u8", "hls", HLS, sound=copy)),
    }


SONG_COPIES = {
    "/s/a.mp3": "雪 - 某人",
    "/s/b.m4a": "月光 - 某人",
    "/s/c.wav": "月 - 某人",
    "/s/d.flac": "风 - 某人",
    "/s/e.ogg": "Ep",
    "/live/song.m3u8": "流",
}


def innocent_songs() -> Routes:
    return {
        "/": page("<audio src=/o.mp3></audio>"),
        "/o.mp3": ranged(encoded(OTHER_SONG, "mp3", "libmp3lame"), "audio/mpeg"),
    }


def apps(files: str) -> Routes:
    """Return a pirate's store; its files lie on another host."""
    index = {
        "repo": {"address": "x"},
        "packages": {
            "net.pirate.game": {
                "metadata": {"name": {"en-US": "Game"}, "authorName": "Pirate"},
                "versions": {
                    "00": {
                        "file": {"name": "/game_1.apk", "size": 1, "sha256": "00"},
                        "manifest": {"versionName": "1.0", "versionCode": 1},
                    }
                },
            }
        },
    }
    entry = {"timestamp": 1, "index": {"name": "/index-v2.json", "sha256": "00"}}
    return {
        "/": page("<a href=/app/1.html>游戏</a><a href=/fdroid/repo/>repo</a>"),
        "/app/1.html": page(
            "<h1>某游戏破解版</h1><p>包名：net.pirate.game 版本：2.1 开发者：海盗科技</p>"
            "<p>下载量：3.2万 APP备案号：粤ICP备2021012345号-3A</p>"
            "<a class=down_btn href=/down/1.html>立即下载</a>"
        ),
        "/down/1.html": page("<a href='/go.php?id=1'>点击下载</a>"),
        "/go.php?id=1": redirect(f"{files}/get?f=1"),
        "/fdroid/repo/": page("<p>repository"),
        "/fdroid/repo/entry.json": content(json.dumps(entry).encode(), "application/json"),
        "/fdroid/repo/index-v2.json": content(json.dumps(index).encode(), "application/json"),
        "/fdroid/repo/game_1.apk": ranged(STOLEN_APK, "application/octet-stream"),
    }


@dataclass(frozen=True)
class Crawled:
    """What a channel's crawl brought: matches and sightings by their host and path."""

    matches: dict[tuple[str, str], Match]
    sightings: dict[tuple[str, str], Sighting]
    cases: list[dict[str, Any]]
    store: Any

    def matched(self, host: str) -> set[str]:
        return {path for at, path in self.matches if at == host}


def place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path + (f"?{parts.query}" if parts.query else "")


def crawled(  # noqa: PLR0913  a crawl has so many sides
    at: Path,
    works: dict[str, bytes],
    kind: str,
    channel: str,
    *sites: Site,
    allow: Iterable[Site] = (),
    most_bytes: int = 64 * 2**20,
    render: str = "never",
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Crawled:
    bounded = {"MARQUE_CRAWL__MAX_BODY_BYTES": str(most_bytes), **settings}
    program = Program(at, settings=bounded)
    (at / "works").mkdir()
    for name, body in works.items():
        (at / "works" / name).write_bytes(body)
    data = ("--data", str(at / "data"), "--json")
    added = program.run("works", "add", "works", "--kind", kind, "--holder", "H", *data)
    assert added.code == 0, added.err
    allowed = [word for site in (*sites, *allow) for word in ("--allow", site.host)]
    urls = [site.url("/") for site in sites]
    how = ("--channel", channel, "--delay", "0", "--render", render)
    ended = program.run("crawl", *urls, *how, *allowed, *data)
    assert ended.code == 0, ended.err
    assert ended.object["finished"]
    listed = program.run("cases", "list", *data)
    assert listed.code == 0, listed.err
    store = open_store(StoreLocation(at / "data"))
    return Crawled(
        {place(one.record.url): one.record for one in scan(store.records, Query(Match))},
        {place(one.record.url): one.record for one in scan(store.records, Query(Sighting))},
        listed.objects,
        store,
    )


def test_films_in_every_form(tmp_path: Path) -> None:
    with Site() as pirate, Site() as honest:
        pirate.routes.update(films(pirate.url("")))
        honest.routes.update(innocent_films())
        original = files_of("film.mp4", "mp4", {}, frames=FILM, sound=SOUND)
        works = {**original, "saga.mp4": written(SAGA, rate=4)}
        found = crawled(tmp_path, works, "video", "video", pirate, honest)
        asked = pirate.paths()
    assert found.matched(pirate.host) == FILM_COPIES
    assert found.matched(honest.host) == set()
    assert {case["title"] for case in found.cases} == {"film", "saga"}
    assert asked.count("/whole/one.ts") == 1
    saga = found.sightings[pirate.host, "/saga/saga.m3u8"]
    assert saga.gathered is not None
    record = json.loads(found.store.blobs.path(saga.gathered).read_bytes())
    assert record["segments"] > len(record["taken"]) > 60
    assert all(one["capture"] for one in record["taken"])
    assert sum(path.startswith("/saga/") for path in asked) < record["segments"]
    shown = found.sightings[pirate.host, "/"].shown_facts
    assert set(shown) == {"icp:京ICP备12345678号-1", "gongan:京公网安备11010502030143号"}


def listed(*names: str, key: str = "") -> Callable[[Line], None]:
    lines = [f"#EXTINF:2,\n{name}" for name in names]
    said = "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:2", key, *lines, "#EXT-X-ENDLIST"])
    return content(said.encode(), "application/x-mpegurl")


def test_films_that_cannot_be_had_are_on_record(tmp_path: Path) -> None:
    part = next(body for name, body in stream("a.m3u8").items() if name.endswith("0.ts"))
    asks = '#EXT-X-KEY:METHOD=AES-128,URI="/secret"'
    licence = (
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a",KEYFORMAT="com.apple.streamingkeydelivery"'
    )
    lists = {
        "/gone.m3u8": listed("/absent.ts"),
        "/paid.m3u8": listed("/0.ts", key=asks),
        "/licence.m3u8": listed("/0.ts", key=licence),
        "/private.m3u8": listed("http://127.0.0.2/0.ts"),
        "/forbidden.m3u8": listed("/no/0.ts"),
    }
    with Site() as pirate:
        pirate.routes.update(lists)
        pirate.routes["/"] = page("".join(f"<video src={path}></video>" for path in lists))
        pirate.routes["/robots.txt"] = content(b"User-agent: *\nDisallow: /no/\n", "text/plain")
        pirate.routes.update({"/0.ts": content(part), "/no/0.ts": content(part)})
        pirate.routes["/secret"] = content(b"", code=403)
        found = crawled(tmp_path, {"film.mp4": written(FILM)}, "video", "video", pirate)
        asked = pirate.paths()
    assert found.matches == {}
    failures = {path: one.failure for (_, path), one in found.sightings.items() if path in lists}
    assert {path: one.code for path, one in failures.items() if one} == {
        "/gone.m3u8": "parts_unreachable",
        "/paid.m3u8": "parts_unreachable",
        "/licence.m3u8": "unplayable_list",
        "/private.m3u8": "forbidden_address",
        "/forbidden.m3u8": "refused_by_robots",
    }
    assert "/no/0.ts" not in asked


def test_files_that_are_too_large_are_fetched_in_part(tmp_path: Path) -> None:
    clusters = {"cluster_time_limit": "1000"}
    mkv = files_of("saga.mkv", "matroska", clusters, frames=SAGA, rate=4)["saga.mkv"]
    large = {"/saga.mp4": written(SAGA, rate=4), "/saga.mkv": mkv}
    assert min(map(len, large.values())) > MOST_BYTES
    with Site() as pirate:
        pirate.routes["/"] = page(
            "".join(f"<video src={path}></video>" for path in (*large, "/n.mp4"))
        )
        pirate.routes.update({path: ranged(body, "video/mp4") for path, body in large.items()})
        pirate.routes["/n.mp4"] = content(large["/saga.mp4"], "video/mp4")
        works = {"saga.mp4": large["/saga.mp4"]}
        found = crawled(tmp_path, works, "video", "video", pirate, most_bytes=MOST_BYTES)
    assert found.matched(pirate.host) == set(large)
    seen = {path: found.sightings[pirate.host, path] for path in (*large, "/n.mp4")}
    assert [seen[path].status for path in large] == [206, 206]
    for path, body in large.items():
        assert seen[path].size_bytes < MOST_BYTES < len(body)
        record = json.loads(found.store.blobs.path(seen[path].gathered or "").read_bytes())
        assert record["bytes"] == len(body)
        assert all(one["capture"] for one in record["taken"])
    failure = seen["/n.mp4"].failure
    assert failure is not None
    assert failure.code == "body_too_large"


def test_songs_in_every_form(tmp_path: Path) -> None:
    with Site() as pirate, Site() as honest:
        pirate.routes.update(songs(pirate.url("")))
        honest.routes.update(innocent_songs())
        works = {"song.flac": encoded(SONG, "flac", "flac")}
        found = crawled(tmp_path, works, "music", "music", pirate, honest)
    titles = {
        path: one.page_title for (at, path), one in found.matches.items() if at == pirate.host
    }
    assert titles == SONG_COPIES
    assert found.matched(honest.host) == set()
    assert len(found.cases) == 1


def test_apps_by_pages_and_repositories(tmp_path: Path) -> None:
    with Site() as pirate, Site() as files, Site() as honest:
        pirate.routes.update(apps(files.url("")))
        files.routes["/get?f=1"] = content(STOLEN_APK)
        honest.routes["/"] = page("<a href=/a.apk download>Download</a>")
        honest.routes["/a.apk"] = content(HONEST_APK)
        files.routes["/"] = page("<p>files")
        works = {"game.apk": apk({"classes.dex": dex(GAME), **FILES})}
        found = crawled(tmp_path, works, "game", "apps", pirate, files, honest)
    assert found.matched(pirate.host) == {"/fdroid/repo/game_1.apk"}
    assert found.matched(files.host) == {"/get?f=1"}
    assert found.matched(honest.host) == set()
    assert (honest.host, "/a.apk") in found.sightings
    got = found.sightings[files.host, "/get?f=1"]
    assert got.title == "某游戏破解版"
    assert {
        "package:net.pirate.game", "version:2.1", "developer:海盗科技", "downloads:32000",
        "app_icp:粤ICP备2021012345号-3A",
    } <= set(got.shown_facts)  # fmt: skip
    listed = found.sightings[pirate.host, "/fdroid/repo/game_1.apk"]
    assert {"package:net.pirate.game", "developer:Pirate", "sha256:00"} <= set(listed.shown_facts)
