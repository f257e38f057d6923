"""What only some servers can is used where it is there, and goes unmissed where it isn't.

The tests' server has neither lifecycles nor plugins. Before it stands one that answers for it where
a fuller server would answer otherwise; everything else is the real server's answer.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from index.contract import Query
from index.documents import RECORDS, Work, WorkKind
from index.store import StoreLocation, open_store, open_upkeep
from tests.elasticsearch import forwarding
from tests.servers import Line, Site, content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.elastic.location import ElasticsearchLocation

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}
SMARTCN = b"smartcn_tokenizer"


@dataclass
class Fuller:
    """Answers as a server with lifecycles, and with some plugins."""

    real: str
    plugins: tuple[str, ...] = ()
    refuses: int = 200

    def __call__(self, line: Line) -> None:
        path, body = line.asked.path, line.asked.body
        if path.startswith("/_ilm/"):
            answer({"acknowledged": True, "operation_mode": "RUNNING"}, self.refuses)(line)
        elif b"index.lifecycle.name" in body:
            answer({"acknowledged": True})(line)
        elif path.startswith("/_nodes/plugins"):
            named = [{"name": name} for name in self.plugins]
            answer({"nodes": {"a": {"plugins": named}, "b": {"plugins": named}}})(line)
        else:
            forwarding(self.real, lambda sent: sent.replace(SMARTCN, b"standard"))(line)


def answer(body: dict[str, Any], code: int = 200) -> Callable[[Line], None]:
    return content(json.dumps(body).encode(), "application/json", code=code, headers=PRODUCT)


@contextmanager
def before(
    location: ElasticsearchLocation, folder: Path, fuller: Fuller
) -> Iterator[tuple[StoreLocation, Site]]:
    with Site(fallback=fuller) as site:
        yield StoreLocation(folder, replace(location, urls=(site.url("").rstrip("/"),))), site


def work(id: str, title: str) -> Work:
    return Work(
        id=id,
        title=title,
        category=WorkKind.LITERATURE,
        holder="H",
        registered_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_lifecycles_are_set_up_and_delete_nothing(
    elasticsearch_location: ElasticsearchLocation, tmp_path: Path
) -> None:
    fuller = Fuller(elasticsearch_location.urls[0])
    with before(elasticsearch_location, tmp_path, fuller) as (location, site):
        assert len([*open_upkeep(location).migrate()]) == len(RECORDS) + 3
    put = {
        one.path: json.loads(one.body)["policy"]
        for one in site.asked
        if one.path.startswith("/_ilm/policy/")
    }
    prefix = elasticsearch_location.prefix
    assert set(put) == {f"/_ilm/policy/{prefix}-{name}" for name in ("documents", "fingerprints")}
    assert {tuple(policy["phases"]) for policy in put.values()} == {("hot",)}
    assert {tuple(policy["phases"]["hot"]["actions"]) for policy in put.values()} == {
        ("set_priority",)
    }
    under = {
        index: json.loads(one.body)["index.lifecycle.name"]
        for one in site.asked
        if b"index.lifecycle.name" in one.body
        for index in one.path.split("/")[1].replace("%2C", ",").split(",")
    }
    assert len(under) == len(RECORDS) + 3
    assert under[f"{prefix}-events-v1"] == f"{prefix}-documents"
    assert under[f"{prefix}-prints-v1"] == f"{prefix}-fingerprints"


@pytest.mark.parametrize("refuses", [400, 403, 404, 405])
def test_a_server_without_lifecycles_goes_on_without(
    elasticsearch_location: ElasticsearchLocation, tmp_path: Path, refuses: int
) -> None:
    fuller = Fuller(elasticsearch_location.urls[0], refuses=refuses)
    with before(elasticsearch_location, tmp_path, fuller) as (location, site):
        assert len([*open_upkeep(location).migrate()]) == len(RECORDS) + 3
    assert [one.path for one in site.asked if "_ilm" in one.path] == ["/_ilm/status"]


def test_words_are_analysed_by_plugins_that_every_node_has_got_since(
    elasticsearch_location: ElasticsearchLocation, tmp_path: Path
) -> None:
    plain = StoreLocation(tmp_path, elasticsearch_location)
    open_store(plain).records.put(work("before", "红楼梦"), expect=None)
    fuller = Fuller(elasticsearch_location.urls[0], plugins=("analysis-smartcn",))
    with before(elasticsearch_location, tmp_path, fuller) as (location, site):
        changes = {one.name: one.change for one in open_upkeep(location).migrate()}
        assert changes[f"{elasticsearch_location.prefix}-works"] == "renewed"
        assert {one.change for one in open_upkeep(location).migrate()} == {"kept"}
        records = open_store(location).records
        records.put(work("after", "石头记与红楼梦"), expect=None)
        found = records.find(Query(Work, words="红楼"))
        assert [one.record.id for one in found.items] == ["after", "before"]
    made = [json.loads(one.body) for one in site.asked if SMARTCN in one.body]
    title = made[0]["mappings"]["properties"]["title"]
    assert title["fields"]["smart"] == {"type": "text", "analyzer": "smart"}
