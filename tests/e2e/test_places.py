"""Where a case is filed: where the work is offered, with whoever else hosts it in the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from console.demo.content import shipped_content
from tests.e2e.program import Program
from tests.servers import Site, content, page

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = shipped_content().pictures[0]
TEXT = shipped_content().texts[0].words[:12_000]


@pytest.mark.parametrize("grantee", ["offers", "hosts"])
def test_media_are_filed_where_they_are_shown_and_grants_cover_either(
    tmp_path: Path, grantee: str
) -> None:
    program = Program(tmp_path)
    data = ("--data", str(tmp_path / "data"), "--json")
    (tmp_path / PICTURE.filename).write_bytes(PICTURE.content)
    (tmp_path / "三国演义.txt").write_text(TEXT, "utf-8")
    for name, kind in ((PICTURE.filename, "image"), ("三国演义.txt", "literature")):
        added = program.run("works", "add", name, "--kind", kind, "--holder", "H", *data)
        assert added.code == 0, added.err
    with Site() as gallery, Site() as files:
        gallery.routes["/"] = page(
            f"<img src={files.url('/p.jpg')}><a href={files.url('/book.txt')}>全本</a>"
        )
        files.routes["/p.jpg"] = content(PICTURE.content, "image/jpeg")
        files.routes["/book.txt"] = content(TEXT.encode(), "text/plain; charset=utf-8")
        allowed = ("--allow", gallery.host, "--allow", files.host, "--delay", "0")
        ended = program.run("crawl", gallery.url("/"), "--channel", "web", *allowed, *data)
        assert ended.code == 0, ended.err
        hosts = {"offers": gallery.host, "hosts": files.host}
    cases = program.run("cases", "list", *data).objects
    assert len(cases) == 2
    for case in cases:
        assert case["site"] == hosts["offers"]
        assert case["sites"] == sorted(hosts.values())
    for host in hosts.values():
        of_host = program.run("cases", "list", "--site", host, *data).objects
        assert {one["case_id"] for one in of_host} == {one["case_id"] for one in cases}
    parties = ("--grantor", "H", "--grantee", "G", "--site", hosts[grantee])
    given = program.run("grants", "add", *parties, *data)
    assert given.code == 0, given.err
    assert {one["state"] for one in program.run("cases", "list", *data).objects} == {"dismissed"}
