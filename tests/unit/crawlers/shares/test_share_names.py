"""What file names say: labelled names from shares as they are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.shares.names import FileName, folded, meant, parsed

NAMES = [
    [part.strip() for part in line.rsplit("|", 2)]
    for line in Path(__file__).with_name("names.txt").read_text().splitlines()
]


def facts(name: FileName) -> dict[str, str]:
    def span(value: tuple[int, int] | None) -> str:
        return f"{value[0]}-{value[1]}" if value else ""

    return {
        "s": str(name.season or ""),
        "e": span(name.episodes),
        "c": span(name.chapters),
        "v": str(name.volume or ""),
        "y": str(name.year or ""),
        "q": name.quality,
        "x": name.extension,
        "a": name.author,
        "w": "1" if name.whole else "",
        "l": ",".join(name.languages),
        "p": str(name.part or ""),
    }


def test_titles_are_read() -> None:
    got = {name: [folded(one) for one in parsed(name).titles] for name, _, _ in NAMES}
    first = [name for name, title, _ in NAMES if got[name][0] == folded(title)]
    among = [name for name, title, _ in NAMES if folded(title) in got[name]]
    print(f"{len(NAMES)} names: title first in {len(first)}, among in {len(among)}")  # noqa: T201
    assert len(NAMES) >= 160
    assert len(among) == len(NAMES), {name for name, _, _ in NAMES} - set(among)
    assert len(first) >= 0.97 * len(NAMES)


@pytest.mark.parametrize(("name", "title", "labels"), NAMES, ids=[name for name, _, _ in NAMES])
def test_facts_are_read(name: str, title: str, labels: str) -> None:
    assert title
    got = facts(parsed(name))
    wanted = dict(label.split("=") for label in labels.split())
    assert {key: got[key] for key in wanted} == wanted


def test_titles_that_a_name_may_mean() -> None:
    works = [
        "三体",
        "三体2：黑暗森林",
        "流浪地球",
        "The Wandering Earth II",
        "活着",
        "长安十二时辰",
    ]
    assert meant("《三体》全集 作者：刘慈欣.txt", works) == [("三体", 1.0)]
    assert meant("流浪地球2.The.Wandering.Earth.II.2023.mkv", works) == [
        ("The Wandering Earth II", 1.0)
    ]
    assert meant("[余华]活着.epub", works)[0] == ("活着", 1.0)
    assert meant("三体II黑暗森林.txt", ["三体Ⅱ·黑暗森林"]) == [("三体Ⅱ·黑暗森林", 1.0)]
    assert meant("长安十二时晨 第01集.mp4", works)[0][0] == "长安十二时辰"
    assert meant("考研英语.pdf", works) == []


def test_another_number_is_another_work() -> None:
    assert meant("流浪地球2.mkv", ["流浪地球", "流浪地球3"]) == []


@given(st.text(max_size=120))
def test_any_name_is_answered(name: str) -> None:
    read = parsed(name)
    assert isinstance(read.titles, tuple)
    assert all(likeness <= 1 for _, likeness in meant(name, ["三体", name]))
