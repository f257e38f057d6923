"""A crawl whose Redis is killed in the middle, twice, goes on by itself: each page is examined."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING

from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.redis import RedisNode
from tests.servers import Site, page

if TYPE_CHECKING:
    from pathlib import Path

PAGES = 40
KILLS = 2


def site() -> Site:
    links = "".join(f'<a href="/{number}">{number}</a> ' for number in range(PAGES))
    pages = {f"/{number}": page(f"<p>第{number}页</p>") for number in range(PAGES)}
    return Site({"/": page(links), **pages})


def test_a_crawl_goes_on_where_redis_was_killed(tmp_path: Path) -> None:
    with RedisNode() as node, site() as served:
        program = Program(tmp_path, settings={"MARQUE_REDIS_URL": node.url, "MARQUE_JOBS": "1"})
        crawl = ("crawl", served.url(), "--allow", served.host, "--delay", "0.1", "--data", "data")
        running = program.start(*crawl, "--json")
        for kill in range(KILLS):
            while len(served.asked) < (1 + kill) * PAGES // (1 + KILLS):
                assert running.poll() is None, program.end(running).err
                time.sleep(0.05)
            node.kill()
            node.lose(3_000)
            time.sleep(0.5)
            node.start()
            node.wait_for_new_file()
        ended = program.end(running)
        assert ended.code == 0, ended.err
        assert ended.object["finished"], ended.err
        records = open_store(StoreLocation(tmp_path / "data")).records
        seen = [one.record for one in scan(records, Query(Sighting))]
        assert Counter(one.url for one in seen) == Counter(
            [served.url(), *(served.url(f"/{number}") for number in range(PAGES))]
        )
        assert all(one.examined_at for one in seen)
        assert not (tmp_path / "data" / "frontier.db").exists()


def test_a_new_store_crawls_what_an_earlier_one_did(tmp_path: Path) -> None:
    with RedisNode() as node, site() as served:
        program = Program(tmp_path, settings={"MARQUE_REDIS_URL": node.url, "MARQUE_JOBS": "1"})
        crawl = ("crawl", served.url("/1"), "--allow", served.host, "--delay", "0", "--json")
        for folder in ("first", "second"):
            ended = program.run(*crawl, "--data", folder)
            assert ended.code == 0, ended.err
            records = open_store(StoreLocation(tmp_path / folder)).records
            assert records.count(Query(Sighting)) == 1
        assert [one.path for one in served.asked].count("/1") == 2


def test_the_doctor_looks_at_redis(tmp_path: Path) -> None:
    with RedisNode() as node:
        program = Program(tmp_path, settings={"MARQUE_REDIS_URL": node.url})
        healthy = program.run("doctor", "--data", "data", "--json")
        assert healthy.code == 0, healthy.err
        assert any(node.url in one["state"] for one in json.loads(healthy.out))
        node.kill()
        hasty = {"MARQUE_REDIS_URL": node.url, "MARQUE_REDIS_PATIENCE_S": "0"}
        sick = Program(tmp_path, settings=hasty).run("doctor", "--data", "data", "--json")
        assert sick.code == 3
        (said,) = (one for one in json.loads(sick.out) if not one["ok"])
        assert said["what"].startswith("redis_url")
        assert "refused" in said["state"]


def test_the_doctor_warns_of_a_redis_that_forgets(tmp_path: Path) -> None:
    with RedisNode("--appendonly", "no") as node:
        program = Program(tmp_path, settings={"MARQUE_REDIS_URL": node.url})
        sick = program.run("doctor", "--data", "data", "--json", "--language", "zh")
        assert sick.code == 3
        (said,) = (one for one in json.loads(sick.out) if not one["ok"])
        assert (said["what"], "AOF" in said["remedy"]) == ("redis", True)
