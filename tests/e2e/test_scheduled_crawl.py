"""From a target's schedule to the history of its crawl, as an administrator runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.program import Program
from tests.servers import Site, page

if TYPE_CHECKING:
    from pathlib import Path


def test_a_due_crawl_is_begun_run_and_accounted_for(tmp_path: Path) -> None:
    program = Program(tmp_path, settings={"MARQUE_DATA": "data", "MARQUE_JOBS": "1"})
    routes = {"/": page('<a href="/a">a</a> <a href="/gone">b</a>'), "/a": page("<p>a</p>")}
    with Site(routes) as site:
        added = program.run(
            *("targets", "add", site.url(), "--allow", site.host, "--delay", "0"),
            *("--revisit", "adaptive", "--json"),
        )
        assert added.code == 0, added.err
        target = added.object["id"]
        begun = program.run("scheduler", "--once", "--json").object
        assert begun["target_id"] == target
        assert program.run("scheduler", "--once", "--json").objects == []
        worked = program.run("worker", "--until-idle")
        assert worked.code == 0, worked.err
    told = program.run("targets", "history", target, "--json").object
    assert (told["crawl_id"], told["state"]) == (begun["id"], "finished")
    assert (told["pages"], told["failed"]) == (2, {"http_404": 1})
    assert told["unexamined"] == {"nothing_to_print": 2}
    assert told["seconds"] > 0
    (listed,) = program.run("targets", "list", "--json").objects
    assert listed["standing"] == "waiting"
    assert listed["due_at"] > begun["due_at"]
