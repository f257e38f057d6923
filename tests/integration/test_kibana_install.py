"""The installer against a stand-in that speaks Kibana's API as it is documented."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import AccessDenied, Rejected, Unavailable, UnsupportedVersion
from index.kibana.build import NDJSON, objects
from index.kibana.client import Kibana, KibanaLocation
from index.kibana.install import install
from index.kibana.saved_objects import Installation
from tests.certificates import issue
from tests.kibana_server import KibanaServer
from tests.servers import Site, dropped, page, redirect

MARQUE = Path(sys.executable).with_name("marque")
IMPORT = "/api/saved_objects/_import"
SPACES = "/api/spaces/space"
COUNT = len(objects(Installation()))


def test_done_twice_it_is_the_same() -> None:
    with KibanaServer() as server:
        kibana = Kibana(KibanaLocation(server.url))
        first = install(kibana, Installation())
        there = json.dumps(server.spaces)
        assert install(kibana, Installation()) == first
        assert json.dumps(server.spaces) == there
        assert (first.version, first.objects, first.space_made) == ("9.1.4", COUNT, False)
        assert len(server.spaces["default"]) == COUNT
        overview = f"{server.url}/app/dashboards#/view/marque-overview"
        assert first.dashboards["Overview 概览"] == overview


def test_a_space_is_made_when_it_is_missing() -> None:
    with KibanaServer(base="/kibana") as server:
        kibana = Kibana(KibanaLocation(server.url + "/"))
        done = install(kibana, Installation(space="desk"))
        assert done.space_made
        assert not install(kibana, Installation(space="desk")).space_made
        assert not server.spaces["default"]
        assert len(server.spaces["desk"]) == COUNT
        url = f"{server.url}/s/desk/app/dashboards#/view/marque.desk-overview"
        assert done.dashboards["Overview 概览"] == url


def test_an_id_that_another_space_has_is_followed() -> None:
    with KibanaServer(spaces={"default": {}, "other": {"marque-overview": {}}}) as server:
        done = install(Kibana(KibanaLocation(server.url)), Installation())
        assert done.dashboards["Overview 概览"].endswith("/view/marque-overview-moved")


@pytest.mark.parametrize("version", ["8.19.0", "8.19.12", "9.0.0", "9.4.3-SNAPSHOT"])
def test_versions_that_are_supported(version: str) -> None:
    with KibanaServer(version=version) as server:
        assert install(Kibana(KibanaLocation(server.url)), Installation()).version == version


@pytest.mark.parametrize("version", ["7.17.29", "8.18.8", "10.0.0"])
def test_versions_that_are_not(version: str) -> None:
    with KibanaServer(version=version) as server:
        with pytest.raises(UnsupportedVersion, match=version):
            install(Kibana(KibanaLocation(server.url)), Installation())
        assert not server.spaces["default"]


def test_credentials() -> None:
    with KibanaServer(api_key="secret-key") as server:
        install(Kibana(KibanaLocation(server.url, api_key="secret-key")), Installation())
        with pytest.raises(AccessDenied) as wrong:
            install(Kibana(KibanaLocation(server.url, api_key="another")), Installation())
        assert "another" not in str(wrong.value)
    with KibanaServer(user=("anna", "pass:word")) as server:
        location = KibanaLocation(server.url, user="anna", password="pass:word")  # noqa: S106
        install(Kibana(location), Installation())
        with pytest.raises(AccessDenied):
            install(Kibana(KibanaLocation(server.url, user="anna")), Installation())


@pytest.mark.parametrize("path", ["/api/status", SPACES, IMPORT])
def test_what_is_forbidden_is_named(path: str) -> None:
    with KibanaServer(forbidden=frozenset({path})) as server:
        with pytest.raises(AccessDenied, match=path):
            install(Kibana(KibanaLocation(server.url)), Installation(space="desk"))
        assert not server.spaces.get("desk")


def test_objects_that_are_refused_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = NDJSON.read_text().splitlines()
    dashboard = next(line for line in lines if '"type":"dashboard"' in line)
    monkeypatch.setattr("index.kibana.install.ndjson", lambda _: dashboard)
    with KibanaServer() as server, pytest.raises(Rejected) as refused:
        install(Kibana(KibanaLocation(server.url)), Installation())
    assert "dashboard marque-overview: missing_references" in str(refused.value)
    assert "index-pattern marque-works" in str(refused.value)


def test_the_certificate_is_checked(tmp_path: Path) -> None:
    certificate, authority = issue(tmp_path, "127.0.0.1")
    with KibanaServer(certificate=certificate) as server:
        install(Kibana(KibanaLocation(server.url, ca_certs=authority)), Installation())
        with pytest.raises(Unavailable, match="certificate"):
            install(Kibana(KibanaLocation(server.url)), Installation())


def test_what_is_no_kibana_is_named() -> None:
    with Site(fallback=page("<p>hello")) as site, pytest.raises(Unavailable, match="no Kibana"):
        install(Kibana(KibanaLocation(site.url(""))), Installation())
    with Site(fallback=redirect("/login")) as site, pytest.raises(Unavailable, match="/login"):
        install(Kibana(KibanaLocation(site.url(""))), Installation())
    with Site(fallback=dropped()) as site, pytest.raises(Unavailable, match="reached"):
        install(Kibana(KibanaLocation(site.url(""))), Installation())
    with pytest.raises(Unavailable, match="no address"):
        Kibana(KibanaLocation("http://a:b"))


def marque(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MARQUE, "kibana", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "MARQUE_LANGUAGE": "en", **variables},
    )


def test_the_command_says_what_it_did() -> None:
    with KibanaServer(api_key="secret-key") as server:
        settings = {"MARQUE_KIBANA_URL": server.url, "MARQUE_KIBANA_API_KEY": "secret-key"}
        done = marque("install", "--space", "desk", "--json", **settings)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["space"], told["space_made"], told["objects"]) == ("desk", True, COUNT)
        shown = marque("install", "--console-url", "https://console.example", **settings)
        assert "/app/dashboards#/view/marque-case-desk" in shown.stdout
        view = server.spaces["default"]["marque-cases"]["attributes"]
        assert "https://console.example/cases/{{value}}" in view["fieldFormatMap"]
        wrong = marque("install", "--language", "zh", **{**settings, "MARQUE_KIBANA_API_KEY": "x"})
        assert (wrong.returncode, wrong.stdout) == (3, "")
        assert wrong.stderr.startswith("错误：服务拒绝访问")
        assert "secret-key" not in done.stderr + shown.stderr


def test_the_command_when_kibana_is_down_or_unnamed() -> None:
    with KibanaServer(available=False) as server:
        done = marque("install", "--json", MARQUE_KIBANA_URL=server.url)
        assert done.returncode == 3
        assert json.loads(done.stderr)["error"] == "Unavailable"
    done = marque("install", "--json", MARQUE_KIBANA_URL=server.url)
    assert (done.returncode, json.loads(done.stderr)["error"]) == (3, "Unavailable")
    done = marque("install")
    assert done.returncode == 2
    assert "MARQUE_KIBANA_URL" in done.stderr
    assert marque("install", "--console-url", "javascript:alert(1)").returncode == 2


def test_what_is_exported_is_what_is_installed() -> None:
    assert marque("export").stdout == NDJSON.read_text(encoding="utf-8")
    other = marque("export", "--space", "desk", MARQUE_ELASTICSEARCH_PREFIX="other").stdout
    assert {json.loads(line)["id"][:11] for line in other.splitlines()} == {"other.desk-"}
