"""What goes wrong with Elasticsearch has a name and an exit code, and passes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from console.cli import failures
from index.contract import Query
from index.documents import Target
from index.elastic.location import ElasticsearchLocation
from index.elastic.mappings import ANALYSIS, document_mapping
from index.errors import (
    AccessDenied,
    MappingConflict,
    ShardsMissing,
    StorageFull,
    StoreError,
    Unavailable,
)
from index.store import StoreLocation, open_store
from tests.certificates import issue
from tests.elasticsearch import client_of
from tests.servers import Line, Site, content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

    from index.contract import Records
    from index.store import Store

MARQUE = Path(sys.executable).with_name("marque")
PASSWORD = "correct horse"  # noqa: S105 - nobody's


def target(id: str = "t") -> Target:
    return Target(
        id=id, name="n", urls=("https://a.example/",), created_at=datetime(2026, 3, 1, tzinfo=UTC)
    )


def refusing(line: Line) -> None:
    """Answer as Elasticsearch does where the password is wrong."""
    error = {"type": "security_exception", "reason": "unable to authenticate user [operator]"}
    body = json.dumps({"error": error, "status": 401}).encode()
    headers = {"X-Elastic-Product": "Elasticsearch"}
    content(body, "application/json", code=401, headers=headers)(line)


def store(location: ElasticsearchLocation, folder: Path, patience_s: float = 0.3) -> Store:
    return open_store(StoreLocation(folder, replace(location, patience_s=patience_s)))


@pytest.fixture
def records(elasticsearch_location: ElasticsearchLocation, tmp_path: Path) -> Records:
    return store(elasticsearch_location, tmp_path).records


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with client_of(elasticsearch_url, request_timeout=60) as client:
        yield client


@contextmanager
def named(error: type[StoreError]) -> Iterator[pytest.ExceptionInfo[StoreError]]:
    with pytest.raises(StoreError) as caught:
        yield caught
    assert type(caught.value) is error, caught.value
    assert failures.exit_code(caught.value) == failures.SERVICE_DOWN


def marque(folder: Path, url: str, **variables: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [MARQUE, "works", "list", "--json", "--data", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "MARQUE_ELASTICSEARCH_URL": url,
            "MARQUE_ELASTICSEARCH_PATIENCE_S": "0",
            **variables,
        },
    )
    return done.returncode, json.loads(done.stderr), done.stdout + done.stderr


def test_no_server_is_a_service_down(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code, error, _ = marque(tmp_path, f"http://127.0.0.1:{port}")
    assert (code, error["error"]) == (3, "Unavailable")


def test_a_wrong_password_is_named_and_never_shown(tmp_path: Path) -> None:
    with Site(fallback=refusing) as site:
        code, error, said = marque(
            tmp_path,
            site.url().rstrip("/"),
            MARQUE_ELASTICSEARCH_USER="operator",
            MARQUE_ELASTICSEARCH_PASSWORD=PASSWORD,
        )
    assert (code, error["error"]) == (3, "AccessDenied")
    assert PASSWORD not in said
    assert site.asked[0].headers["authorization"].startswith("Basic ")


def test_an_api_key_is_sent(tmp_path: Path) -> None:
    with Site(fallback=refusing) as site, named(AccessDenied):
        store(ElasticsearchLocation((site.url().rstrip("/"),), api_key="k3y"), tmp_path)
    assert site.asked[0].headers["authorization"] == "ApiKey k3y"
    assert site.asked[0].headers["accept"] == "application/json"  # whatever the server's version


def test_another_web_server_is_told_from_elasticsearch(tmp_path: Path) -> None:
    with Site(fallback=content(b"{}", "application/json")) as site, named(Unavailable) as caught:
        store(ElasticsearchLocation((site.url().rstrip("/"),)), tmp_path)
    assert "no Elasticsearch" in str(caught.value)


def test_a_certificate_counts_by_its_authority_or_fingerprint(tmp_path: Path) -> None:
    certificate, authority = issue(tmp_path, "127.0.0.1")
    leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    fingerprint = leaf.fingerprint(hashes.SHA256()).hex()
    with Site(fallback=refusing, certificate=certificate) as site:
        here = ElasticsearchLocation((site.url().rstrip("/"),))
        with named(Unavailable) as caught:
            store(here, tmp_path)
        assert "certificate" in str(caught.value)
        with named(Unavailable):
            store(replace(here, ca_fingerprint="0" * 64), tmp_path)
        for trusting in ({"ca_certs": authority}, {"ca_fingerprint": fingerprint}):
            with named(AccessDenied):
                store(replace(here, **trusting), tmp_path)
        with named(Unavailable):
            store(replace(here, ca_certs=tmp_path / "nothing.pem"), tmp_path)


def test_a_full_disk_stops_writing_only_until_there_is_room(
    records: Records, client: Elasticsearch, elasticsearch_location: ElasticsearchLocation
) -> None:
    records.put(target(), expect=None)
    index = f"{elasticsearch_location.prefix}-targets"
    block = "index.blocks.read_only_allow_delete"
    client.indices.put_settings(index=index, settings={block: True})
    with named(StorageFull):
        records.put(target("other"), expect=None)
    assert records.count(Query(Target)) == 1
    client.indices.put_settings(index=index, settings={block: None})
    records.put(target("other"), expect=None)
    assert records.count(Query(Target)) == 2


def test_a_red_index_is_named_and_used_again_when_it_is_well(
    records: Records, client: Elasticsearch, elasticsearch_location: ElasticsearchLocation
) -> None:
    alias = f"{elasticsearch_location.prefix}-targets"
    away = "index.routing.allocation.require._name"
    client.indices.create(
        index=f"{alias}-v1",
        aliases={alias: {}},
        mappings=document_mapping(Target),
        settings={away: "nowhere", "analysis": ANALYSIS},
        wait_for_active_shards="0",
    )
    for request in (lambda: records.find(Query(Target)), lambda: records.get(Target, "t")):
        with named(ShardsMissing):
            request()
    client.indices.put_settings(index=alias, settings={away: None})
    client.cluster.health(index=alias, wait_for_status="yellow")
    records.put(target(), expect=None)
    assert records.get(Target, "t").record == target()


def test_an_index_of_another_form_is_refused(
    records: Records, client: Elasticsearch, elasticsearch_location: ElasticsearchLocation
) -> None:
    alias = f"{elasticsearch_location.prefix}-targets"
    client.indices.create(
        index=f"{alias}-v1", aliases={alias: {}}, mappings={"dynamic": "strict", "properties": {}}
    )
    with named(MappingConflict):
        records.put(target(), expect=None)


def test_an_index_where_an_alias_belongs_is_refused(
    records: Records, client: Elasticsearch, elasticsearch_location: ElasticsearchLocation
) -> None:
    client.indices.create(index=f"{elasticsearch_location.prefix}-targets")
    with named(MappingConflict):
        records.put(target(), expect=None)


def test_an_index_that_vanished_is_not_made_by_writing(
    records: Records, client: Elasticsearch, elasticsearch_location: ElasticsearchLocation
) -> None:
    version = records.put(target(), expect=None)
    client.indices.delete(index=f"{elasticsearch_location.prefix}-targets-v1")
    for expect in (None, version):
        with pytest.raises(StoreError):
            records.put(target(), expect=expect)
    assert not client.indices.get(index=f"{elasticsearch_location.prefix}-targets*")
