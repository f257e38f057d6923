"""Large bodies, many at a time: what a process holds of them has one bound, and none waits on."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.servers import Site, content, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers import Line

MIB = 2**20
AT_ONCE = 16
STALLED = 40 * MIB
MOST_BYTES = 300 * MIB
"""What the process may take beyond what it takes for a small page: of 640 MiB that are sent."""


def stalling(line: Line) -> None:
    """Send a large page but for its end, and no more."""
    line.keep = False
    line.head(200, {"Content-Type": "text/html", "Content-Length": str(STALLED + MIB)})
    for _ in range(STALLED // MIB):
        line.send(bytes(MIB))
    line.stopping.wait(60)


def linked(paths: list[str]) -> Callable[[Line], None]:
    """Answer with a page that leads to all of these."""
    return page("".join(f'<a href="{path}">{path}</a>' for path in paths))


def crawl(folder: Path, site: Site, **settings: int) -> tuple[dict[str, Sighting], int]:
    """Crawl a site with the program; return what was seen, by path, and the peak of its memory."""
    data = folder / "data"
    named = {f"MARQUE_CRAWL__{name.upper()}": str(value) for name, value in settings.items()}
    program = Program(folder, settings={"MARQUE_DATA": str(data), **named})
    process = program.start(
        *("crawl", site.url(), "--allow", site.host, "--delay", "0", "--jobs", "1", "--json")
    )
    ended, peak = program.end_watched(process)
    assert ended.code == 0, ended.err
    assert ended.object["finished"]
    seen = scan(open_store(StoreLocation(data)).records, Query(Sighting, {}))
    return {one.record.url.removeprefix(site.url("")): one.record for one in seen}, peak


def test_many_large_bodies_take_no_more_than_the_budget(tmp_path: Path) -> None:
    paths = [f"/stalled/{number}" for number in range(AT_ONCE)]
    with Site({"/": linked([]), "/good": page("<p>good")}) as site:
        (folder := tmp_path / "quiet").mkdir()
        _, quiet_bytes = crawl(folder, site)
        site.routes["/"] = linked([*paths, "/good"])
        site.routes.update(dict.fromkeys(paths, stalling))
        (folder := tmp_path / "hostile").mkdir()
        seen, peak_bytes = crawl(
            folder,
            site,
            max_bodies_in_memory_bytes=64 * MIB,
            timeout_s=6,
            tries=1,
            concurrency=AT_ONCE,
        )
    assert {seen[path].failure.code for path in paths if seen[path].failure} == {"timeout"}  # type: ignore[union-attr]
    assert seen["/good"].payload is not None
    assert peak_bytes - quiet_bytes < MOST_BYTES


def test_bodies_larger_than_the_budget_are_had_one_after_the_other(tmp_path: Path) -> None:
    body = b"<p>" + b"large " * (MIB // 2)
    packed = {"Content-Encoding": "deflate"}
    plain = {f"/plain/{number}": content(body, "text/html") for number in range(6)}
    small = {
        f"/packed/{number}": content(zlib.compress(body), "text/html", headers=packed)
        for number in range(6)
    }
    with Site({"/": linked([*plain, *small]), **plain, **small}) as site:
        seen, _ = crawl(
            tmp_path, site, max_bodies_in_memory_bytes=MIB, tries=1, concurrency=AT_ONCE
        )
    assert {seen[path].size_bytes for path in (*plain, *small)} == {len(body)}
    assert all(one.payload for one in seen.values())
