"""Profiles are read from files; what is wrong with one is said with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from crawlers.profiles.errors import InvalidProfile, UnknownProfile
from crawlers.profiles.form import FORMS, GROUPS, Form, PageKind
from crawlers.profiles.picture import NAMES
from crawlers.profiles.shelf import engines, open_shelf, parse, read_profile, text_of

PROFILE = """
name = "x"
[site]
hosts = ["a.example"]
[pages.chapter]
url = '^/\\d+'
[pages.chapter.fields]
title = ["h1", "meta[property='og:title']@content"]
body = { from = "#content", required = true }
views = { css = ".info", regex = '(\\d+)' }
[pages.catalogue]
has = "#list"
[pages.catalogue.fields.chapters]
each = "#list dd a"
"""


def test_a_profile() -> None:
    profile = parse(Path("x.toml"), PROFILE.encode())
    assert (profile.name, profile.site.hosts) == ("x", ("a.example",))
    assert list(profile.pages) == [PageKind.CHAPTER, PageKind.CATALOGUE]
    assert profile.required(PageKind.CHAPTER) == ("body",)
    title = profile.of(PageKind.CHAPTER)["title"].model_dump(mode="json")
    assert [(one["css"], one["attr"]) for one in title["sources"]] == [
        ("h1", ""),
        ("meta[property='og:title']", "content"),
    ]
    chapters = profile.of(PageKind.CATALOGUE)["chapters"].model_dump(mode="json")
    assert {name: one["sources"][0]["attr"] for name, one in chapters["item"].items()} == {
        "url": "href",
        "title": "",
    }


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('title = ["h1"', 'titel = ["h1"', "pages.chapter.fields", "no field is called 'titel'"),
        ('".info"', '".a ~ .b"', "pages.chapter.fields.views.from.0.css", "~ costs too much"),
        ("'^/\\d+'", "'^/(\\d+'", "pages.chapter.url.0", "is no pattern"),
        ("required = true", "must = true", "pages.chapter.fields.body.must", "Extra inputs"),
        ('has = "#list"', "", "", "pages.catalogue: url or has is needed"),
        ("[pages.catalogue]", "[pages.index]", "pages.index.[key]", "Input should be"),
        ('hosts = ["a.example"]', "", "", "site: hosts, generator or marks are needed"),
        ('each = "#list dd a"', "each = []", "pages.catalogue.fields.chapters.each", "at least 1"),
        ('each = "#list dd a"', 'from = "a"', "pages.catalogue.fields", "needs each and item"),
        ('"#content"', "{ attr = 'id' }", "pages.chapter.fields.body.from.0", "css, script or"),
        ("[site]", "[site", "", "no TOML"),
        ('name = "x"', 'name = "X y"', "name", "String should match"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, key: str, reason: str) -> None:
    assert old in PROFILE
    with pytest.raises(InvalidProfile, match=r"x\.toml") as error:
        parse(Path("x.toml"), PROFILE.replace(old, new).encode())
    assert error.value.key == key
    assert reason in error.value.reason


def test_own_files_win_and_wrong_ones_cost_only_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PROFILE.replace('"x"', '"biquge"'), "utf-8")
    (tmp_path / "b.toml").write_text("name = 1", "utf-8")
    (tmp_path / "c.toml").write_text(PROFILE.replace('"x"', '"biquge"'), "utf-8")
    (tmp_path / "d.txt").write_text("nothing", "utf-8")
    shelf = open_shelf(tmp_path)
    assert shelf.profiles[0].site.hosts == ("a.example",)
    assert [one.name for one in shelf.profiles].count("biquge") == 1
    assert len(shelf.profiles) == len(list(engines()))
    assert [(one.file.name, one.key) for one in shelf.refused] == [
        ("b.toml", "name"),
        ("c.toml", "name"),
    ]


def test_files_are_read_anew_when_they_change(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    assert open_shelf(tmp_path).own == frozenset()
    file.write_text(PROFILE, "utf-8")
    assert open_shelf(tmp_path).own == {"x"}
    assert open_shelf(tmp_path) is open_shelf(tmp_path)
    file.write_text(PROFILE.replace('"x"', '"longer"'), "utf-8")
    assert open_shelf(tmp_path).own == {"longer"}
    assert open_shelf(tmp_path / "none").own == frozenset()


def test_special_profiles_are_tried_before_those_they_go_over() -> None:
    names = [one.name for one in open_shelf(None).profiles]
    assert names.index("madara") < names.index("wordpress")
    assert names.index("mangastream") < names.index("wordpress")
    assert names[0] == "fdroid"  # for a named host


def test_files_are_given_out_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PROFILE, "utf-8")
    assert text_of("x", tmp_path) == PROFILE
    assert 'name = "jieqi"' in text_of("jieqi", tmp_path)
    with pytest.raises(UnknownProfile):
        text_of("nothing", tmp_path)
    with pytest.raises(UnknownProfile):
        open_shelf(None).get("nothing")


def test_too_large_or_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("#" * 300_000, "utf-8")
    with pytest.raises(InvalidProfile, match="larger than"):
        read_profile(tmp_path / "a.toml")
    with pytest.raises(InvalidProfile, match="No such file"):
        read_profile(tmp_path / "b.toml")


def test_every_field_has_a_chinese_name() -> None:
    names = {*FORMS, *GROUPS, *(name for names in GROUPS.values() for name in names)}
    assert names <= NAMES.keys()
    assert set(FORMS.values()) == set(Form)


def test_a_refused_file_is_logged(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("[site", "utf-8")
    with capture_logs() as logged:
        open_shelf(tmp_path)
    (event,) = logged
    assert (event["event"], event["file"]) == ("profile_refused", str(tmp_path / "wrong.toml"))
