"""What the demonstration makes itself: files of the real formats, copies of them, their sites."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import av
import numpy as np
import pypdfium2
import pytest

from console.cli.house import House
from console.demo.content import shipped_content
from console.demo.disguise.films import PLAYLIST, announced, mirrored
from console.demo.disguise.programs import repackaged
from console.demo.disguise.songs import hastened
from console.demo.productions import Production, Productions, Shelf, productions
from console.demo.report import where
from console.demo.sites.forum import ed2k_link
from console.demo.studio import comics, music, programs, standards
from console.demo.studio.encoding import film_of, song_file, sound_of
from console.demo.world import sites_of, works_of
from fingerprints.app import AppModality
from fingerprints.contract import Limits
from fingerprints.digest import DigestModality
from index.documents import Channel, Span, WorkKind
from tests.unit.console.test_demo_content import _links, _reached

if TYPE_CHECKING:
    from console.demo.sites import Site

_NAMED = re.compile(r"""(?:href|src|url|action)['"]?\s*[=:]\s*['"]((?:https?:)?//[^'"]+)""")
MADE = ("films", "songs", "apps", "comics", "documents", "forum", "community", "found")


@pytest.fixture(scope="module")
def made() -> Productions:
    return productions()


@pytest.fixture(scope="module")
def sites(made: Productions) -> dict[str, Site]:
    return {site.name: site for site in sites_of(shipped_content(), made)}


def _work(shelf: Shelf) -> Production:
    (work,) = shelf.works
    return work


def test_a_work_of_each_kind_is_made_and_an_innocent_one_beside_it(made: Productions) -> None:
    shelves = (made.films, made.songs, made.programs, made.comics, made.standards)
    assert all(len(shelf.works) == len(shelf.others) == 1 for shelf in shelves)
    kinds = [work.category for work in works_of(shipped_content(), made)][9:]
    assert kinds == [
        *(WorkKind.VIDEO, WorkKind.MUSIC, WorkKind.GAME, WorkKind.COMIC, WorkKind.STANDARD),
    ]
    titles = [one.title for shelf in shelves for one in (*shelf.works, *shelf.others)]
    assert len(set(titles)) == 10
    holders = {work.holder for work in works_of(shipped_content(), made)}
    assert len(holders) == 7


def test_a_film_has_pictures_and_sound_of_one_length(made: Productions) -> None:
    for one in (*made.films.works, *made.films.others):
        frames, sound = film_of(one.content)
        assert len(frames) == 360
        assert frames[0].shape == (180, 320, 3)
        assert sound.size / music.RATE == pytest.approx(30, abs=0.1)
        assert np.abs(sound).max() > 0.5


def test_the_copies_of_a_film_are_longer_and_shorter_than_it(made: Productions) -> None:
    content = _work(made.films).content
    files = announced(content)
    listed = files.pop(PLAYLIST).decode().splitlines()
    assert [line for line in listed if not line.startswith("#")] == sorted(
        files, key=lambda name: int(re.sub(r"\D", "", name))
    )
    lengths = [float(line.split(":")[1].strip(",")) for line in listed if "#EXTINF" in line]
    assert sum(lengths) == pytest.approx(34, abs=0.2)
    original, turned = film_of(content), film_of(mirrored(content))
    assert len(turned.frames) == 288
    left = original.frames[72].astype(int)[:, ::-1]
    assert np.abs(left - turned.frames[0].astype(int)).mean() < 12


def test_a_song_is_played_by_several_voices_and_a_little_faster(made: Productions) -> None:
    sound = sound_of(_work(made.songs).content)
    assert sound.size / music.RATE == pytest.approx(29.8, abs=0.1)
    faster = sound_of(hastened(_work(made.songs).content))
    assert sound.size / faster.size == pytest.approx(1.03, abs=0.005)
    spectrum = np.abs(np.fft.rfft(sound[music.RATE : 3 * music.RATE]))
    loud = np.flatnonzero(spectrum > 0.05 * spectrum.max()) / 2
    assert loud.min() < 130
    assert loud.max() > 900


def test_the_same_seed_makes_the_same_music_and_another_makes_another() -> None:
    tune = music.improvised(3, 8)
    assert tune == music.improvised(3, 8) != music.improvised(4, 8)
    assert sum(note.beats for note in tune) >= 8
    once = music.played(tune, key_hz=220, beat_s=0.5, seed=1)
    assert np.array_equal(once, music.played(tune, key_hz=220, beat_s=0.5, seed=1))
    assert not np.array_equal(once, music.played(tune, key_hz=220, beat_s=0.5, seed=2))
    assert np.abs(once).max() == pytest.approx(0.8)


def test_sound_survives_a_file() -> None:
    tone = 0.5 * np.sin(np.arange(music.RATE) * 2 * np.pi * 440 / music.RATE)
    back = sound_of(song_file(tone, "flac", "flac"))
    assert back.size == tone.size
    assert np.abs(back - tone).max() < 0.001
    with av.open(BytesIO(song_file(tone, "mp3", "libmp3lame")), "r") as file:
        assert file.streams.audio[0].codec_context.name in {"mp3", "mp3float"}


def test_an_app_says_what_it_is_and_its_copy_says_something_else(made: Productions) -> None:
    original = _work(made.programs).content
    copy = repackaged(original, "net.station", "破解版", "9.9")
    facts = [
        AppModality().facts(AppModality().extract(BytesIO(one), limits=Limits()))
        for one in (original, copy)
    ]
    assert [one["package"] for one in facts] == ["com.demo.weiqi", "net.station"]
    assert [one["version"] for one in facts] == ["1.2", "9.9"]
    before, after = programs.unpacked(original), programs.unpacked(copy)
    assert set(before) & set(after) == {one for one in before if one.endswith(".so")}
    assert len(set(before.values()) & set(after.values())) == len(before) - 1
    assert repackaged(original, "net.station", "破解版", "9.9") == copy


def test_no_panel_stands_twice_in_a_comic(made: Productions) -> None:
    pages = comics.pages_of(_work(made.comics).content)
    assert len(pages) == 5
    panels = {
        page.crop((200, 120 + 340 * number, 500, 300 + 340 * number)).tobytes()
        for page in pages
        for number in range(3)
    }
    assert len(panels) == 15


def test_panels_are_of_pictures_that_no_site_shows_by_themselves(
    made: Productions, sites: dict[str, Site]
) -> None:
    others = [one for one in shipped_content().innocent_pictures if one.filename in made.drawn]
    assert len(others) == len(made.drawn) == 4
    titles = {one.title for one in others}
    innocent = "".join(
        one.body.decode("utf-8", "replace") for one in sites["innocent"].resources.values()
    )
    assert not [title for title in titles if title in innocent]


def test_a_standard_is_text_on_pages(made: Productions) -> None:
    with pypdfium2.PdfDocument(_work(made.standards).content) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    assert len(texts) == 4
    assert texts[0].startswith("WEB ARCHIVING")
    assert "ArchiveIterator" in texts[0]
    set_up = standards.printed("A (heading)", "brackets ( and \\ signs\n\n汉字")
    with pypdfium2.PdfDocument(set_up) as document:
        said = document[0].get_textpage().get_text_bounded()
    assert "brackets ( and \\ signs" in said


def test_what_is_made_is_shown_on_a_site_a_channel(sites: dict[str, Site]) -> None:
    assert [name for name in sites if name not in {"novel", "gallery", "innocent", "licensed"}] == [
        *("songs", "films", "apps", "comics", "documents", "forum", "community", "found"),
    ]
    assert {site.channel for site in sites.values()} == set(Channel)
    assert [site.name for site in sites.values() if not site.is_named] == ["found"]


@pytest.mark.parametrize("name", MADE)
def test_links_resolve(sites: dict[str, Site], name: str) -> None:
    site = sites[name]
    linked = {path for path in set().union(*_links(site).values()) if ":" not in path}
    forbidden = {path for path in linked if not site.allows(path)}
    assert linked - forbidden <= set(site.resources)
    pages = {path for path, it in site.resources.items() if it.content_type.startswith("text/html")}
    assert pages - _reached(site) <= {"/pdfjs/web/viewer.html"}


@pytest.mark.parametrize("name", ["novel", "gallery", "innocent", "licensed", *MADE])
def test_no_page_names_a_host(sites: dict[str, Site], name: str) -> None:
    for path, resource in sites[name].resources.items():
        if resource.content_type.startswith("text/html"):
            markup = resource.body_at("127.0.0.1:1").decode("utf-8", "replace")
            assert _NAMED.findall(markup) == [], path


def test_a_link_for_xunlei_wraps_a_file_of_the_host_that_serves_it(sites: dict[str, Site]) -> None:
    site = sites["forum"]
    wrapped = [
        base64.b64decode(found[1]).decode()
        for resource in site.resources.values()
        if resource.at_host is not None
        and (found := re.search(r"thunder://([\w+/=]+)", resource.body_at("127.0.0.1:99").decode()))
    ]
    assert len(wrapped) == 2
    for address in wrapped:
        assert address.startswith("AAhttp://127.0.0.1:99/attach/")
        path = address.removeprefix("AAhttp://127.0.0.1:99").removesuffix("ZZ")
        with zipfile.ZipFile(BytesIO(site.resources[path].body)) as archive:
            assert [name.rpartition(".")[2] for name in archive.namelist()] == ["mp3", "txt"]


def test_an_ed2k_link_has_the_hash_of_the_file_as_it_is_registered(made: Productions) -> None:
    work = _work(made.films)
    found = re.fullmatch(r"ed2k://\|file\|[^|]+\|(\d+)\|([0-9A-F]{32})\|/", ed2k_link(work))
    assert found is not None
    size, digest = found.groups()
    assert int(size) == len(work.content)
    printed = DigestModality().extract(BytesIO(work.content), limits=Limits())
    facts = DigestModality().facts(printed)
    assert facts["ed2k"] == digest.lower()
    assert facts["sha256"] == hashlib.sha256(work.content).hexdigest()


def test_what_a_member_posts_is_offered_by_the_member(sites: dict[str, Site]) -> None:
    assert sites["community"].offers_at("127.0.0.1:5") == {("127.0.0.1:5/u/42", "三国演义")}
    assert sites["found"].offers_at("127.0.0.1:6") == {("127.0.0.1:6", "三国演义")}


def test_people_are_told_where_a_copy_lies() -> None:
    english, chinese = House({"language": "en"}), House({"language": "zh"})
    film = [Span(medium="a", copy_span=(4.0, 34.1), work_span=(0.0, 30.0))]
    told = "copy 0:00:04.0–0:00:34.1 = work 0:00:00.0–0:00:30.0"
    assert where(english, "audio", film) == told
    packed = [Span(medium="a", member="a/1.mp3", copy_span=(0, 9), work_span=(1, 10))]
    assert where(chinese, "audio", packed) == (
        "复制件 a/1.mp3 · 0:00:00.0–0:00:09.0 = 作品 0:00:01.0–0:00:10.0"
    )
    pages = [Span(medium="a", copy_span=(n, n + 1), work_span=(n + 2, n + 3)) for n in range(9)]
    assert where(english, "image", pages) == "copy pp. 1–9 = work pp. 3–11"
    assert where(english, "image", pages[::2]) == (
        "copy p. 1 = work p. 3, copy p. 3 = work p. 5, copy p. 5 = work p. 7"
    )
    kinds = [
        Span(medium="a", content=one, copy_span=(0, 1), work_span=(0, 1))
        for one in ("files", "chunks", "files")
    ]
    assert where(english, "app", kinds) == (
        "in common: resource files, libraries and other long files"
    )
    assert where(chinese, "app", kinds) == "相同内容: 资源文件, 程序库等大文件"
    same = [Span(medium="a", content="ed2k:0a", copy_span=(0, 1), work_span=(0, 1))]
    assert where(english, "digest", same) == "in common: ed2k:0a"
