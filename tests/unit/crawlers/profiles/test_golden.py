"""Each engine's pages are read as its examples say: one test over all folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawlers.profiles.errors import InvalidExample
from crawlers.profiles.golden import EXPECTED, PAGE, differences, examples, keep, load, told
from crawlers.profiles.shelf import engines, open_shelf

GOLDEN = Path(__file__).parents[3] / "golden" / "profiles"
FOLDERS = examples(GOLDEN)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: str(one.relative_to(GOLDEN)))
def test_example(folder: Path) -> None:
    page, expected = load(folder)
    assert told(page.read(open_shelf(None))) == expected
    assert expected["missing"] == []


def test_every_engine_has_an_example() -> None:
    assert {one.relative_to(GOLDEN).parts[0] for one in FOLDERS} == {one.name for one in engines()}


def test_no_example_is_read_by_anothers_profile() -> None:
    read = {one: load(one)[1]["profile"].partition("/")[0] for one in FOLDERS}
    assert read == {one: one.relative_to(GOLDEN).parts[0] for one in FOLDERS}


def test_what_is_kept_is_read_alike(tmp_path: Path) -> None:
    page, expected = load(GOLDEN / "jieqi" / "chapter")
    keep(tmp_path / "one", page, page.read(open_shelf(None)))
    assert load(tmp_path / "one") == (page, expected)
    assert list(differences(tmp_path, open_shelf(None))) == []


def test_what_is_read_otherwise_is_told(tmp_path: Path) -> None:
    page, expected = load(GOLDEN / "jieqi" / "chapter")
    keep(tmp_path, page, page.read(open_shelf(None)))
    wrong = {**expected, "missing": ["body"]}
    (tmp_path / EXPECTED).write_text(json.dumps(wrong), "utf-8")
    (found,) = differences(tmp_path, open_shelf(None))
    assert (found.folder, found.expected, found.read) == (tmp_path, wrong, expected)


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"url": "http://a.example/", "at": "then"}'])
def test_an_example_without_its_parts(tmp_path: Path, said: str) -> None:
    (tmp_path / "input.html").write_text("<p>", "utf-8")
    (tmp_path / PAGE).write_text(said, "utf-8")
    with pytest.raises(InvalidExample, match=str(tmp_path)):
        load(tmp_path)
