"""A crawl whose Elasticsearch is killed in the middle: nothing is lost, nothing is there twice."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Case, CaseUrl, Event, Match, Sighting
from index.elastic.location import ElasticsearchLocation
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.elasticsearch import Node
from tests.servers import Site, page

if TYPE_CHECKING:
    from pathlib import Path

PAGES = 40
COPIED = 8
SERVICE_DOWN = 3


def site_of(novel: str) -> Site:
    links = "".join(f'<a href="/{number}">{number}</a> ' for number in range(PAGES))
    routes = {"/": page(links)}
    for number in range(PAGES):
        start = 700 * number
        words = novel[start : start + 600] if number % (PAGES // COPIED) == 0 else f"第{number}页"
        routes[f"/{number}"] = page(f"<p>{words}</p>")
    return Site(routes)


def test_a_crawl_goes_on_where_the_server_was_killed(
    tmp_path: Path,
) -> None:
    novel = shipped_content().texts[0].words[:40_000]
    book = tmp_path / "三国演义.txt"
    book.write_text(novel, "utf-8")
    with Node() as node, site_of(novel) as site:
        program = Program(
            tmp_path, settings={"MARQUE_ELASTICSEARCH_URL": node.url, "MARQUE_JOBS": "2"}
        )
        added = program.run(
            *("works", "add", str(book), "--kind", "literature", "--holder", "H"),
            *("--data", "data", "--json"),
        )
        assert added.code == 0, added.err
        crawl = ("crawl", site.url(), "--allow", site.host, "--delay", "0.2", "--data", "data")
        running = program.start(*crawl, "--json")
        while len(site.asked) < PAGES // 2:
            assert running.poll() is None, program.end(running).err
            time.sleep(0.05)
        node.kill()
        time.sleep(1)
        node.start()
        ended = program.end(running)
        assert ended.code in {0, SERVICE_DOWN}, ended.err
        if ended.code:
            ended = program.run(*crawl, "--json")
        assert ended.object["finished"], ended.err
        records = open_store(
            StoreLocation(tmp_path / "data", ElasticsearchLocation((node.url,)))
        ).records
        seen = [one.record for one in scan(records, Query(Sighting))]
        assert Counter(one.url for one in seen) == Counter(
            [site.url(), *(site.url(f"/{number}") for number in range(PAGES))]
        )
        assert all(one.examined_at and (one.failure is None or one.payload) for one in seen)
        assert records.count(Query(Match)) == COPIED
        (case,) = (one.record for one in scan(records, Query(Case)))
        assert case.url_count == COPIED == records.count(Query(CaseUrl, {"case_id": case.id}))
        assert records.count(Query(Event, {"verb": "case_opened"})) == 1
