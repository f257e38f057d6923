"""`marque demo` finds all that its sites copy, and accuses nobody else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from console.demo.content import Content, content_of, shipped_content
from console.demo.world import demo_world, sites_of
from tests.e2e.material import write_texts
from tests.e2e.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_EXCERPT = 20_000


def demonstrate(folder: Path, *options: str) -> dict[str, Any]:
    """Run the demonstration from a folder that is not the project's."""
    program = Program(folder)
    ended = program.run("demo", "--json", *options)
    assert ended.code == 0, ended.err
    assert not program.left_behind()
    return ended.object


def by_site(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the works of each site; which port a site had is left out."""
    titles: dict[str, list[str]] = defaultdict(list)
    for site, title in pairs:
        titles[site].append(title)
    return sorted(sorted(works) for works in titles.values())


def truth(content: Content) -> list[list[str]]:
    with demo_world(content) as world:
        return by_site(world.accusable)


def accused(result: dict[str, Any]) -> list[list[str]]:
    return by_site((case["site"], case["work"]) for case in result["cases"])


def carriers(content: Content, title: str) -> set[str]:
    """Return the paths where a copy of a work lies, on whichever site."""
    return {
        path
        for site in sites_of(content)
        for path, resource in site.resources.items()
        if title in resource.carries
    }


def titles_of(content: Content) -> set[str]:
    return {*(text.title for text in content.texts), *(one.title for one in content.pictures)}


def assert_true(result: dict[str, Any], content: Content) -> None:
    """Compare what was found with what was put there."""
    assert accused(result) == truth(content)
    for case in result["cases"]:
        assert case["urls"]
        assert {urlsplit(url).netloc for url in case["urls"]} == {case["site"]}
        assert {urlsplit(url).path for url in case["urls"]} <= carriers(content, case["work"])
        assert 0 < case["coverage"] <= 1
        assert 0.5 <= case["score"] <= 1


def test_shipped_content(tmp_path: Path) -> None:
    content = shipped_content()
    result = demonstrate(tmp_path)
    assert_true(result, content)
    assert {work["title"] for work in result["works"]} == titles_of(content)
    assert len({case["case_id"] for case in result["cases"]}) == len(result["cases"])
    addresses = sum(len(case["urls"]) for case in result["cases"])
    assert result["matches"] - result["granted"] >= addresses
    assert result["granted"] > 0
    assert result["sightings"] > result["matches"]
    assert result["seconds"] > 0
    assert not list(tmp_path.iterdir())


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
    assert_true(result, content)
    assert titles_of(shipped_content()).isdisjoint(case["work"] for case in result["cases"])
    assert {work["title"] for work in result["works"]} == titles_of(content)
    assert result["data"] == str(data)
