"""A site that somebody saved as a folder is matched as the crawl of it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from console.demo.server import served
from console.demo.world import sites_of, works_of
from index.contract import Query
from index.documents import Match, Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.material import small_content, work_table
from tests.e2e.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from console.demo.sites import Site

Held = dict[str, set[tuple[str, str, str]]]
"""By path: work, modality, and the places in the work, of each match."""


def saved(site: Site, folder: Path) -> None:
    """Write a site's files as they are served, pages under names that say what they are."""
    for path, resource in site.resources.items():
        file = folder / name_of(path, resource.content_type)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(resource.body)


def name_of(path: str, content_type: str) -> str:
    name = path.lstrip("/") or "index"
    is_page = content_type.startswith("text/html")
    return f"{name}.page.html" if is_page and not name.endswith(".html") else name


def crawled(folder: Path) -> tuple[Held, set[str]]:
    """Return what a crawl found by path, and all paths that it examined."""
    records = open_store(StoreLocation(folder)).records
    seen = {one.record.id: one.record for one in scan(records, Query(Sighting))}
    examined = {
        name_of(urlsplit(one.url).path, one.media_type) for one in seen.values() if one.payload
    }
    held: Held = {}
    for match in (one.record for one in scan(records, Query(Match))):
        page = seen[match.sighting_id]
        places = json.dumps([span.work_span for span in match.spans])
        path = name_of(urlsplit(page.url).path, page.media_type)
        held.setdefault(path, set()).add((match.work_id, match.modality, places))
    return held, examined


def matched(lines: list[dict[str, Any]], folder: Path) -> Held:
    """Return what `match --json` printed by path in the folder."""
    held: Held = {}
    for line in lines:
        for match in line["matches"]:
            for witness in (match, *match.get("witnesses", ())):
                places = json.dumps([span["work"] for span in witness["spans"]])
                modality = witness.get("modality", line["modality"])
                path = line["path"].removeprefix(f"{folder}/")
                held.setdefault(path, set()).add((match["work_id"], modality, places))
    return held


def test_a_saved_folder_says_what_the_crawl_says(tmp_path: Path) -> None:
    program = Program(tmp_path)
    content = small_content(tmp_path / "content")
    site = next(one for one in sites_of(content) if one.name == "novel")
    table = work_table(tmp_path / "works", works_of(content))
    data = ("--data", str(tmp_path / "data"), "--json")
    assert program.run("works", "import", str(table), *data).code == 0
    with served(site) as at:
        crawl = ("crawl", at.url, "--channel", "literature", "--allow", at.host, "--delay", "0")
        ended = program.run(*crawl, *data)
        assert ended.code == 0, ended.err
    found, examined = crawled(tmp_path / "data")
    assert found
    folder = tmp_path / "saved"
    saved(site, folder)
    ended = program.run("match", str(folder), *data)
    assert ended.code == 0, ended.err
    told = matched(ended.objects, folder)
    assert {path: held for path, held in told.items() if path in examined} == found
