"""What a crawl remarks to the person who began it, about what it could not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.program import Program
from tests.servers import Site, page

if TYPE_CHECKING:
    from pathlib import Path

SHELL = "<div id=app></div><script src=/static/js/chunk-vendors.1.js></script>"


def test_pages_that_scripts_build_and_what_failed_are_remarked(tmp_path: Path) -> None:
    program = Program(tmp_path, settings={"MARQUE_DATA": str(tmp_path / "data")})
    with Site({"/": page(f"{SHELL}<a href=/gone>x</a>"), "/about": page("<p>ok</p>")}) as site:
        words = ("--allow", site.host, "--delay", "0")
        crawled = program.run("crawl", site.url(), site.url("/about"), *words)
    assert crawled.code == 0
    assert "http_404: there is no such page" in crawled.err
    assert "scripts seem to build: 1 (--render auto" in crawled.err
    (crawl,) = program.run("crawls", "list", "--json").objects
    shown = program.run("crawls", "show", crawl["id"], "--language", "zh")
    assert "nothing_to_print：已取得，但内容太少，无从比对" in shown.err
    assert "有 1 个空白网页似由脚本生成内容" in shown.err
