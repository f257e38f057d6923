"""`marque demo` finds all that its sites copy, and accuses nobody else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from console.demo.content import Content, content_of, shipped_content
from console.demo.productions import Productions, productions
from console.demo.world import demo_world, sites_of, works_of
from index.documents import Channel
from tests.e2e.material import small_content, write_texts
from tests.e2e.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.timeout(900)  # a film and songs are made, and all channels crawled
_EXCERPT = 20_000


def demonstrate(folder: Path, *options: str) -> dict[str, Any]:
    """Run the demonstration from a folder that is not the project's."""
    program = Program(folder)
    ended = program.run("demo", "--json", *options)
    assert ended.code == 0, ended.err
    assert not program.left_behind()
    return ended.object


def by_site(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the works of each site or account; which port a site had is left out."""
    titles: dict[str, list[str]] = defaultdict(list)
    for site, title in pairs:
        titles[site].append(title)
    return sorted([site.partition("/")[2], *sorted(works)] for site, works in titles.items())


def truth(content: Content, made: Productions | None) -> list[list[str]]:
    with demo_world(content, made) as world:
        return by_site(world.accusable)


def accused(result: dict[str, Any]) -> list[list[str]]:
    return by_site((case["site"], case["work"]) for case in result["cases"])


def carriers(content: Content, made: Productions | None, title: str) -> set[str]:
    """Return the paths where a copy of a work lies, on whichever site."""
    return {
        path
        for site in sites_of(content, made)
        for path, resource in site.resources.items()
        if title in resource.carries
    }


def titles_of(content: Content, made: Productions | None = None) -> set[str]:
    return {work.title for work in works_of(content, made)}


def assert_true(result: dict[str, Any], content: Content, made: Productions | None) -> None:
    """Compare what was found with what was put there."""
    assert accused(result) == truth(content, made)
    for case in result["cases"]:
        assert case["urls"]
        host = case["site"].partition("/")[0]
        assert {urlsplit(url).netloc for url in case["urls"]} == {host}
        assert {urlsplit(url).path for url in case["urls"]} <= carriers(content, made, case["work"])
        assert 0 < case["coverage"] <= 1
        assert 0.5 <= case["score"] <= 1
    assert {work["title"] for work in result["works"]} == titles_of(content, made)
    sites = result["sites"]
    assert sum(site["sightings"] for site in sites) == result["sightings"]  # and nowhere else
    assert sum(site["matches"] for site in sites) == result["matches"]
    assert sum(site["granted"] for site in sites) == result["granted"]
    assert sum(site["cases"] for site in sites) == len(result["cases"])


def test_shipped_content(tmp_path: Path) -> None:
    content, made = shipped_content(), productions()
    result = demonstrate(tmp_path)
    assert_true(result, content, made)
    assert len({case["case_id"] for case in result["cases"]}) == len(result["cases"])
    addresses = sum(len(case["urls"]) for case in result["cases"])
    assert result["matches"] - result["granted"] >= addresses
    assert result["granted"] > 0
    assert result["sightings"] > result["matches"]
    assert result["seconds"] > 0
    assert not list(tmp_path.iterdir())
    channels = {channel for case in result["cases"] for channel in case["channels"]}
    assert channels == set(Channel)
    ways = {tuple(case["channels"]): set(case["modalities"]) for case in result["cases"]}
    assert ways["video",] == {"video", "audio"}
    assert ways["music",] == {"audio"}
    assert ways["apps",] == {"app"}
    assert ways["documents",] == {"layout"}
    assert "image" in ways["comics",]
    shared = {case["work"]: case["modalities"] for case in result["cases"]
              if case["channels"] == ["cloudshare"]}  # fmt: skip
    assert shared == {
        made.films.works[0].title: ["digest"],
        made.songs.works[0].title: ["audio"],
    }


@pytest.fixture
def reversed_content(tmp_path: Path) -> Path:
    """What was innocent is protected, and what was protected is innocent."""
    shipped = shipped_content()
    folder = tmp_path / "content"
    innocent = folder / "innocent"
    innocent.mkdir(parents=True)
    longest = max(shipped.innocent_texts, key=lambda text: len(text.words))
    write_texts(folder, [longest])
    (innocent / "三国.txt").write_text(shipped.texts[0].words[:_EXCERPT], "utf-8")
    for picture in shipped.innocent_pictures[:3]:
        (folder / picture.filename).write_bytes(picture.content)
    for picture in shipped.pictures[-2:]:
        (innocent / picture.filename).write_bytes(picture.content)
    return folder


def test_other_content_changes_what_is_found(tmp_path: Path, reversed_content: Path) -> None:
    data = tmp_path / "data"
    result = demonstrate(tmp_path, "--content", "content", "--data", str(data))
    content = content_of(reversed_content)
    assert_true(result, content, None)
    assert titles_of(shipped_content()).isdisjoint(case["work"] for case in result["cases"])
    assert result["data"] == str(data)
    channels = {channel for case in result["cases"] for channel in case["channels"]}
    assert channels == {"web", "literature"}


def test_people_are_told_in_their_language(tmp_path: Path) -> None:
    small_content(tmp_path / "content")
    program = Program(tmp_path)
    ended = program.run("demo", "--content", "content", "--language", "zh")
    assert ended.code == 0, ended.err
    heads = [line.split() for line in ended.out.splitlines() if line.startswith(("网站", "案件"))]
    assert heads == [
        ["网站", "渠道", "线索", "匹配", "已授权", "案件", "未能检测", "说明"],
        ["案件", "作品", "网站", "状态", "网址", "占比", "相似度"],
    ]
    assert "演示书屋 Demo Book House" in ended.out
    assert "已登记作品 3 件（文字 1，图片 2），授权 2 项" in ended.err
    assert ended.out.count("   作品 [") == 2
