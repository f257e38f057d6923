"""The commands of deploy/compose.yaml, run outside of containers."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.certificates import issue
from tests.elasticsearch import client_of
from tests.kibana_server import KibanaServer
from tests.servers import Site, content, status

if TYPE_CHECKING:
    from index.elastic.location import ElasticsearchLocation

DEPLOY = Path(__file__).parents[2] / "deploy"
MARQUE = Path(sys.executable).with_name("marque")
PASSWORD = "/_security/user/kibana_system/_password"  # noqa: S105 - a path


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return services


def test_indices_and_dashboards_are_set_up(
    services: dict[str, Any], elasticsearch_location: ElasticsearchLocation, tmp_path: Path
) -> None:
    (url,) = elasticsearch_location.urls
    with KibanaServer() as kibana:
        settings = {
            "MARQUE_DATA": str(tmp_path / "data"),
            "MARQUE_ELASTICSEARCH_URL": url,
            "MARQUE_ELASTICSEARCH_PREFIX": elasticsearch_location.prefix,
            "MARQUE_KIBANA_URL": kibana.url,
        }
        for name in ("migrate", "dashboards", "marque"):
            subprocess.run(
                [MARQUE, *services[name]["command"]],
                check=True,
                capture_output=True,
                cwd=tmp_path,
                env={**os.environ, **settings},
            )
        views = [one for one in kibana.spaces["default"].values() if one["type"] == "index-pattern"]
    with client_of(url) as client:
        for view in views:
            assert client.indices.exists_alias(name=view["attributes"]["title"])


def test_kibana_gets_its_password(tmp_path: Path) -> None:
    certificate, authority = issue(tmp_path, "127.0.0.1")
    (tmp_path / "elastic_password").write_text("one\n")
    (tmp_path / "kibana_password").write_text("another\n")
    routes = {PASSWORD: content(b"{}", "application/json")}
    with Site(routes, certificate=certificate) as site:
        done = _set_password(site, authority, tmp_path)
        assert done.returncode == 0, done.stderr
        (asked,) = site.asked
        assert asked.method == "POST"
        assert json.loads(asked.body) == {"password": "another"}
        assert base64.b64decode(asked.headers["authorization"].split()[1]) == b"elastic:one"
        site.routes[PASSWORD] = status(401)
        assert _set_password(site, authority, tmp_path).returncode != 0


def _set_password(site: Site, authority: Path, secrets: Path) -> subprocess.CompletedProcess[str]:
    script = DEPLOY / "setup/kibana-password.sh"
    return subprocess.run(
        [script, site.url(""), authority, secrets], capture_output=True, text=True, check=False
    )
