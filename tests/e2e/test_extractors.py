"""Films and songs that only their sites' interfaces name: from a page, by yt-dlp, to a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Match, Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels import mirrored
from tests.e2e.channels.serving import ranged
from tests.e2e.program import Program
from tests.extractor_sites import (
    ARCHIVE,
    FILM_API,
    FILM_FILE,
    FILM_ID,
    FILM_PAGE,
    SHELL,
    archive,
    peertube,
)
from tests.servers import Site, content, page, redirect, text
from tests.unit.fingerprints.audio.sound import cut, encoded, music
from tests.unit.fingerprints.video.films import each, film, letterboxed, written

if TYPE_CHECKING:
    from collections.abc import Mapping

MIRRORED = str(Path(mirrored.__file__).resolve())
FILM = film("coffee.png", "china.jpg", "rocket.jpg", "chelsea.png")
COPY = written(each(FILM[12:240], letterboxed))
SONG = music(51, 40)
HIDDEN = "https://www.youtube.com/watch?v=BaW_jenozKc"
SHUT = f"https://peertube.debian.social/w/{FILM_ID}"
ASTRAY = f"https://peertube.tv/w/{FILM_ID}"
SONGS = f"{ARCHIVE}/details/songs"
CLIP = "<video src='https://cdn.example/clip.mp4'></video>"
NOVEL = ("novel.txt", shipped_content().texts[0].words[:3_000].encode())


class Crawled:
    """What a crawl of addresses, each at its place on the mirror, left behind."""

    def __init__(
        self,
        folder: Path,
        mirror: Site,
        work: tuple[str, bytes],
        channel: str,
        *said: str,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir()
        program = Program(folder, settings={"MIRROR_PORT": str(mirror.port), **(settings or {})})
        (folder / work[0]).write_bytes(work[1])
        data = ("--data", str(folder / "data"), "--json")
        kind = "literature" if work is NOVEL else channel
        added = program.run("works", "add", work[0], "--kind", kind, "--holder", "H", *data)
        assert added.code == 0, added.err
        how = ("--channel", channel, "--delay", "0", "--allow", mirror.host)
        ended = program.run(MIRRORED, "crawl", *said, *how, *data)
        assert ended.code == 0, ended.err
        assert ended.object["finished"]
        self.cases = program.run("cases", "list", *data).objects
        assert program.left_behind() == []
        store = open_store(StoreLocation(folder / "data"))
        self.blobs = store.blobs
        self.seen = {one.record.url: one.record for one in scan(store.records, Query(Sighting))}
        self.matches = {one.record.url for one in scan(store.records, Query(Match))}
        self.asked = mirror.paths()
        mirror.asked.clear()

    def why(self, url: str) -> tuple[str, str]:
        failure = self.seen[url].unextracted
        assert failure is not None
        return failure.code, failure.reason

    def record(self, url: str) -> dict[str, Any]:
        digest = self.seen[url].gathered
        assert digest is not None
        found: dict[str, Any] = json.loads(self.blobs.path(digest).read_bytes())
        return found


def put(mirror: Site, answers: Mapping[str, bytes]) -> None:
    for url, body in answers.items():
        kind = "text/html" if body.startswith(b"<") else "application/json"
        mirror.routes["/" + url.partition("://")[2]] = content(body, kind)


def shell(title: str, inside: str = "") -> Any:  # noqa: ANN401
    return page(SHELL.format(title=title).replace("<div", f"{inside}<div"))


def test_a_film_that_only_an_interface_names_becomes_a_case(tmp_path: Path) -> None:
    with Site() as mirror:
        put(mirror, peertube())
        mirror.routes["/" + FILM_FILE.partition("://")[2]] = ranged(COPY, "video/mp4")
        mirror.routes["/www.youtube.com/watch?v=BaW_jenozKc"] = shell("y", CLIP)
        mirror.routes["/cdn.example/clip.mp4"] = ranged(COPY, "video/mp4")
        mirror.routes[f"/peertube.debian.social/w/{FILM_ID}"] = shell("d")
        mirror.routes["/peertube.debian.social/robots.txt"] = text("User-agent: *\nDisallow: /api/")
        mirror.routes[f"/peertube.tv/w/{FILM_ID}"] = shell("t")
        inside = redirect("http://127.0.0.1:1/")
        mirror.routes[f"/peertube.tv/api/v1/videos/{FILM_ID}/"] = inside
        work = ("film.mp4", written(FILM))
        urls = (FILM_PAGE, HIDDEN, SHUT, ASTRAY)
        found = Crawled(tmp_path / "on", mirror, work, "video", *urls, "--extractors")
    assert found.matches == {FILM_FILE, "https://cdn.example/clip.mp4"}
    assert {case["site"] for case in found.cases} == {"framatube.org", "youtube.com"}
    copy, shown = found.seen[FILM_FILE], found.seen[FILM_PAGE]
    assert copy.title == "某片"
    facts = ("author:Framasoft", "published:2018-10-01", "seconds:19", "views:4321", "likes:12")
    assert set(facts) <= set(copy.shown_facts)
    assert {"extractor:PeerTube", *facts} <= set(shown.shown_facts)
    assert shown.unextracted is None
    record = found.record(FILM_PAGE)
    assert record["extractor"] == "PeerTube"
    assert record["software"].startswith("yt-dlp/")
    assert [one["status"] for one in record["asked"] if one["url"] == FILM_API] == [200]
    assert all(one["capture"] for one in record["asked"])
    assert record["told"]["films"][0]["title"] == "某片"
    assert "/framatube.org/robots.txt" in found.asked
    assert f"/peertube.debian.social/api/v1/videos/{FILM_ID}/" not in found.asked
    assert found.why(HIDDEN)[0] == "extractor_refused"
    assert "第四十九条" in found.why(HIDDEN)[1]
    assert found.why(SHUT)[0] == "extractor_failed"
    assert found.why(SHUT)[1].startswith("refused_by_robots")
    assert found.why(ASTRAY)[1].startswith("forbidden_address")


def test_nothing_is_extracted_unless_the_target_says_so(tmp_path: Path) -> None:
    with Site() as mirror:
        put(mirror, peertube())
        found = Crawled(tmp_path / "off", mirror, NOVEL, "video", FILM_PAGE)
    assert not any("/api/" in path for path in found.asked)
    assert (found.seen[FILM_PAGE].gathered, found.seen[FILM_PAGE].unextracted) == (None, None)


def test_without_yt_dlp_it_is_said_and_all_else_is_found(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "yt_dlp.py").write_text("raise ModuleNotFoundError('yt_dlp')")
    settings = {"PYTHONPATH": str(blocked)}
    with Site() as mirror:
        put(mirror, peertube())
        mirror.routes["/" + FILM_PAGE.partition("://")[2]] = shell("t", CLIP)
        urls = (FILM_PAGE, "--extractors")
        found = Crawled(tmp_path / "on", mirror, NOVEL, "video", *urls, settings=settings)
    assert found.why(FILM_PAGE)[0] == "extractors_missing"
    assert "https://cdn.example/clip.mp4" in found.seen


def test_the_songs_of_an_album_become_a_case(tmp_path: Path) -> None:
    with Site() as mirror:
        put(mirror, archive("songs", ["one.mp3", "two.mp3"]))
        copies = {"one": cut(SONG, 3, 25), "two": music(52, 30)}
        for name, sound in copies.items():
            body = encoded(sound, "mp3", "libmp3lame")
            mirror.routes[f"/archive.org/download/songs/{name}.mp3"] = ranged(body, "audio/mpeg")
        work = ("song.flac", encoded(SONG, "flac", "flac"))
        found = Crawled(tmp_path / "songs", mirror, work, "music", SONGS, "--extractors")
    copy = f"{ARCHIVE}/download/songs/one.mp3"
    assert found.matches == {copy}
    assert found.seen[copy].title == "one - 某人"
    assert "author:pirate@archive.example" in found.seen[copy].shown_facts
    assert len(found.cases) == 1
    assert f"{ARCHIVE}/download/songs/two.mp3" in found.seen
