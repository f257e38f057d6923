"""deploy/compose.yaml and the Dockerfile, as far as no container engine is needed to check them."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from compose_spec import PyCompose

from console.cli.main import cli
from crawlers.frontier.redis.condition import inspect
from index.errors import AccessDenied
from settings.schema import Settings
from settings.sources import load_settings
from tests.redis import RedisNode

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
SERVER_SCRIPT = DEPLOY / "elasticsearch/test-server.sh"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()

PINNED = re.compile(r"\d+\.\d+\.\d+(-[a-z]+)?")
DEFAULT = re.compile(r"(?<!\$)\$\{\w+:-([^}]*)\}")
SECRET = re.compile("password|secret|token|key", re.IGNORECASE)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Give the file with its variables at their defaults and its anchors followed."""
    text = DEFAULT.sub(r"\1", (DEPLOY / "compose.yaml").read_text())
    return {name: part for name, part in yaml.safe_load(text).items() if name[:2] != "x-"}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    subprocess.run([DEPLOY / "setup/secrets.sh", folder], check=True, capture_output=True)
    return folder


def services(compose: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from compose["services"].items()


def commands(service: dict[str, Any]) -> Iterator[str]:
    """Yield what a service gives to a shell."""
    kind, *words = service.get("healthcheck", {}).get("test", ["NONE"])
    if kind == "CMD-SHELL":
        yield words[0].replace("$$", "$")


def test_it_is_as_the_compose_specification_says(compose: dict[str, Any]) -> None:
    project = PyCompose.from_json(json.dumps(compose))
    assert len(project) == len(compose["services"])


def test_what_stays_up_has_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in services(compose):
        runs_once = service["restart"] == "no"
        assert ("healthcheck" in service) != runs_once, name
        for needed, how in service.get("depends_on", {}).items():
            once = compose["services"][needed]["restart"] == "no"
            assert how["condition"] == (
                "service_completed_successfully" if once else "service_healthy"
            )


def test_images_are_pinned_and_of_the_version_that_tests_run(compose: dict[str, Any]) -> None:
    (tested,) = re.findall(r"^VERSION=(.*)$", SERVER_SCRIPT.read_text(), re.MULTILINE)
    for name, service in services(compose):
        image, tag = service["image"].split(":")
        assert PINNED.fullmatch(tag), name
        assert tag == tested or image not in {"elasticsearch", "kibana"}


def test_one_node_by_default_and_three_in_a_profile(compose: dict[str, Any]) -> None:
    nodes = {
        name: service for name, service in services(compose) if name.startswith("elasticsearch")
    }
    environments = [node["environment"] for node in nodes.values()]
    assert [node.get("profiles") for node in nodes.values()] == [None, ["cluster"], ["cluster"]]
    assert [one["node.name"] for one in environments] == [*nodes]
    assert {one["discovery.seed_hosts"] for one in environments} == {",".join(nodes)}
    assert compose["services"]["certificates"]["command"][1:] == [*nodes]
    assert len({tuple(node["volumes"]) for node in nodes.values()}) == len(nodes)


def test_secrets_come_by_file(compose: dict[str, Any], secrets: Path) -> None:
    for _, service in services(compose):
        for name, value in service.get("environment", {}).items():
            told = name.endswith(("_FILE", ".key")) or not SECRET.search(name)
            assert told or value.startswith("/run/secrets/"), name
    files = {Path(one["file"]).name for one in compose["secrets"].values()}
    assert files == {file.name for file in secrets.iterdir()}
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_secrets_are_for_their_service_alone_and_stay(secrets: Path) -> None:
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    assert all(file.stat().st_mode & 0o777 == 0o400 for file in secrets.iterdir())
    subprocess.run([DEPLOY / "setup/secrets.sh", secrets], check=True, capture_output=True)
    assert {file.name: file.read_text() for file in secrets.iterdir()} == before
    assert before["elastic_password"] != before["kibana_password"]
    kibana = yaml.safe_load(before["kibana.yml"])
    assert kibana["elasticsearch.password"] == before["kibana_password"].strip()


def test_marques_own_commands_and_settings_are_there(
    compose: dict[str, Any], secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [service for _, service in services(compose) if service["image"].startswith("marque:")]
    assert ours
    for service in ours:
        answer = CliRunner().invoke(cli, [*service["command"], "--help"])
        assert answer.exit_code == 0, answer.output
        for name, value in service["environment"].items():
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("MARQUE_CONFIG", str(secrets / "marque.toml"))
    settings = load_settings().values
    password = (secrets / "elastic_password").read_text().strip()
    assert settings.elasticsearch_password.get_secret_value() == password
    assert settings.kibana_password.get_secret_value() == password
    assert settings.kibana_url == "http://kibana:5601"
    assert settings.redis_url == "redis://redis:6379"
    told = f"requirepass {settings.redis_password.get_secret_value()}\n"
    assert (secrets / "redis.conf").read_text() == told
    assert isinstance(settings, Settings)


def test_redis_runs_as_the_file_says_and_has_nothing_to_be_warned_of(
    compose: dict[str, Any], secrets: Path
) -> None:
    program, conf, *options = compose["services"]["redis"]["command"]
    assert (program, conf) == ("redis-server", "/run/secrets/redis.conf")
    password = (secrets / "redis.conf").read_text().split()[1]
    with RedisNode("--requirepass", password, *options) as node:
        location = replace(node.location, password=password)
        assert inspect(location).risks == ()
        with pytest.raises(AccessDenied):
            inspect(node.location)


def test_what_is_run_is_mounted_and_can_be_read_by_a_shell(compose: dict[str, Any]) -> None:
    for name, service in services(compose):
        for script in commands(service):
            subprocess.run(["/bin/bash", "-n", "-c", script], check=True)
        for word in service.get("entrypoint", []):
            if word.startswith("/setup/"):
                assert "./setup:/setup:ro" in service["volumes"], name
                subprocess.run(["/bin/bash", "-n", DEPLOY / word[1:]], check=True)


def test_the_image_has_all_of_the_program_and_nobodys_rights() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {word for line in copied for word in line.split()}
    ignoring = (DEPLOY / "Dockerfile.dockerignore").read_text()
    allowed = set(re.findall(r"^!(.+)$", ignoring, re.MULTILINE))
    assert sources == allowed
    assert sources >= set(packages)
    assert all((ROOT / source).exists() for source in sources)
    images = re.findall(r"^FROM \S+:(\S+)", DOCKERFILE, re.MULTILINE)
    assert all(PINNED.fullmatch(tag) for tag in images)
    (user,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert f"useradd --uid 10001 --gid 10001 --create-home --no-log-init {user}" in DOCKERFILE
    assert "MARQUE=10001" in (DEPLOY / "setup/secrets.sh").read_text()
    (entry,) = re.findall(r"^ENTRYPOINT (.+)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(entry)[0] in project["project"]["scripts"]
