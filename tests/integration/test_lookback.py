"""What was seen before a work was registered, or covered by a grant that ended, becomes a case."""

from __future__ import annotations

import io
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from console.demo.content import shipped_content
from tests.e2e.program import Program
from tests.servers import Site, content, page

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = find_spec("skimage")
assert SPEC is not None
assert SPEC.origin is not None
PICTURE = Path(SPEC.origin).parent / "data" / "chelsea.png"
HERE = ("--data", "data")


def mirrored() -> bytes:
    with Image.open(PICTURE) as picture:
        copy = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((300, 200))
    held = io.BytesIO()
    copy.save(held, "JPEG", quality=50)
    return held.getvalue()


@pytest.fixture(scope="module")
def novel() -> str:
    return shipped_content().texts[0].words[:60_000]


@pytest.fixture(scope="module")
def site(novel: str) -> Iterator[Site]:
    chapter = "".join(f"<p>{novel[at : at + 400]}</p>" for at in range(30_000, 33_000, 400))
    other = "<p>一个不相干的页面，说的是今天的天气和明天的饭菜。</p>" * 3
    routes = {
        "/": page('<a href="/chapter">1</a> <a href="/other">2</a> <img src="/cat.jpg">'),
        "/chapter": page(chapter),
        "/other": page(other),
        "/cat.jpg": content(mirrored(), "image/jpeg"),
    }
    with Site(routes) as site:
        yield site


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Path:
    """Return a folder whose store has seen the site while no work was registered."""
    folder = tmp_path_factory.mktemp("seen")
    program = Program(folder)
    done = program.run("crawl", site.url(), "--allow", site.host, "--delay", "0", *HERE, "--json")
    assert done.code == 0, done.err
    assert cases(program) == []
    return folder


@pytest.fixture
def program(tmp_path: Path, seen: Path) -> Program:
    shutil.copytree(seen, tmp_path, dirs_exist_ok=True)
    return Program(tmp_path)


def cases(program: Program) -> list[dict[str, Any]]:
    return program.run("cases", "list", *HERE, "--json").objects


def register(program: Program, file: Path, kind: str, title: str) -> str:
    done = program.run(
        *("works", "add", str(file), "--kind", kind, "--title", title, "--holder", "H"),
        *(*HERE, "--json"),
    )
    assert done.code == 0, done.err
    work_id: str = done.object["work_id"]
    return work_id


def test_a_work_is_matched_with_what_was_seen_before_it(
    program: Program, tmp_path: Path, novel: str
) -> None:
    book = tmp_path / "三国演义.txt"
    book.write_text(novel, "utf-8")
    works = {register(program, book, "literature", "三国演义")}
    works.add(register(program, PICTURE, "image", "Chelsea"))
    found = cases(program)
    assert {case["work_id"] for case in found} == works
    assert all(case["url_count"] == 1 for case in found)
    again = program.run("works", "rematch", *HERE, "--json")
    assert again.object == {"works": 2, "matches": 0}
    assert cases(program) == found


def test_a_file_added_to_a_work_is_matched_too(
    program: Program, tmp_path: Path, novel: str
) -> None:
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    first.write_text(novel[:10_000], "utf-8")
    second.write_text(novel[30_000:40_000], "utf-8")
    register(program, first, "literature", "三国演义")
    assert cases(program) == []
    work = register(program, second, "literature", "三国演义")
    assert [case["work_id"] for case in cases(program)] == [work]


def test_the_end_of_a_grant_files_what_it_covered(program: Program, site: Site) -> None:
    granted = program.run(
        *("grants", "add", "--grantor", "H", "--grantee", "G", "--site", site.host),
        *(*HERE, "--json"),
    )
    register(program, PICTURE, "image", "Chelsea")
    assert cases(program) == []
    revoked = program.run(
        "grants", "revoke", granted.object["id"], "--reason", "unpaid", *HERE, "--json"
    )
    assert revoked.code == 0, revoked.err
    (case,) = cases(program)
    assert (case["state"], case["url_count"]) == ("lead", 1)
    assert program.run("grants", "review", *HERE, "--json").object == {"cases": []}


def test_a_grant_recorded_late_ends_a_lead(program: Program, site: Site) -> None:
    register(program, PICTURE, "image", "Chelsea")
    (case,) = cases(program)
    assert case["state"] == "lead"
    program.run("grants", "add", "--grantor", "H", "--grantee", "G", "--site", site.host, *HERE)
    (case,) = cases(program)
    assert case["state"] == "dismissed"
    assert "grant" in case["decided_because"]
