"""Two machines without a disk in common: one crawls, the other reads what was captured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.program import Program
from tests.s3 import bucket
from tests.servers import Site, page

if TYPE_CHECKING:
    from pathlib import Path

    from index.elastic.location import ElasticsearchLocation
    from index.remote_blobs import RemoteLocation

_SAID = "<p>谁也没有见过的一页。</p>"


def settings(location: RemoteLocation, **other: str) -> dict[str, str]:
    return {
        "MARQUE_BLOBS__URL": location.url,
        "MARQUE_BLOBS__OPTIONS": json.dumps(dict(location.options)),
        "MARQUE_JOBS": "1",
        **other,
    }


def test_a_machine_reads_what_another_captured(
    tmp_path: Path, elasticsearch_location: ElasticsearchLocation
) -> None:
    with bucket() as bytes_at, Site({"/": page(_SAID)}) as site:
        program = Program(
            tmp_path,
            settings=settings(
                bytes_at,
                MARQUE_ELASTICSEARCH_URL=elasticsearch_location.name,
                MARQUE_ELASTICSEARCH_PREFIX=elasticsearch_location.prefix,
            ),
        )
        assert program.run("index", "migrate").code == 0
        crawled = program.run(
            *("crawl", site.url("/"), "--allow", site.host, "--delay", "0", "--json"),
            *("--data", "one"),
        )
        assert crawled.code == 0, crawled.err
        records = open_store(StoreLocation(tmp_path / "one", elasticsearch_location)).records
        (seen,) = (one.record for one in scan(records, Query(Sighting)))
        assert seen.capture is not None
        read = program.run("captures", "show", seen.capture, "--body", "--data", "two")
        assert read.code == 0, read.err
        assert _SAID in read.out
        assert not list((tmp_path / "one").glob("blobs/**/*"))
        assert [path.name for path in (tmp_path / "two/blobs-cache").glob("*/*/*")]


def test_a_place_that_is_away_costs_nothing(tmp_path: Path) -> None:
    with Site({"/": page(_SAID)}) as site:
        crawl = ("crawl", site.url("/"), "--allow", site.host, "--delay", "0", "--json")
        with bucket() as location:
            pass
        away = Program(tmp_path, settings=settings(location)).run(*crawl)
        assert away.code == 3, away.err
        assert location.url in away.err
        assert "of-the-test" not in away.err
        records = open_store(StoreLocation(tmp_path / "marque-data")).records
        assert not records.count(Query(Sighting))
        with bucket() as location:
            again = Program(tmp_path, settings=settings(location)).run(*crawl)
        assert again.code == 0, again.err
        assert again.object["finished"]
        assert records.count(Query(Sighting)) == 1


def test_the_doctor_looks_at_it(tmp_path: Path) -> None:
    with bucket() as location:
        well = Program(tmp_path, settings=settings(location)).run("doctor", "--json")
    assert any(one["state"] == location.url and one["ok"] for one in json.loads(well.out))
    ill = Program(tmp_path, settings=settings(location)).run("doctor", "--json")
    assert ill.code == 3
    (said,) = (one for one in json.loads(ill.out) if one["what"].startswith("blobs.url"))
    assert not said["ok"]
    assert location.url in said["state"]
