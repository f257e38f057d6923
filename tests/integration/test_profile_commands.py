"""`marque profiles`: profiles listed, tried on live and saved pages, drawn, and checked."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.program import Program
from tests.servers import Site, page, text

GOLDEN = Path(__file__).parents[1] / "golden" / "profiles"
OWN = """
name = "own"
[site]
hosts = "127.0.0.1"
[pages.article]
url = '^/1$'
[pages.article.fields]
title = "h1"
author = "#author"
body = { from = "#body", required = true }
"""
PAGE = (
    "<html><style>body{margin:0}h1,#body{position:absolute;left:0;width:800px;height:100px;margin:0}"
    "h1{top:200px}#body{top:400px}</style><h1>标题</h1><div id=body>正文</div></html>"
)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def own(program: Program) -> Path:
    folder = program.folder / "marque-data" / "profiles"
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(OWN, "utf-8")
    return folder


def test_list_and_show(program: Program, own: Path) -> None:
    listed = program.run("profiles", "list", "--json").objects
    assert (listed[0]["name"], listed[0]["own"]) == ("own", True)
    assert [one["name"] for one in listed[1:] if one["own"]] == []
    assert program.run("profiles", "show", "own").out == OWN
    assert program.run("profiles", "show", "nothing").code == 4

    (own / "wrong.toml").write_text(OWN.replace("title =", "titel ="), "utf-8")
    refused = program.run("profiles", "list")
    assert refused.code == 2
    assert "wrong.toml: pages.article.fields: no field is called 'titel'" in refused.err


def test_a_live_page(program: Program, own: Path) -> None:
    with Site({"/1": page(PAGE), "/2": page(PAGE), "/robots.txt": text("")}) as site:
        url = site.url("/1")
        refused = program.run("profiles", "test", url)
        assert refused.code == 3
        assert "forbidden_address" in refused.err
        assert site.asked == []

        tried = program.run("profiles", "test", url, "--allow", site.host, "--json")
        assert (tried.code, tried.object) == (
            0,
            {
                "url": url,
                "profile": "own/article",
                "missing": [],
                "fields": {"title": "标题", "body": "正文"},
            },
        )
        shown = program.run("profiles", "test", url, "--allow", site.host, "--language", "zh")
        assert "标题 title" in shown.out
        none = program.run("profiles", "test", site.url("/2"), "--allow", site.host, "--json")
        assert (none.code, none.object["profile"]) == (4, "")

        site.routes["/robots.txt"] = text("User-agent: *\nDisallow: /")
        obeyed = program.run("profiles", "test", url, "--allow", site.host)
        assert (obeyed.code, "refused_by_robots" in obeyed.err) == (3, True)
    assert not (program.folder / "marque-data" / "marque.db").exists()
    assert own.is_dir()


def test_a_picture_of_a_live_page(program: Program, own: Path) -> None:
    with Site({"/1": page(PAGE)}) as site:
        drawn = program.run(
            *("profiles", "test", site.url("/1"), "--allow", site.host),
            *("--picture", "page.png"),
        )
    assert drawn.code == 0, drawn.err
    _has_boxes_at(program.folder / "page.png", 200, 400)
    assert own.is_dir()


def test_a_saved_page(program: Program, own: Path) -> None:
    (program.folder / "page.html").write_text(PAGE, "utf-8")
    said = ("profiles", "test", "page.html", "--url", "http://other.example/1")
    assert program.run(*said).code == 4
    file = str(own / "own.toml")
    forced = program.run(*said, "--profile", file, "--picture", "page.png", "--keep", "kept")
    assert forced.code == 0, forced.err
    assert "host and signs don't fit" in forced.err
    _has_boxes_at(program.folder / "page.png", 200, 400)
    kept = json.loads((program.folder / "kept" / "expected.json").read_text("utf-8"))
    assert kept["fields"] == {"title": "标题", "body": "正文"}
    assert program.run("profiles", "test", "page.html").code == 2


def test_check(program: Program, own: Path) -> None:
    examples = own / "examples"
    shutil.copytree(GOLDEN / "jieqi", examples / "jieqi")
    good = program.run("profiles", "check")
    assert (good.code, good.out) == (0, "")
    file = examples / "jieqi" / "chapter" / "input.html"
    file.write_bytes(file.read_bytes().replace(b'id="title"', b'id="heading"'))
    changed = program.run("profiles", "check", "--language", "en")
    assert changed.code == 5
    assert 'title: "第二章 对岸" → null' in changed.out
    assert "2 examples, 1 differ" in changed.err


def _has_boxes_at(file: Path, *tops: int) -> None:
    """Look for the upper edges of boxes, on a page that is white otherwise."""
    picture = Image.open(io.BytesIO(file.read_bytes())).convert("RGB")
    column = [picture.getpixel((300, y)) for y in range(picture.height)]
    edges = [y for y in range(1, picture.height) if _is_dark(column[y]) > _is_dark(column[y - 1])]
    assert [y for y in edges if y in tops] == list(tops)


def _is_dark(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return bool(min(colour) < 100)
